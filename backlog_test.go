package fate_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

// Edge 12: Go blocks at the limit. Backlog is how many accepted tasks may be held beyond the limit before Go waits.
func TestGoWaitsOnceTheBacklogIsFull(t *testing.T) {
	for _, limit := range []int{1, 3} {
		for _, backlog := range []int{0, 1, 64, -1} {
			synctest.Test(t, func(t *testing.T) {
				room, opts := backlog, []fate.Option{fate.Backlog(max(backlog, 0))}
				if backlog < 0 {
					room, opts = fate.DefaultBacklog, nil
				}
				g := fate.New(t.Context(), failfast.Strategy{Limit: limit}, opts...)
				gate := make(chan struct{})
				for range limit + room {
					if !g.Go(until(gate)) {
						t.Fatal("refused")
					}
				}
				wantTally(t, g, fate.Tally{Offered: uint64(limit + room), Running: uint64(limit), Held: uint64(room)})
				accepted := false
				go func() { accepted = g.Go(succeeds) }()
				synctest.Wait()
				if accepted {
					t.Errorf("limit %d, backlog %d: Go did not wait", limit, backlog)
				}
				close(gate)
				synctest.Wait()
				if !accepted {
					t.Errorf("limit %d, backlog %d: Go still waits", limit, backlog)
				}
				if err := g.Wait(); err != nil {
					t.Error(err)
				}
				wantTally(t, g, fate.Tally{Offered: uint64(limit + room + 1), OK: uint64(limit + room + 1)})
			})
		}
	}
}

// Edge 13: TryGo is false exactly when full, true means it runs; always true without a limit. Here with Backlog(0), and with a
// backlog once that is full, too. What it refuses at the limit counts as shed.
func TestTryGoIsFalseExactlyWhenFull(t *testing.T) {
	for _, limit := range []int{1, 2, 5} {
		for _, backlog := range []int{0, 1, 3} {
			g := fate.New(t.Context(), failfast.Strategy{Limit: limit}, fate.Backlog(backlog))
			gate, ran := make(chan struct{}), make([]bool, limit+backlog+1)
			for i := range ran {
				task := func(context.Context) error { <-gate; ran[i] = true; return nil }
				if got, want := g.TryGo(task), i < limit+backlog; got != want {
					t.Errorf("limit %d, backlog %d: TryGo %d is %v", limit, backlog, i, got)
				}
			}
			close(gate)
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
			if i := slices.Index(ran, false); i != limit+backlog {
				t.Errorf("limit %d, backlog %d: task %d is the first that did not run", limit, backlog, i)
			}
			wantTally(t, g, fate.Tally{Offered: uint64(len(ran)), OK: uint64(limit + backlog), Shed: 1})
		}
	}
}

// TryGo never waits, whatever the strategy.
func TestTryGoNeverWaits(t *testing.T) {
	for _, s := range []fate.Strategy{
		failfast.Strategy{Limit: 1}, shed.Strategy{Limit: 1}, collectall.Strategy{Limit: 1},
		policy{admit: func(t fate.Tally) fate.Admission {
			if t.Running > 0 {
				return fate.Hold
			}
			return fate.Run
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), s, fate.Backlog(2))
			began := time.Now()
			g.Go(endsAfter(time.Hour, nil))
			for range 10 {
				g.TryGo(succeeds)
			}
			if took := time.Since(began); took != 0 {
				t.Errorf("%v: ten TryGo took %v", s, took)
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Held tasks start in the order in which they were accepted, whichever call offered them.
func TestHeldTasksStartInOrder(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
	var got, want []int
	gate := make(chan struct{})
	g.Go(until(gate))
	for i := range 60 {
		want = append(want, i)
		task := func(context.Context) error { got = append(got, i); return nil }
		switch i % 4 {
		case 0:
			g.Go(task)
		case 1:
			g.TryGo(task)
		case 2:
			g.Spawn("child", task)
		default:
			fate.Go(g, func(ctx context.Context) (int, error) { return i, task(ctx) })
		}
	}
	close(gate)
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("they started as %v", got)
	}
}

// A Go that has waited longest is let in first.
func TestBlockedGoesAreLetInInOrder(t *testing.T) {
	for _, backlog := range []int{0, 1, 5} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(backlog))
			var got []int
			task := func(i int) fate.Task {
				return func(context.Context) error {
					time.Sleep(time.Second)
					got = append(got, i)
					return nil
				}
			}
			const n = 20
			for i := range n {
				if i <= backlog {
					g.Go(task(i))
					continue
				}
				go g.Go(task(i))
				synctest.Wait()
			}
			time.Sleep(time.Hour)
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
			if len(got) != n || !slices.IsSorted(got) {
				t.Errorf("backlog %d: they ran as %v", backlog, got)
			}
		})
	}
}

// Blocked producers are all served, and none is passed by for ever.
func TestManyProducersAreServed(t *testing.T) {
	for _, backlog := range []int{0, 1, 2, 3, 64} {
		for _, limit := range []int{1, 2, 4} {
			synctest.Test(t, func(t *testing.T) {
				g := fate.New(t.Context(), collectall.Strategy{Limit: limit}, fate.Backlog(backlog))
				const producers, each = 7, 30
				done := make(chan time.Duration, producers)
				began := time.Now()
				for range producers {
					go func() {
						for range each {
							if !g.Go(endsAfter(time.Second, nil)) {
								t.Error("refused")
							}
						}
						done <- time.Since(began)
					}()
				}
				last := time.Duration(0)
				for range producers {
					last = max(last, <-done)
				}
				if err := g.Wait(); err != nil {
					t.Error(err)
				}
				// Each slot was used at every moment.
				rounds := (producers*each + limit - 1) / limit
				if took, want := time.Since(began), time.Duration(rounds)*time.Second; took != want {
					t.Errorf("limit %d, backlog %d: took %v, want %v", limit, backlog, took, want)
				}
				wantTally(t, g, fate.Tally{Offered: producers * each, OK: producers * each})
			})
		}
	}
}

// Edge 15: nested Go at the limit must not deadlock. It is held; with a full backlog, where that can't be known, TryGo tells.
func TestNestedGoAtTheLimitIsHeld(t *testing.T) {
	t.Run("backlog", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
		ran := 0
		g.Go(func(context.Context) error {
			for range fate.DefaultBacklog {
				if !g.Go(func(context.Context) error { ran++; return nil }) {
					t.Error("refused")
				}
			}
			if g.TryGo(succeeds) {
				t.Error("accepted beyond the backlog")
			}
			return nil
		})
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if ran != fate.DefaultBacklog {
			t.Errorf("%d tasks ran", ran)
		}
	})
	t.Run("no backlog", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(0))
		g.Go(func(context.Context) error {
			if g.TryGo(succeeds) {
				t.Error("accepted beyond the limit")
			}
			return nil
		})
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a stop frees it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(0))
			g.Go(func(context.Context) error {
				if g.Go(succeeds) { // waits for a slot that only its own end would free
					t.Error("accepted beyond the limit")
				}
				return nil
			})
			synctest.Wait()
			g.Stop(errCause)
			wantIs(t, g.Wait(), errCause)
		})
	})
	t.Run("shed", func(t *testing.T) {
		g := fate.New(t.Context(), shed.Strategy{Limit: 1})
		g.Go(func(context.Context) error {
			if g.Go(succeeds) {
				t.Error("accepted beyond the limit")
			}
			return nil
		})
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
	})
}

// A strategy whose limit rises lets in as many blocked Go's as it then admits, not one for each task that ends.
func TestARisingLimitLetsAllBlockedIn(t *testing.T) {
	for _, backlog := range []int{0, 1, 2, 64} {
		synctest.Test(t, func(t *testing.T) {
			firstAlone := policy{admit: func(t fate.Tally) fate.Admission {
				if t.Ended() == 0 && t.Running > 0 {
					return fate.Hold
				}
				return fate.Run
			}}
			g := fate.New(t.Context(), firstAlone, fate.Backlog(backlog))
			g.Go(endsAfter(time.Second, nil))
			n := backlog + 4
			var started atomic.Int32
			for range n {
				go g.Go(func(context.Context) error { started.Add(1); time.Sleep(time.Second); return nil })
				synctest.Wait()
			}
			time.Sleep(1500 * time.Millisecond)
			synctest.Wait()
			if got := int(started.Load()); got != n {
				t.Errorf("backlog %d: %d of %d tasks have started", backlog, got, n)
			}
			time.Sleep(time.Hour)
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Backlog refuses a negative number, Panics a mode there is none of.
func TestWrongOptionsPanic(t *testing.T) {
	for want, f := range map[string]func(){
		"fate: Backlog is -1": func() { fate.Backlog(-1) },
		"fate: Panics(7)":     func() { fate.Panics(7) },
		"fate: Timeout is 0s": func() { fate.Timeout(0) },
	} {
		if v := fmt.Sprint(recovered(f)); !strings.HasPrefix(v, want) {
			t.Errorf("panics with %q, want %q", v, want)
		}
	}
}

// The same after refusals, which then take no lock: they must not go on for longer than the group is full.
func TestASlotIsFreeOnceTheEndIsSeenThoughOffersWereRefused(t *testing.T) {
	s := hinted{policy{settle: func(fate.Tally, fate.Event) fate.Verdict {
		for range 100 {
			runtime.Gosched()
		}
		return fate.Continue
	}, admit: shed.Strategy{Limit: 1}.Admit}, fate.Hints{AtLimit: fate.Shed, Limit: 1}}
	g := fate.New(t.Context(), s)
	for i := range 200 {
		release := make(chan struct{})
		c := g.Spawn("child", until(release))
		if g.TryGo(succeeds) {
			t.Fatal("accepted at the limit")
		}
		close(release)
		<-c.Done()
		next := g.Spawn("next", succeeds)
		if <-next.Done(); next.Err() != nil {
			t.Fatalf("round %d: the slot of a child that has ended is taken: %v", i, next.Err())
		}
	}
	_ = g.Wait()
}

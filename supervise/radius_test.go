package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/supervise"
)

// Who is stopped and started again with b: the newest first, each when the one before has ended, and all in order after b's backoff.
func TestWhoIsRestartedTogether(t *testing.T) {
	for radius, want := range map[supervise.Radius][]string{
		supervise.Itself: {"0s b ends: the task's error", "10s b begins"},
		supervise.Later: {"0s b ends: the task's error", "0s d is stopped", "1s d has stopped", "1s c is stopped", "2s c has stopped",
			"12s b begins", "12s c begins", "12s d begins"},
		supervise.All: {"0s b ends: the task's error", "0s d is stopped", "1s d has stopped", "1s c is stopped", "2s c has stopped",
			"2s a is stopped", "3s a has stopped", "13s a begins", "13s b begins", "13s c begins", "13s d begins"},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			fails := make(chan error)
			s := &supervise.Strategy{Radius: radius, Backoff: at(10 * time.Second), Intensity: 1, Period: time.Minute}
			for _, name := range []string{"a", "b", "c", "d"} {
				c := supervise.Child{Name: name, Run: d.child(name, nil, time.Second)}
				if name == "b" {
					c.Run = d.child(name, fails, time.Second)
				}
				s.Children = append(s.Children, c)
			}
			g := fate.New(t.Context(), s)
			s.Start(g)
			synctest.Wait()
			d.want(t, "0s a begins", "0s b begins", "0s c begins", "0s d begins")
			fails <- errTask
			time.Sleep(59 * time.Second)
			synctest.Wait()
			d.want(t, want...)
			time.Sleep(time.Second)
			fails <- errTask // one restart a minute is borne: those of the others did not count
			time.Sleep(time.Minute)
			synctest.Wait()
			if g.Context().Err() != nil {
				t.Errorf("%v: it gave up: %v", radius, context.Cause(g.Context()))
			}
			g.Stop(nil)
			_ = g.Wait()
		})
	}
}

// Whatever a child returns when it is stopped for another's restart, it is started again, unless it is temporary or says that it is done.
func TestWhoComesBackWithTheOthers(t *testing.T) {
	for _, restart := range []supervise.Restart{supervise.Default, supervise.Transient, supervise.Permanent, supervise.Temporary} {
		for end, f := range ends {
			synctest.Test(t, func(t *testing.T) {
				runs := 0
				fails := make(chan error)
				var cause error
				g := fate.New(t.Context(), &supervise.Strategy{Radius: supervise.All, Intensity: 1, Backoff: at(0), Children: []supervise.Child{
					{Name: "other", Restart: restart, Run: untilDone},
				}}, fate.Panics(fate.Return))
				other := g.Spawn("other", func(ctx context.Context) error {
					runs++
					<-ctx.Done()
					if cause == nil {
						cause = context.Cause(ctx)
					}
					return f()
				})
				g.Spawn("child", func(ctx context.Context) error {
					select {
					case err := <-fails:
						return err
					case <-ctx.Done():
						return nil
					}
				})
				synctest.Wait()
				fails <- errTask
				synctest.Wait()
				sibling, ok := cause.(*supervise.SiblingError)
				if !ok || sibling.Name != "child" || sibling.ID != 1 || !errors.Is(cause, errTask) {
					t.Errorf("%v, %s: the cause is %v", restart, end, cause)
				}
				back := restart != supervise.Temporary && end != "done" && end != "wrapped" && end != "stop all"
				if back != (runs == 2) || back == hasEnded(other) {
					t.Errorf("%v, %s: %d runs, ended %v", restart, end, runs, hasEnded(other))
				}
				if stopped := context.Cause(g.Context()) != nil; stopped != (end == "stop all") {
					t.Errorf("%v, %s: stopped %v", restart, end, stopped)
				}
				g.Stop(nil)
				_ = g.Wait()
			})
		}
	}
}

// A task started by Go restarts, also with the children of its radius.
func TestTasksWithoutANameAreRestarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		g := fate.New(t.Context(), &supervise.Strategy{Radius: supervise.All, Backoff: at(time.Second)})
		fails := make(chan error)
		g.Go(d.child("task", fails, 0))
		g.Go(d.child("another", nil, 0))
		g.Spawn("child", d.child("child", nil, 0))
		synctest.Wait()
		d.want(t, "0s another begins", "0s child begins", "0s task begins")
		fails <- errTask
		time.Sleep(time.Minute)
		synctest.Wait()
		d.want(t, "0s task ends: the task's error", "0s child is stopped", "0s child has stopped", "1s child begins", "1s task begins")
		g.Stop(nil)
		_ = g.Wait()
	})
}

// Items are tried again.
func TestItemsAreTriedAgain(t *testing.T) {
	tries := map[string]int{}
	got, err := fate.Map(t.Context(), &supervise.Strategy{Limit: 1, Backoff: at(0)}, []string{"a", "b", "c"},
		func(_ context.Context, item string) (string, error) {
			if tries[item]++; item == "b" && tries[item] < 3 {
				return "", errTask
			}
			return item + item, nil
		})
	if want := []string{"aa", "bb", "cc"}; err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, %v", got, err)
	}
}

// One that does not stop within its Grace comes back by itself when it has ended: never beside itself.
func TestOneThatIsLateIsNeverBesideItself(t *testing.T) {
	for _, radius := range []supervise.Radius{supervise.Itself, supervise.Later, supervise.All} {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			fails := make(chan error)
			s := &supervise.Strategy{Radius: radius, Backoff: at(time.Second), Children: []supervise.Child{
				{Name: "a", Run: d.child("a", fails, 0)},
				{Name: "b", Run: d.child("b", nil, time.Hour), Grace: 2 * time.Second},
			}}
			g := fate.New(t.Context(), s)
			s.Start(g)
			synctest.Wait()
			d.want(t, "0s a begins", "0s b begins")
			fails <- errTask
			time.Sleep(3 * time.Hour)
			synctest.Wait()
			if radius == supervise.Itself {
				d.want(t, "0s a ends: the task's error", "1s a begins")
			} else {
				d.want(t, "0s a ends: the task's error", "0s b is stopped", "3s a begins", "1h0m0s b has stopped", "1h0m0s b begins")
			}
			g.Stop(nil)
			_ = g.Wait()
		})
	}
}

// Whatever happens, there is never more than one run of a child, no more run than the limit, and everybody is counted once.
func TestAnyMixOfEndsAndStops(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			s := &supervise.Strategy{
				Radius:    supervise.Radius(seed % 3),
				Intensity: []int{supervise.Unbounded, 1000, 20}[r.IntN(3)],
				Period:    time.Minute,
				Backoff:   supervise.Exponential(time.Duration(r.IntN(2))*time.Second, 10*time.Second),
			}
			const children = 6
			var inside [children]atomic.Int32
			var all atomic.Int32
			if r.IntN(3) == 0 {
				s.Limit = 3
			}
			for i := range children {
				own := rand.New(rand.NewPCG(seed, uint64(i+2)))
				deaf := own.IntN(3) == 0
				s.Children = append(s.Children, supervise.Child{
					Name:    fmt.Sprint(i),
					Restart: supervise.Restart(own.IntN(4)),
					Grace:   time.Duration(1+own.IntN(3)) * time.Second,
					Run: func(ctx context.Context) error {
						if n := inside[i].Add(1); n != 1 {
							t.Errorf("seed %d: %d runs of child %d at once", seed, n, i)
						}
						if n := all.Add(1); s.Limit > 0 && int(n) > s.Limit {
							t.Errorf("seed %d: %d run at once", seed, n)
						}
						defer inside[i].Add(-1)
						defer all.Add(-1)
						d := time.Duration(own.IntN(20)) * time.Second
						if deaf {
							time.Sleep(d)
						} else {
							select {
							case <-time.After(d):
							case <-ctx.Done():
								return ctx.Err()
							}
						}
						switch own.IntN(12) {
						case 0:
							return supervise.ErrDone
						case 1:
							panic(errTask)
						case 2:
							runtime.Goexit()
						case 3:
							return nil
						}
						return errTask
					},
				})
			}
			g := fate.New(t.Context(), s, fate.Panics(fate.Return))
			spawned := s.Start(g)
			for range 30 {
				time.Sleep(time.Duration(r.IntN(8000)) * time.Millisecond)
				if tally := g.Tally(); tally.Offered != tally.Ended()+tally.Held+tally.Running {
					t.Errorf("seed %d: %v", seed, tally)
				}
				if r.IntN(10) == 0 {
					spawned[r.IntN(children)].Cancel(errOther)
				}
			}
			if r.IntN(2) == 0 {
				_ = g.StopInOrder(errCause)
			} else {
				g.Stop(errCause)
			}
			_ = g.Wait()
			if tally := g.Tally(); tally.Offered != children || tally.Offered != tally.Ended() {
				t.Errorf("seed %d: %v", seed, tally)
			}
			if all.Load() != 0 {
				t.Errorf("seed %d: %d still run", seed, all.Load())
			}
		})
	}
}

// The same without a bubble, so that children really run side by side, and as fast as they can.
func TestNeverTwoRunsOfAChildAtOnce(t *testing.T) {
	for _, radius := range []supervise.Radius{supervise.Itself, supervise.Later, supervise.All} {
		s := &supervise.Strategy{Radius: radius, Intensity: supervise.Unbounded, Backoff: at(0)}
		var inside, runs [4]int // plain: the race detector sees two runs at once, if there are
		for i := range inside {
			s.Children = append(s.Children, supervise.Child{Name: fmt.Sprint(i), Grace: time.Microsecond, Run: func(ctx context.Context) error {
				inside[i]++
				defer func() { inside[i]-- }()
				if inside[i] != 1 {
					t.Errorf("%v: %d runs at once", radius, inside[i])
				}
				if runs[i]++; runs[i] > 100 {
					return supervise.ErrDone
				}
				for range 100 * i { // whatever its context says
					runtime.Gosched()
				}
				return errTask
			}})
		}
		if err := supervise.Run(t.Context(), s); err != nil {
			t.Errorf("%v: %v", radius, err)
		}
	}
}

package fate_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
)

var errRestart = errors.New("restarted with another")

// restarting answers Restart to every failure until the attempt that is the last.
func restarting(after time.Duration, last int) policy {
	return policy{settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind.Failure() && e.Attempt < last {
			return fate.Restart(after)
		}
		return fate.Continue
	}}
}

func TestARestartRunsTheTaskAgainAfterAWhile(t *testing.T) {
	for name, offer := range map[string]func(*fate.Group, fate.Task){
		"Go":    func(g *fate.Group, f fate.Task) { g.Go(f) },
		"Spawn": func(g *fate.Group, f fate.Task) { g.Spawn("child", f) },
		"future": func(g *fate.Group, f fate.Task) {
			fate.Go(g, func(ctx context.Context) (int, error) { return 1, f(ctx) })
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &witness{of: restarting(time.Second, 3)}
			g := fate.New(t.Context(), w)
			began := time.Now()
			var at []time.Duration
			offer(g, func(context.Context) error {
				at = append(at, time.Since(began))
				if len(at) <= 2 {
					return errTask
				}
				return nil
			})
			if err := g.Wait(); err != nil {
				t.Errorf("%s: Wait is %v", name, err)
			}
			if want := []time.Duration{0, time.Second, 2 * time.Second}; !slices.Equal(at, want) {
				t.Errorf("%s: it ran at %v, want %v", name, at, want)
			}
			wantTally(t, g, fate.Tally{Offered: 1, OK: 1, Restarted: 2})
			for i, e := range w.events {
				if e.Attempt != i {
					t.Errorf("%s: event %d has attempt %d", name, i, e.Attempt)
				}
			}
		})
	}
}

// What ends by a panic or Goexit takes its goroutine with it, and is restarted all the same.
func TestPanicsAndGoexitRestart(t *testing.T) {
	for name, fail := range map[string]func(){"panic": func() { panic(errTask) }, "Goexit": runtime.Goexit} {
		for _, mode := range []fate.PanicMode{fate.Return, fate.Rethrow} {
			runs := 0
			g := fate.New(t.Context(), restarting(0, 5), fate.Panics(mode))
			g.Spawn("child", func(context.Context) error {
				if runs++; runs <= 3 {
					fail()
				}
				return nil
			})
			if err := g.Wait(); err != nil || runs != 4 {
				t.Errorf("%s: %d runs, and Wait is %v", name, runs, err)
			}
			wantTally(t, g, fate.Tally{Offered: 1, OK: 1, Restarted: 3})
		}
	}
}

func TestTheLastFailureCounts(t *testing.T) {
	g := fate.New(t.Context(), restarting(0, 2))
	c := g.Spawn("child", func(context.Context) error { return errTask })
	err := g.Wait()
	wantIs(t, err, errTask)
	wantIs(t, c.Err(), errTask)
	var all *fate.Errors
	if !errors.As(err, &all) || len(all.Tasks) != 1 {
		t.Errorf("Wait is %#v, want one failure", err)
	}
	wantTally(t, g, fate.Tally{Offered: 1, Failed: 1, Restarted: 2})
}

// Each run has a context of its own, and a Timeout for itself; Done is closed at the end of the last.
func TestEachRunHasAContextOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), restarting(time.Minute, 2))
		var contexts []context.Context
		c := g.Spawn("child", func(ctx context.Context) error {
			contexts = append(contexts, ctx)
			<-ctx.Done()
			return context.Cause(ctx)
		}, fate.Timeout(time.Second))
		began := time.Now()
		<-c.Done()
		if took := time.Since(began); took != 2*time.Minute+3*time.Second || len(contexts) != 3 {
			t.Errorf("%d runs in %v", len(contexts), took)
		}
		var late *fate.TimeoutError
		if !errors.As(g.Wait(), &late) {
			t.Errorf("Wait is %v", g.Wait())
		}
	})
}

func TestAWaitingRestartEndsWithWhatStopsIt(t *testing.T) {
	for name, stop := range map[string]func(*fate.Group, *fate.Child, context.CancelFunc){
		"Child.Cancel":     func(_ *fate.Group, c *fate.Child, _ context.CancelFunc) { c.Cancel(errCause) },
		"Group.Cancel":     func(g *fate.Group, _ *fate.Child, _ context.CancelFunc) { g.Cancel(errCause, nil) },
		"Stop":             func(g *fate.Group, _ *fate.Child, _ context.CancelFunc) { g.Stop(errCause) },
		"StopInOrder":      func(g *fate.Group, _ *fate.Child, _ context.CancelFunc) { _ = g.StopInOrder(errCause) },
		"the parent's end": func(_ *fate.Group, _ *fate.Child, cancel context.CancelFunc) { cancel() },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w := &witness{of: restarting(time.Hour, 9)}
			g := fate.New(ctx, w)
			c := g.Spawn("child", func(context.Context) error { return errTask })
			synctest.Wait()
			if hasEnded(c) || g.Tally().Running != 1 {
				t.Fatalf("%s: it does not wait: %v", name, g.Tally())
			}
			began := time.Now()
			stop(g, c, cancel)
			<-c.Done()
			err := g.Wait()
			if took := time.Since(began); took != 0 {
				t.Errorf("%s: it took %v", name, took)
			}
			if onPurpose := name == "Child.Cancel" || name == "Group.Cancel"; (err == nil) != onPurpose {
				t.Errorf("%s: Wait is %v", name, err)
			}
			wantIs(t, c.Err(), errTask)
			wantTally(t, g, fate.Tally{Offered: 1, Cancelled: 1})
			if last := w.events[len(w.events)-1]; len(w.events) != 2 || last.Kind != fate.Cancelled || last.Attempt != 1 {
				t.Errorf("%s: shown %v", name, w.events)
			}
		})
	}
}

// A task without a context of its own, too, learns why it is not run again, while children are still being stopped.
func TestAWaitingTaskEndsWithTheCauseOfAStopInOrder(t *testing.T) {
	for _, end := range []error{errTask, nil} {
		synctest.Test(t, func(t *testing.T) {
			w := &witness{of: policy{settle: func(fate.Tally, fate.Event) fate.Verdict { return fate.Restart(time.Second) }}}
			g := fate.New(t.Context(), w)
			g.Go(func(context.Context) error { return end })
			g.Spawn("slow", func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(3 * time.Second)
				return ctx.Err()
			})
			synctest.Wait()
			go func() { _ = g.StopInOrder(errCause) }()
			time.Sleep(2 * time.Second)
			synctest.Wait()
			want := end
			if want == nil {
				want = errCause
			}
			if last := w.events[len(w.events)-1]; last.Kind != fate.Cancelled || last.Attempt != 1 || last.Err != want || last.Cause != errCause {
				t.Errorf("shown %+v", w.events)
			}
			_ = g.Wait()
		})
	}
}

func TestNothingIsRestartedThatWasCancelledOnPurpose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), policy{settle: func(fate.Tally, fate.Event) fate.Verdict { return fate.Restart(0) }})
		runs := 0
		c := g.Spawn("child", func(ctx context.Context) error { runs++; <-ctx.Done(); return errTask })
		synctest.Wait()
		c.Cancel(errCause)
		if err := g.Wait(); err != nil || runs != 1 {
			t.Errorf("%d runs, and Wait is %v", runs, err)
		}
	})
}

// A task whose parent has ended is told to the strategy as such, also if nobody has looked at the parent since.
func TestAnEventHasTheParentsCause(t *testing.T) {
	for name, end := range map[string]func() error{
		"ok":    func() error { return nil },
		"panic": func() error { panic(errTask) },
		"exit":  func() error { runtime.Goexit(); return nil },
		"error": func() error { return errTask },
	} {
		for _, spawn := range []bool{false, true} {
			ctx, cancel := context.WithCancelCause(t.Context())
			w := &witness{of: restarting(0, 0)}
			g := fate.New(ctx, w, fate.Panics(fate.Return))
			task := func(context.Context) error { cancel(errCause); return end() }
			if spawn {
				g.Spawn("child", task)
			} else {
				g.Go(task)
			}
			_ = g.Wait()
			if len(w.events) != 1 || w.events[0].Cause != errCause {
				t.Errorf("%s, spawned %t: shown %+v", name, spawn, w.events)
			}
		}
	}
}

// A restart keeps its slot: the limit is never exceeded, and the held do not get in between.
func TestARestartKeepsItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 3
		s := restarting(time.Second, 4)
		s.admit = func(t fate.Tally) fate.Admission {
			if t.Running < limit {
				return fate.Run
			}
			return fate.Hold
		}
		g := fate.New(t.Context(), s)
		var running, most atomic.Int64
		for i := range 20 {
			runs := 0
			g.Spawn("child", func(context.Context) error {
				n := running.Add(1)
				defer running.Add(-1)
				most.Store(max(most.Load(), n))
				time.Sleep(time.Second)
				if runs++; runs <= i%5 {
					return errTask
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if most.Load() != limit {
			t.Errorf("%d ran at once, want %d", most.Load(), limit)
		}
		wantTally(t, g, fate.Tally{Offered: 20, OK: 20, Restarted: 4 * (0 + 1 + 2 + 3 + 4)})
	})
}

// Items are tasks: a strategy that must be asked about them can have them run again.
func TestItemsAreRestarted(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		const n = 50
		var runs [n]atomic.Int32
		err := run(t.Context(), restarting(0, 3), n, func(_ context.Context, i int) error {
			if k := runs[i].Add(1); int(k) <= i%4 {
				return errTask
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		for i := range runs {
			if k := int(runs[i].Load()); k != i%4+1 {
				t.Errorf("item %d ran %d times, want %d", i, k, i%4+1)
			}
		}
	})
}

// A strategy that says it need not be asked about items can't have them run again, and is told so.
func TestARestartOfAnUnaskedItemIsTheStrategysFault(t *testing.T) {
	err := fate.ForEach(t.Context(), hinting{restarting(0, 3)}, numbers(3), func(context.Context, int) error { return errTask },
		fate.Panics(fate.Return))
	var p *fate.PanicError
	if !errors.As(err, &p) {
		t.Errorf("ForEach returned %v", err)
	}
}

type hinting struct{ policy }

func (hinting) Hints() fate.Hints {
	return fate.Hints{Untimed: true, FailuresOnly: true, AtLimit: fate.Hold}
}

// The context of a run that is over is forgotten, or a child that is restarted for ever would fill the memory.
func TestRunsThatAreOverAreForgotten(t *testing.T) {
	g := fate.New(t.Context(), restarting(0, 20_000))
	var before, after runtime.MemStats
	runs := 0
	g.Spawn("child", func(ctx context.Context) error {
		_ = ctx.Done() // registered with the group's
		switch runs++; runs {
		case 1000:
			runtime.GC()
			runtime.ReadMemStats(&before)
		case 20_000:
			runtime.GC()
			runtime.ReadMemStats(&after)
			return nil
		}
		return errTask
	})
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 200_000 {
		t.Errorf("the heap has grown by %d bytes in 19,000 runs", grown)
	}
}

// A strategy may fail when it is asked to admit after a restart, or once it is known how many will come, too: it surfaces.
func TestAFaultInAdmitSurfacesWhereverItIsAsked(t *testing.T) {
	for name, fault := range map[string]func(){"panics": func() { panic(errFault) }, "exits": runtime.Goexit} {
		one := func(when func(fate.Tally) bool) policy {
			s := restarting(time.Second, 1)
			s.admit = func(t fate.Tally) fate.Admission {
				if when(t) {
					fault()
				}
				if t.Running > 0 {
					return fate.Hold
				}
				return fate.Run
			}
			return s
		}
		surfaces := func(t *testing.T, where string, err error) {
			t.Helper()
			var p *fate.PanicError
			if !errors.As(err, &p) {
				t.Errorf("%s %s: got %v", name, where, err)
			}
		}
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), one(func(t fate.Tally) bool { return t.Restarted > 0 }), fate.Panics(fate.Return))
			fails := make(chan error, 1)
			g.Go(func(context.Context) error { return <-fails })
			g.Go(succeeds)
			synctest.Wait()
			fails <- errTask
			close(fails)
			surfaces(t, "after a restart", g.Wait())
		})
		synctest.Test(t, func(t *testing.T) {
			var g *fate.Group
			done := make(chan error)
			go func() {
				defer func() { done <- g.Wait() }() // Goexit goes on in whoever calls Do
				_ = fate.Do(t.Context(), one(func(t fate.Tally) bool { return t.Expected > 0 }), func(own *fate.Group) error {
					g = own
					g.Go(endsAfter(time.Second, nil))
					g.Go(succeeds)
					return nil
				}, fate.Panics(fate.Return))
			}()
			surfaces(t, "when it is known how many will come", <-done)
		})
	}
}

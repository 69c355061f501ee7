package fate_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

// faultyAt makes a strategy that does its fault at the nth call of one of its methods, counted from 1, or in a selector.
func faultyAt(method string, n int, fault func()) fate.Strategy {
	count := func(m string) {
		if m == method {
			if n--; n == 0 {
				fault()
			}
		}
	}
	return policy{
		admit: func(t fate.Tally) fate.Admission {
			count("Admit")
			if t.Running >= 3 {
				return fate.Hold
			}
			return fate.Run
		},
		settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
			count("Settle")
			if method == "selector" && e.Kind.Failure() {
				return fate.Cancel(func(*fate.Child) bool { count("selector"); return true }, errTask)
			}
			return fate.Continue
		},
		conclude: func(s fate.Summary) error { count("Conclude"); return s.Join() },
	}
}

// apart runs f in a goroutine of its own, which a Goexit may end, and waits for it.
func apart(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

// Promise 10: A strategy that panics stops the group and surfaces; it never wedges it. The same goes for one that calls
// runtime.Goexit, as one does that fails a test.
func TestAFaultyStrategySurfacesAndNeverWedges(t *testing.T) {
	faults := []struct {
		name string
		do   func()
		is   error
	}{
		{"panics", func() { panic(errFault) }, errFault},
		{"calls Goexit", runtime.Goexit, fate.ErrGoexit},
	}
	for _, fault := range faults {
		for _, method := range []string{"Admit", "Settle", "selector", "Conclude"} {
			for n := 1; n <= 6; n++ {
				if method == "Conclude" && n > 1 {
					continue
				}
				for _, mode := range []fate.PanicMode{fate.Rethrow, fate.Return} {
					name := fmt.Sprintf("%s/%s/call %d/%v", fault.name, method, n, mode)
					t.Run(name, func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							struck := false
							s := faultyAt(method, n, func() { struck = true; fault.do() })
							err := faultyGroup(t, s, mode)
							if struck != errors.Is(err, fault.is) {
								t.Errorf("it happened: %v, Wait gives %v", struck, err)
							}
							if !struck && n == 1 {
								t.Error("it did not happen")
							}
						})
					})
				}
			}
		}
	}
}

// faultyGroup gives a group with a faulty strategy work of each kind, checks that it ends as it should, and returns what it
// ends with.
func faultyGroup(t *testing.T, s fate.Strategy, mode fate.PanicMode) (err error) {
	g := fate.New(t.Context(), s, fate.Panics(mode), fate.Backlog(3))
	gate := make(chan struct{})
	var children []*fate.Child
	spawn := func(name string, task fate.Task) {
		apart(func() { children = append(children, g.Spawn(name, task)) })
	}
	gated := func(end fate.Task) fate.Task {
		return func(ctx context.Context) error { <-gate; return end(ctx) }
	}
	spawn("lives", untilDone)
	spawn("returns", gated(succeeds))
	spawn("fails", gated(fails))
	spawn("held", gated(succeeds))
	spawn("cancelled", gated(goexits))
	spawn("cancelled", gated(untilDone))
	blocked := make(chan struct{})
	go func() {
		defer close(blocked)
		apart(func() { g.Go(gated(succeeds)) })
	}()
	synctest.Wait()
	apart(func() { g.Cancel(nil, func(c *fate.Child) bool { return c.Name() == "cancelled" }) })
	close(gate)
	synctest.Wait()
	apart(func() { g.Cancel(nil, nil) })
	<-blocked

	for range 2 { // the first Wait may be ended by the strategy's Goexit
		apart(func() {
			if v := recovered(func() { err = g.Wait() }); v != nil {
				r, ok := v.(*fate.RethrownError)
				if !ok || mode == fate.Return {
					t.Errorf("Wait panics with %v", v)
					return
				}
				err = r
			}
		})
	}
	var p *fate.PanicError
	if errors.Is(err, errFault) && (!errors.As(err, &p) || len(p.Stack) == 0) {
		t.Errorf("Wait gives %v, which has no stack", err)
	}
	if tally := g.Tally(); !balanced(tally) || tally.Held+tally.Running != 0 {
		t.Errorf("the tally is %v", tally)
	}
	for _, c := range children {
		select {
		case <-c.Done():
		default:
			t.Errorf("child %d has not ended", c.ID())
		}
	}
	select {
	case <-g.Context().Done():
	default:
		t.Error("the context has not ended")
	}
	if g.Go(succeeds) {
		t.Error("a task was accepted after Wait")
	}
	return err
}

// A strategy's panic under Crash is no task's panic: Wait panics with it.
func TestAFaultyStrategySurfacesUnderCrash(t *testing.T) {
	g := fate.New(t.Context(), faultyAt("Settle", 1, func() { panic(errFault) }))
	g.Spawn("sibling", untilDone)
	g.Go(succeeds)
	r := rethrown(t, g)
	if len(r.Panics) != 1 {
		t.Errorf("it holds %v", r.Panics)
	}
	wantIs(t, r, errFault)
	wantIs(t, context.Cause(g.Context()), errFault)
}

// A task's own failures are not lost to the strategy's fault.
func TestAFaultyStrategyLosesNoFailure(t *testing.T) {
	g := fate.New(t.Context(), faultyAt("Settle", 2, func() { panic(errFault) }), fate.Panics(fate.Return))
	<-g.Spawn("first", fails).Done()
	<-g.Spawn("second", panicsNow).Done()
	err := g.Wait()
	wantIs(t, err, errFault)
	var all *fate.Errors
	if !errors.As(err, &all) || len(all.Tasks) != 2 {
		t.Errorf("Wait is %v", err)
	}
}

// The end that a strategy failed at, and those after it, are told as what they are.
func TestObserversAreToldOfWhatAFaultyStrategyWasShown(t *testing.T) {
	for _, fault := range []struct {
		name string
		do   func()
	}{{"panics", func() { panic(errFault) }}, {"calls Goexit", runtime.Goexit}} {
		t.Run(fault.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ends := make(chan fate.Event, 3)
				g := fate.New(t.Context(), faultyAt("Settle", 1, fault.do), fate.Panics(fate.Return), fate.Observe(fate.Observer{
					End: func(_ *fate.Group, e fate.Event) { ends <- e },
				}))
				g.Spawn("second", func(ctx context.Context) error {
					<-ctx.Done()
					return ctx.Err()
				})
				synctest.Wait()
				first := g.Spawn("first", fails)
				_ = g.Wait()
				if len(ends) != 2 || first.Err() != errTask {
					t.Fatalf("told of %d ends, and the first ended with %v", len(ends), first.Err())
				}
				told := map[string]fate.Event{}
				for range 2 {
					e := <-ends
					told[e.Name] = e
				}
				if e := told["first"]; e.Name != "first" || e.ID != 1 || e.Kind != fate.Failed || e.Err != errTask || e.Cause != nil {
					t.Errorf("told of the first: %+v", e)
				}
				if e := told["second"]; e.Name != "second" || e.ID != 0 || e.Kind != fate.Cancelled || e.Err != context.Canceled || e.Cause == nil {
					t.Errorf("told of the second: %+v", e)
				}
			})
		})
	}
}

// The same goes for children that were cancelled before they started, of which the strategy failed at the first.
func TestObserversAreToldWhyQueuedChildrenWereCancelledUnderAFaultyStrategy(t *testing.T) {
	for _, fault := range []struct {
		name string
		do   func()
	}{{"panics", func() { panic(errFault) }}, {"calls Goexit", runtime.Goexit}} {
		t.Run(fault.name, func(t *testing.T) {
			skips := make(chan fate.Event, 3)
			g := fate.New(t.Context(), faultyAt("Settle", 1, fault.do), fate.Panics(fate.Return), fate.Observe(fate.Observer{
				Skip: func(_ *fate.Group, e fate.Event) { skips <- e },
			}))
			begun, end := make(chan struct{}), make(chan struct{})
			for range 3 { // which is all that may run
				g.Go(func(context.Context) error {
					begun <- struct{}{}
					<-end
					return nil
				})
				<-begun
			}
			g.Spawn("one", succeeds)
			g.Spawn("two", succeeds)
			apart(func() { g.Cancel(errCause, nil) })
			close(end)
			_ = g.Wait()
			if len(skips) != 2 {
				t.Fatalf("told of %d children that never ran; want 2", len(skips))
			}
			for _, name := range []string{"one", "two"} {
				if e := <-skips; e.Name != name || e.Kind != fate.Cancelled || e.Err != errCause || e.Cause != errCause {
					t.Errorf("told of %q: %+v", name, e)
				}
			}
		})
	}
}

// A strategy that holds tasks while none is running would hold for ever: the group stops with ErrStalled.
func TestAStrategyThatHoldsForEverStalls(t *testing.T) {
	for name, admit := range map[string]func(fate.Tally) fate.Admission{
		"from the start": func(fate.Tally) fate.Admission { return fate.Hold },
		"after the first": func(t fate.Tally) fate.Admission {
			if t.Offered == 0 {
				return fate.Run
			}
			return fate.Hold
		},
		"once something has ended": func(t fate.Tally) fate.Admission {
			if t.Running == 1 || t.Ended() > 0 {
				return fate.Hold
			}
			return fate.Run
		},
	} {
		for _, backlog := range []int{0, 1, 64} {
			t.Run(fmt.Sprintf("%s/backlog %d", name, backlog), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := fate.New(t.Context(), policy{admit: admit}, fate.Backlog(backlog))
					for range 5 {
						go g.Go(succeeds)
					}
					c := g.Spawn("child", succeeds)
					<-c.Done()
					synctest.Wait()
					wantIs(t, g.Wait(), fate.ErrStalled)
					wantIs(t, context.Cause(g.Context()), fate.ErrStalled)
					if tally := g.Tally(); tally.Offered != 6 || !balanced(tally) || tally.Held != 0 {
						t.Errorf("the tally is %v", tally)
					}
				})
			})
		}
	}
}

// An answer that is none surfaces as the strategy's fault.
func TestAnUnknownAdmissionSurfaces(t *testing.T) {
	for _, from := range []uint64{0, 1} { // at the first task, and at one that is offered beside another
		unknown := policy{admit: func(t fate.Tally) fate.Admission {
			if t.Running < from {
				return fate.Run
			}
			return fate.Admission(9)
		}}
		g := fate.New(t.Context(), unknown, fate.Panics(fate.Return))
		gate := make(chan struct{})
		g.Go(until(gate))
		g.Go(succeeds)
		close(gate)
		var p *fate.PanicError
		if err := g.Wait(); !errors.As(err, &p) {
			t.Errorf("Wait is %v", err)
		}
		if tally := g.Tally(); !balanced(tally) || tally.Held+tally.Running != 0 {
			t.Errorf("the tally is %v", tally)
		}
	}
}

// What a strategy says of held tasks may change: Shed refuses them.
func TestHeldTasksCanBeShed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), policy{admit: func(t fate.Tally) fate.Admission {
			switch {
			case t.Ended() > 0:
				return fate.Shed
			case t.Running > 0:
				return fate.Hold
			}
			return fate.Run
		}})
		gate := make(chan struct{})
		g.Go(until(gate))
		c := g.Spawn("held", succeeds)
		f := fate.Go(g, func(context.Context) (int, error) { return 1, nil })
		close(gate)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		wantIs(t, c.Err(), fate.ErrShed)
		_, err := f.Wait()
		wantIs(t, err, fate.ErrShed)
		wantTally(t, g, fate.Tally{Offered: 3, OK: 1, Shed: 2})
	})
}

// An answer of Run is always used: what a strategy counted by it is never lost.
func TestEachRunIsUsed(t *testing.T) {
	for _, backlog := range []int{0, 1, 64} {
		ran, free := 0, 2
		tokens := policy{
			admit: func(fate.Tally) fate.Admission {
				if free == 0 {
					return fate.Hold
				}
				free--
				ran++
				return fate.Run
			},
			settle: func(fate.Tally, fate.Event) fate.Verdict { free++; return fate.Continue },
		}
		g := fate.New(t.Context(), tokens, fate.Backlog(backlog))
		for range 3 {
			g.Go(func(context.Context) error {
				for range 50 {
					g.TryGo(succeeds)
				}
				return nil
			})
		}
		for range 100 {
			g.Go(succeeds)
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if tally := g.Tally(); tally.OK != uint64(ran) || free != 2 {
			t.Errorf("backlog %d: Run was answered %d times, and %d tasks ran", backlog, ran, tally.OK)
		}
	}
}

// A strategy's stop has effect at any event.
func TestAStrategyMayStopAtAnyEvent(t *testing.T) {
	for _, kind := range []fate.Kind{fate.OK, fate.Failed, fate.Panicked, fate.Exited, fate.Cancelled} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), policy{settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
				if e.Kind == kind {
					return fate.Stop(errCause)
				}
				return fate.Continue
			}}, fate.Panics(fate.Return))
			sibling := g.Spawn("sibling", untilDone)
			switch kind {
			case fate.OK:
				g.Go(succeeds)
			case fate.Failed:
				g.Go(fails)
			case fate.Panicked:
				g.Go(panicsNow)
			case fate.Exited:
				g.Go(goexits)
			case fate.Cancelled:
				g.Spawn("other", untilDone).Cancel(errTask)
			}
			<-sibling.Done()
			wantIs(t, g.Wait(), errCause)
			wantIs(t, context.Cause(g.Context()), errCause)
		})
	}
}

// Strategies are asked one at a time, also by several producers, tasks and cancellers at once: this one has no lock, and the
// race detector looks.
func TestAStrategyIsNeverAskedTwiceAtOnce(t *testing.T) {
	w := &witness{of: failfast.Strategy{Limit: 3}}
	g := fate.New(t.Context(), w)
	for range 3 {
		g.Go(func(context.Context) error {
			for range 100 {
				g.TryGo(succeeds)
			}
			return nil
		})
	}
	for range 100 {
		g.Spawn("child", succeeds).Cancel(nil)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	seen := map[uint64]bool{}
	for _, e := range w.events {
		if seen[e.ID] {
			t.Errorf("task %d ended twice", e.ID)
		}
		seen[e.ID] = true
	}
	if tally := g.Tally(); uint64(len(w.events)) != tally.Ended()-tally.Shed-tally.Skipped {
		t.Errorf("the strategy was shown %d ends, the tally is %v", len(w.events), tally)
	}
}

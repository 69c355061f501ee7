package fate_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

func give[T any](v T, err error) func(context.Context) (T, error) {
	return func(context.Context) (T, error) { return v, err }
}

func TestFutureOfATaskThatReturns(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{})
	good := fate.Go(g, give("good", nil))
	both := fate.Go(g, give("both", errItem))
	if v, err := good.Wait(); v != "good" || err != nil {
		t.Errorf("Wait gave %q, %v", v, err)
	}
	if v, err := both.Wait(); v != "both" || err != errItem {
		t.Errorf("Wait gave %q, %v, want both of what the task returned", v, err)
	}
	if v := both.Value(); v != "both" {
		t.Errorf("Value gave %q", v)
	}
	if err := g.Wait(); !errors.Is(err, errItem) {
		t.Errorf("the group's Wait gave %v, want the future's failure in it", err)
	}
	if v, err := good.Wait(); v != "good" || err != nil {
		t.Errorf("after the group's Wait, Wait gave %q, %v", v, err)
	}
}

func TestFutureIsDoneWhenItsTaskHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		release := make(chan struct{})
		f := fate.Go(g, func(context.Context) (int, error) { <-release; return 7, nil })
		var waiting sync.WaitGroup
		for range 3 {
			waiting.Go(func() {
				if v, err := f.Wait(); v != 7 || err != nil {
					t.Errorf("Wait gave %d, %v", v, err)
				}
				if v := f.Value(); v != 7 {
					t.Errorf("Value gave %d", v)
				}
			})
		}
		synctest.Wait()
		select {
		case <-f.Done():
			t.Error("Done while the task is running")
		default:
		}
		close(release)
		<-f.Done()
		waiting.Wait()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestFutureFailureStopsAFailfastGroup(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	waits := fate.Go(g, func(ctx context.Context) (int, error) { <-ctx.Done(); return 1, context.Cause(ctx) })
	fate.Go(g, give(0, errItem))
	if err := g.Wait(); err != errItem {
		t.Errorf("the group's Wait gave %v, want the failure itself", err)
	}
	if v, err := waits.Wait(); v != 1 && !errors.Is(err, fate.ErrStopped) || !errors.Is(err, errItem) {
		t.Errorf("the other's Wait gave %d, %v, want what it returned, or that it never started", v, err)
	}
}

func TestFutureOfATaskThatDoesNotReturn(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{}, fate.Panics(fate.Return))
	panics := fate.Go(g, func(context.Context) (int, error) { panic(errItem) })
	exits := fate.Go(g, func(context.Context) (int, error) { runtime.Goexit(); return 1, nil })
	v, err := panics.Wait()
	if _, ok := errors.AsType[*fate.PanicError](err); v != 0 || !ok || !errors.Is(err, errItem) {
		t.Errorf("after a panic Wait gave %d, %v, want 0 and a *PanicError", v, err)
	}
	if v, err := exits.Wait(); v != 0 || err != fate.ErrGoexit {
		t.Errorf("after Goexit Wait gave %d, %v, want 0 and ErrGoexit", v, err)
	}
	g.Wait()
}

func TestFutureThatIsRefused(t *testing.T) {
	check := func(when string, f *fate.Future[int], want ...error) {
		t.Helper()
		<-f.Done()
		v, err := f.Wait()
		for _, w := range want {
			if v != 0 || !errors.Is(err, w) {
				t.Errorf("%s Wait gave %d, %v, want 0 and an error that is %v", when, v, err, w)
			}
		}
	}
	never := func(context.Context) (int, error) { t.Error("a refused task ran"); return 1, nil }

	g := fate.New(t.Context(), failfast.Strategy{})
	g.Stop(errItem)
	check("after Stop,", fate.Go(g, never), fate.ErrStopped, errItem)
	g.Wait()
	check("after Stop and Wait,", fate.Go(g, never), fate.ErrStopped, errItem)

	g = fate.New(t.Context(), failfast.Strategy{})
	g.Wait()
	check("after Wait,", fate.Go(g, never), fate.ErrStopped)

	g = fate.New(t.Context(), shed.Strategy{Limit: 1})
	release := make(chan struct{})
	g.Go(func(context.Context) error { <-release; return nil })
	check("at the limit,", fate.Go(g, never), fate.ErrShed)
	close(release)
	g.Wait()
}

func TestFutureThatIsHeldWhenTheGroupStops(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
	g.Go(func(ctx context.Context) error { <-ctx.Done(); return nil })
	held := fate.Go(g, func(context.Context) (int, error) { t.Error("a held task ran after the stop"); return 1, nil })
	g.Stop(errItem)
	if v, err := held.Wait(); v != 0 || !errors.Is(err, fate.ErrStopped) || !errors.Is(err, errItem) {
		t.Errorf("Wait gave %d, %v, want 0, ErrStopped and the cause", v, err)
	}
	g.Wait()
}

// wavering holds what comes while a task runs, and sheds everything once one has ended.
type wavering struct{ ended bool }

func (w *wavering) Admit(t fate.Tally) fate.Admission {
	switch {
	case w.ended:
		return fate.Shed
	case t.Running > 0:
		return fate.Hold
	}
	return fate.Run
}

func (w *wavering) Settle(fate.Tally, fate.Event) fate.Verdict { w.ended = true; return fate.Continue }
func (w *wavering) Conclude(s fate.Summary) error              { return s.Join() }

func TestFutureThatIsShedAfterItWasHeld(t *testing.T) {
	g := fate.New(t.Context(), &wavering{})
	release := make(chan struct{})
	g.Go(func(context.Context) error { <-release; return nil })
	held := fate.Go(g, func(context.Context) (int, error) { t.Error("a shed task ran"); return 1, nil })
	close(release)
	if v, err := held.Wait(); v != 0 || err != fate.ErrShed {
		t.Errorf("Wait gave %d, %v, want 0 and ErrShed", v, err)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if n := g.Tally().Shed; n != 1 {
		t.Errorf("%d shed, want 1", n)
	}
}

func TestTasksMayWaitForFuturesBeforeThem(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	f := fate.Go(g, give(1, nil))
	for range 100 {
		before := f
		f = fate.Go(g, func(context.Context) (int, error) {
			v, err := before.Wait()
			return v + 1, err
		})
	}
	if err := g.Wait(); err != nil || f.Value() != 101 {
		t.Errorf("got %d, %v, want 101", f.Value(), err)
	}
}

// Whatever an error is made of, its task ends: comparing it may fail, which it does when the group's cause is another of its kind.
func TestErrorsThatCannotBeCompared(t *testing.T) {
	for _, e := range incomparable {
		g := fate.New(t.Context(), failfast.Strategy{})
		running := make(chan struct{})
		f := fate.Go(g, func(ctx context.Context) (int, error) { close(running); <-ctx.Done(); return 1, e })
		<-running
		g.Go(func(context.Context) error { return e })
		if err := g.Wait(); err == nil || err.Error() != e.Error() {
			t.Errorf("%T: the group's Wait gave %v, want the failure", e, err)
		}
		if v, err := f.Wait(); v != 1 || err == nil {
			t.Errorf("%T: the future's Wait gave %d, %v, want what its task returned", e, v, err)
		}
		if n := g.Tally(); n.Offered != n.Ended() || n.Running != 0 {
			t.Errorf("%T: the tally does not add up: %v", e, n)
		}
	}
}

func TestGoRefusesNil(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	panicsNaming(t, "Go: the group", func() { fate.Go(nil, give(1, nil)) })
	panicsNaming(t, "Go: the task", func() { fate.Go[int](g, nil) })
	g.Wait()
}

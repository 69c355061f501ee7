package fate_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

var errBody = errors.New("the body failed")

func TestDoReturnsWhatWaitReturns(t *testing.T) {
	for _, s := range append(unlimited(), limited(2)...) {
		var ran atomic.Int32
		err := fate.Do(t.Context(), s, func(g *fate.Group) error {
			for range 10 {
				g.Go(func(context.Context) error { ran.Add(1); return nil })
			}
			return nil
		})
		if err != nil || ran.Load() != 10 {
			t.Errorf("%v: %d of 10 tasks ran, error %v", s, ran.Load(), err)
		}
	}
	err := fate.Do(t.Context(), failfast.Strategy{}, func(g *fate.Group) error {
		g.Go(fail)
		return nil
	})
	if err != errItem {
		t.Errorf("got %v, want the failure itself", err)
	}
}

func TestDoWithABodyThatFails(t *testing.T) {
	err := fate.Do(t.Context(), failfast.Strategy{}, func(*fate.Group) error { return errBody })
	if err != errBody {
		t.Errorf("with no task: got %v, want the body's error itself", err)
	}

	var seen error
	stopped := func(g *fate.Group) error {
		running := make(chan struct{})
		g.Go(func(ctx context.Context) error {
			close(running)
			<-ctx.Done()
			seen = context.Cause(ctx)
			return ctx.Err()
		})
		<-running
		return errBody
	}
	if err := fate.Do(t.Context(), failfast.Strategy{}, stopped); err != errBody || seen != errBody {
		t.Errorf("with a task cut short: got %v, and the task saw %v, want the body's error itself", err, seen)
	}
	err = fate.Do(t.Context(), collectall.Strategy{}, stopped)
	if list, ok := err.(*fate.Errors); !ok || list.Cause != errBody || len(list.Tasks) != 0 {
		t.Errorf("under collectall: got %v, want a list with the body's error as the cause", err)
	}
}

func TestDoJoinsTheBodysErrorBeforeOthers(t *testing.T) {
	for _, s := range unlimited() {
		err := fate.Do(t.Context(), s, func(g *fate.Group) error {
			f := fate.Go(g, give(0, errItem))
			f.Wait() // the task's failure is the first
			return errBody
		})
		if !errors.Is(err, errItem) || !errors.Is(err, errBody) {
			t.Fatalf("%v: got %v, want both errors", s, err)
		}
		if list := err.(interface{ Unwrap() []error }).Unwrap(); list[0] != errBody {
			t.Errorf("%v: got %v, want the body's error first", s, err)
		}
	}
}

func TestDoTellsAnErrorOnce(t *testing.T) {
	for _, s := range unlimited() {
		err := fate.Do(t.Context(), s, func(g *fate.Group) error {
			_, err := fate.Go(g, give(0, errItem)).Wait()
			return err // the task's own
		})
		if err == nil || err.Error() != errItem.Error() {
			t.Errorf("%v: got %q, want %q", s, err, errItem)
		}
	}
	for _, e := range incomparable {
		for _, s := range unlimited() {
			err := fate.Do(t.Context(), s, func(g *fate.Group) error {
				running := make(chan struct{})
				g.Go(func(ctx context.Context) error { close(running); <-ctx.Done(); return ctx.Err() })
				<-running
				return e
			})
			if err == nil || err.Error() != e.Error() && err.Error() != "stopped: "+e.Error() {
				t.Errorf("%v: got %q, want %q", s, err, e)
			}
		}
	}
}

// An error may be a nil pointer, whose methods can't be called.
func TestDoBesideAnErrorThatIsANilPointer(t *testing.T) {
	var none *os.PathError
	err := fate.Do(t.Context(), silent{}, func(g *fate.Group) error {
		fate.Go(g, give[int](0, none)).Wait()
		return errBody
	})
	if list, ok := err.(interface{ Unwrap() []error }); !ok || !slices.Equal(list.Unwrap(), []error{errBody, none}) {
		t.Errorf("got %#v, want the body's error and the task's", err)
	}
}

// silent returns the first failure bare, without looking at it.
type silent struct{ collectall.Strategy }

func (silent) Conclude(s fate.Summary) error { return s.First.Err }

// lively offers a task and a daemon that run until they are cancelled, and counts those that do.
func lively(g *fate.Group, running *atomic.Int32) {
	started := make(chan struct{})
	g.Go(func(ctx context.Context) error {
		running.Add(1)
		defer running.Add(-1)
		close(started)
		<-ctx.Done()
		return nil
	})
	g.Spawn("daemon", func(ctx context.Context) error {
		running.Add(1)
		defer running.Add(-1)
		<-ctx.Done()
		return nil
	}, fate.Daemon())
	<-started
}

func TestDoWithABodyThatPanics(t *testing.T) {
	var running atomic.Int32
	for _, mode := range []fate.PanicMode{fate.Crash, fate.Rethrow, fate.Return} {
		v := recovered(func() {
			fate.Do(t.Context(), failfast.Strategy{}, func(g *fate.Group) error {
				lively(g, &running)
				panic(errBody)
			}, fate.Panics(mode))
		})
		if v != errBody {
			t.Errorf("%v: panicked with %v, want the body's panic: modes are for tasks", mode, v)
		}
		if n := running.Load(); n != 0 {
			t.Errorf("%v: %d tasks are running after the panic", mode, n)
		}
	}
}

func TestDoWithABodyThatExits(t *testing.T) {
	var running atomic.Int32
	exited := exits(func() {
		fate.Do(t.Context(), failfast.Strategy{}, func(g *fate.Group) error {
			lively(g, &running)
			runtime.Goexit()
			return nil
		})
	})
	if !exited || running.Load() != 0 {
		t.Errorf("exited %v with %d tasks running, want true and none", exited, running.Load())
	}
}

func TestDoWithABodyThatFailsLeavesNothingRunning(t *testing.T) {
	var running atomic.Int32
	err := fate.Do(t.Context(), failfast.Strategy{}, func(g *fate.Group) error {
		lively(g, &running)
		return errBody
	})
	if err != errBody || running.Load() != 0 {
		t.Errorf("got %v with %d tasks running, want the body's error and none", err, running.Load())
	}
}

func TestDoUnderRethrowLosesNoError(t *testing.T) {
	v := recovered(func() {
		fate.Do(t.Context(), collectall.Strategy{}, func(g *fate.Group) error {
			fate.Go(g, func(context.Context) (int, error) { panic("the task") }).Wait()
			fate.Go(g, give(0, errItem)).Wait()
			return errBody
		}, fate.Panics(fate.Rethrow))
	})
	r, ok := v.(*fate.RethrownError)
	if !ok || len(r.Panics) != 1 || !errors.Is(r, errItem) || !errors.Is(r, errBody) {
		t.Errorf("panicked with %v, want the task's panic, the other's failure and the body's error", v)
	}
}

func TestDoWithABodyThatWaits(t *testing.T) {
	err := fate.Do(t.Context(), failfast.Strategy{}, func(g *fate.Group) error {
		g.Go(fail)
		return g.Wait()
	})
	if err != errItem {
		t.Errorf("got %v, want the failure itself", err)
	}
	err = fate.Do(t.Context(), failfast.Strategy{}, func(g *fate.Group) error {
		g.Go(succeeds)
		g.Wait()
		return errBody // too late to stop anything
	})
	if err != errBody {
		t.Errorf("got %v, want the body's error itself", err)
	}
}

func TestDoRefusesNil(t *testing.T) {
	var none context.Context
	body := func(*fate.Group) error { return nil }
	panicsNaming(t, "Do: the context", func() { fate.Do(none, failfast.Strategy{}, body) })
	panicsNaming(t, "Do: the strategy", func() { fate.Do(t.Context(), nil, body) })
	panicsNaming(t, "Do: failfast: Limit", func() { fate.Do(t.Context(), failfast.Strategy{Limit: -1}, body) })
	panicsNaming(t, "Do: the body", func() { fate.Do(t.Context(), failfast.Strategy{}, nil) })
}

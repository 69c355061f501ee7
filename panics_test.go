package fate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

//go:noinline
func panickingTask(context.Context) error { panic("the panic's value") }

// Promise 5, Return: a panic is a failure, *PanicError, with stack.
func TestReturnMakesAPanicAFailure(t *testing.T) {
	for _, s := range []fate.Strategy{failfast.Strategy{}, collectall.Strategy{}} {
		g := fate.New(t.Context(), s, fate.Panics(fate.Return))
		c := g.Spawn("child", panickingTask)
		err := g.Wait()
		var p *fate.PanicError
		if !errors.As(err, &p) {
			t.Fatalf("%v: Wait is %v", s, err)
		}
		if p.Value != "the panic's value" {
			t.Errorf("%v: the value is %v", s, p.Value)
		}
		if !bytes.Contains(p.Stack, []byte("fate_test.panickingTask(")) {
			t.Errorf("%v: the stack lacks the task:\n%s", s, p.Stack)
		}
		wantIs(t, c.Err(), p)
		wantTally(t, g, fate.Tally{Offered: 1, Panicked: 1})
	}
}

// A PanicError unwraps an error value, and only that.
func TestPanicErrorUnwrapsAnErrorValue(t *testing.T) {
	for _, c := range []struct {
		task fate.Task
		is   error
	}{
		{panicsNow, errTask},
		{func(context.Context) error { panic(fmt.Errorf("wrapped: %w", io.EOF)) }, io.EOF},
		{panickingTask, nil},
	} {
		g := fate.New(t.Context(), failfast.Strategy{}, fate.Panics(fate.Return))
		g.Go(c.task)
		err := g.Wait()
		if c.is != nil {
			wantIs(t, err, c.is)
		} else if inner := errors.Unwrap(err); inner != nil {
			t.Errorf("%v unwraps to %v", err, inner)
		}
	}
}

// Promise 5, Rethrow: Wait panics, after all have ended, with an error holding every panic, and no returned error is lost.
// Edge 28: all others end first, then Wait panics. The value is an error with Unwrap, carries every panic, and errors are
// not lost.
func TestRethrowHoldsEveryPanicAndEveryError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{}, fate.Panics(fate.Rethrow))
		panics := []error{errors.New("panic 0"), errors.New("panic 1"), errors.New("panic 2")}
		var fails []error
		for i, p := range panics {
			g.Go(func(context.Context) error { time.Sleep(time.Duration(5-i) * time.Second); panic(p) })
			err := fmt.Errorf("error %d", i)
			fails = append(fails, err)
			g.Go(endsAfter(time.Duration(5-i)*time.Second, err))
		}
		last := g.Spawn("last", endsAfter(time.Minute, nil))
		g.Spawn("exits", goexits)
		r := rethrown(t, g)
		select {
		case <-last.Done():
		default:
			t.Error("Wait panicked before all had ended")
		}
		if len(r.Panics) != 3 || len(r.Errors) != 4 {
			t.Fatalf("it holds %d panics and %d errors", len(r.Panics), len(r.Errors))
		}
		for i, p := range panics {
			if r.Panics[i].Value != p || len(r.Panics[i].Stack) == 0 {
				t.Errorf("panic %d is %v", i, r.Panics[i])
			}
			if r.Errors[i].Err != fails[i] || r.Errors[i].ID != uint64(2*i+1) {
				t.Errorf("error %d is %v of task %d", i, r.Errors[i], r.Errors[i].ID)
			}
			wantIs(t, r, p)
			wantIs(t, r, fails[i])
		}
		wantIs(t, r, fate.ErrGoexit)
		wantIs(t, r, r.Err)
		var all *fate.Errors
		if !errors.As(r.Err, &all) || len(all.Tasks) != 7 {
			t.Errorf("what Wait would have returned is %v", r.Err)
		}
		for _, want := range []string{"panic 0", "panic 2", "error 1", "panics_test.go"} {
			if !strings.Contains(r.Error(), want) {
				t.Errorf("the text lacks %q:\n%v", want, r)
			}
		}
		wantTally(t, g, fate.Tally{Offered: 8, OK: 1, Failed: 3, Panicked: 3, Exited: 1})
	})
}

// Under Rethrow a panic is a failure like any other until Wait: failfast stops at it, and its echoes are no errors.
func TestRethrowStopsAFailfastGroup(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{}, fate.Panics(fate.Rethrow))
	g.Spawn("echo", untilDone)
	g.Go(panicsNow)
	r := rethrown(t, g)
	if len(r.Panics) != 1 || len(r.Errors) != 0 {
		t.Errorf("it holds %v and %v", r.Panics, r.Errors)
	}
	wantIs(t, r.Err, r.Panics[0])
	wantIs(t, context.Cause(g.Context()), errTask)
}

// Under Rethrow panics are kept whatever Keep says: none is lost.
func TestRethrowKeepsPanicsBeyondKeep(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{Limit: 1, Keep: 1}, fate.Panics(fate.Rethrow))
	g.Go(fails)
	g.Go(panicsNow)
	g.Go(fails)
	g.Go(panicsNow)
	r := rethrown(t, g)
	if len(r.Panics) != 2 || len(r.Errors) != 1 {
		t.Errorf("it holds %d panics and %d errors", len(r.Panics), len(r.Errors))
	}
}

// Without a panic, Rethrow and Return change nothing.
func TestPanicModeDoesNotMatterWithoutAPanic(t *testing.T) {
	for _, mode := range []fate.PanicMode{fate.Crash, fate.Rethrow, fate.Return} {
		g := fate.New(t.Context(), failfast.Strategy{}, fate.Panics(mode))
		g.Go(fails)
		if err := g.Wait(); err != errTask {
			t.Errorf("%v: Wait is %v", mode, err)
		}
		g = fate.New(t.Context(), failfast.Strategy{}, fate.Panics(mode))
		g.Go(goexits)
		if err := g.Wait(); err != fate.ErrGoexit {
			t.Errorf("%v: Wait after Goexit is %v", mode, err)
		}
	}
}

// Edge 28: the group is not poisoned: after a panic all else goes on as without it.
func TestAPanicDoesNotPoisonTheGroup(t *testing.T) {
	for _, mode := range []fate.PanicMode{fate.Rethrow, fate.Return} {
		g := fate.New(t.Context(), collectall.Strategy{Limit: 1}, fate.Panics(mode))
		for range 50 {
			if !g.Go(panicsNow) || !g.Go(succeeds) {
				t.Fatal("refused")
			}
			c := g.Spawn("child", func(ctx context.Context) error { return ctx.Err() })
			<-c.Done()
			if c.Err() != nil {
				t.Fatalf("a sibling ended with %v", c.Err())
			}
		}
		recovered(func() { _ = g.Wait() })
		wantTally(t, g, fate.Tally{Offered: 150, OK: 100, Panicked: 50})
	}
}

// A nil panic is a panic, and so are a runtime error and a panic while another unwinds.
func TestPanicsOfEachSort(t *testing.T) {
	var nothing map[string]int
	for name, task := range map[string]fate.Task{
		"nil":     func(context.Context) error { panic(nil) },
		"runtime": func(context.Context) error { nothing["x"] = 1; return nil },
		"in a deferred call": func(context.Context) error {
			defer func() { panic("second") }()
			panic("first")
		},
		"while Goexit unwinds": func(ctx context.Context) error {
			defer func() { panic("second") }()
			return goexits(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{}, fate.Panics(fate.Return))
			g.Go(task)
			var p *fate.PanicError
			if err := g.Wait(); !errors.As(err, &p) {
				t.Errorf("Wait is %v", err)
			}
			wantTally(t, g, fate.Tally{Offered: 1, Panicked: 1})
		})
	}
	t.Run("recovered by the task", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Go(func(ctx context.Context) error {
			recovered(func() { _ = panicsNow(ctx) })
			return nil
		})
		if err := g.Wait(); err != nil {
			t.Errorf("Wait is %v", err)
		}
	})
}

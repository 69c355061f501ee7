package errgroup_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
)

// Edge 1: the zero Group works, without a limit and without a context to cancel.
func TestZeroGroupNeedsNoInit(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		if err := g.Wait(); err != nil {
			t.Errorf("Wait before the first Go is %v", err)
		}
		release, running := make(chan struct{}), 0
		var ended [100]bool
		for i := range ended {
			g.Go(func() error {
				<-release
				ended[i] = true
				if i == 50 {
					return errFirst // cancels nobody
				}
				return nil
			})
			running++
		}
		close(release)
		if err := g.Wait(); err != errFirst {
			t.Errorf("Wait is %v, want %v", err, errFirst)
		}
		for i, ended := range ended {
			if !ended {
				t.Errorf("function %d has not ended when Wait returns", i)
			}
		}
	})
}

// myError is an error whose pointers are equal only to themselves.
type myError struct{ text string }

func (e *myError) Error() string { return e.text }

// Edge 2: Wait returns the first error by time, the same value, never wrapped.
func TestWaitReturnsTheFirstErrorByTimeBare(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		first, later := &myError{"same text"}, &myError{"same text"}
		g := impl.zero()
		turn := make(chan struct{})
		g.Go(func() error { <-turn; return later }) // the first to start
		g.Go(func() error { return first })
		g.Go(succeeds)
		synctest.Wait()
		close(turn)
		if err := g.Wait(); err != error(first) {
			t.Errorf("Wait is %p, want %p", err, first)
		}
	})
}

// Edges 3 and 4: the context is cancelled when the first function fails, before Wait, and its cause is that error.
func TestContextEndsWithTheFirstError(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g, ctx := impl.withContext(t.Context())
		g.Go(succeeds)
		synctest.Wait()
		if ctx.Err() != nil {
			t.Errorf("the context ended without an error: %v", ctx.Err())
		}
		g.Go(fails)
		synctest.Wait()
		checkEnded(t, ctx, errFirst)
		g.Go(func() error { return errLater })
		if err := g.Wait(); err != errFirst {
			t.Errorf("Wait is %v, want %v", err, errFirst)
		}
		checkEnded(t, ctx, errFirst)
	})
}

// Edges 3 and 4: once Wait has returned the context has ended; without an error the cause is context.Canceled.
func TestContextEndsWithWait(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g, ctx := impl.withContext(t.Context())
		g.Go(succeeds)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		checkEnded(t, ctx, context.Canceled)

		g, ctx = impl.withContext(t.Context())
		if err := g.Wait(); err != nil { // of nothing
			t.Error(err)
		}
		checkEnded(t, ctx, context.Canceled)
	})
}

// Edge 5: the error is recorded before the context is cancelled, so that a sibling's ctx.Err is never the first.
func TestSiblingsEchoNeverWins(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		for range 200 {
			g, ctx := impl.withContext(t.Context())
			for range 4 {
				g.Go(func() error { <-ctx.Done(); return ctx.Err() })
			}
			g.Go(fails)
			if err := g.Wait(); err != errFirst {
				t.Fatalf("Wait is %v, want %v", err, errFirst)
			}
			checkEnded(t, ctx, errFirst)
		}
	})
}

// Edge 6: a second Wait gives the same error; Go after Wait runs; the first error sticks.
func TestGroupMayBeUsedAfterWait(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		for _, limit := range []int{-1, 1} {
			g, ctx := impl.withContext(t.Context())
			g.SetLimit(limit)
			ran := 0
			for round := range 3 {
				g.Go(func() error { ran++; return nil })
				if err := g.Wait(); err != nil || ran != round+1 {
					t.Errorf("round %d: Wait is %v after %d functions", round, err, ran)
				}
				checkEnded(t, ctx, context.Canceled)
			}
			g.Go(fails)
			for range 2 {
				if err := g.Wait(); err != errFirst {
					t.Errorf("Wait is %v, want %v", err, errFirst)
				}
			}
			g.Go(func() error { ran++; return errLater })
			if err := g.Wait(); err != errFirst || ran != 4 {
				t.Errorf("Wait is %v after %d functions, want %v after 4", err, ran, errFirst)
			}
			checkEnded(t, ctx, context.Canceled) // as it ended first
		}
	})
}

// Edge 7: the parent is cancelled, and all functions return nil: so does Wait.
func TestParentsEndIsNoError(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		parent, cancel := context.WithCancelCause(t.Context())
		g, ctx := impl.withContext(parent)
		g.Go(func() error { <-ctx.Done(); return nil })
		cancel(errLater)
		g.Go(succeeds)
		if err := g.Wait(); err != nil {
			t.Errorf("Wait is %v, want nil", err)
		}
		checkEnded(t, ctx, errLater)
	})
}

// A context derived from a nil parent is refused as package context does.
func TestNilParentPanics(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		var none context.Context
		mustPanic(t, func() { impl.withContext(none) })
	})
}

// The parent's values and deadline pass through.
func TestContextIsDerived(t *testing.T) {
	type key struct{}
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		_, ctx := impl.withContext(context.WithValue(t.Context(), key{}, 7))
		if ctx.Value(key{}) != 7 {
			t.Errorf("the value is %v, want 7", ctx.Value(key{}))
		}
	})
}

// Edge 8: Go after the cancel still runs its function.
func TestGoAfterTheCancelRuns(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g, ctx := impl.withContext(t.Context())
		g.Go(fails)
		synctest.Wait()
		checkEnded(t, ctx, errFirst)
		ran := 0
		g.Go(func() error { ran++; return ctx.Err() })
		synctest.Wait()
		if !g.TryGo(func() error { ran++; return nil }) {
			t.Error("TryGo is false")
		}
		if err := g.Wait(); err != errFirst || ran != 2 {
			t.Errorf("Wait is %v after %d functions, want %v after 2", err, ran, errFirst)
		}
	})
}

// Edge 8, at the limit: the next function runs, and sees that the one before it has failed.
func TestSlotOfAFailureIsFreeOnceTheContextHasEnded(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		for range 300 {
			g, ctx := impl.withContext(t.Context())
			g.SetLimit(2)
			saw := make([]error, 8)
			start := make(chan struct{})
			for range 2 {
				g.Go(func() error { <-start; return errFirst }) // both fail at once
			}
			go close(start)
			for i := range saw {
				g.Go(func() error { saw[i] = context.Cause(ctx); return nil })
			}
			if err := g.Wait(); err != errFirst {
				t.Fatalf("Wait is %v, want %v", err, errFirst)
			}
			for i, err := range saw {
				if err != errFirst {
					t.Fatalf("function %d behind two failures sees the cause %v", i, err)
				}
			}
		}
	})
}

// slowParent is a context whose child takes its time to be cancelled: leaving the parent waits for the gate.
type slowParent struct {
	context.Context
	done chan struct{}
	gate chan struct{}
	exit bool // and calls runtime.Goexit
}

func newSlowParent() slowParent {
	return slowParent{Context: context.Background(), done: make(chan struct{}), gate: make(chan struct{})}
}

func (p slowParent) Done() <-chan struct{} { return p.done }

// AfterFunc is how package context registers with a foreign parent. The stop that it returns is called last in a cancel.
func (p slowParent) AfterFunc(func()) func() bool {
	return func() bool {
		<-p.gate
		if p.exit {
			runtime.Goexit()
		}
		return true
	}
}

// While the context is being cancelled because of the first failure, the slots of that one and of a later one are not free; that of a
// success is. The parent is one that a cancel takes its time to leave.
func TestSlotsOfFailuresAreFreeAfterTheCancel(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		settle := synctest.Wait
		if impl.name == "x-sync" {
			// There a later failure waits for the lock of a sync.Once, which synctest.Wait would wait for, too.
			settle = func() {
				for range 100 {
					runtime.Gosched()
				}
			}
		}
		parent := newSlowParent()
		g, ctx := impl.withContext(parent)
		g.SetLimit(3)
		later, success, hold := make(chan struct{}), make(chan struct{}), make(chan struct{})
		g.Go(func() error { <-later; return errLater })
		blockers(g, 1, success)
		g.Go(fails)
		synctest.Wait()
		checkEnded(t, ctx, errFirst)
		if g.TryGo(succeeds) {
			t.Error("the first failure's slot is free while the context is being cancelled")
		}
		close(later)
		settle()
		if g.TryGo(succeeds) {
			t.Error("a later failure's slot is free while the context is being cancelled")
		}
		close(success)
		blockers(g, 1, hold) // takes the success's slot
		if g.TryGo(succeeds) {
			t.Error("a failure's slot is free while the context is being cancelled")
		}
		waits := make(chan struct{})
		go func() { blockers(g, 1, hold); close(waits) }()
		settle()
		select {
		case <-waits:
			t.Error("Go has taken a failure's slot while the context is being cancelled")
		default:
		}
		close(parent.gate)
		<-waits
		synctest.Wait()
		if !g.TryGo(func() error { <-hold; return nil }) {
			t.Error("the other failure's slot is not free after the cancel")
		}
		if g.TryGo(succeeds) {
			t.Error("there are four slots")
		}
		close(hold)
		if err := g.Wait(); err != errFirst {
			t.Errorf("Wait is %v, want %v", err, errFirst)
		}
	})
}

// A parent context may be anybody's code. If it calls runtime.Goexit while it is left, no slot is lost.
func TestGoexitWhileTheContextIsBeingCancelled(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		parent := newSlowParent()
		parent.exit = true
		close(parent.gate)
		g, ctx := impl.withContext(parent)
		g.SetLimit(1)
		g.Go(fails)
		g.Go(fails)
		synctest.Wait()
		checkEnded(t, ctx, errFirst)
		if !g.TryGo(succeeds) {
			t.Error("a slot was lost")
		}
		if err := g.Wait(); err != errFirst {
			t.Errorf("Wait is %v, want %v", err, errFirst)
		}
	})
}

// Edge 17: runtime.Goexit ends a function as if it had returned nil, frees the slot, and hangs nothing.
func TestGoexitEndsAFunctionWithoutAnError(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g, ctx := impl.withContext(t.Context())
		g.SetLimit(2)
		deferred := 0
		for range 10 {
			g.Go(func() error { runtime.Goexit(); return errFirst })
			g.Go(succeeds)
		}
		synctest.Wait()
		g.Go(func() error { defer func() { deferred++ }(); runtime.Goexit(); return nil })
		synctest.Wait()
		if ctx.Err() != nil {
			t.Errorf("the context has ended: %v", context.Cause(ctx))
		}
		if err := g.Wait(); err != nil || deferred != 1 {
			t.Errorf("Wait is %v after %d deferred calls, want nil after 1", err, deferred)
		}
		if !g.TryGo(succeeds) || !errors.Is(ctx.Err(), context.Canceled) {
			t.Error("a slot was lost, or the context lives on")
		}
		_ = g.Wait()
	})
}

// Edge 21: a typed nil is an error.
func TestTypedNilIsAnError(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g, ctx := impl.withContext(t.Context())
		g.Go(func() error { var none *myError; return none })
		synctest.Wait()
		if ctx.Err() == nil {
			t.Error("the context lives on")
		}
		if err := g.Wait(); err == nil {
			t.Error("Wait is nil")
		}
	})
}

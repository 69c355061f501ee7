package fate_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

func TestEachItemRunsOnce(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		const n = 500
		for _, s := range append(unlimited(), limited(3)...) {
			var ran [n]atomic.Int32
			if err := run(t.Context(), s, n, func(_ context.Context, i int) error { ran[i].Add(1); return nil }); err != nil {
				t.Fatalf("%v: %v", s, err)
			}
			for i := range ran {
				if k := ran[i].Load(); k != 1 {
					t.Fatalf("%v: item %d ran %d times, want once", s, i, k)
				}
			}
		}
	})
}

func TestNoItemsAtAll(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for _, s := range append(unlimited(), limited(3)...) {
			if err := run(t.Context(), s, 0, func(context.Context, int) error { t.Error("f was called"); return nil }); err != nil {
				t.Errorf("%v: %v", s, err)
			}
		}
	})
}

// Each item waits until all have started: sharing goroutines must not put one behind another.
func TestEachItemStartsThoughAllEarlierOnesBlock(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		const n = 1000
		for _, s := range append(unlimited(), limited(n)...) {
			var all sync.WaitGroup
			all.Add(n)
			err := run(t.Context(), s, n, func(context.Context, int) error { all.Done(); all.Wait(); return nil })
			if err != nil {
				t.Errorf("%v: %v", s, err)
			}
		}
	})
}

func TestAllOthersEndWhileOneIsSlow(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for _, s := range append(unlimited(), limited(2)...) {
			synctest.Test(t, func(t *testing.T) {
				const n = 300
				slow := make(chan struct{})
				var ended atomic.Int32
				done := make(chan error)
				go func() {
					done <- run(t.Context(), s, n, func(_ context.Context, i int) error {
						if i == 0 {
							<-slow
						}
						ended.Add(1)
						return nil
					})
				}()
				synctest.Wait()
				if k := ended.Load(); k != n-1 {
					t.Errorf("%v: while item 0 is slow, %d of the other %d have ended", s, k, n-1)
				}
				close(slow)
				if err := <-done; err != nil {
					t.Errorf("%v: %v", s, err)
				}
			})
		}
	})
}

// The input gives an item only when the one before it has started: an item must not wait for a batch to fill.
func TestAnItemStartsBeforeTheNextIsPulled(t *testing.T) {
	for _, s := range append(unlimited(), limited(10)...) {
		synctest.Test(t, func(t *testing.T) {
			var started atomic.Int32
			release := make(chan struct{})
			in := func(yield func(int) bool) {
				for i := range 10 {
					yield(i)
					synctest.Wait() // everything has come as far as it can
					if k := started.Load(); k != int32(i+1) {
						t.Errorf("%v: %d items have started of the %d that were given", s, k, i+1)
					}
				}
				close(release)
			}
			f := func(context.Context, int) error { started.Add(1); <-release; return nil }
			if err := fate.ForEach(t.Context(), s, in, f); err != nil {
				t.Error(err)
			}
			started.Store(0)
			release = make(chan struct{})
			for _, err := range fate.Stream(t.Context(), s, in, withResult(f)) {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestNoMoreTasksOrGoroutinesThanTheLimitOrTheInput(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for _, c := range []struct{ limit, items, want int }{{3, 20, 3}, {8, 2, 2}, {1, 5, 1}} {
			for _, s := range limited(c.limit) {
				synctest.Test(t, func(t *testing.T) {
					before := goroutines()
					var running atomic.Int32
					release, done := make(chan struct{}), make(chan error)
					go func() {
						done <- run(t.Context(), s, c.items, func(context.Context, int) error {
							running.Add(1)
							<-release
							running.Add(-1)
							return nil
						})
					}()
					for left := c.items; left > 0; left-- {
						synctest.Wait()
						if k := int(running.Load()); k != min(c.want, left) {
							t.Errorf("%v: %d tasks are running with %d items left, want %d", s, k, left, min(c.want, left))
						}
						// Beside them there is the one above; a stream's that pulls the input has ended, as the backlog took all.
						if k := goroutines() - before - 1; k != min(c.want, left) {
							t.Errorf("%v: %d goroutines for %d running tasks", s, k, min(c.want, left))
						}
						release <- struct{}{}
					}
					if err := <-done; err != nil {
						t.Error(err)
					}
				})
			}
		}
	})
}

func TestItemsGetTheGroupsContext(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		type key struct{}
		parent := context.WithValue(t.Context(), key{}, "value")
		causes, started := make(chan error, 1), make(chan struct{})
		err := run(parent, failfast.Strategy{}, 2, func(ctx context.Context, i int) error {
			if v := ctx.Value(key{}); v != "value" {
				t.Errorf("item %d sees %v, want the parent's value", i, v)
			}
			if i == 1 {
				<-started
				return errItem
			}
			close(started)
			<-ctx.Done()
			causes <- context.Cause(ctx)
			return ctx.Err()
		})
		if err != errItem {
			t.Errorf("told %v, want the failure itself, not the echo", err)
		}
		if cause := <-causes; cause != errItem {
			t.Errorf("the cause is %v, want the failure", cause)
		}
	})
}

func TestItemsOfACancelledParent(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		cause := errors.New("no more of that")
		for _, s := range append(unlimited(), limited(2)...) {
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(cause)
			err := run(ctx, s, 10, func(context.Context, int) error { t.Error("an item ran"); return nil })
			if !errors.Is(err, cause) {
				t.Errorf("%v: told %v, want the parent's cause", s, err)
			}
		}
	})
}

func TestItemsThatPanicUnderReturn(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for _, s := range append(unlimited(), limited(2)...) {
			err := run(t.Context(), s, 1, func(context.Context, int) error { panic(errItem) }, fate.Panics(fate.Return))
			p, ok := errors.AsType[*fate.PanicError](err)
			if !ok || p.Value != errItem || !errors.Is(err, errItem) || len(p.Stack) == 0 {
				t.Errorf("%v: told %v, want a *PanicError that unwraps to the panic's value and has a stack", s, err)
			}
		}
	})
}

func TestItemsThatPanicUnderRethrow(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		var ended atomic.Int32
		v := recovered(func() {
			run(t.Context(), collectall.Strategy{Limit: 2}, 20, func(_ context.Context, i int) error {
				defer ended.Add(1)
				switch i {
				case 3, 11:
					panic(i)
				case 7:
					return errItem
				}
				return nil
			}, fate.Panics(fate.Rethrow))
		})
		r, ok := v.(*fate.RethrownError)
		if !ok {
			t.Fatalf("panicked with %v, want a *RethrownError", v)
		}
		if len(r.Panics) != 2 || r.Panics[0].Value != 3 || r.Panics[1].Value != 11 {
			t.Errorf("holds the panics %v, want those of items 3 and 11", r.Panics)
		}
		if len(r.Errors) != 1 || r.Errors[0].ID != 7 || !errors.Is(r, errItem) {
			t.Errorf("holds the errors %v, want that of item 7", r.Errors)
		}
		if n := ended.Load(); n != 20 {
			t.Errorf("%d items had ended, want all 20", n)
		}
	})
}

func TestItemsThatExit(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for _, s := range append(unlimited(), limited(1)...) {
			if err := run(t.Context(), s, 1, func(context.Context, int) error { runtime.Goexit(); return nil }); !errors.Is(err, fate.ErrGoexit) {
				t.Errorf("%v: told %v, want ErrGoexit", s, err)
			}
		}
		// No slot is lost.
		var ran atomic.Int32
		run(t.Context(), collectall.Strategy{Limit: 2}, 100, func(context.Context, int) error {
			ran.Add(1)
			runtime.Goexit()
			return nil
		})
		if n := ran.Load(); n != 100 {
			t.Errorf("%d items ran, want all 100", n)
		}
	})
}

func TestItemsMayUseItemsThemselves(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for _, s := range limited(1) { // each group has a limit of its own, so that no level waits for another's slot
			var leaves atomic.Int32
			err := run(t.Context(), s, 4, func(ctx context.Context, _ int) error {
				return run(ctx, s, 4, func(ctx context.Context, _ int) error {
					return run(ctx, s, 4, func(context.Context, int) error { leaves.Add(1); return nil })
				})
			})
			if err != nil || leaves.Load() != 64 {
				t.Errorf("%v: %d of 64 inner items ran, error %v", s, leaves.Load(), err)
			}
		}
	})
}

func TestAFailureInsideReachesTheOutside(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		s := failfast.Strategy{}
		err := run(t.Context(), s, 3, func(ctx context.Context, i int) error {
			return run(ctx, s, 3, func(ctx context.Context, k int) error {
				if i == 1 && k == 2 {
					return errItem
				}
				<-ctx.Done()
				return ctx.Err()
			})
		})
		if err != errItem {
			t.Errorf("told %v, want the innermost failure itself", err)
		}
	})
}

func TestItemFunctionsRefuseNil(t *testing.T) {
	ctx, s := t.Context(), collectall.Strategy{}
	var none context.Context
	each := func(context.Context, int) error { return nil }
	for _, c := range []struct {
		name string
		call func()
	}{
		{"ForEach: the context", func() { fate.ForEach(none, s, numbers(1), each) }},
		{"ForEach: the strategy", func() { fate.ForEach(ctx, nil, numbers(1), each) }},
		{"ForEach: the input", func() { fate.ForEach(ctx, s, nil, each) }},
		{"ForEach: the function", func() { fate.ForEach[int](ctx, s, numbers(1), nil) }},
		{"Map: the context", func() { fate.Map(none, s, []int{1}, double) }},
		{"Map: the strategy", func() { fate.Map(ctx, nil, []int{1}, double) }},
		{"Map: the function", func() { fate.Map[int, int](ctx, s, []int{1}, nil) }},
		{"Stream: the context", func() { fate.Stream(none, s, numbers(1), double) }},
		{"Stream: the strategy", func() { fate.Stream(ctx, nil, numbers(1), double) }},
		{"Stream: the input", func() { fate.Stream(ctx, s, nil, double) }},
		{"Stream: the function", func() { fate.Stream[int, int](ctx, s, numbers(1), nil) }},
	} {
		panicsNaming(t, c.name, c.call)
	}
	wrong := failfast.Strategy{Limit: -1}
	panicsNaming(t, "ForEach: failfast: Limit", func() { fate.ForEach(ctx, wrong, numbers(1), each) })
	panicsNaming(t, "Map: failfast: Limit", func() { fate.Map(ctx, wrong, []int{1}, double) })
	panicsNaming(t, "Stream: failfast: Limit", func() { fate.Stream(ctx, wrong, numbers(1), double) })
}

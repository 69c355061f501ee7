package fate_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
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

func TestInputIsPulledABoundedWayAhead(t *testing.T) {
	for _, c := range []struct {
		name   string
		opts   []fate.Option
		limit  int
		pulled int64 // running, held, and one that waits to be accepted
	}{
		{"no backlog", []fate.Option{fate.Backlog(0)}, 3, 3 + 1},
		{"a backlog of 5", []fate.Option{fate.Backlog(5)}, 3, 3 + 5 + 1},
		{"the default backlog", nil, 3, 3 + fate.DefaultBacklog + 1},
	} {
		for _, s := range limited(c.limit) {
			synctest.Test(t, func(t *testing.T) {
				var pulled atomic.Int64
				block := func(ctx context.Context, _ int) error { <-ctx.Done(); return nil }
				check := func(what string) {
					t.Helper()
					synctest.Wait()
					if n := pulled.Swap(0); n != c.pulled {
						t.Errorf("%s, %v: %s pulled %d items while the first %d block, want %d", c.name, s, what, n, c.limit, c.pulled)
					}
				}
				ctx, cancel := context.WithCancel(t.Context())
				go fate.ForEach(ctx, s, endless(&pulled), block, c.opts...)
				check("ForEach")
				cancel()
				synctest.Wait()
				pulled.Store(0)
				ctx, cancel = context.WithCancel(t.Context())
				go collect(fate.Stream(ctx, s, endless(&pulled), withResult(block), c.opts...))
				check("Stream")
				cancel()
			})
		}
	}
}

func TestPullingStopsWithTheGroup(t *testing.T) {
	const failing = 100
	fail := func(_ context.Context, i int) error {
		if i == failing {
			return errItem
		}
		return nil
	}
	// Those before it, itself, those held, and one that waits to be accepted.
	const limit, most = 1, failing + 1 + fate.DefaultBacklog + 1
	s := failfast.Strategy{Limit: limit}
	var pulled atomic.Int64
	if err := fate.ForEach(t.Context(), s, endless(&pulled), fail); err != errItem {
		t.Errorf("ForEach returned %v, want the failure itself", err)
	}
	if n := pulled.Load(); n > most {
		t.Errorf("ForEach pulled %d items though item %d stopped it, want at most %d", n, failing, most)
	}
	pulled.Store(0)
	pairs := collect(fate.Stream(t.Context(), s, endless(&pulled), withResult(fail)))
	if last := pairs[len(pairs)-1]; last.err != errItem {
		t.Errorf("Stream's last pair is %v, want the failure itself", last)
	}
	if n := pulled.Load(); n > most {
		t.Errorf("Stream pulled %d items though item %d stopped it, want at most %d", n, failing, most)
	}
}

func TestItemsGetTheGroupsContext(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		type key struct{}
		parent := context.WithValue(t.Context(), key{}, "value")
		causes := make(chan error, 1)
		err := run(parent, failfast.Strategy{}, 2, func(ctx context.Context, i int) error {
			if v := ctx.Value(key{}); v != "value" {
				t.Errorf("item %d sees %v, want the parent's value", i, v)
			}
			if i == 1 {
				return errItem
			}
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
		v := panicOf(func() {
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

func TestItemsThatAreShed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var ran atomic.Int32
		in := func(yield func(int) bool) {
			for i := range 5 {
				yield(i)
				synctest.Wait()
			}
			close(release)
		}
		err := fate.ForEach(t.Context(), shed.Strategy{Limit: 2}, in, func(context.Context, int) error { ran.Add(1); <-release; return nil })
		if err != nil || ran.Load() != 2 {
			t.Errorf("%d items ran and the error is %v, want 2 and nil: the rest is shed, and that is no error", ran.Load(), err)
		}
	})
}

func TestForEachWhoseInputPanics(t *testing.T) {
	var running atomic.Int32
	started := make(chan struct{})
	v := panicOf(func() {
		fate.ForEach(t.Context(), collectall.Strategy{}, func(yield func(int) bool) {
			yield(0)
			<-started
			panic("the input")
		}, func(ctx context.Context, _ int) error {
			running.Add(1)
			defer running.Add(-1)
			close(started)
			<-ctx.Done()
			return nil
		})
	})
	if v != "the input" {
		t.Errorf("panicked with %v, want the input's panic", v)
	}
	if n := running.Load(); n != 0 {
		t.Errorf("%d tasks are running after the panic", n)
	}
}

func TestForEachWhoseInputExits(t *testing.T) {
	var running atomic.Int32
	started := make(chan struct{})
	exited := exits(func() {
		fate.ForEach(t.Context(), collectall.Strategy{}, func(yield func(int) bool) {
			yield(0)
			<-started
			runtime.Goexit()
		}, func(ctx context.Context, _ int) error {
			running.Add(1)
			defer running.Add(-1)
			close(started)
			<-ctx.Done()
			return nil
		})
	})
	if !exited {
		t.Error("ForEach returned though its input called runtime.Goexit")
	}
	if n := running.Load(); n != 0 {
		t.Errorf("%d tasks are running after the exit", n)
	}
}

func TestMapKeepsResultsByIndex(t *testing.T) {
	in := make([]int, 1000)
	for i := range in {
		in[i] = i
	}
	for _, s := range append(unlimited(), limited(3)...) {
		out, err := fate.Map(t.Context(), s, in, double)
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		for i, r := range out {
			if r != 2*i {
				t.Fatalf("%v: result %d is %d, want %d", s, i, r, 2*i)
			}
		}
	}
}

func TestMapKeepsResultsBesideFailures(t *testing.T) {
	for _, s := range []fate.Strategy{collectall.Strategy{}, collectall.Strategy{Limit: 1}} {
		out, err := fate.Map(t.Context(), s, []int{1, 2, 3, 4, 5, 6}, func(_ context.Context, i int) (int, error) {
			switch i {
			case 2:
				return 0, errItem
			case 4:
				return 40, errItem // a result and an error
			case 6:
				panic(errItem)
			}
			return 10 * i, nil
		}, fate.Panics(fate.Return))
		if want := []int{10, 0, 30, 40, 50, 0}; !slices.Equal(out, want) {
			t.Errorf("%v: results are %v, want %v", s, out, want)
		}
		list, ok := errors.AsType[*fate.Errors](err)
		if !ok || len(list.Tasks) != 3 || list.Tasks[0].ID != 1 || list.Tasks[1].ID != 3 || list.Tasks[2].ID != 5 {
			t.Errorf("%v: error is %v, want those of items 1, 3 and 5 in that order", s, err)
		}
	}
}

func TestMapThatIsStoppedKeepsWhatItHas(t *testing.T) {
	out, err := fate.Map(t.Context(), failfast.Strategy{Limit: 1}, []int{1, 2, 3, 4}, func(_ context.Context, i int) (int, error) {
		if i == 3 {
			return 0, errItem
		}
		return 10 * i, nil
	})
	if want := []int{10, 20, 0, 0}; err != errItem || !slices.Equal(out, want) {
		t.Errorf("got %v, %v, want %v and the failure itself", out, err, want)
	}
}

func TestMapOfNothing(t *testing.T) {
	for _, in := range [][]int{nil, {}} {
		out, err := fate.Map(t.Context(), failfast.Strategy{}, in, double)
		if err != nil || len(out) != 0 {
			t.Errorf("got %v, %v", out, err)
		}
	}
}

// The items and their results are allocated together, and their number bounds the memory.
func TestMapCostsAreInProportionToTheItems(t *testing.T) {
	s := collectall.Strategy{Limit: 4}
	cost := func(n int) (allocs float64, bytes uint64) {
		in := make([]int, n)
		allocs = testing.AllocsPerRun(1, func() { fate.Map(t.Context(), s, in, double) })
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fate.Map(t.Context(), s, in, double)
		runtime.ReadMemStats(&after)
		return allocs, after.TotalAlloc - before.TotalAlloc
	}
	const n = 5000
	allocs, bytes := cost(n)
	allocs4, bytes4 := cost(4 * n)
	if allocs > n/50 || allocs4 > n/50 {
		t.Errorf("%d items cost %v allocations and %d cost %v, want a few for all together", n, allocs, 4*n, allocs4)
	}
	if bytes4 > 6*bytes {
		t.Errorf("%d items cost %d bytes and four times as many cost %d", n, bytes, bytes4)
	}
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

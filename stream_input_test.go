package fate_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// What a stream does when its input does not simply end.

func inputThatPanics(yield func(int) bool) {
	if yield(0) && yield(1) {
		panic(errItem)
	}
}

func TestStreamWhoseInputPanics(t *testing.T) {
	var running atomic.Int32
	v := recovered(func() {
		collect(fate.Stream(t.Context(), collectall.Strategy{}, inputThatPanics, func(ctx context.Context, i int) (int, error) {
			running.Add(1)
			defer running.Add(-1)
			<-ctx.Done()
			return i, nil
		}))
	})
	p, ok := v.(*fate.PanicError)
	if !ok || p.Value != errItem || !errors.Is(p, errItem) {
		t.Fatalf("the loop panicked with %v, want a *PanicError with the input's value", v)
	}
	if !strings.Contains(string(p.Stack), "inputThatPanics") {
		t.Errorf("the stack does not show the input:\n%s", p.Stack)
	}
	if n := running.Load(); n != 0 {
		t.Errorf("%d tasks are running after the panic", n)
	}
}

// Whoever is told of an error may not look further, so the panic comes first.
func TestAnInputsPanicIsNotToldAsAnError(t *testing.T) {
	for range 300 {
		recovered(func() {
			for v, err := range fate.Stream(t.Context(), failfast.Strategy{}, inputThatPanics, func(ctx context.Context, i int) (int, error) {
				<-ctx.Done()
				return i, ctx.Err()
			}) {
				t.Fatalf("yielded %d, %v before the panic", v, err)
			}
		})
	}
}

func TestItemsBeforeAnInputsPanicAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []int
		v := recovered(func() {
			for v, err := range fate.Stream(t.Context(), failfast.Strategy{}, func(yield func(int) bool) {
				yield(0)
				yield(1)
				synctest.Wait() // both have been read
				panic("the input")
			}, double) {
				if err != nil {
					t.Error(err)
				}
				got = append(got, v)
			}
		})
		if !slices.Equal(got, []int{0, 2}) || v == nil {
			t.Errorf("got %v and then the panic %v, want [0 2] and the input's", got, v)
		}
	})
}

func TestAnInputThatPanicsWhenLeft(t *testing.T) {
	v := recovered(func() {
		for range fate.Stream(t.Context(), failfast.Strategy{}, func(yield func(int) bool) {
			for yield(0) {
			}
			panic("the input's cleanup")
		}, double) {
			break
		}
	})
	if p, ok := v.(*fate.PanicError); !ok || p.Value != "the input's cleanup" {
		t.Errorf("the loop panicked with %v, want a *PanicError with the input's value", v)
	}
}

func TestStreamWhoseInputExits(t *testing.T) {
	var running atomic.Int32
	var got []int
	exited := exits(func() {
		for v, err := range fate.Stream(t.Context(), failfast.Strategy{}, func(yield func(int) bool) {
			for i := range 10 {
				yield(i)
			}
			runtime.Goexit() // as testing.T.FailNow does
		}, func(_ context.Context, i int) (int, error) {
			running.Add(1)
			defer running.Add(-1)
			return i, nil
		}) {
			if err != nil {
				t.Error(err)
			}
			got = append(got, v)
		}
	})
	if !exited {
		t.Error("the loop ended as if its input had")
	}
	if want := slices.Collect(numbers(10)); !slices.Equal(got, want) {
		t.Errorf("got %v, want the items before the exit, %v", got, want)
	}
	if n := running.Load(); n != 0 {
		t.Errorf("%d tasks are running after the exit", n)
	}
}

// The input waits for something that never comes until the reader gives up: the reader must learn of it.
func TestReaderIsToldOfTheParentsEndWhileTheInputWaits(t *testing.T) {
	cause := errors.New("no more of that")
	for _, s := range append(unlimited(), limited(2)...) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			given := make(chan struct{})
			var got []pair
			for v, err := range fate.Stream(ctx, s, func(yield func(int) bool) {
				yield(0)
				yield(1)
				<-given
			}, double) {
				got = append(got, pair{v, err})
				if v == 2 {
					cancel(cause)
				}
				if err != nil {
					close(given) // the loop ends only once the input has come back
				}
			}
			if len(got) != 3 || got[0] != (pair{0, nil}) || got[1] != (pair{2, nil}) || !errors.Is(got[2].err, cause) {
				t.Errorf("%v: got %v, want both results and then the cause", s, got)
			}
		})
	}
}

func TestReaderIsToldOfAFailureWhileTheInputWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		given, first := make(chan struct{}), make(chan struct{})
		var got []pair
		for v, err := range fate.Stream(t.Context(), failfast.Strategy{}, func(yield func(int) bool) {
			yield(0)
			yield(1)
			<-given
		}, func(_ context.Context, i int) (int, error) {
			if i == 1 {
				<-first // or that might not start any more
				return 0, errItem
			}
			return i, nil
		}) {
			if got = append(got, pair{v, err}); len(got) == 1 {
				close(first)
			}
			if err != nil {
				close(given)
			}
		}
		if want := []pair{{0, nil}, {0, errItem}}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v: the failure, once", got, want)
		}
	})
}

// No task looks at its context: what has not started is skipped all the same, and the reader learns why.
func TestAStopIsNoticedThoughNoTaskLooksAtItsContext(t *testing.T) {
	cause := errors.New("no more of that")
	for _, s := range limited(2) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			release := make(chan struct{})
			var ran atomic.Int32
			var got []pair
			go func() {
				synctest.Wait()
				cancel(cause)
				synctest.Wait() // the stop is noticed now, and not when the tasks end
				close(release)
			}()
			for v, err := range fate.Stream(ctx, s, numbers(100), func(_ context.Context, i int) (int, error) {
				ran.Add(1)
				<-release
				return i, nil
			}) {
				got = append(got, pair{v, err})
			}
			if len(got) != 3 || got[0] != (pair{0, nil}) || got[1] != (pair{1, nil}) || !errors.Is(got[2].err, cause) {
				t.Errorf("%v: got %v, want what was running, then the cause", s, got)
			}
			if n := ran.Load(); n != 2 {
				t.Errorf("%v: %d items ran, want the 2 that were running", s, n)
			}
		})
	}
}

func TestAPausedInputGoesOnWhenTheGroupStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var pulled atomic.Int64
		var last error
		read := 0
		for _, err := range fate.Stream(ctx, failfast.Strategy{Limit: 2}, endless(&pulled), double) {
			if read++; read == 1 {
				synctest.Wait() // paused: the reader is not reading
				cancel()
			}
			last = err
		}
		if !errors.Is(last, context.Canceled) {
			t.Errorf("the last pair is %v, want the parent's error", last)
		}
	})
}

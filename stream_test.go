package fate_test

import (
	"context"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

func TestStreamYieldsInInputOrder(t *testing.T) {
	for _, s := range append(unlimited(), limited(7)...) {
		synctest.Test(t, func(t *testing.T) {
			next := 0
			for v, err := range fate.Stream(t.Context(), s, numbers(500), func(_ context.Context, i int) (int, error) {
				time.Sleep(rand.N(10 * time.Second))
				return i, nil
			}) {
				if v != next || err != nil {
					t.Fatalf("%v: pair %d is %d, %v", s, next, v, err)
				}
				next++
			}
			if next != 500 {
				t.Errorf("%v: %d pairs, want 500", s, next)
			}
		})
	}
}

func TestStreamYieldsAsSoonAsItCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took := []time.Duration{5, 1, 7, 2, 6} // seconds
		begin := time.Now()
		var at []time.Duration
		in := func(yield func(int) bool) {
			for i := range took {
				yield(i)
			}
			time.Sleep(9 * time.Second) // results don't wait for the input
		}
		for range fate.Stream(t.Context(), failfast.Strategy{}, in, func(_ context.Context, i int) (int, error) {
			time.Sleep(took[i] * time.Second)
			return i, nil
		}) {
			at = append(at, time.Since(begin)/time.Second)
		}
		if want := []time.Duration{5, 5, 7, 7, 7}; !slices.Equal(at, want) {
			t.Errorf("pairs came after %d seconds, want %d", at, want)
		}
	})
}

func TestStreamDoesNothingUntilItIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pulled atomic.Int64
		stream := fate.Stream(t.Context(), failfast.Strategy{}, endless(&pulled), double)
		synctest.Wait()
		if n := pulled.Load(); n != 0 {
			t.Errorf("%d items were pulled by a stream that nobody reads", n)
		}
		runtime.KeepAlive(stream)
	})
}

func TestEachLoopOverAStreamBeginsAnew(t *testing.T) {
	fail := true
	stream := fate.Stream(t.Context(), failfast.Strategy{Limit: 2}, numbers(5), func(_ context.Context, i int) (int, error) {
		if fail && i == 0 {
			return 0, errItem
		}
		return i, nil
	})
	if got := collect(stream); got[0].err != errItem {
		t.Errorf("the first loop saw %v, want a failure at once", got)
	}
	fail = false
	want := []pair{{0, nil}, {1, nil}, {2, nil}, {3, nil}, {4, nil}}
	for range 2 {
		if got := collect(stream); !slices.Equal(got, want) {
			t.Errorf("a later loop saw %v, want %v: a failure stops one loop's group, not the stream", got, want)
		}
	}
}

func TestSeveralLoopsOverAStreamAtOnce(t *testing.T) {
	stream := fate.Stream(t.Context(), failfast.Strategy{Limit: 3}, numbers(300), double)
	var loops sync.WaitGroup
	for range 4 {
		loops.Go(func() {
			if n := len(collect(stream)); n != 300 {
				t.Errorf("a loop saw %d pairs, want 300", n)
			}
		})
	}
	loops.Wait()
}

func TestBreakingALoopCancelsAndJoins(t *testing.T) {
	for _, s := range append(unlimited(), limited(4)...) {
		synctest.Test(t, func(t *testing.T) {
			var running, cancelled atomic.Int32
			left := false
			in := func(yield func(int) bool) {
				defer func() { left = true }()
				for i := 0; i < 50 && yield(i); i++ {
				}
			}
			for v := range fate.Stream(t.Context(), s, in, func(ctx context.Context, i int) (int, error) {
				if i == 0 {
					return 0, nil
				}
				running.Add(1)
				defer running.Add(-1)
				<-ctx.Done()
				if context.Cause(ctx) == nil || ctx.Err() != context.Canceled {
					t.Errorf("the context ends with %v, cause %v", ctx.Err(), context.Cause(ctx))
				}
				cancelled.Add(1)
				return i, ctx.Err()
			}) {
				if v != 0 {
					t.Errorf("%v: the first pair is of item %d", s, v)
				}
				synctest.Wait() // until all that may start has
				break
			}
			if running.Load() != 0 || cancelled.Load() == 0 {
				t.Errorf("%v: %d tasks are running after the loop, %d were cancelled", s, running.Load(), cancelled.Load())
			}
			if !left {
				t.Errorf("%v: the input is still running after the loop", s)
			}
		})
	}
}

func TestBreakingALoopOverEndlessInput(t *testing.T) {
	for _, s := range limited(4) {
		var pulled atomic.Int64
		read := 0
		for range fate.Stream(t.Context(), s, endless(&pulled), double) {
			if read++; read == 5000 {
				break
			}
		}
		if n, most := pulled.Load(), int64(read+fate.StreamAhead+4+fate.Ahead+1); n > most {
			t.Errorf("%v: %d items were pulled for %d read, want at most %d", s, n, read, most)
		}
	}
}

func TestASlowReaderPausesTheInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, backlog = 3, 5
		var pulled atomic.Int64
		read := 0
		for v, err := range fate.Stream(t.Context(), failfast.Strategy{Limit: limit}, endless(&pulled), double, fate.Backlog(backlog)) {
			if v != 2*read || err != nil {
				t.Fatalf("pair %d is %d, %v", read, v, err)
			}
			read++
			if read == 3*fate.StreamAhead {
				break
			}
			if read%500 != 1 {
				continue
			}
			synctest.Wait() // everything has come as far as it can without the reader
			ahead := pulled.Load() - int64(read)
			// What is finished; and beside it, what was under way when that came to StreamAhead, and the one in the input's hand. The input
			// goes on only when some have been read.
			if least, most := int64(fate.StreamAhead*15/16), int64(fate.StreamAhead+limit+backlog+1); ahead < least || ahead > most {
				t.Errorf("with %d read, %d more were pulled, want %d to %d", read, ahead, least, most)
			}
		}
	})
}

// A slow first item holds the yields back, but neither the work nor the input until StreamAhead results are finished.
func TestASlowItemPausesTheInputOnlyAtStreamAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Int32
		slow := make(chan struct{})
		var pulled atomic.Int64
		done := make(chan int)
		go func() {
			read := 0
			for range fate.Stream(t.Context(), failfast.Strategy{Limit: 2}, endless(&pulled), func(_ context.Context, i int) (int, error) {
				if i == 0 {
					<-slow
				}
				ended.Add(1)
				return i, nil
			}) {
				if read++; read == 2*fate.StreamAhead {
					break
				}
			}
			done <- read
		}()
		synctest.Wait()
		if n := ended.Load(); n < fate.StreamAhead || n > fate.StreamAhead+2+fate.Ahead {
			t.Errorf("%d items have ended behind a slow one, want StreamAhead, %d, and not many more", n, fate.StreamAhead)
		}
		close(slow)
		if n := <-done; n != 2*fate.StreamAhead {
			t.Errorf("%d pairs were read", n)
		}
	})
}

func TestStreamHasNoGoroutinesButItsTasksAndItsInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := goroutines()
		for v := range fate.Stream(t.Context(), failfast.Strategy{Limit: 3}, numbers(100), func(ctx context.Context, i int) (int, error) {
			if i > 50 {
				<-ctx.Done()
			}
			return i, nil
		}) {
			synctest.Wait()
			if n := goroutines() - before; n > 3+1 {
				t.Errorf("%d goroutines more than before, want at most 3 for the tasks and one for the input", n)
			}
			if v == 50 {
				break
			}
		}
		synctest.Wait()
		if n := goroutines() - before; n != 0 {
			t.Errorf("%d goroutines are left after the loop", n)
		}
	})
}

func TestAStreamKeepsNothingThatWasRead(t *testing.T) {
	type block [1 << 10]byte
	var refs []weak.Pointer[block]
	for b := range fate.Stream(t.Context(), failfast.Strategy{Limit: 2}, numbers(3000), func(context.Context, int) (*block, error) {
		return new(block), nil
	}) {
		if refs = append(refs, weak.Make(b)); len(refs) == 2900 {
			break
		}
		if len(refs) != 2000 {
			continue
		}
		runtime.GC()
		alive := 0
		for _, r := range refs {
			if r.Value() != nil {
				alive++
			}
		}
		if alive > 8 { // the one just read, and the few that a goroutine's stack may still show
			t.Fatalf("%d results are alive of %d that have been read", alive, len(refs))
		}
	}
}

func TestStreamByPull(t *testing.T) {
	var running atomic.Int32
	next, stop := iter.Pull2(fate.Stream(t.Context(), failfast.Strategy{}, numbers(20), func(ctx context.Context, i int) (int, error) {
		running.Add(1)
		defer running.Add(-1)
		if i > 2 {
			<-ctx.Done()
		}
		return i, nil
	}))
	for want := range 3 {
		if v, err, ok := next(); v != want || err != nil || !ok {
			t.Errorf("next gave %d, %v, %v, want item %d", v, err, ok, want)
		}
	}
	stop()
	if n := running.Load(); n != 0 {
		t.Errorf("%d tasks are running after stop", n)
	}
}

func TestALoopBodyThatPanics(t *testing.T) {
	var running atomic.Int32
	v := recovered(func() {
		for range fate.Stream(t.Context(), failfast.Strategy{}, numbers(20), func(ctx context.Context, i int) (int, error) {
			running.Add(1)
			defer running.Add(-1)
			if i > 0 {
				<-ctx.Done()
			}
			return i, nil
		}) {
			panic("the body")
		}
	})
	if v != "the body" {
		t.Errorf("panicked with %v, want the body's panic", v)
	}
	if n := running.Load(); n != 0 {
		t.Errorf("%d tasks are running after the panic", n)
	}
}

func TestALoopBodysPanicHidesThoseOfTheOthers(t *testing.T) {
	v := recovered(func() {
		for range fate.Stream(t.Context(), collectall.Strategy{}, func(yield func(int) bool) {
			for yield(0) {
			}
			panic("the input's cleanup")
		}, func(context.Context, int) (int, error) { panic("the item") }, fate.Panics(fate.Rethrow)) {
			panic("the body")
		}
	})
	if v != "the body" {
		t.Errorf("panicked with %v, want the body's panic", v)
	}
}

func TestALoopBodyThatExits(t *testing.T) {
	var running atomic.Int32
	exited := exits(func() {
		for range fate.Stream(t.Context(), failfast.Strategy{}, numbers(20), func(ctx context.Context, i int) (int, error) {
			running.Add(1)
			defer running.Add(-1)
			if i > 0 {
				<-ctx.Done()
			}
			return i, nil
		}) {
			runtime.Goexit()
		}
	})
	if !exited || running.Load() != 0 {
		t.Errorf("exited %v with %d tasks running, want true and none", exited, running.Load())
	}
}

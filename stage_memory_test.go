package fate_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// peaks is the most that was in use at the moments when somebody looked.
type peaks struct {
	samples    [2]metrics.Sample
	heap       uint64 // bytes of objects, garbage that has not been swept included
	goroutines uint64
}

func newPeaks() *peaks {
	runtime.GC() // what other tests have left is not ours
	p := &peaks{}
	p.samples[0].Name, p.samples[1].Name = "/memory/classes/heap/objects:bytes", "/sched/goroutines:goroutines"
	return p
}

func (p *peaks) look() {
	metrics.Read(p.samples[:])
	p.heap = max(p.heap, p.samples[0].Value.Uint64())
	p.goroutines = max(p.goroutines, p.samples[1].Value.Uint64())
}

// Whoever runs the tests several times has seen the large ones once.
var seenMillions atomic.Bool

// Promise 12, of stages: ten million items go through three stages in less than 64 MB, in order, with as many goroutines as a few
// items would have. By the strategy's kind, because those that must be asked about each item go another way. A number goes up by one in each stage.
func TestMillionsOfItemsThroughThreeStagesInLittleMemory(t *testing.T) {
	const most, limit = 64 << 20, 4
	items := 10_000_000
	if raced || testing.Short() {
		items = 200_000
	}
	if seenMillions.Swap(true) {
		items = 20_000
	}
	// What a program writes that has no use for Stage.
	bare := func(ctx context.Context, s fate.Strategy, n int) iter.Seq2[int, error] {
		in := numbers(n)
		for range 2 {
			in = values(t, fate.Stream(ctx, s, in, increment))
		}
		return fate.Stream(ctx, s, in, increment)
	}
	stages := func(ctx context.Context, s fate.Strategy, n int) iter.Seq2[int, error] {
		return three(fate.From(numbers(n)), all3(s), [3]work{increment, increment, increment})(ctx)
	}
	for _, c := range []struct {
		s     fate.Strategy
		items int
		run   func(context.Context, fate.Strategy, int) iter.Seq2[int, error]
	}{
		{failfast.Strategy{Limit: limit}, items, stages},
		{failfast.Strategy{Limit: limit}, items / 20, bare},
		{collectall.Strategy{Limit: limit}, items / 20, stages},
		{unhinted{failfast.Strategy{Limit: limit}}, items / 20, stages},
	} {
		t.Run(fmt.Sprintf("%v/%T/items=%d", c.s, c.s, c.items), func(t *testing.T) {
			before := uint64(runtime.NumGoroutine())
			p := newPeaks()
			next, sum := 0, int64(0)
			for v, err := range c.run(t.Context(), c.s, c.items) {
				if err != nil || v != next+3 {
					t.Fatalf("pair %d is %d, %v, want %d", next, v, err, next+3)
				}
				next++
				if sum += int64(v); next%4096 == 0 {
					p.look()
				}
			}
			all := int64(c.items)
			if want := all*(all-1)/2 + 3*all; next != c.items || sum != want {
				t.Errorf("%d pairs add up to %d, want %d and %d", next, sum, c.items, want)
			}
			if p.heap > most {
				t.Errorf("%d bytes of heap were in use, want %d at most", p.heap, most)
			}
			// A stage has its tasks and one that pulls its input. One that has nothing left to do is counted until it has had a processor
			// once more, which takes its time where there are none to spare.
			if most := before + 3*(limit+1) + 50; p.goroutines > most {
				t.Errorf("%d goroutines were there, want %d at most", p.goroutines, most)
			}
			t.Logf("%d KB of heap, %d goroutines at most", p.heap>>10, p.goroutines)
		})
	}
}

// The same with results that weigh something, whichever stage is the slow one: what waits for it is bounded, and an item is not held
// beside its result.
func TestMemoryIsBoundedWhicheverStageIsSlow(t *testing.T) {
	const items, size = 8000, 4 << 10 // 32 MB in all
	type block [size]byte
	for slow := range 4 { // 3 is the reader
		synctest.Test(t, func(t *testing.T) {
			in := fate.From(func(yield func(*block) bool) {
				for i := 0; i < items && yield(new(block)); i++ {
				}
			})
			for n := range 3 {
				in = fate.Stage(in, failfast.Strategy{Limit: 2}, func(_ context.Context, b *block) (*block, error) {
					if n == slow {
						time.Sleep(time.Millisecond)
					}
					next := *b
					return &next, nil
				}, fate.Backlog(16))
			}
			least, read := heapInUse(), 0
			for _, err := range in(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if read++; read%2000 != 0 {
					continue
				}
				synctest.Wait() // the others have come as far as they can
				// Three stages hold StreamAhead results each, at most, and what they are at.
				if held, most := heapInUse()-least, int64(3*(fate.StreamAhead+64)*size); held > most {
					t.Errorf("stage %d is slow: %d bytes are held, want %d at most", slow, held, most)
				}
			}
			if read != items {
				t.Errorf("%d pairs were read", read)
			}
		})
	}
}

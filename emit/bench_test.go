package emit_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate/emit"
)

// A producer is how one contender sends values it does not wait for.
type producer struct {
	emit  func(v int) bool // never waits; false says that the value was dropped
	drain func()           // waits until all that was accepted has been delivered, and leaves it ready for more
	close func()           // drains, and ends it
}

// contenders are an emitter and what is written in its place. room is how many values may wait, or be under way; sink is given
// values, many at once where the contender has batches.
var contenders = []struct {
	name string
	open func(room int, sink func(batch []int)) producer
}{
	{"emit", openEmit},
	{"channel", openChannel},
	{"errgroup", openErrgroup},
	{"go", openGo},
}

func openEmit(room int, sink func([]int)) producer {
	e := emit.New(func(_ context.Context, batch []int) error { sink(batch); return nil }, emit.Options{Buffer: room})
	return producer{
		emit:  e.Emit,
		drain: func() { must(e.Flush(context.Background())) },
		close: func() { must(e.Close(context.Background())) },
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// openChannel is the emitter by hand: a buffered channel, one goroutine, batches by size and age, a counter of drops. It does not
// survive a panic of the sink's, has no counts but that one, and its producers must not go on after close.
func openChannel(room int, sink func([]int)) producer {
	values, flush, flushed := make(chan int, room), make(chan struct{}), make(chan struct{})
	var dropped atomic.Uint64
	go func() {
		defer close(flushed)
		batch := make([]int, 0, emit.DefaultBatch)
		age := time.NewTimer(emit.DefaultAge)
		defer age.Stop()
		deliver := func() {
			if len(batch) > 0 {
				sink(batch)
				batch = batch[:0]
			}
		}
		add := func(v int) {
			if len(batch) == 0 {
				age.Reset(emit.DefaultAge)
			}
			if batch = append(batch, v); len(batch) == cap(batch) {
				deliver()
			}
		}
		for {
			select {
			case v := <-values:
				add(v)
			case <-age.C:
				deliver()
			case _, more := <-flush:
				for len(values) > 0 {
					add(<-values)
				}
				deliver()
				if !more {
					return
				}
				flushed <- struct{}{}
			}
		}
	}()
	return producer{
		emit: func(v int) bool {
			select {
			case values <- v:
				return true
			default:
				dropped.Add(1)
				return false
			}
		},
		drain: func() { flush <- struct{}{}; <-flushed },
		close: func() { close(flush); <-flushed },
	}
}

// openErrgroup is a goroutine for each value, no more than room at once, and a counter of drops.
func openErrgroup(room int, sink func([]int)) producer {
	var g errgroup.Group
	g.SetLimit(room)
	var dropped atomic.Uint64
	wait := func() { must(g.Wait()) }
	return producer{
		emit: func(v int) bool {
			if g.TryGo(func() error { sink([]int{v}); return nil }) {
				return true
			}
			dropped.Add(1)
			return false
		},
		drain: wait,
		close: wait,
	}
}

// openGo is a goroutine for each value, however many that are.
func openGo(_ int, sink func([]int)) producer {
	var all sync.WaitGroup
	return producer{
		emit:  func(v int) bool { all.Add(1); go func() { defer all.Done(); sink([]int{v}) }(); return true },
		drain: all.Wait,
		close: all.Wait,
	}
}

// insist emits v until it is accepted, and returns how often it was dropped.
func (p producer) insist(v int) (dropped int) {
	for !p.emit(v) {
		dropped++
		runtime.Gosched()
	}
	return dropped
}

// counter is a sink that adds up.
type counter struct{ n, sum atomic.Int64 }

func (c *counter) sink(batch []int) {
	sum := 0
	for _, v := range batch {
		sum += v
	}
	c.n.Add(int64(len(batch)))
	c.sum.Add(int64(sum))
}

func TestContendersDoTheSameWork(t *testing.T) {
	const producers, each = 4, 1000
	for _, c := range contenders {
		var got counter
		p := c.open(64, got.sink)
		var all sync.WaitGroup
		for i := range producers {
			all.Go(func() {
				for v := range each {
					p.insist(i*each + v)
				}
			})
		}
		all.Wait()
		p.drain()
		if n := got.n.Load(); n != producers*each {
			t.Errorf("%s: %d delivered", c.name, n)
		}
		p.insist(1)
		p.close()
		const n = producers * each
		if sum := got.sum.Load(); sum != n*(n-1)/2+1 {
			t.Errorf("%s: the sum is %d", c.name, sum)
		}
	}
}

// BenchmarkEmit is the price of the call while there is room: what it adds to the producer's path.
func BenchmarkEmit(b *testing.B) {
	const room = 1 << 12
	for _, c := range contenders {
		b.Run(fmt.Sprintf("impl=%s/producers=1", c.name), func(b *testing.B) {
			b.ReportAllocs()
			var got counter
			p := c.open(room, got.sink)
			left, dropped := room, 0
			for b.Loop() {
				if left == 0 {
					b.StopTimer()
					p.drain()
					left = room
					b.StartTimer()
				}
				left--
				if !p.emit(1) {
					dropped++
				}
			}
			p.close()
			b.ReportMetric(float64(dropped)/float64(b.N), "dropped/op")
		})
	}
}

// BenchmarkEmitParallel is the price of a value that is delivered, with its share of the sink's goroutine: several producers at once, each of
// which offers a value until it is accepted.
func BenchmarkEmitParallel(b *testing.B) {
	for _, c := range contenders {
		for _, producers := range []int{8, 32} {
			b.Run(fmt.Sprintf("impl=%s/producers=%d", c.name, producers), func(b *testing.B) {
				b.ReportAllocs()
				var got counter
				var dropped atomic.Int64
				p := c.open(emit.DefaultBuffer, got.sink)
				b.SetParallelism(max(1, producers/runtime.GOMAXPROCS(0)))
				b.RunParallel(func(pb *testing.PB) {
					n := 0
					for pb.Next() {
						n += p.insist(1)
					}
					dropped.Add(int64(n))
				})
				p.close()
				b.ReportMetric(float64(dropped.Load())/float64(b.N), "dropped/op")
			})
		}
	}
}

// BenchmarkDrop is the price of a value that there is no room for, because the sink does not return. A bare go has no such thing.
func BenchmarkDrop(b *testing.B) {
	for _, c := range contenders {
		if c.name == "go" {
			continue
		}
		b.Run(fmt.Sprintf("impl=%s/producers=8", c.name), func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(max(1, 8/runtime.GOMAXPROCS(0)))
			called, gate := make(chan struct{}, 1), make(chan struct{})
			p := c.open(emit.DefaultBuffer, func([]int) {
				select {
				case called <- struct{}{}:
				default:
				}
				<-gate
			})
			for range emit.DefaultBatch {
				p.emit(1)
			}
			<-called // the sink has what it takes at once
			for p.emit(1) {
			}
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if p.emit(1) {
						b.Error("accepted")
					}
				}
			})
			b.StopTimer()
			close(gate)
			p.close()
		})
	}
}

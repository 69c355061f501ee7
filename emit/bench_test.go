package emit_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sharedfate/fate/emit"
	"github.com/sharedfate/fate/internal/situations"
)

// The producers are those of package situations, where their ratios are measured: an emitter, and what is written in its place.

// slug is a name as a benchmark's has it.
func slug(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "-")) }

func TestContendersDoTheSameWork(t *testing.T) {
	const producers, each = 4, 1000
	for _, c := range situations.Producers() {
		var got situations.Counter
		p := c.Open(64, got.Sink)
		var all sync.WaitGroup
		for i := range producers {
			all.Go(func() {
				for v := range each {
					p.Insist(i*each + v)
				}
			})
		}
		all.Wait()
		p.Drain()
		if n := got.N.Load(); n != producers*each {
			t.Errorf("%s: %d delivered", slug(c.Name), n)
		}
		p.Insist(1)
		p.Close()
		const n = producers * each
		if sum := got.Sum.Load(); sum != n*(n-1)/2+1 {
			t.Errorf("%s: the sum is %d", slug(c.Name), sum)
		}
	}
}

// BenchmarkEmit is the price of the call while there is room: what it adds to the producer's path.
func BenchmarkEmit(b *testing.B) {
	const room = 1 << 12
	for _, c := range situations.Producers() {
		b.Run(fmt.Sprintf("impl=%s/producers=1", slug(c.Name)), func(b *testing.B) {
			b.ReportAllocs()
			var got situations.Counter
			p := c.Open(room, got.Sink)
			left, dropped := room, 0
			for b.Loop() {
				if left == 0 {
					b.StopTimer()
					p.Drain()
					left = room
					b.StartTimer()
				}
				left--
				if !p.Emit(1) {
					dropped++
				}
			}
			p.Close()
			b.ReportMetric(float64(dropped)/float64(b.N), "dropped/op")
		})
	}
}

// BenchmarkEmitParallel is the price of a value that is delivered, with its share of the sink's goroutine: several producers at once, each of
// which offers a value until it is accepted.
func BenchmarkEmitParallel(b *testing.B) {
	for _, c := range situations.Producers() {
		for _, producers := range []int{8, 32} {
			b.Run(fmt.Sprintf("impl=%s/producers=%d", slug(c.Name), producers), func(b *testing.B) {
				b.ReportAllocs()
				var got situations.Counter
				var dropped atomic.Int64
				p := c.Open(emit.DefaultBuffer, got.Sink)
				b.SetParallelism(max(1, producers/runtime.GOMAXPROCS(0)))
				b.RunParallel(func(pb *testing.PB) {
					n := 0
					for pb.Next() {
						n += p.Insist(1)
					}
					dropped.Add(int64(n))
				})
				p.Close()
				b.ReportMetric(float64(dropped.Load())/float64(b.N), "dropped/op")
			})
		}
	}
}

// BenchmarkDrop is the price of a value that there is no room for, because the sink does not return. A bare go has no such thing.
func BenchmarkDrop(b *testing.B) {
	for _, c := range situations.Producers() {
		if !c.Drops {
			continue
		}
		b.Run(fmt.Sprintf("impl=%s/producers=8", slug(c.Name)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(max(1, 8/runtime.GOMAXPROCS(0)))
			called, gate := make(chan struct{}, 1), make(chan struct{})
			p := c.Open(emit.DefaultBuffer, func([]int) {
				select {
				case called <- struct{}{}:
				default:
				}
				<-gate
			})
			for range emit.DefaultBatch {
				p.Emit(1)
			}
			<-called // the sink has what it takes at once
			for p.Emit(1) {
			}
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if p.Emit(1) {
						b.Error("accepted")
					}
				}
			})
			b.StopTimer()
			close(gate)
			p.Close()
		})
	}
}

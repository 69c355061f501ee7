package limiter_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/semaphore"

	"github.com/sharedfate/fate/internal/situations"
	"github.com/sharedfate/fate/limiter"
)

// The sharers are those of package situations, where their ratios are measured: package limiter, in its two ways, and what is written in its
// place.
//
//	go test -run '^$' -bench Groups -count 10 ./limiter | benchstat -col /impl -

func alike(int) int64 { return 1 }

func mixed(i int) int64 { return int64(1 + i%2) }

// All contenders do the same work, and all with a limit keep it.
func TestContendersDoTheSameWork(t *testing.T) {
	const groups, tasks, size = 3, 200, 2
	for _, c := range situations.Sharers() {
		var ran, running, most atomic.Int64
		err := c.Run(t.Context(), groups, tasks, size, alike, func(context.Context, int) error {
			now := running.Add(1)
			for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
			}
			ran.Add(1)
			running.Add(-1)
			return nil
		})
		if err != nil || ran.Load() != groups*tasks {
			t.Errorf("%s: %d ran, want %d; %v", c.Name, ran.Load(), groups*tasks, err)
		}
		if c.Limits && most.Load() > size {
			t.Errorf("%s: %d ran at once, the limit is %d", c.Name, most.Load(), size)
		}
		if err := c.Run(t.Context(), groups, tasks, size, mixed, func(context.Context, int) error { return errTask }); c.Limits && err != errTask {
			t.Errorf("%s: the error is %v, want %v", c.Name, err, errTask)
		}
	}
}

func none(context.Context, int) error { return nil }

// BenchmarkGroups is 1000 tasks that do nothing in each group: what the limit and the group cost.
func BenchmarkGroups(b *testing.B) {
	const tasks = 1000
	for _, load := range []struct {
		name   string
		groups int
		size   int64
		weight func(int) int64
	}{
		{"uncontended", 1, 1 << 40, alike},
		{"uncontended", 4, 1 << 40, alike},
		{"contended", 1, 2, alike},
		{"contended", 4, 2, alike},
		{"contended,weights", 4, 3, mixed},
	} {
		for _, c := range situations.Sharers() {
			b.Run(fmt.Sprintf("load=%s/groups=%d/impl=%s", load.name, load.groups, strings.ReplaceAll(c.Name, " ", "")), func(b *testing.B) {
				ctx, cancel := context.WithCancel(b.Context())
				defer cancel()
				b.ReportAllocs()
				for b.Loop() {
					if err := c.Run(ctx, load.groups, tasks, load.size, load.weight, none); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*tasks*load.groups), "ns/task")
			})
		}
	}
}

// BenchmarkAcquire is one weight taken and given back, by one goroutine and by several that find it taken.
func BenchmarkAcquire(b *testing.B) {
	for _, s := range []struct {
		impl string
		new  func(int64) subject
	}{
		{"semaphore", func(n int64) subject { return semaphore.NewWeighted(n) }},
		{"limiter", func(n int64) subject { return limiter.New(n) }},
	} {
		b.Run("load=uncontended/impl="+s.impl, func(b *testing.B) {
			sub := s.new(1)
			b.ReportAllocs()
			for b.Loop() {
				_ = sub.Acquire(b.Context(), 1)
				sub.Release(1)
			}
		})
		b.Run("load=contended/impl="+s.impl, func(b *testing.B) {
			sub := s.new(1)
			b.ReportAllocs()
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					_ = sub.Acquire(b.Context(), 1)
					sub.Release(1)
				}
			})
		})
	}
}

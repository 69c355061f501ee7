package limiter_test

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
)

// contenders run tasks tasks in each of so many groups, each group with a producer of its own, all under one limit; weight says what a task
// weighs. They return the first error.
//
//	go test -run '^$' -bench Groups -count 10 ./limiter | benchstat -col /impl -
var contenders = []struct {
	impl string
	run  func(ctx context.Context, groups, tasks int, size int64, weight func(int) int64, task fate.Task) error
}{
	// The floor: goroutines without a limit, an error or a context.
	{"go", func(ctx context.Context, groups, tasks int, _ int64, _ func(int) int64, task fate.Task) error {
		return producers(groups, func() error {
			var wg sync.WaitGroup
			wg.Add(tasks)
			for range tasks {
				go func() {
					defer wg.Done()
					_ = task(ctx)
				}()
			}
			wg.Wait()
			return nil
		})
	}},
	// By hand, as it is mostly written. Go runs a task also after its group has failed; a producer that waits is woken by its context.
	{"errgroup+semaphore", func(ctx context.Context, groups, tasks int, size int64, weight func(int) int64, task fate.Task) error {
		s := semaphore.NewWeighted(size)
		return producers(groups, func() error {
			g, ctx := errgroup.WithContext(ctx)
			for i := range tasks {
				n := weight(i)
				if s.Acquire(ctx, n) != nil {
					break
				}
				g.Go(func() error {
					defer s.Release(n)
					return task(ctx)
				})
			}
			return g.Wait()
		})
	}},
	{"limiter", func(ctx context.Context, groups, tasks int, size int64, weight func(int) int64, task fate.Task) error {
		l := limiter.New(size)
		return producers(groups, func() error {
			g := fate.New(ctx, failfast.Strategy{})
			for i := range tasks {
				if l.Go(g, weight(i), task) != nil {
					break
				}
			}
			return g.Wait()
		})
	}},
	// The limit within the task, by a strategy that holds tasks back at the size, so that few of them wait at once.
	{"limiter.Task", func(ctx context.Context, groups, tasks int, size int64, weight func(int) int64, task fate.Task) error {
		l := limiter.New(size)
		return producers(groups, func() error {
			g := fate.New(ctx, failfast.Strategy{Limit: int(min(size, math.MaxInt32))})
			for i := range tasks {
				if !g.Go(l.Task(weight(i), task)) {
					break
				}
			}
			return g.Wait()
		})
	}},
}

// producers calls f in so many goroutines, the first of them the caller's.
func producers(n int, f func() error) error {
	var others errgroup.Group
	for range n - 1 {
		others.Go(f)
	}
	err := f()
	if other := others.Wait(); err == nil {
		err = other
	}
	return err
}

func alike(int) int64 { return 1 }

func mixed(i int) int64 { return int64(1 + i%2) }

// All contenders do the same work, and all with a limit keep it.
func TestContendersDoTheSameWork(t *testing.T) {
	const groups, tasks, size = 3, 200, 2
	for _, c := range contenders {
		var ran, running, most atomic.Int64
		err := c.run(t.Context(), groups, tasks, size, alike, func(context.Context) error {
			now := running.Add(1)
			for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
			}
			ran.Add(1)
			running.Add(-1)
			return nil
		})
		if err != nil || ran.Load() != groups*tasks {
			t.Errorf("%s: %d ran, want %d; %v", c.impl, ran.Load(), groups*tasks, err)
		}
		if c.impl != "go" && most.Load() > size {
			t.Errorf("%s: %d ran at once, the limit is %d", c.impl, most.Load(), size)
		}
		if err := c.run(t.Context(), groups, tasks, size, mixed, func(context.Context) error { return errTask }); c.impl != "go" && err != errTask {
			t.Errorf("%s: the error is %v, want %v", c.impl, err, errTask)
		}
	}
}

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
		for _, c := range contenders {
			b.Run(fmt.Sprintf("load=%s/groups=%d/impl=%s", load.name, load.groups, c.impl), func(b *testing.B) {
				ctx, cancel := context.WithCancel(b.Context())
				defer cancel()
				b.ReportAllocs()
				for b.Loop() {
					if err := c.run(ctx, load.groups, tasks, load.size, load.weight, succeeds); err != nil {
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

package fate_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// BenchmarkOneFunc starts the same function value again and again, so that nothing is measured but the groups: the workloads of
// BenchmarkEmpty have a closure for each task, as programs do, that costs each contender the same. The code is written out for each
// contender, because an adapter would cost some of them a closure. The parent can be cancelled, as a request's can.
func BenchmarkOneFunc(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	task := func(context.Context) error { return nil }
	bare := func() error { return nil }
	for _, c := range []struct {
		impl string
		run  func(n int)
	}{
		{"go", func(n int) {
			var wg sync.WaitGroup
			f := func() { defer wg.Done() }
			wg.Add(n)
			for range n {
				go f()
			}
			wg.Wait()
		}},
		{"errgroup", func(n int) {
			g, _ := errgroup.WithContext(ctx)
			for range n {
				g.Go(bare)
			}
			_ = g.Wait()
		}},
		{"conc", func(n int) {
			g := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
			for range n {
				g.Go(task)
			}
			_ = g.Wait()
		}},
		{"failfast", func(n int) {
			g := fate.New(ctx, failfast.Strategy{})
			for range n {
				g.Go(task)
			}
			_ = g.Wait()
		}},
	} {
		for _, n := range []int{0, 1, 4, 1000} {
			b.Run(fmt.Sprintf("impl=%s/tasks=%d", c.impl, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.run(n)
				}
			})
		}
	}
}

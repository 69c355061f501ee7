package claims

import (
	"context"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"golang.org/x/sync/errgroup"
)

// A starter runs the task for each number below n, and joins them. Each has one closure for each task, as programs do.
type starter func(ctx context.Context, n int, task func(i int) error) error

func ours(ctx context.Context, n int, task func(int) error) error {
	g := fate.New(ctx, failfast.Strategy{})
	for i := range n {
		g.Go(func(context.Context) error { return task(i) })
	}
	return g.Wait()
}

func byErrgroup(ctx context.Context, n int, task func(int) error) error {
	g, _ := errgroup.WithContext(ctx)
	for i := range n {
		g.Go(func() error { return task(i) })
	}
	return g.Wait()
}

// bare forgets the tasks' errors: there is nobody to take them.
func bare(_ context.Context, n int, task func(int) error) error {
	var wg sync.WaitGroup
	wg.Add(n)
	for i := range n {
		go func() {
			defer wg.Done()
			_ = task(i)
		}()
	}
	wg.Wait()
	return nil
}

// limit is how many tasks may run at once where a limit is what is looked at.
const limit = 8

func bySetLimit(ctx context.Context, n int, task func(int) error) error {
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(limit)
	for i := range n {
		g.Go(func() error { return task(i) })
	}
	return g.Wait()
}

// byPool hands numbers over a channel to as many workers as the limit allows. A worker goes on after an error, so that nobody blocks who
// has something to hand over; none of the tasks here fails.
func byPool(ctx context.Context, n int, task func(int) error) error {
	g, _ := errgroup.WithContext(ctx)
	queue := make(chan int)
	for range limit {
		g.Go(func() (first error) {
			for i := range queue {
				if err := task(i); err != nil && first == nil {
					first = err
				}
			}
			return first
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	return g.Wait()
}

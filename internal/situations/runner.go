package situations

import (
	"context"
	"errors"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// A Runner runs the tasks 0 to n-1 and returns the first error, which stops the rest. What it makes for that is gone when it returns.
type Runner func(ctx context.Context, n int, task func(ctx context.Context, i int) error) error

// Limit is how many tasks run at once, of those that have a limit.
const Limit = 8

var errTask = errors.New("situations: the task failed")

// What others of the rows 1 and 2 don't promise.
const (
	ofErrgroup = "runtime.Goexit is taken for success; tasks that have not started when one fails still run; when the parent ends, nothing is told unless a task tells it"
	ofConc     = "the same, and the context's cause is not the error"
	ofOnce     = "runtime.Goexit is taken for success; tasks that have not started when one fails still run; when the parent ends, nothing is told unless a task tells it"
	ofWaiting  = "; who waits for a place does not come back at a stop"
)

func byFate(limit int) Runner {
	return func(ctx context.Context, n int, task func(context.Context, int) error) error {
		g := fate.New(ctx, failfast.Strategy{Limit: limit})
		for i := range n {
			if !g.Go(func(ctx context.Context) error { return task(ctx, i) }) {
				break
			}
		}
		return g.Wait()
	}
}

// byErrgroup has no limit if it is 0.
func byErrgroup(limit int) Runner {
	return func(ctx context.Context, n int, task func(context.Context, int) error) error {
		g, ctx := errgroup.WithContext(ctx)
		if limit > 0 {
			g.SetLimit(limit)
		}
		for i := range n {
			g.Go(func() error { return task(ctx, i) })
		}
		return g.Wait()
	}
}

// byConc has no limit if it is 0.
func byConc(limit int) Runner {
	return func(ctx context.Context, n int, task func(context.Context, int) error) error {
		p := pool.New()
		if limit > 0 {
			p = p.WithMaxGoroutines(limit)
		}
		g := p.WithContext(ctx).WithCancelOnError().WithFirstError()
		for i := range n {
			g.Go(func(ctx context.Context) error { return task(ctx, i) })
		}
		return g.Wait()
	}
}

// bySemaphore takes a place before it starts a goroutine for it, so that the producer waits and comes back at a stop.
func bySemaphore(ctx context.Context, n int, task func(context.Context, int) error) error {
	places := semaphore.NewWeighted(Limit)
	g, ctx := errgroup.WithContext(ctx)
	for i := range n {
		if places.Acquire(ctx, 1) != nil {
			break
		}
		g.Go(func() (err error) {
			defer func() {
				if err == nil { // or another would start in its place before the group knows of the error
					places.Release(1)
				}
			}()
			return task(ctx, i)
		})
	}
	return g.Wait()
}

// byOnce is a WaitGroup, a Once and a cancel.
func byOnce(ctx context.Context, n int, task func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for i := range n {
		wg.Go(func() {
			if err := task(ctx, i); err != nil {
				once.Do(func() {
					first = err
					cancel(err)
				})
			}
		})
	}
	wg.Wait()
	return first
}

// byPlaces is the same with a channel that has as many places as tasks may run.
func byPlaces(ctx context.Context, n int, task func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	places := make(chan struct{}, Limit)
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for i := range n {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-places }()
			if err := task(ctx, i); err != nil {
				once.Do(func() {
					first = err
					cancel(err)
				})
			}
		})
	}
	wg.Wait()
	return first
}

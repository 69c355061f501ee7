package price

import (
	"context"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// under runs tasks in a group of ours.
func under(s fate.Strategy) runner {
	return func(ctx context.Context, tasks int, f form) error {
		g := fate.New(ctx, s)
		for range tasks {
			g.Go(f.task)
		}
		return g.Wait()
	}
}

// byErrgroup runs them in an errgroup; a limit of 0 is none.
func byErrgroup(limit int) runner {
	return func(ctx context.Context, tasks int, f form) error {
		g, _ := errgroup.WithContext(ctx)
		if limit > 0 {
			g.SetLimit(limit)
		}
		for range tasks {
			g.Go(f.erred)
		}
		return g.Wait()
	}
}

// byConc runs them in conc's pool that does what an errgroup does.
func byConc(limit int) runner {
	return func(ctx context.Context, tasks int, f form) error {
		p := pool.New()
		if limit > 0 {
			p = p.WithMaxGoroutines(limit)
		}
		g := p.WithContext(ctx).WithCancelOnError().WithFirstError()
		for range tasks {
			g.Go(f.task)
		}
		return g.Wait()
	}
}

// bare runs them with a goroutine each and a WaitGroup, one closure for all.
func bare(_ context.Context, tasks int, f form) error {
	var wg sync.WaitGroup
	wg.Add(tasks)
	task := func() {
		defer wg.Done()
		f.plain()
	}
	for range tasks {
		go task()
	}
	wg.Wait()
	return nil
}

// byChannel hands them to workers over a channel.
func byChannel(workers, buffer int) runner {
	return func(_ context.Context, tasks int, f form) error {
		var wg sync.WaitGroup
		queue := make(chan func(), buffer)
		for range workers {
			wg.Go(func() {
				for task := range queue {
					task()
				}
			})
		}
		for range tasks {
			queue <- f.plain
		}
		close(queue)
		wg.Wait()
		return nil
	}
}

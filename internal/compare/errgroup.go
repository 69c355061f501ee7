package compare

import (
	"context"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

func errgroups() []Contender {
	return []Contender{
		{
			Name:    "errgroup",
			What:    "errgroup.WithContext, SetLimit",
			Lack:    "all errors but the first are lost; tasks that had not started when it came are started all the same",
			Limits:  true,
			Tries:   true,
			Cancels: true,
			Keeps:   First,
			Open: func(ctx context.Context, o Options) Group {
				g, ctx := errgroup.WithContext(ctx)
				if o.Limit > 0 {
					g.SetLimit(o.Limit)
				}
				return &errgroupGroup{ctx: ctx, g: g}
			},
		},
		{
			Name:       "errgroup-sem",
			What:       "errgroup.WithContext, semaphore.Weighted acquired before Go; without a limit it is errgroup, and left out",
			Lack:       "all errors but the first are lost",
			Limits:     true,
			NeedsLimit: true,
			Tries:      true,
			Cancels:    true,
			Keeps:      First,
			Open: func(ctx context.Context, o Options) Group {
				g, ctx := errgroup.WithContext(ctx)
				if o.Limit == 0 {
					return &errgroupGroup{ctx: ctx, g: g}
				}
				return &errgroupSem{errgroupGroup{ctx: ctx, g: g}, semaphore.NewWeighted(int64(o.Limit))}
			},
		},
	}
}

type errgroupGroup struct {
	ctx context.Context
	g   *errgroup.Group
}

func (g *errgroupGroup) Context() context.Context { return g.ctx }

func (g *errgroupGroup) Go(task func(context.Context) error) {
	g.g.Go(func() error { return task(g.ctx) })
}

func (g *errgroupGroup) TryGo(task func(context.Context) error) bool {
	return g.g.TryGo(func() error { return task(g.ctx) })
}

func (g *errgroupGroup) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		g.g.Go(func() error { return task(g.ctx, i) })
	}
}

func (g *errgroupGroup) TryEach(n int, task func(context.Context, int) error) (taken int) {
	for i := range n {
		if g.g.TryGo(func() error { return task(g.ctx, i) }) {
			taken++
		}
	}
	return taken
}

func (g *errgroupGroup) Wait() error { return g.g.Wait() }

// errgroupSem acquires before it starts, so that waiting ends when the group is cancelled: what had not started by then does
// not run, and the group is told why.
type errgroupSem struct {
	errgroupGroup
	sem *semaphore.Weighted
}

func (g *errgroupSem) acquire() bool {
	err := g.sem.Acquire(g.ctx, 1)
	if err != nil {
		g.g.Go(func() error { return err })
	}
	return err == nil
}

func (g *errgroupSem) Go(task func(context.Context) error) {
	if g.acquire() {
		g.start(task)
	}
}

func (g *errgroupSem) TryGo(task func(context.Context) error) bool {
	if !g.sem.TryAcquire(1) {
		return false
	}
	g.start(task)
	return true
}

func (g *errgroupSem) start(task func(context.Context) error) {
	g.g.Go(func() error {
		defer g.sem.Release(1)
		return task(g.ctx)
	})
}

func (g *errgroupSem) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		if !g.acquire() {
			return
		}
		g.g.Go(func() error {
			defer g.sem.Release(1)
			return task(g.ctx, i)
		})
	}
}

func (g *errgroupSem) TryEach(n int, task func(context.Context, int) error) (taken int) {
	for i := range n {
		if !g.sem.TryAcquire(1) {
			continue
		}
		taken++
		g.g.Go(func() error {
			defer g.sem.Release(1)
			return task(g.ctx, i)
		})
	}
	return taken
}

package compare

import (
	"context"

	"github.com/sourcegraph/conc/pool"
)

func concs() []Contender {
	return []Contender{
		{
			Name:    "conc",
			What:    "pool.New().WithContext().WithCancelOnError().WithFirstError(), WithMaxGoroutines",
			Lack:    "all errors but the first are lost; context.Cause is context.Canceled and not the error; no TryGo",
			Limits:  true,
			Cancels: true,
			Keeps:   First,
			Open: func(ctx context.Context, o Options) Group {
				p := pool.New()
				if o.Limit > 0 {
					p = p.WithMaxGoroutines(o.Limit)
				}
				return &concContext{ctx: ctx, p: p.WithContext(ctx).WithCancelOnError().WithFirstError()}
			},
		},
		{
			Name:   "conc-errors",
			What:   "pool.New().WithErrors(), WithMaxGoroutines",
			Lack:   "nothing is cancelled; errors in order of completion; no TryGo",
			Limits: true,
			Keeps:  Every,
			Open: func(ctx context.Context, o Options) Group {
				p := pool.New()
				if o.Limit > 0 {
					p = p.WithMaxGoroutines(o.Limit)
				}
				return &concErrors{ctx: ctx, p: p.WithErrors()}
			},
		},
	}
}

// concContext's own context is seen by tasks alone.
type concContext struct {
	ctx context.Context
	p   *pool.ContextPool
}

func (g *concContext) Context() context.Context            { return g.ctx }
func (g *concContext) Go(task func(context.Context) error) { g.p.Go(task) }
func (g *concContext) Wait() error                         { return g.p.Wait() }

func (g *concContext) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		g.p.Go(func(ctx context.Context) error { return task(ctx, i) })
	}
}

type concErrors struct {
	ctx context.Context
	p   *pool.ErrorPool
}

func (g *concErrors) Context() context.Context { return g.ctx }
func (g *concErrors) Wait() error              { return g.p.Wait() }

func (g *concErrors) Go(task func(context.Context) error) {
	g.p.Go(func() error { return task(g.ctx) })
}

func (g *concErrors) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		g.p.Go(func() error { return task(g.ctx, i) })
	}
}

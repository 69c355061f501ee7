package compare

import (
	"context"

	"github.com/hashicorp/go-multierror"
	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/shed"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// The adapters of this file do what those of the contenders are careful not to do: they hand a number, or a result, on as it is.

// rawWait returns the Wait of an empty group of the contender's, assigned to an error without further thought.
func rawWait(ctx context.Context, c Contender) func() error {
	if c.Name == "multierror" {
		var g multierror.Group
		return func() error { return g.Wait() }
	}
	return c.Open(ctx, Options{}).Wait
}

// limitedToZero returns what opens a group of the contender's with a limit of 0, where [Options] say no limit; nil if it has no
// limit of its own.
func limitedToZero(c Contender) func(context.Context) Group {
	switch {
	case c.Name == "shed":
		return func(ctx context.Context) Group { return &fateGroup{fate.New(ctx, shed.Strategy{Limit: 0})} }
	case c.Ours: // 0 is handed on as it is
		return func(ctx context.Context) Group { return c.Open(ctx, Options{Limit: 0}) }
	case c.Name == "errgroup":
		return func(ctx context.Context) Group {
			g, ctx := errgroup.WithContext(ctx)
			g.SetLimit(0)
			return &errgroupGroup{ctx: ctx, g: g}
		}
	case c.Name == "errgroup-sem":
		return func(ctx context.Context) Group {
			g, ctx := errgroup.WithContext(ctx)
			return &errgroupSem{errgroupGroup{ctx: ctx, g: g}, semaphore.NewWeighted(0)}
		}
	case c.Name == "conc":
		return func(ctx context.Context) Group {
			return &concContext{ctx: ctx, p: pool.New().WithMaxGoroutines(0).WithContext(ctx)}
		}
	case c.Name == "conc-errors":
		return func(ctx context.Context) Group {
			return &concErrors{ctx: ctx, p: pool.New().WithMaxGoroutines(0).WithErrors()}
		}
	default:
		return nil
	}
}

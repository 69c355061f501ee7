package migrate_test

import (
	"context"

	"golang.org/x/sync/errgroup"
)

func importBefore(ctx context.Context, urls []string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2)
	for _, u := range urls {
		g.Go(func() error { return check(ctx, u) })
	}
	return g.Wait()
}

//go:build go1.21

// The line above gives this file the loops of Go 1.21, whatever the module says: one variable for all rounds.

package fate_test

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

func visitThere(names []string, visit func(string)) error {
	start := make(chan struct{})
	tasks := 0
	var g errgroup.Group
	for _, name := range names {
		g.Go(func() error {
			<-start
			visit(name)
			return nil
		})
		tasks++ // with nothing after Go, vet would say what is wrong
	}
	close(start)
	return g.Wait()
}

func visitHere(ctx context.Context, names []string, visit func(string)) error {
	start := make(chan struct{})
	g := fate.New(ctx, failfast.Strategy{})
	for _, name := range names {
		g.Go(func(context.Context) error {
			<-start
			visit(name)
			return nil
		})
	}
	close(start)
	return g.Wait()
}

func visitInstead(ctx context.Context, names []string, visit func(context.Context, string) (int, error)) error {
	_, err := fate.Map(ctx, failfast.Strategy{}, names, visit)
	return err
}

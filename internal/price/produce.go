package price

import (
	"context"
	"fmt"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"golang.org/x/sync/errgroup"
)

// produceRow is what it costs to offer from several goroutines at once.
func produceRow(producers int, atMost float64) Row {
	return Row{
		Name: fmt.Sprintf("produce-%d", producers), Work: fmt.Sprintf("%%s tasks, %d goroutines offer them to one group", producers),
		Tasks: 8000, Beside: errgroupName, AtMost: atMost,
		Ours: empty(fromSeveral(producers)), Theirs: empty(fromSeveralErrgroup(producers)),
	}
}

func fromSeveral(producers int) runner {
	return func(ctx context.Context, tasks int, f form) error {
		g := fate.New(ctx, failfast.Strategy{})
		var wg sync.WaitGroup
		for range producers {
			wg.Go(func() {
				for range tasks / producers {
					g.Go(f.task)
				}
			})
		}
		wg.Wait()
		return g.Wait()
	}
}

func fromSeveralErrgroup(producers int) runner {
	return func(ctx context.Context, tasks int, f form) error {
		g, _ := errgroup.WithContext(ctx)
		var wg sync.WaitGroup
		for range producers {
			wg.Go(func() {
				for range tasks / producers {
					g.Go(f.erred)
				}
			})
		}
		wg.Wait()
		return g.Wait()
	}
}

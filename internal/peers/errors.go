package peers

import (
	"context"
	"sync"

	"github.com/sharedfate/fate/internal/situations"
	"go.uber.org/multierr"
)

// Row 5: all errors are wanted, and not the first.

func errorWorks() []situations.Work {
	return []situations.Work{situations.Work{Row: 5, Name: "errors", Sides: []situations.Side{
		situations.Collector(collectMultierr).Side("multierr",
			"starting, joining and the lock are by hand; errors come in the order of completion, none with its task; one error alone comes bare"),
	}}.Beside()}
}

func collectMultierr(_ context.Context, n int, task func(i int) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all error
	for i := range n {
		wg.Go(func() {
			if err := task(i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				all = multierr.Append(all, err)
			}
		})
	}
	wg.Wait()
	return all
}

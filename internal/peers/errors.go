package peers

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/internal/situations"
	"go.uber.org/multierr"
)

// Row 5: all errors are wanted, and not the first.

func errorWorks() []situations.Work {
	return []situations.Work{{
		Row: 5, Name: "errors", About: "%s tasks of which every fourth fails, all errors told", Tasks: 100,
		Want: func(n int) situations.Done {
			d := situations.Done{Cut: n / 4, Told: n / 4}
			for i := range n {
				if !failing(i) {
					d.Sum += uint64(i + 1)
				}
			}
			if d.Told > 0 {
				d.Err = errTask
			}
			return d
		},
		Sides: []situations.Side{
			{Name: "collectall", Do: errorsOurs},
			{Name: "multierr", Less: "starting, joining and the lock are by hand; errors come in the order of completion, none with its task; one error alone comes bare", Do: errorsMultierr},
			{Name: "errors.Join", Less: "the same, but one error alone is joined too", Do: errorsJoined},
		},
	}}
}

func failing(i int) bool { return i%4 == 3 }

// A failure is the error of one task, and tells which.
type failure int

func (f failure) Error() string { return fmt.Sprintf("%v: task %d", errTask, int(f)) }
func (f failure) Unwrap() error { return errTask }

// work does the task, or fails.
func work(slots []uint64, i int) error {
	if failing(i) {
		return failure(i)
	}
	slots[i] = uint64(i + 1)
	return nil
}

// did says what was done, and how many different failures are in err.
func did(slots []uint64, err error) situations.Done {
	d := situations.Done{Err: err}
	for _, v := range slots {
		d.Sum += v
		if v == 0 {
			d.Cut++
		}
	}
	seen := make([]bool, len(slots))
	for _, err := range branches(err) {
		if f, ok := errors.AsType[failure](err); ok && !seen[f] {
			seen[f] = true
			d.Told++
		}
	}
	return d
}

// branches are the errors that a list of them holds, or the one that it is.
func branches(err error) []error {
	switch e := err.(type) {
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return []error{err}
}

func errorsOurs(ctx context.Context, n int) situations.Done {
	slots := make([]uint64, n)
	g := fate.New(ctx, collectall.Strategy{})
	for i := range n {
		g.Go(func(context.Context) error { return work(slots, i) })
	}
	return did(slots, g.Wait())
}

func errorsMultierr(_ context.Context, n int) situations.Done {
	slots := make([]uint64, n)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all error
	for i := range n {
		wg.Go(func() {
			if err := work(slots, i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				all = multierr.Append(all, err)
			}
		})
	}
	wg.Wait()
	return did(slots, all)
}

func errorsJoined(_ context.Context, n int) situations.Done {
	slots := make([]uint64, n)
	var wg sync.WaitGroup
	failed := make(chan error, n)
	for i := range n {
		wg.Go(func() {
			if err := work(slots, i); err != nil {
				failed <- err
			}
		})
	}
	wg.Wait()
	close(failed)
	var errs []error
	for err := range failed {
		errs = append(errs, err)
	}
	return did(slots, errors.Join(errs...))
}

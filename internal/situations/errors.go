package situations

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/go-multierror"
	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sourcegraph/conc/pool"
)

// Row 5: all errors are wanted, and not the first.

func errorWorks() []Work {
	return []Work{{
		Row: 5, Name: "errors", About: "%s tasks of which every fourth fails, all errors told", Tasks: 100,
		Want: func(n int) Done {
			d := Done{Sum: sumOf(n, func(i int) bool { return !failing(i) }), Cut: n / 4, Told: n / 4}
			if d.Told > 0 {
				d.Err = errTask
			}
			return d
		},
		Sides: []Side{
			Collector(collectOurs).Side("collectall", ""),
			Collector(collectByChannel).Side("by hand, channel", "errors come in the order of completion, none with its task; runtime.Goexit is taken for success"),
			Collector(collectBySlice).Side("by hand, slice", "the same"),
			Collector(collectConc).Side("conc ErrorPool", "errors come in the order of completion, none with its task, each joined to all before; runtime.Goexit is taken for success"),
			Collector(collectMultierror).Side("multierror.Group", "errors come in the order of completion, none with its task; runtime.Goexit is taken for success"),
		},
	}}
}

// A Collector runs the tasks 0 to n-1 and returns all their errors in one.
type Collector func(ctx context.Context, n int, task func(i int) error) error

// Side is a collector as a side of row 5.
func (collect Collector) Side(name, less string) Side {
	return Side{Name: name, Less: less, Do: func(ctx context.Context, n int) Done {
		work := make(slots, n)
		err := collect(ctx, n, func(i int) error {
			if failing(i) {
				return failure(i)
			}
			work.put(i)
			return nil
		})
		return Done{Sum: work.sum(), Cut: work.missing(), Told: failures(err, n), Err: err}
	}}
}

func failing(i int) bool { return i%4 == 3 }

// A failure is the error of one task, and tells which.
type failure int

func (f failure) Error() string { return fmt.Sprintf("%v: task %d", errTask, int(f)) }
func (f failure) Unwrap() error { return errTask }

// failures is how many of n tasks have their error in the tree of err.
func failures(err error, n int) (told int) {
	seen := make([]bool, n)
	for todo := []error{err}; len(todo) > 0; {
		err, todo = todo[len(todo)-1], todo[:len(todo)-1]
		switch e := err.(type) {
		case failure:
			if !seen[e] {
				seen[e] = true
				told++
			}
		case *multierror.Error:
			todo = append(todo, e.Errors...)
		case interface{ Unwrap() []error }:
			todo = append(todo, e.Unwrap()...)
		case interface{ Unwrap() error }:
			todo = append(todo, e.Unwrap())
		}
	}
	return told
}

func collectOurs(ctx context.Context, n int, task func(int) error) error {
	g := fate.New(ctx, collectall.Strategy{})
	for i := range n {
		g.Go(func(context.Context) error { return task(i) })
	}
	return g.Wait()
}

func collectByChannel(_ context.Context, n int, task func(int) error) error {
	var wg sync.WaitGroup
	failed := make(chan error, n)
	for i := range n {
		wg.Go(func() {
			if err := task(i); err != nil {
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
	return errors.Join(errs...)
}

func collectBySlice(_ context.Context, n int, task func(int) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for i := range n {
		wg.Go(func() {
			if err := task(i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func collectConc(_ context.Context, n int, task func(int) error) error {
	p := pool.New().WithErrors()
	for i := range n {
		p.Go(func() error { return task(i) })
	}
	return p.Wait()
}

func collectMultierror(_ context.Context, n int, task func(int) error) error {
	var g multierror.Group
	for i := range n {
		g.Go(func() error { return task(i) })
	}
	return g.Wait().ErrorOrNil()
}

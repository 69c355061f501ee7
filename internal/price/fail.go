package price

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/go-multierror"
	"github.com/sharedfate/fate/collectall"
	"github.com/sourcegraph/conc/pool"
)

// failRows are what errors cost whoever keeps them all.
func failRows() []Row {
	var rows []Row
	for _, n := range []int{1000, 100_000} {
		name, quick := fmt.Sprintf("fail-%d", n), min(n, 20_000)
		rows = append(rows,
			Row{Name: name, Work: "%s tasks that all fail, collected", Tasks: n, Quick: quick, Beside: "conc ErrorPool", AtMost: 0.25,
				Ours: failing(under(collectall.Strategy{})), Theirs: failing(byErrorPool)},
			Row{Name: name, Work: "%s tasks that all fail, collected", Tasks: n, Quick: quick, Beside: "multierror.Group", AtMost: 0.5,
				Ours: failing(under(collectall.Strategy{})), Theirs: failing(byMultierror)},
		)
	}
	return rows
}

var errTask = errors.New("price: the task failed")

// fails is the task that fails, in all signatures.
var fails = form{
	task:  func(context.Context) error { return errTask },
	erred: func() error { return errTask },
	plain: func() {},
}

// failing measures a runner with tasks that all fail.
func failing(run runner) Side {
	return func(m *Meter) error {
		var got error
		return m.Each(func() error {
			got = run(m.Context, m.Tasks, fails)
			return nil
		}, func() error {
			if m.Context.Err() != nil {
				return context.Cause(m.Context)
			}
			return m.did(failures(got))
		})
	}
}

// failures counts how often a task's error is in the tree of err.
func failures(err error) (n int64) {
	for todo := []error{err}; len(todo) > 0; {
		err, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if err == errTask {
			n++
			continue
		}
		switch e := err.(type) {
		case interface{ Unwrap() []error }:
			todo = append(todo, e.Unwrap()...)
		case *multierror.Error:
			todo = append(todo, e.Errors...)
		case interface{ Unwrap() error }:
			todo = append(todo, e.Unwrap())
		}
	}
	return n
}

func byErrorPool(_ context.Context, tasks int, f form) error {
	p := pool.New().WithErrors()
	for range tasks {
		p.Go(f.erred)
	}
	return p.Wait()
}

func byMultierror(_ context.Context, tasks int, f form) error {
	var g multierror.Group
	for range tasks {
		g.Go(f.erred)
	}
	return g.Wait().ErrorOrNil()
}

package situations

import (
	"context"
	"errors"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
	"golang.org/x/sync/errgroup"
)

// Row 8: some children are to be stopped, and not all.

var (
	errUnwanted = errors.New("situations: not wanted any more")
	errDatabase = errors.New("situations: the database is gone")
)

func cancelWorks() []Work {
	return []Work{
		{
			Row: 8, Name: "cancel", About: "%s children, every other one cancelled by name, then joined", Tasks: 16,
			Want: func(n int) Done { return Done{Sum: sumOf(n, even), Cut: n / 2, Told: n / 2} },
			Sides: []Side{
				{Name: "Child.Cancel", Do: cancelOurs},
				{Name: "by hand", Do: cancelByHand, Less: "a failure of a child reaches nobody: it stops none of the others and is no answer of the whole"},
				{Name: "errgroup", Do: cancelErrgroup, Less: "each task must know whether it was cancelled on purpose, or its error stops the rest"},
			},
		},
		{
			Row: 8, Name: "dependents", About: "%s children and one that fails, on which every other one depends", Tasks: 16,
			Want: func(n int) Done { return Done{Sum: sumOf(n, even), Cut: n / 2, Told: n / 2, Err: errDatabase} },
			Sides: []Side{
				{Name: "selective", Do: dependentsOurs},
				{Name: "by hand", Do: dependentsByHand, Less: "who depends on whom is in the code that makes contexts, and can't be chosen by config"},
				{Name: "errgroup", Do: dependentsErrgroup, Less: "the same, and of several failures one is told"},
			},
		},
	}
}

// until is a child that does its work once it is told to, unless its context ends before.
func (s slots) until(i int, goOn <-chan struct{}) fate.Task {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-goOn:
			s.put(i)
			return nil
		}
	}
}

// told is how many of the errors say that reason.
func told(errs []error, reason error) (n int) {
	for _, err := range errs {
		if errors.Is(err, reason) {
			n++
		}
	}
	return n
}

func cancelOurs(ctx context.Context, n int) Done {
	g := fate.New(ctx, failfast.Strategy{})
	work, goOn := make(slots, n), make(chan struct{})
	children := make([]*fate.Child, n)
	for i := range children {
		children[i] = g.Spawn("child", work.until(i, goOn))
	}
	for i := 1; i < n; i += 2 {
		children[i].Cancel(errUnwanted)
	}
	errs := make([]error, n)
	for i := 1; i < n; i += 2 {
		<-children[i].Done()
		errs[i] = children[i].Err()
	}
	close(goOn)
	err := g.Wait()
	return Done{work.sum(), work.missing(), told(errs, errUnwanted), err}
}

func cancelByHand(ctx context.Context, n int) Done {
	type child struct {
		cancel context.CancelCauseFunc
		done   chan struct{}
		err    error // once done is closed
	}
	work, goOn := make(slots, n), make(chan struct{})
	children := make([]*child, n)
	var wg sync.WaitGroup
	for i := range children {
		own, cancel := context.WithCancelCause(ctx)
		c := &child{cancel: cancel, done: make(chan struct{})}
		children[i] = c
		task := work.until(i, goOn)
		wg.Go(func() {
			defer cancel(nil)
			defer close(c.done)
			c.err = task(own)
		})
	}
	for i := 1; i < n; i += 2 {
		children[i].cancel(errUnwanted)
	}
	errs := make([]error, n)
	for i := 1; i < n; i += 2 {
		<-children[i].done
		errs[i] = children[i].err
	}
	close(goOn)
	wg.Wait()
	return Done{work.sum(), work.missing(), told(errs, errUnwanted), nil}
}

func cancelErrgroup(ctx context.Context, n int) Done {
	type child struct {
		cancel context.CancelCauseFunc
		done   chan struct{}
		err    error // once done is closed
	}
	work, goOn := make(slots, n), make(chan struct{})
	children := make([]*child, n)
	g, ctx := errgroup.WithContext(ctx)
	for i := range children {
		own, cancel := context.WithCancelCause(ctx)
		c := &child{cancel: cancel, done: make(chan struct{})}
		children[i] = c
		task := work.until(i, goOn)
		g.Go(func() error {
			defer cancel(nil)
			defer close(c.done)
			c.err = task(own)
			if errors.Is(context.Cause(own), errUnwanted) {
				return nil // or it would stop all others
			}
			return c.err
		})
	}
	for i := 1; i < n; i += 2 {
		children[i].cancel(errUnwanted)
	}
	errs := make([]error, n)
	for i := 1; i < n; i += 2 {
		<-children[i].done
		errs[i] = children[i].err
	}
	close(goOn)
	err := g.Wait()
	return Done{work.sum(), work.missing(), told(errs, errUnwanted), err}
}

func dependentsOurs(ctx context.Context, n int) Done {
	g := fate.New(ctx, selective.Strategy{Scope: selective.Dependents})
	work, goOn := make(slots, n), make(chan struct{})
	children := make([]*fate.Child, n)
	for i := range children {
		if odd(i) {
			children[i] = g.Spawn("api", work.until(i, goOn), fate.DependsOn("db"))
		} else {
			children[i] = g.Spawn("logs", work.until(i, goOn))
		}
	}
	g.Spawn("db", func(context.Context) error { return errDatabase })
	errs := make([]error, n)
	for i := 1; i < n; i += 2 {
		<-children[i].Done()
		errs[i] = children[i].Err()
	}
	close(goOn)
	err := g.Wait()
	return Done{work.sum(), work.missing(), told(errs, errDatabase), err}
}

func dependentsByHand(ctx context.Context, n int) Done {
	withDB, lost := context.WithCancelCause(ctx) // of what depends on it
	defer lost(nil)
	work, goOn := make(slots, n), make(chan struct{})
	errs := make([]error, n)
	var dependents, others sync.WaitGroup
	for i := range n {
		wg, ctx := &others, ctx
		if odd(i) {
			wg, ctx = &dependents, withDB
		}
		task := work.until(i, goOn)
		wg.Go(func() { errs[i] = task(ctx) })
	}
	var failed error
	others.Go(func() {
		if failed = errDatabase; failed != nil {
			lost(failed)
		}
	})
	dependents.Wait()
	close(goOn)
	others.Wait()
	return Done{work.sum(), work.missing(), told(errs, errDatabase), failed}
}

func dependentsErrgroup(ctx context.Context, n int) Done {
	withDB, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	work, goOn := make(slots, n), make(chan struct{})
	errs := make([]error, n)
	var dependents, others errgroup.Group // without a context: a failure must not stop the others
	for i := range n {
		g, ctx := &others, ctx
		if odd(i) {
			g, ctx = &dependents, withDB
		}
		task := work.until(i, goOn)
		g.Go(func() error {
			errs[i] = task(ctx)
			return errs[i]
		})
	}
	others.Go(func() error {
		lost(errDatabase)
		return errDatabase
	})
	_ = dependents.Wait() // it says what the other one says
	close(goOn)
	err := others.Wait()
	return Done{work.sum(), work.missing(), told(errs, errDatabase), err}
}

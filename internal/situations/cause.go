package situations

import (
	"context"
	"errors"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"golang.org/x/sync/errgroup"
)

// Row 17: many tasks end because one has failed, or because whoever wanted them has gone, and the reason is to be logged once and not by
// each of them.

var (
	errDisk     = errors.New("situations: disk full")
	errShutdown = errors.New("situations: shutting down")
)

func causeWorks() []Work {
	return []Work{
		{
			Row: 17, Name: "cause", About: "%s tasks that end because one more has failed, and one line of log", Tasks: 16,
			Want:  func(n int) Done { return Done{Cut: n, Told: 1, Err: errDisk} },
			Sides: causeSides(errDisk),
		},
		{
			Row: 17, Name: "cause-outside", About: "%s tasks that end because their parent has, and one line of log", Tasks: 16,
			Want:  func(n int) Done { return Done{Cut: n, Told: 1, Err: errShutdown} },
			Sides: causeSides(nil),
		},
	}
}

// causeSides have one more task fail with that error, or if it is nil, have the parent end.
func causeSides(failure error) []Side {
	side := func(name, less string, run func(ctx context.Context, n int, failure error, all *waiters) error) Side {
		return Side{Name: name, Less: less, Do: func(ctx context.Context, n int) Done {
			parent, end := context.WithCancelCause(ctx)
			defer end(nil)
			all := newWaiters(n, failure, end)
			cause := run(parent, n, failure, all)
			var log journal
			if cause != nil {
				log.add(cause)
			}
			return Done{Cut: all.ended(), Told: len(log), Err: errors.Join(log...)}
		}}
	}
	return []Side{
		side("failfast", "", causeOurs),
		side("errgroup", "Wait's error alone does not say why: it is the first of the tasks' own errors, and nil if they have none when the parent ends", causeErrgroup),
		side("by hand", "runtime.Goexit is taken for success", causeByHand),
	}
}

// A journal is what was logged.
type journal []error

func (j *journal) add(err error) { *j = append(*j, err) }

// waiters are tasks that work until they are told to end, and then say nothing of it.
type waiters struct {
	ends    []bool
	started sync.WaitGroup
	end     func() // once all work, if it is the parent that ends
}

func newWaiters(n int, failure error, end context.CancelCauseFunc) *waiters {
	w := &waiters{ends: make([]bool, n)}
	w.started.Add(n)
	w.end = func() {
		w.started.Wait()
		if failure == nil {
			end(errShutdown)
		}
	}
	return w
}

func (w *waiters) wait(ctx context.Context, i int) error {
	w.started.Done()
	<-ctx.Done()
	w.ends[i] = true
	return ctx.Err()
}

func (w *waiters) ended() (n int) {
	for _, e := range w.ends {
		if e {
			n++
		}
	}
	return n
}

func causeOurs(ctx context.Context, n int, failure error, all *waiters) error {
	g := fate.New(ctx, failfast.Strategy{})
	for i := range n {
		g.Go(func(ctx context.Context) error { return all.wait(ctx, i) })
	}
	g.Go(func(context.Context) error {
		all.end()
		return failure
	})
	if g.Wait() == nil {
		return nil
	}
	return context.Cause(g.Context())
}

func causeErrgroup(ctx context.Context, n int, failure error, all *waiters) error {
	g, ctx := errgroup.WithContext(ctx)
	for i := range n {
		g.Go(func() error { return all.wait(ctx, i) })
	}
	g.Go(func() error {
		all.end()
		return failure
	})
	if g.Wait() == nil {
		return nil
	}
	return context.Cause(ctx)
}

func causeByHand(ctx context.Context, n int, failure error, all *waiters) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := all.wait(ctx, i); err != nil {
				cancel(err) // the first counts, and context.Cause tells it
			}
		})
	}
	wg.Go(func() {
		all.end()
		if failure != nil {
			cancel(failure)
		}
	})
	wg.Wait()
	if ctx.Err() == nil {
		return nil
	}
	return context.Cause(ctx)
}

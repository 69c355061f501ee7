package situations

import (
	"context"
	"errors"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"golang.org/x/sync/errgroup"
)

// Row 9: requests are waited for, and what serves them meanwhile is not, but must be gone afterwards.

var errRefresh = errors.New("situations: no more tokens")

func daemonWorks() []Work {
	return []Work{
		{
			Row: 9, Name: "daemon", About: "%s requests beside a refresher that serves them", Tasks: 16,
			Want: func(n int) Done { return Done{Sum: sumOf(n, always), Told: 1} },
			Sides: []Side{
				{Name: "fate.Daemon", Do: func(ctx context.Context, n int) Done { return daemonOurs(ctx, n, n+1) }},
				{Name: "by hand", Do: func(ctx context.Context, n int) Done { return daemonByHand(ctx, n, n+1) },
					Less: "runtime.Goexit in a request or in the refresher is taken for success"},
				{Name: "errgroup", Do: func(ctx context.Context, n int) Done { return daemonErrgroup(ctx, n, n+1) },
					Less: "runtime.Goexit is taken for success; the requests know their group's context or the refresher's, not both"},
			},
		},
		{
			Row: 9, Name: "daemon-fails", About: "%s requests beside a refresher that fails after half of them", Tasks: 16,
			Want: func(n int) Done { return Done{Sum: sumOf(n/2, always), Cut: n - n/2, Told: 1, Err: errRefresh} },
			Sides: []Side{
				{Name: "fate.Daemon", Do: func(ctx context.Context, n int) Done { return daemonOurs(ctx, n, n/2) }},
				{Name: "by hand", Do: func(ctx context.Context, n int) Done { return daemonByHand(ctx, n, n/2) },
					Less: "runtime.Goexit in a request or in the refresher is taken for success"},
				{Name: "errgroup", Do: func(ctx context.Context, n int) Done { return daemonErrgroup(ctx, n, n/2) },
					Less: "runtime.Goexit is taken for success; the requests know their group's context or the refresher's, not both"},
			},
		},
	}
}

// A refresher serves tokens, as many as there are in its life, until its context ends. How it ended, others read after they have joined it.
type refresher struct {
	tokens chan int
	life   int
	ended  int
}

func (r *refresher) run(ctx context.Context) error {
	defer func() { r.ended++ }()
	for i := range r.life {
		select {
		case r.tokens <- i:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errRefresh
}

// request takes a token, and does what is to be done with it.
func (r *refresher) request(ctx context.Context, work slots) error {
	select {
	case i := <-r.tokens:
		work.put(i)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func newRefresher(life int) *refresher { return &refresher{tokens: make(chan int), life: life} }

// done is how it ended. That the refresher has ended as well is what Told counts here.
func (r *refresher) done(work slots, err error) Done {
	return Done{work.sum(), work.missing(), r.ended, err}
}

func daemonOurs(ctx context.Context, n, life int) Done {
	r, work := newRefresher(life), make(slots, n)
	g := fate.New(ctx, failfast.Strategy{})
	g.Spawn("refresher", r.run, fate.Daemon())
	for range n {
		g.Go(func(ctx context.Context) error { return r.request(ctx, work) })
	}
	return r.done(work, g.Wait())
}

func daemonByHand(ctx context.Context, n, life int) Done {
	r, work := newRefresher(life), make(slots, n)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var requests, background sync.WaitGroup
	var once sync.Once
	var first error
	fail := func(err error) {
		once.Do(func() {
			first = err
			cancel(err)
		})
	}
	finished := make(chan struct{})
	serving, stop := context.WithCancel(ctx)
	background.Go(func() {
		if err := r.run(serving); err != nil {
			select {
			case <-finished: // it was told to end
			default:
				fail(err)
			}
		}
	})
	for range n {
		requests.Go(func() {
			if err := r.request(ctx, work); err != nil {
				fail(err)
			}
		})
	}
	requests.Wait()
	close(finished)
	stop()
	background.Wait()
	return r.done(work, first)
}

func daemonErrgroup(ctx context.Context, n, life int) Done {
	r, work := newRefresher(life), make(slots, n)
	background, serving := errgroup.WithContext(ctx)
	serving, stop := context.WithCancel(serving)
	finished := make(chan struct{})
	background.Go(func() error {
		err := r.run(serving)
		select {
		case <-finished:
			return nil // it was told to end
		default:
			return err
		}
	})
	requests, ctx := errgroup.WithContext(serving) // so that the refresher's failure ends them
	for range n {
		requests.Go(func() error { return r.request(ctx, work) })
	}
	err := requests.Wait()
	close(finished)
	stop()
	if failed := background.Wait(); failed != nil {
		err = failed
	}
	return r.done(work, err)
}

package situations

import (
	"context"
	"errors"
	"sync"

	"github.com/sharedfate/fate/quorum"
	"golang.org/x/sync/errgroup"
)

// Row 16: so many of several must succeed, and the rest is cancelled.

func quorumWorks() []Work {
	sides := func(need func(n int) int) (all []Side) {
		for _, r := range Racers() {
			all = append(all, Side{Name: r.Name, Less: r.Less, Do: func(ctx context.Context, n int) Done { return r.raced(ctx, need(n), n) }})
		}
		return all
	}
	want := func(need func(int) int) func(int) Done {
		return func(n int) Done {
			return Done{Sum: sumOf(n, func(i int) bool { return i >= n-need(n) }), Cut: n - need(n)}
		}
	}
	one := func(int) int { return 1 }
	most := func(n int) int { return n/2 + 1 }
	return []Work{
		{
			Row: 16, Name: "race", About: "the first of %s that succeeds, the others wait until they are cancelled", Tasks: 4,
			Want: want(one), Sides: sides(one),
		},
		{
			Row: 16, Name: "k-of-n", About: "more than half of %s, the others wait until they are cancelled", Tasks: 3,
			Want: want(most), Sides: sides(most),
		},
	}
}

// A Racer is one way to have the values of the first functions that succeed.
type Racer struct {
	Name string
	Less string // as in Side

	// Run returns the values of the first need functions that succeed, or all errors. It cancels the others, and none is running when it
	// returns.
	Run func(ctx context.Context, need int, fs []func(context.Context) (int, error)) ([]int, error)
}

// Racers are package quorum and what is written in its place.
func Racers() []Racer {
	return []Racer{
		{Name: "quorum", Run: raceOurs},
		{Name: "by hand", Run: raceByHand, Less: "runtime.Goexit hangs it; errors come in the order of completion, and what was cancelled counts as failed"},
		{Name: "errgroup", Run: raceErrgroup, Less: "it does not give up while too few are left; success is an error; runtime.Goexit is taken for nothing at all"},
	}
}

func raceOurs(ctx context.Context, need int, fs []func(context.Context) (int, error)) ([]int, error) {
	if need == 1 {
		v, err := quorum.First(ctx, fs...)
		return []int{v}, err
	}
	return quorum.Of(ctx, need, fs...)
}

// raceByHand is a channel with room for all, and a cancel. That all are received joins them.
func raceByHand(ctx context.Context, need int, fs []func(context.Context) (int, error)) ([]int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		v   int
		err error
	}
	results := make(chan result, len(fs))
	for _, f := range fs {
		go func() {
			v, err := f(ctx)
			results <- result{v, err}
		}()
	}
	var values []int
	var errs []error
	for range fs {
		switch r := <-results; {
		case r.err != nil:
			if errs = append(errs, r.err); len(errs) > len(fs)-need {
				cancel()
			}
		case len(values) < need:
			if values = append(values, r.v); len(values) == need {
				cancel()
			}
		}
	}
	if len(values) < need {
		return nil, errors.Join(errs...)
	}
	return values, nil
}

var errEnough = errors.New("situations: enough have succeeded")

// raceErrgroup makes success the error that ends the group, as is often advised. It does not give up early.
func raceErrgroup(ctx context.Context, need int, fs []func(context.Context) (int, error)) ([]int, error) {
	g, ctx := errgroup.WithContext(ctx)
	var mu sync.Mutex
	var values []int
	var errs []error
	for _, f := range fs {
		g.Go(func() error {
			v, err := f(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
				return nil
			}
			if len(values) < need {
				values = append(values, v)
			}
			if len(values) == need {
				return errEnough
			}
			return nil
		})
	}
	if g.Wait() == nil {
		return nil, errors.Join(errs...)
	}
	return values, nil
}

// raced has the last need of n functions succeed once the others wait for the end of their contexts.
func (r Racer) raced(ctx context.Context, need, n int) Done {
	others := newWaiters(n-need, errEnough, nil)
	fs := make([]func(context.Context) (int, error), n)
	for i := range fs {
		if i < n-need {
			fs[i] = func(ctx context.Context) (int, error) { return 0, others.wait(ctx, i) }
		} else {
			fs[i] = func(context.Context) (int, error) {
				others.end()
				return i + 1, nil
			}
		}
	}
	values, err := r.Run(ctx, need, fs)
	d := Done{Cut: others.ended(), Err: err}
	for _, v := range values {
		d.Sum += uint64(v)
	}
	return d
}

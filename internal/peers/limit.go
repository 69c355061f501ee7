package peers

import (
	"context"
	"errors"
	"sync"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/situations"
)

// Row 2: independent tasks, at most so many at once; the first error stops the rest. Pools are made for the work and gone after it, as
// a group is.

const limit = 8

var errTask = errors.New("peers: the task failed")

func limitWorks() []situations.Work {
	const (
		ofPond = "runtime.Goexit in a task hangs Wait; what is submitted beyond the limit is queued without a bound, unless an option bounds it; the cause of the context has the first error's text and not the error"
		ofAnts = "errors, contexts and the join are by hand; whoever waits for a worker is not told of a stop; two goroutines run from the import on"
	)
	return []situations.Work{
		{
			Row: 2, Name: "limit", About: "%s tasks, at most 8 at once", Tasks: 10_000,
			Want: func(n int) situations.Done { return situations.Done{Sum: uint64(n) * uint64(n+1) / 2} },
			Sides: []situations.Side{
				{Name: "failfast", Do: limited(byFate, numbers)},
				{Name: "pond", Less: ofPond, Do: limited(byPond, numbers)},
				{Name: "ants", Less: ofAnts, Do: limited(byAnts, numbers)},
			},
		},
		{
			Row: 2, Name: "limit-fails", About: "%s tasks, at most 8 at once, of which the 8th fails", Tasks: 100,
			Want: func(n int) situations.Done {
				if n < limit {
					return situations.Done{Sum: uint64(n) * uint64(n+1) / 2}
				}
				return situations.Done{Err: errTask}
			},
			Sides: []situations.Side{
				{Name: "failfast", Do: limited(byFate, failsAtTheLimit)},
				{Name: "pond", Less: ofPond, Do: limited(byPond, failsAtTheLimit)},
				{Name: "ants", Less: ofAnts, Do: limited(byAnts, failsAtTheLimit)},
			},
		},
	}
}

// A runner runs tasks 0 to n-1, at most limit at once, and returns the first error.
type runner func(ctx context.Context, n int, task func(ctx context.Context, i int) error) error

// A kind makes the task of a run of n, which leaves its value in a slot of its own.
type kind func(slots []uint64) func(ctx context.Context, i int) error

func numbers(slots []uint64) func(context.Context, int) error {
	return func(_ context.Context, i int) error {
		slots[i] = uint64(i + 1)
		return nil
	}
}

// failsAtTheLimit has the first tasks fill the limit, and the last of these fail: whatever comes then would come after the stop.
func failsAtTheLimit(slots []uint64) func(context.Context, int) error {
	if len(slots) < limit {
		return numbers(slots)
	}
	return func(ctx context.Context, i int) error {
		switch {
		case i == limit-1:
			return errTask
		case i < limit:
			<-ctx.Done()
			return ctx.Err()
		case ctx.Err() != nil:
			return ctx.Err()
		}
		slots[i] = uint64(i + 1)
		return nil
	}
}

func limited(run runner, of kind) func(context.Context, int) situations.Done {
	return func(ctx context.Context, n int) situations.Done {
		slots := make([]uint64, n)
		d := situations.Done{Err: run(ctx, n, of(slots))}
		for _, v := range slots {
			d.Sum += v
		}
		return d
	}
}

func byFate(ctx context.Context, n int, task func(context.Context, int) error) error {
	g := fate.New(ctx, failfast.Strategy{Limit: limit})
	for i := range n {
		if !g.Go(func(ctx context.Context) error { return task(ctx, i) }) {
			break
		}
	}
	return g.Wait()
}

func byPond(ctx context.Context, n int, task func(context.Context, int) error) error {
	pool := pond.NewPool(limit)
	defer pool.StopAndWait()
	g := pool.NewGroupContext(ctx)
	for i := range n {
		g.SubmitErr(func() error { return task(g.Context(), i) })
	}
	return g.Wait()
}

func byAnts(ctx context.Context, n int, task func(context.Context, int) error) error {
	pool, err := ants.NewPool(limit)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	fail := func(err error) {
		once.Do(func() {
			first = err
			cancel(err)
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		wg.Add(1)
		err := pool.Submit(func() {
			defer wg.Done()
			if err := task(ctx, i); err != nil {
				fail(err)
			}
		})
		if err != nil {
			wg.Done()
			fail(err)
			break
		}
	}
	wg.Wait()
	return errors.Join(first, pool.ReleaseContext(context.Background()))
}

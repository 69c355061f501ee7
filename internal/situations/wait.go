package situations

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/compare"
	"golang.org/x/sync/errgroup"
)

// Row 13: nothing can fail and nothing is to be cancelled, or tasks are quick, or each needs the one before. Then it is not a group that is
// needed, and these works show what one costs there.

func waitWorks() []Work {
	var less = "errors, cancelling and limits, which are not needed here"
	return []Work{
		{
			Row: 13, Name: "wait", About: "%s tasks of 10 µs CPU that can't fail, joined", Tasks: 8,
			Want: func(n int) Done { return Done{Sum: spun(n, spins(10*time.Microsecond))} },
			Sides: []Side{
				{Name: "failfast", Do: waitOurs},
				{Name: "WaitGroup", Do: waitByHand, Less: less},
				{Name: "errgroup", Do: waitErrgroup, Less: "cancelling, which is not needed here"},
			},
		},
		{
			Row: 13, Name: "quick", About: "%s items of 100 ns CPU", Tasks: 64,
			Want: func(n int) Done { return Done{Sum: spun(n, spins(100*time.Nanosecond))} },
			Sides: []Side{
				{Name: "ForEach", Do: quickOurs},
				{Name: "a loop", Do: quickLoop, Less: less},
				{Name: "WaitGroup", Do: quickByHand, Less: less},
			},
		},
		{
			Row: 13, Name: "chain", About: "%s steps of 1 µs CPU, each of which needs the one before", Tasks: 8,
			Want: func(n int) Done { return Done{Sum: compare.Spin(1, n*spins(time.Microsecond))} },
			Sides: []Side{
				{Name: "futures", Do: chainOurs},
				{Name: "a loop", Do: chainLoop, Less: less},
			},
		},
	}
}

var spins = compare.SpinsFor

// spun is what the tasks 0 to n-1 come to, each after so many spins.
func spun(n, spins int) (sum uint64) {
	for i := range n {
		sum += compare.Spin(uint64(i+1), spins)
	}
	return sum
}

func waitOurs(ctx context.Context, n int) Done {
	work, spins := make(slots, n), spins(10*time.Microsecond)
	g := fate.New(ctx, failfast.Strategy{})
	for i := range work {
		g.Go(func(context.Context) error {
			work[i] = compare.Spin(uint64(i+1), spins)
			return nil
		})
	}
	return Done{Err: g.Wait(), Sum: work.sum()}
}

func waitByHand(_ context.Context, n int) Done {
	work, spins := make(slots, n), spins(10*time.Microsecond)
	var wg sync.WaitGroup
	for i := range work {
		wg.Go(func() { work[i] = compare.Spin(uint64(i+1), spins) })
	}
	wg.Wait()
	return Done{Sum: work.sum()}
}

func waitErrgroup(_ context.Context, n int) Done {
	work, spins := make(slots, n), spins(10*time.Microsecond)
	var g errgroup.Group
	for i := range work {
		g.Go(func() error {
			work[i] = compare.Spin(uint64(i+1), spins)
			return nil
		})
	}
	return Done{Err: g.Wait(), Sum: work.sum()}
}

func quickOurs(ctx context.Context, n int) Done {
	work, spins := make(slots, n), spins(100*time.Nanosecond)
	err := fate.ForEach(ctx, failfast.Strategy{Limit: 8}, slices.Values(indices(n)), func(_ context.Context, i int) error {
		work[i] = compare.Spin(uint64(i+1), spins)
		return nil
	})
	return Done{Err: err, Sum: work.sum()}
}

func quickLoop(_ context.Context, n int) Done {
	work, spins := make(slots, n), spins(100*time.Nanosecond)
	for _, i := range indices(n) {
		work[i] = compare.Spin(uint64(i+1), spins)
	}
	return Done{Sum: work.sum()}
}

func quickByHand(_ context.Context, n int) Done {
	work, spins := make(slots, n), spins(100*time.Nanosecond)
	var wg sync.WaitGroup
	for _, i := range indices(n) {
		wg.Go(func() { work[i] = compare.Spin(uint64(i+1), spins) })
	}
	wg.Wait()
	return Done{Sum: work.sum()}
}

// indices are the items of the quick work.
func indices(n int) []int {
	in := make([]int, n)
	for i := range in {
		in[i] = i
	}
	return in
}

func chainOurs(ctx context.Context, n int) Done {
	spins := spins(time.Microsecond)
	g := fate.New(ctx, failfast.Strategy{})
	var last *fate.Future[uint64]
	for range n {
		before := last
		last = fate.Go(g, func(context.Context) (uint64, error) {
			x := uint64(1)
			if before != nil {
				var err error
				if x, err = before.Wait(); err != nil {
					return 0, err
				}
			}
			return compare.Spin(x, spins), nil
		})
	}
	err := g.Wait()
	if last == nil {
		return Done{Sum: 1, Err: err}
	}
	return Done{Sum: last.Value(), Err: err}
}

func chainLoop(_ context.Context, n int) Done {
	spins := spins(time.Microsecond)
	x := uint64(1)
	for range n {
		x = compare.Spin(x, spins)
	}
	return Done{Sum: x}
}

package situations

import (
	"context"
	"fmt"
	"time"

	"github.com/sharedfate/fate/internal/compare"
)

// Row 2: independent tasks, at most so many at once; the first error stops the rest.

func limitWorks() []Work {
	works := []Work{
		{
			Row: 2, Name: "limit", About: "%s tasks, at most 8 at once", Tasks: 10_000,
			Want: func(n int) Done { return Done{Sum: sumOf(n, always)} },
		},
		{
			Row: 2, Name: "limit-10us", About: "%s tasks of 10 µs CPU, at most 8 at once", Tasks: 500, Quick: 200,
			Want: func(n int) Done { return Done{Sum: spun(n, spins(10*time.Microsecond))} },
		},
		{
			Row: 2, Name: "limit-fails", About: "%s tasks, at most 8 at once, of which the 8th fails", Tasks: 100,
			Want: func(n int) Done {
				if n < Limit {
					return Done{Sum: sumOf(n, always)}
				}
				return Done{Err: errTask}
			},
		},
	}
	for i := range works {
		w := &works[i]
		w.Sides = []Side{
			byFate(Limit).Side(w.Name, "failfast", ""),
			byErrgroup(Limit).Side(w.Name, "errgroup SetLimit", ofErrgroup+ofWaiting),
			Runner(bySemaphore).Side(w.Name, "errgroup + semaphore", ofErrgroup),
			byConc(Limit).Side(w.Name, "conc", ofConc+ofWaiting),
			Runner(byPlaces).Side(w.Name, "by hand", ofOnce),
		}
	}
	return works
}

// A kind makes the task that leaves its value in a slot of its own.
type kind func(work slots) func(ctx context.Context, i int) error

// kinds are those of row 2, by the name of the work.
var kinds = map[string]kind{"limit": numbers, "limit-10us": spinning, "limit-fails": failsAtTheLimit}

// Side is a runner that keeps the limit, as a side of a work of row 2. It panics if there is no such work.
func (run Runner) Side(work, name, less string) Side {
	of := kinds[work]
	if of == nil {
		panic(fmt.Sprintf("situations: row 2 has no work %q", work))
	}
	return Side{Name: name, Less: less, Do: func(ctx context.Context, n int) Done {
		work := make(slots, n)
		err := run(ctx, n, of(work))
		return Done{Sum: work.sum(), Err: err}
	}}
}

func numbers(work slots) func(context.Context, int) error {
	return func(_ context.Context, i int) error {
		work.put(i)
		return nil
	}
}

func spinning(work slots) func(context.Context, int) error {
	spins := spins(10 * time.Microsecond)
	return func(_ context.Context, i int) error {
		work[i] = compare.Spin(uint64(i+1), spins)
		return nil
	}
}

// failsAtTheLimit has the first tasks fill the limit, and the last of these fail: whatever comes then would come after the stop.
func failsAtTheLimit(work slots) func(context.Context, int) error {
	if len(work) < Limit {
		return numbers(work)
	}
	return func(ctx context.Context, i int) error {
		switch {
		case i == Limit-1:
			return errTask
		case i < Limit:
			<-ctx.Done()
			return ctx.Err()
		case ctx.Err() != nil:
			return ctx.Err()
		}
		work.put(i)
		return nil
	}
}

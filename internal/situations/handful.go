package situations

import "context"

// Row 1: a handful of independent tasks; the first error cancels the rest, and is what comes back.

func handfulWorks() []Work {
	sides := func(of func(Runner) func(context.Context, int) Done) []Side {
		return []Side{
			{Name: "failfast", Do: of(byFate(0))},
			{Name: "errgroup", Less: ofErrgroup, Do: of(byErrgroup(0))},
			{Name: "conc", Less: ofConc, Do: of(byConc(0))},
			{Name: "by hand", Less: ofOnce, Do: of(byOnce)},
		}
	}
	return []Work{
		{
			Row: 1, Name: "handful", About: "%s short tasks", Tasks: 4,
			Want:  func(n int) Done { return Done{Sum: sumOf(n, always)} },
			Sides: sides(handful),
		},
		{
			Row: 1, Name: "handful-fails", About: "%s tasks, of which the last fails while the others work", Tasks: 4,
			Want:  func(n int) Done { return Done{Cut: n - 1, Err: errTask} },
			Sides: sides(handfulFailing),
		},
	}
}

func handful(run Runner) func(context.Context, int) Done {
	return func(ctx context.Context, n int) Done {
		work := make(slots, n)
		err := run(ctx, n, func(_ context.Context, i int) error {
			work.put(i)
			return nil
		})
		return Done{Sum: work.sum(), Cut: work.missing(), Err: err}
	}
}

// handfulFailing has the last task fail once all others work; they do until they are told to end.
func handfulFailing(run Runner) func(context.Context, int) Done {
	return func(ctx context.Context, n int) Done {
		others := newWaiters(n-1, errTask, nil)
		err := run(ctx, n, func(ctx context.Context, i int) error {
			if i < n-1 {
				return others.wait(ctx, i)
			}
			others.end()
			return errTask
		})
		return Done{Cut: others.ended(), Err: err}
	}
}

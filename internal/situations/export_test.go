package situations

import "context"

// What tests from outside need to put a contender of their own into a scene.

func (p Producer) Written(n int) Done { return p.written(context.Background(), n) }
func (p Producer) Dropped(n int) Done { return p.dropped(context.Background(), n) }

func (s Sharer) Shared(ctx context.Context, groups, tasks int, size int64) Done {
	return s.shared(ctx, groups, tasks, size, func(int) int64 { return 1 })
}

func (r Racer) Raced(ctx context.Context, need, n int) Done { return r.raced(ctx, need, n) }

func Handful(run Runner) func(context.Context, int) Done        { return handful(run) }
func HandfulFailing(run Runner) func(context.Context, int) Done { return handfulFailing(run) }

func Staged(run func(ctx context.Context, n int, yield func(v int, err error)) error) func(context.Context, int) Done {
	return staged(run)
}

func Overflow(n int, offer func(task func()) bool) (sum uint64, cut int) {
	work, cut, open := overflow(n, offer)
	open()
	return work.sum(), cut
}

// LimitRunners are those of row 2, by the names of their sides.
var LimitRunners = map[string]Runner{
	"failfast": byFate(Limit), "errgroup SetLimit": byErrgroup(Limit), "errgroup + semaphore": bySemaphore, "conc": byConc(Limit), "by hand": byPlaces,
}

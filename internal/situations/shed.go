package situations

import (
	"context"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/shed"
	"golang.org/x/sync/errgroup"
)

// Row 7: what comes while all places are taken is dropped and counted, and who brings it does not wait.

func shedWorks() []Work {
	return []Work{{
		Row: 7, Name: "shed", About: "%s tasks offered while 8 others run, which is all that may: dropped and counted", Tasks: 10_000, Quick: 2000,
		Want: func(n int) Done { return Done{Sum: sumOf(Limit, always), Cut: n, Told: n} },
		Sides: []Side{
			{Name: "shed", Do: shedOurs},
			{Name: "errgroup TryGo", Do: shedErrgroup, Less: "whoever offers must know that it is TryGo, and counts; runtime.Goexit is taken for success"},
			{Name: "by hand", Do: shedByHand, Less: "the same; nothing is stopped by a failure"},
		},
	}}
}

// overflow offers tasks that take all places until the gate is opened, and then n more. offer says whether the task was taken.
func overflow(n int, offer func(task func()) bool) (work slots, cut int, open func()) {
	work, gate := make(slots, Limit), make(chan struct{})
	for i := range work {
		offer(func() {
			<-gate
			work.put(i)
		})
	}
	for range n {
		if !offer(func() {}) {
			cut++
		}
	}
	return work, cut, func() { close(gate) }
}

func shedOurs(ctx context.Context, n int) Done {
	g := fate.New(ctx, shed.Strategy{Limit: Limit})
	work, cut, open := overflow(n, func(task func()) bool {
		return g.Go(func(context.Context) error { task(); return nil })
	})
	open()
	err := g.Wait()
	return Done{Sum: work.sum(), Cut: cut, Told: int(g.Tally().Shed), Err: err}
}

func shedErrgroup(ctx context.Context, n int) Done {
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(Limit)
	dropped := 0
	work, cut, open := overflow(n, func(task func()) bool {
		if g.TryGo(func() error { task(); return nil }) {
			return true
		}
		dropped++
		return false
	})
	open()
	err := g.Wait()
	return Done{Sum: work.sum(), Cut: cut, Told: dropped, Err: err}
}

func shedByHand(_ context.Context, n int) Done {
	places := make(chan struct{}, Limit)
	var wg sync.WaitGroup
	dropped := 0
	work, cut, open := overflow(n, func(task func()) bool {
		select {
		case places <- struct{}{}:
		default:
			dropped++
			return false
		}
		wg.Go(func() {
			defer func() { <-places }()
			task()
		})
		return true
	})
	open()
	wg.Wait()
	return Done{Sum: work.sum(), Cut: cut, Told: dropped}
}

package soak

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/daemon"
)

// services is the episode of a service that several goroutines start and stop.
func services(sc *Scene) {
	const graceless = 10 * time.Second // nothing of this takes so long
	var (
		runs  atomic.Int64
		parts []daemon.Part
		nows  = make([]atomic.Int32, 1+sc.few(5))
	)
	for i := range nows {
		e, during := among(sc, heeds, heeds, heeds, heeds, fails, succeeds), sc.brief()
		run := func(ctx context.Context) error {
			runs.Add(1)
			if nows[i].Add(1) > 1 {
				sc.Fault("two runs of part %d at once", i)
			}
			defer nows[i].Add(-1)
			during.pass(ctx, nil)
			return e.finish(ctx, nil, func() *mishap { return &mishap{i, 1} })
		}
		p := daemon.Part{Name: fmt.Sprint("part ", i), Grace: graceless, Ends: among(sc, daemon.Never, daemon.Alone, daemon.StopsAll)}
		if sc.chance(50) {
			p.Run = run
		} else {
			p.Serve = func(ctx context.Context, ready func()) error { ready(); return run(ctx) }
		}
		parts = append(parts, p)
	}
	s := daemon.Config{Options: []fate.Option{fate.Panics(fate.Return)}}.New(parts...)
	var users sync.WaitGroup
	for range 1 + sc.few(3) {
		var steps []bool
		for range 1 + sc.few(6) {
			steps = append(steps, sc.chance(60))
		}
		users.Go(func() {
			for _, start := range steps {
				if start {
					_ = s.Start(context.Background()) // may be refused, or find that a part fails
				} else {
					_ = s.Stop(context.Background())
				}
			}
		})
	}
	users.Wait()
	_ = s.Stop(context.Background())
	for i := range nows {
		if n := nows[i].Load(); n != 0 {
			sc.Fault("part %d runs after Stop", i)
		}
	}
	sc.Count("runs of parts of services", uint64(runs.Load()))
}

package peers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sharedfate/fate/internal/situations"
	"github.com/sharedfate/fate/supervise"
	"github.com/thejerf/suture/v4"
)

// Row 10: a child fails again and again, is started again each time, and then comes to its end.

func restartWorks() []situations.Work {
	const (
		ofSuture = "what returns nil is started again; backoff and bound are those of all services together; all are stopped at once; a supervisor serves once"
		ofHand   = "no bound on how often, nobody else is stopped or started with it, runtime.Goexit ends it"
	)
	work := func(name, about string, failure func() error) situations.Work {
		side := func(name, less string, restart restarter) situations.Side {
			return situations.Side{Name: name, Less: less, Do: func(ctx context.Context, n int) situations.Done {
				var d situations.Done
				d.Err = restart(ctx, func(context.Context) error {
					if d.Sum++; d.Sum <= uint64(n) {
						return failure()
					}
					return nil
				})
				return d
			}}
		}
		return situations.Work{
			Row: 10, Name: name, About: about, Tasks: 100,
			Want: func(n int) situations.Done { return situations.Done{Sum: uint64(n) + 1} },
			Sides: []situations.Side{
				side("supervise", "", bySupervise),
				side("suture", ofSuture, bySuture),
				side("by hand", ofHand, byLoop),
			},
		}
	}
	return []situations.Work{
		work("restart", "%s restarts of a child that fails at once, without a pause", func() error { return errTask }),
		work("restart-panics", "%s restarts of a child that panics at once, without a pause", func() error { panic(errTask) }),
	}
}

// A restarter runs a child until it returns nil, and once more after each failure.
type restarter func(ctx context.Context, child func(context.Context) error) error

func bySupervise(ctx context.Context, child func(context.Context) error) error {
	return supervise.Run(ctx, &supervise.Strategy{
		Intensity: supervise.Unbounded,
		Backoff:   supervise.Exponential(0, 0),
		Children:  []supervise.Child{{Name: "child", Run: child}},
	})
}

// A service is a function, as suture sees it.
type service func(ctx context.Context) error

func (s service) Serve(ctx context.Context) error { return s(ctx) }

func bySuture(ctx context.Context, child func(context.Context) error) error {
	s := suture.New("peers", suture.Spec{EventHook: func(suture.Event) {}, FailureThreshold: 1e9})
	s.Add(service(func(ctx context.Context) error {
		if err := child(ctx); err != nil {
			return err
		}
		return suture.ErrTerminateSupervisorTree // it would run on without any child
	}))
	if err := s.Serve(ctx); !errors.Is(err, suture.ErrTerminateSupervisorTree) {
		return err
	}
	return nil
}

func byLoop(ctx context.Context, child func(context.Context) error) error {
	const pause = 0
	for {
		err := recovered(ctx, child)
		if err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}

// recovered makes an error of a panic.
func recovered(ctx context.Context, child func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the child panicked: %v", v)
		}
	}()
	return child(ctx)
}

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
	work := func(name, about string, tasks int, pause time.Duration, failure func() error) situations.Work {
		side := func(name, less string, restart restarter) situations.Side {
			return situations.Side{Name: name, Less: less, Do: func(ctx context.Context, n int) situations.Done {
				return restarted(ctx, n, pause, failure, restart)
			}}
		}
		return situations.Work{
			Row: 10, Name: name, About: about, Tasks: tasks,
			Want: func(n int) situations.Done { return situations.Done{Sum: uint64(n) + 1, Told: n} },
			Sides: []situations.Side{
				side("supervise", "", bySupervise),
				side("suture", ofSuture, bySuture),
				side("by hand", ofHand, byLoop),
			},
		}
	}
	fails := func() error { return errTask }
	return []situations.Work{
		work("restart", "%s restarts of a child that fails at once, without a pause", 100, 0, fails),
		work("restart-panics", "%s restarts of a child that panics at once, without a pause", 100, 0, func() error { panic(errTask) }),
		work("restart-pause", "%s restarts of a child that fails at once, each after a pause of 10 µs: mostly how late the system wakes who waits", 20, 10*time.Microsecond, fails),
	}
}

// A restarter runs a child until it returns nil, and once more after each failure, once it has paused.
type restarter func(ctx context.Context, child func(context.Context) error, pause time.Duration) error

// restarted has a child that fails n times and then returns. Told counts the restarts that came no sooner than after the pause.
func restarted(ctx context.Context, n int, pause time.Duration, failure func() error, restart restarter) situations.Done {
	var d situations.Done
	var failed time.Time
	d.Err = restart(ctx, func(context.Context) error {
		if d.Sum++; d.Sum > 1 && time.Since(failed) >= pause {
			d.Told++
		}
		if d.Sum > uint64(n) {
			return nil
		}
		failed = time.Now()
		return failure()
	}, pause)
	return d
}

func bySupervise(ctx context.Context, child func(context.Context) error, pause time.Duration) error {
	return supervise.Run(ctx, &supervise.Strategy{
		Intensity: supervise.Unbounded,
		Backoff:   func(int) time.Duration { return pause },
		Children:  []supervise.Child{{Name: "child", Run: child}},
	})
}

// A service is a function, as suture sees it.
type service func(ctx context.Context) error

func (s service) Serve(ctx context.Context) error { return s(ctx) }

func bySuture(ctx context.Context, child func(context.Context) error, pause time.Duration) error {
	spec := suture.Spec{EventHook: func(suture.Event) {}, FailureThreshold: 1e9}
	if pause > 0 { // after each failure, which alone is more than the threshold
		spec.FailureThreshold, spec.FailureBackoff, spec.BackoffJitter = 0.5, pause, suture.NoJitter{}
	}
	s := suture.New("peers", spec)
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

// byLoop sleeps by a timer that the context cuts short, if there is a pause.
func byLoop(ctx context.Context, child func(context.Context) error, pause time.Duration) error {
	for {
		err := recovered(ctx, child)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if pause == 0 {
			continue
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

package peers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thejerf/suture/v4"
)

// A service is a function, as suture sees it.
type service func(ctx context.Context) error

func (s service) Serve(ctx context.Context) error { return s(ctx) }

// quiet has suture log nothing, and restart without a pause until there have been so many failures.
func quiet(failures float64) suture.Spec {
	return suture.Spec{
		EventHook: func(suture.Event) {}, FailureThreshold: failures, FailureBackoff: time.Minute, FailureDecay: 1e9,
		BackoffJitter: suture.NoJitter{}, Timeout: 10 * time.Second,
	}
}

// serve runs a supervisor with these services for so long.
func serve(t *testing.T, spec suture.Spec, d time.Duration, services ...service) error {
	s := suture.New("test", spec)
	for _, one := range services {
		s.Add(one)
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	return s.Serve(ctx)
}

// suture starts a service again that has returned nil; one that returns ErrDoNotRestart, also wrapped, it does not.
func TestSutureRestartsWhatReturnsNil(t *testing.T) {
	for _, c := range []struct {
		ends error
		want int
	}{
		{nil, 4},
		{errTask, 4},
		{suture.ErrDoNotRestart, 1},
		{fmt.Errorf("done: %w", suture.ErrDoNotRestart), 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			runs := 0
			_ = serve(t, quiet(100), time.Hour, func(ctx context.Context) error {
				if runs++; runs == 4 {
					<-ctx.Done()
				}
				return c.ends
			})
			if runs != c.want {
				t.Errorf("a service that returns %v was run %d times, not %d", c.ends, runs, c.want)
			}
		})
	}
}

// The backoff of suture is one for all services: while one of them fails over and over, the failure of another waits its pause out.
func TestSuturesBackoffIsSharedByAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var again time.Duration
		runs := 0
		_ = serve(t, quiet(5), time.Hour,
			func(ctx context.Context) error { // fails for ever, and is through with its five failures at once
				return errTask
			},
			func(ctx context.Context) error { // fails once, later
				if runs++; runs == 1 {
					time.Sleep(time.Second)
					return errTask
				}
				if runs == 2 {
					again = time.Since(began)
				}
				<-ctx.Done()
				return ctx.Err()
			})
		if again <= time.Minute {
			t.Errorf("the one that failed once was run again after %v", again)
		}
	})
}

// suture cancels all services at once, and waits for them together.
func TestSutureStopsAllAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		told := make([]time.Duration, 3)
		var services []service
		for i := range told {
			services = append(services, func(ctx context.Context) error {
				<-ctx.Done()
				told[i] = time.Since(began)
				time.Sleep(time.Second)
				return ctx.Err()
			})
		}
		if err := serve(t, quiet(5), time.Hour, services...); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Serve returns %v", err)
		}
		if want := []time.Duration{time.Hour, time.Hour, time.Hour}; !slices.Equal(told, want) {
			t.Errorf("they were told after %v", told)
		}
		if took := time.Since(began); took != time.Hour+time.Second {
			t.Errorf("all has ended after %v", took)
		}
	})
}

// One that does not end in time is named in a report, and Serve returns although it runs.
func TestSutureReportsWhoDidNotStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := suture.New("test", quiet(5))
		stuck := make(chan struct{})
		s.Add(service(func(context.Context) error { <-stuck; return suture.ErrDoNotRestart }))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		_ = s.Serve(ctx)
		report, err := s.UnstoppedServiceReport()
		if err != nil || len(report) != 1 {
			t.Errorf("the report is %v, %v", report, err)
		}
		close(stuck)
	})
}

// Serve panics while it serves, and when it has served before.
func TestASecondServeOfSuturePanics(t *testing.T) {
	panics := func(s *suture.Supervisor) (value any) {
		defer func() { value = recover() }()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.Serve(ctx)
		return nil
	}
	synctest.Test(t, func(t *testing.T) {
		s := suture.New("test", quiet(5))
		ctx, cancel := context.WithCancel(t.Context())
		served := s.ServeBackground(ctx)
		if v := panics(s); v == nil {
			t.Error("a second Serve beside the first does not panic")
		}
		cancel()
		<-served
		if v := panics(s); v == nil {
			t.Error("a second Serve after the first does not panic")
		}
	})
}

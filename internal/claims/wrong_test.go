package claims_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// What does not do its work is caught, by each way that work is looked at.
func TestWorkThatIsNotDoneIsCaught(t *testing.T) {
	lazy := func(ctx context.Context, n int, task func(int) error) error { return claims.Bare(ctx, n-1, task) }
	idle := func(context.Context, int, func(int) error) error { return nil }
	failed := errors.New("failed")
	fails := func(context.Context, int, func(int) error) error { return failed }
	// confused runs tasks of even numbers twice, and the others not at all.
	confused := func(_ context.Context, n int, task func(int) error) (err error) {
		for i := range n {
			err = errors.Join(err, task(i/2*2))
		}
		return err
	}
	for name, side := range map[string]price.Side{
		"slots, lazy":        claims.Slots(lazy),
		"slots, idle":        claims.Slots(idle),
		"slots, fails":       claims.Slots(fails),
		"spinning, confused": claims.Spinning(confused, time.Microsecond),
		"waiting, idle":      claims.Waiting(idle),
		"waiting, fails":     claims.Waiting(fails),
		"round trips, lazy":  claims.RoundTrips(lazy),
		"round trips, fails": claims.RoundTrips(fails),
		"same, idle":         claims.Same(func(context.Context, int, claims.Form) error { return nil }),
		"same, fails":        claims.Same(func(context.Context, int, claims.Form) error { return failed }),
	} {
		m := &price.Meter{Context: t.Context(), Tasks: 8, Runs: 2, Clock: &watch{}}
		if err := side(m); err == nil {
			t.Errorf("%s: nothing was noticed", name)
		}
	}
}

func TestDid(t *testing.T) {
	m := &price.Meter{Tasks: 8, Runs: 3}
	for n, want := range map[int64]bool{8: true, 24: true, 0: false, 7: false, 9: false, 16: false, 25: false} {
		if got := claims.Did(m, n) == nil; got != want {
			t.Errorf("%d of 3 runs of 8: %v, want %v", n, got, want)
		}
	}
}

// Whoever waits for an answer is let go when the run is interrupted.
func TestRoundTripsEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	interrupted := func(_ context.Context, n int, task func(int) error) error {
		cancel()
		for { // until the connection is closed, which AfterFunc does at a time of its own
			if err := task(0); err != nil {
				return err
			}
		}
	}
	m := &price.Meter{Context: ctx, Tasks: 2, Runs: 1, Clock: &watch{}}
	if err := claims.RoundTrips(interrupted)(m); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the error is %v", err)
	}
	if err := claims.RoundTrips(claims.Bare)(m); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end, the error is %v", err)
	}
}

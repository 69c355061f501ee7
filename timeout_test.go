package fate_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// Timeout ends the child's context when it has run that long, with a *TimeoutError as the cause, and the error the child then
// returns is a failure.
func TestTimeoutEndsTheChildsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		began := time.Now()
		var cause error
		c := g.Spawn("slow", func(ctx context.Context) error {
			if deadline, ok := ctx.Deadline(); !ok || !deadline.Equal(began.Add(time.Second)) {
				t.Errorf("the deadline is %v, %v", deadline, ok)
			}
			<-ctx.Done()
			cause = context.Cause(ctx)
			return ctx.Err()
		}, fate.Timeout(time.Second))
		other := g.Spawn("other", endsAfter(2*time.Second, nil))
		<-c.Done()
		if took := time.Since(began); took != time.Second {
			t.Errorf("it ended after %v", took)
		}
		err := g.Wait()
		wantIs(t, err, context.DeadlineExceeded)
		wantIs(t, c.Err(), context.DeadlineExceeded)
		var timeout *fate.TimeoutError
		if !errors.As(cause, &timeout) || timeout.Name != "slow" || timeout.After != time.Second || !timeout.Timeout() {
			t.Errorf("the cause is %#v", cause)
		}
		wantIs(t, cause, context.DeadlineExceeded)
		if other.Err() != nil {
			t.Errorf("a sibling ended with %v", other.Err())
		}
		wantTally(t, g, fate.Tally{Offered: 2, OK: 1, Failed: 1})
	})
}

// Waiting for a slot does not count.
func TestTimeoutCountsFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
		g.Go(endsAfter(time.Hour, nil))
		g.Spawn("held", func(ctx context.Context) error { time.Sleep(time.Second - 1); return ctx.Err() }, fate.Timeout(time.Second))
		if err := g.Wait(); err != nil {
			t.Errorf("Wait is %v", err)
		}
	})
}

// A child that does not look at its context runs on, and one that ends in time leaves nothing behind.
func TestTimeoutForcesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Spawn("deaf", endsAfter(time.Hour, nil), fate.Timeout(time.Second))
		g.Spawn("quick", func(ctx context.Context) error { return ctx.Err() }, fate.Timeout(time.Second))
		if err := g.Wait(); err != nil {
			t.Errorf("Wait is %v", err)
		}
		wantTally(t, g, fate.Tally{Offered: 2, OK: 2})
	})
}

// Whatever ends a child first says why: its timeout, its Cancel, or the group's stop.
func TestTimeoutCancelAndStopInEachOrder(t *testing.T) {
	for _, first := range []string{"timeout", "cancel", "stop"} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), collectall.Strategy{})
			var cause error
			c := g.Spawn("child", func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(time.Minute)
				cause = context.Cause(ctx)
				return ctx.Err()
			}, fate.Timeout(10*time.Second))
			synctest.Wait()
			want := error(context.DeadlineExceeded)
			var tally fate.Tally
			switch first {
			case "timeout":
				tally = fate.Tally{Offered: 1, Failed: 1}
			case "cancel":
				c.Cancel(errCause)
				want, tally = errCause, fate.Tally{Offered: 1, Cancelled: 1}
			case "stop":
				g.Stop(errFault)
				want, tally = errFault, fate.Tally{Offered: 1, Cancelled: 1}
			}
			<-c.Done()
			if !errors.Is(cause, want) {
				t.Errorf("%s: the cause is %v", first, cause)
			}
			_ = g.Wait()
			wantTally(t, g, tally)
		})
	}
}

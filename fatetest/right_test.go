package fatetest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/fatetest"
)

// need is a small quorum: it stops the group when enough tasks have succeeded.
type need struct{ Need int }

var errEnough = errors.New("need: enough succeeded")

func (n need) Admit(fate.Tally) fate.Admission { return fate.Run }

func (n need) Settle(t fate.Tally, _ fate.Event) fate.Verdict {
	if t.OK >= uint64(n.Need) {
		return fate.Stop(errEnough)
	}
	return fate.Continue
}

func (n need) Conclude(s fate.Summary) error {
	if s.Tally.OK >= uint64(n.Need) {
		return nil
	}
	short := fmt.Errorf("need: %d of %d succeeded", s.Tally.OK, n.Need)
	if err := s.Join(); err != nil {
		return fmt.Errorf("%w: %w", short, err)
	}
	return short
}

func TestQuorumPasses(t *testing.T) {
	for _, n := range []int{1, 2, 5, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return need{n} })
		})
	}
}

// adaptive is a limit that remembers: it grows by one with each limit's worth of successes, and is halved by a failure.
type adaptive struct {
	limit, credit uint64
}

func (a *adaptive) Admit(t fate.Tally) fate.Admission {
	if t.Running >= a.limit {
		return fate.Hold
	}
	return fate.Run
}

func (a *adaptive) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	switch {
	case e.Kind.Failure():
		a.limit, a.credit = max(1, a.limit/2), 0
	case e.Kind == fate.OK:
		if a.credit++; a.credit >= a.limit {
			a.limit, a.credit = a.limit+1, 0
		}
	}
	return fate.Continue
}

func (a *adaptive) Conclude(s fate.Summary) error { return s.Join() }

func TestAdaptiveLimitPasses(t *testing.T) {
	for _, limit := range []uint64{1, 4, 300} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return &adaptive{limit: limit} })
		})
	}
}

// breaker sheds all work after a few failures in a row, though nothing is running then.
type breaker struct{ row int }

func (b *breaker) Admit(fate.Tally) fate.Admission {
	if b.row >= 3 {
		return fate.Shed
	}
	return fate.Run
}

func (b *breaker) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	switch {
	case e.Kind.Failure():
		b.row++
	case e.Kind == fate.OK:
		b.row = 0
	}
	return fate.Continue
}

func (b *breaker) Conclude(s fate.Summary) error { return s.Join() }

func TestCircuitBreakerPasses(t *testing.T) {
	fatetest.Test(t, func() fate.Strategy { return new(breaker) })
}

// firstWins lets the first task that ends decide, and cancels those spawned beside it.
type firstWins struct{ fate.Strategy }

func (f firstWins) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	return fate.Cancel(func(c *fate.Child) bool { return c.ID() != e.ID }, errEnough)
}

// brittle stops when a child is cancelled, and admits no two tasks at once.
type brittle struct{}

func (brittle) Admit(t fate.Tally) fate.Admission {
	if t.Running > 0 {
		return fate.Hold
	}
	return fate.Run
}

func (brittle) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind == fate.Cancelled {
		return fate.Stop(errEnough)
	}
	return fate.Continue
}

func (brittle) Conclude(s fate.Summary) error { return s.Join() }

func TestStrategyThatStopsAtCancelledChildrenPasses(t *testing.T) {
	fatetest.Test(t, func() fate.Strategy { return brittle{} })
}

// moody has another limit in each group.
type moody struct{ limit uint64 }

func (m *moody) Admit(t fate.Tally) fate.Admission {
	if t.Running >= m.limit {
		return fate.Shed
	}
	return fate.Run
}

func (m *moody) Settle(fate.Tally, fate.Event) fate.Verdict { return fate.Continue }

func (m *moody) Conclude(s fate.Summary) error { return s.Join() }

func TestLimitOfEachGroupsOwnPasses(t *testing.T) {
	n := uint64(0)
	fatetest.Test(t, func() fate.Strategy {
		n++
		return &moody{1 + n%7}
	})
}

func TestWrapperOfAStrategyPasses(t *testing.T) {
	fatetest.Test(t, func() fate.Strategy { return firstWins{need{1}} })
	fatetest.Test(t, func() fate.Strategy { return firstWins{&adaptive{limit: 2}} })
}

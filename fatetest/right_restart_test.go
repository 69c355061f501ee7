package fatetest_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/fatetest"
)

// retry restarts what fails, so many times.
type retry struct {
	collectall.Strategy // for the limit
	Times               int
	After               time.Duration
}

func (r retry) Hints() fate.Hints { return fate.Hints{} }

func (r retry) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() && e.Attempt < r.Times {
		return fate.Restart(r.After << e.Attempt)
	}
	return fate.Continue
}

func TestRetryPasses(t *testing.T) {
	for _, r := range []retry{
		{Times: 2},
		{Times: 2, After: time.Second},
		{Times: 5, After: time.Minute, Strategy: collectall.Strategy{Limit: 2}},
	} {
		t.Run(fmt.Sprint(r), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return r })
		})
	}
}

// patient restarts what fails, and gives up after so many restarts of all tasks together.
type patient struct {
	left    int
	inOrder bool
}

var errGivenUp = errors.New("patient: restarted too often")

func (p *patient) Admit(fate.Tally) fate.Admission { return fate.Run }

func (p *patient) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if !e.Kind.Failure() {
		return fate.Continue
	}
	if p.left--; p.left >= 0 {
		return fate.Restart(10 * time.Millisecond)
	}
	stop := fate.Stop(fmt.Errorf("%w: %w", errGivenUp, e.Err))
	if p.inOrder {
		return stop.InOrder()
	}
	return stop
}

func (p *patient) Conclude(s fate.Summary) error { return s.Join() }

func TestGivingUpPasses(t *testing.T) {
	for _, p := range []patient{{0, false}, {1, true}, {3, false}, {20, true}} {
		t.Run(fmt.Sprintf("%d restarts, in order %t", p.left, p.inOrder), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return &patient{p.left, p.inOrder} })
		})
	}
}

// allForOne restarts every child when one fails.
type allForOne struct {
	After time.Duration
	Limit uint64
}

var errTogether = errors.New("allForOne: restarted with another")

func (a allForOne) Admit(t fate.Tally) fate.Admission {
	if a.Limit > 0 && t.Running >= a.Limit {
		return fate.Hold
	}
	return fate.Run
}

func (a allForOne) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	switch {
	case e.Kind.Failure():
		return fate.Restart(a.After).With(func(*fate.Child) bool { return true }, errTogether)
	case e.Cause == errTogether:
		return fate.Restart(0)
	}
	return fate.Continue
}

func (allForOne) Conclude(s fate.Summary) error { return s.Join() }

func TestRestartingTogetherPasses(t *testing.T) {
	for _, a := range []allForOne{{}, {After: time.Second}, {Limit: 3}} {
		t.Run(fmt.Sprint(a), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return a })
		})
	}
}

// permanent restarts whatever ends, for ever.
type permanent struct{ allForOne }

func (p permanent) Settle(fate.Tally, fate.Event) fate.Verdict { return fate.Restart(p.After) }

func TestRestartingForEverPasses(t *testing.T) {
	for _, p := range []permanent{{}, {allForOne{After: time.Hour}}, {allForOne{Limit: 2}}} {
		t.Run(fmt.Sprint(p), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return p })
		})
	}
}

// restartingBreaker sheds while nothing is running: what it remembers was restarted, and so is no failure in the tally.
type restartingBreaker struct{ breaker }

func (b *restartingBreaker) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	b.breaker.Settle(t, e)
	if e.Kind.Failure() {
		return fate.Restart(0)
	}
	if e.Kind == fate.OK && t.Restarted > 2 {
		b.row = 3
	}
	return fate.Continue
}

func TestSheddingAfterRestartsPasses(t *testing.T) {
	fatetest.Test(t, func() fate.Strategy { return new(restartingBreaker) })
}

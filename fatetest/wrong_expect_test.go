package fatetest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/fatetest"
)

// expecter has an Expect that the tests choose.
type expecter struct {
	wrong
	expect func(fate.Tally) fate.Verdict
}

func (e *expecter) Expect(t fate.Tally) fate.Verdict { return e.expect(t) }

func expects(f func(fate.Tally) fate.Verdict) func() fate.Strategy {
	return func() fate.Strategy { return &expecter{expect: f} }
}

var errFew = errors.New("too few will come")

func TestExpecterPasses(t *testing.T) {
	fatetest.Test(t, expects(func(t fate.Tally) fate.Verdict {
		if t.Expected < 3 {
			return fate.Stop(errFew)
		}
		return fate.Continue
	}))
}

func TestCatchesExpectThatRestarts(t *testing.T) {
	catch(t, expects(func(t fate.Tally) fate.Verdict {
		if t.Failed > 0 {
			return fate.Restart(time.Second)
		}
		return fate.Continue
	}), fatetest.NoRestart, "offer, failed, no more will come")
}

func TestCatchesExpectThatPanics(t *testing.T) {
	catch(t, expects(func(t fate.Tally) fate.Verdict {
		_ = 12 / t.Running // nothing need be running
		return fate.Continue
	}), fatetest.NoPanic, "no more will come")
}

// A total that is known from the start is one that is not offered yet.
func TestCatchesExpectThatTakesAllForOffered(t *testing.T) {
	catch(t, expects(func(t fate.Tally) fate.Verdict {
		if t.Expected > t.Offered+4 {
			panic("there are more of them than were offered")
		}
		return fate.Continue
	}), fatetest.NoPanic, "5 will come")
}

func TestCatchesExpectThatSleeps(t *testing.T) {
	catch(t, expects(func(t fate.Tally) fate.Verdict {
		time.Sleep(time.Minute)
		return fate.Continue
	}), fatetest.NoWaiting, "no more will come")
}

func TestCatchesExpectThatStartsAGoroutine(t *testing.T) {
	catch(t, expects(func(t fate.Tally) fate.Verdict {
		go func() {}()
		return fate.Continue
	}), fatetest.NoGoroutine, "no more will come")
}

func TestCatchesExpectThatStopsWithoutCause(t *testing.T) {
	catch(t, expects(func(t fate.Tally) fate.Verdict { return fate.Stop(nil) }), fatetest.StopCause, "no more will come")
}

func TestCatchesExpectThatCancelsWithoutSelector(t *testing.T) {
	catch(t, expects(func(t fate.Tally) fate.Verdict { return fate.Cancel(nil, errFew) }), fatetest.CancelWhom, "no more will come")
}

// headcount is a value that counts in its package how often it was told.
type headcount struct{ collectall.Strategy }

var headcounts int

func (headcount) Expect(fate.Tally) fate.Verdict {
	if headcounts++; headcounts > 50 {
		return fate.Stop(errFew)
	}
	return fate.Continue
}

func TestCatchesStateInExpect(t *testing.T) {
	headcounts = 0
	catch(t, func() fate.Strategy { return headcount{} }, fatetest.PureValue, "")
}

// swallows hides the Expect of the strategy inside it: embedding an interface passes on no more than the interface has.
type swallows struct{ fate.Strategy }

func TestCatchesWrapperWithoutExpect(t *testing.T) {
	inside := expects(func(fate.Tally) fate.Verdict { return fate.Continue })()
	catch(t, func() fate.Strategy { return swallows{inside} }, fatetest.PassedOn, "")
	catch(t, func() fate.Strategy { return &swallows{inside} }, fatetest.PassedOn, "")
}

// Only a real group calls the selector of a verdict: it looks at children.
func TestCatchesPanicInTheSelectorOfAnExpect(t *testing.T) {
	catch(t, expects(func(t fate.Tally) fate.Verdict {
		return fate.Cancel(func(c *fate.Child) bool { return c.Needs()[7] != "" }, errFew)
	}), fatetest.NoPanic, "")
}

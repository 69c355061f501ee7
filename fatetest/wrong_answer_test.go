package fatetest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/fatetest"
)

func TestCatchesHoldingForEver(t *testing.T) {
	catch(t, admits(func(fate.Tally) fate.Admission { return fate.Hold }), fatetest.IdleHolds, "offer")
}

func TestCatchesCountingOfferedAsRunning(t *testing.T) {
	catch(t, admits(func(t fate.Tally) fate.Admission {
		if t.Offered >= 2 {
			return fate.Hold
		}
		return fate.Run
	}), fatetest.IdleHolds, "offer ×3, the rest ends ok")
}

// leaky counts for itself what runs, and forgets one way to end.
type leaky struct {
	wrong
	running int
	full    fate.Admission
	forgets fate.Kind
}

func (l *leaky) Admit(fate.Tally) fate.Admission {
	if l.running >= 8 {
		return l.full
	}
	l.running++
	return fate.Run
}

func (l *leaky) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind != l.forgets {
		l.running--
	}
	return fate.Continue
}

func TestCatchesLeakingASlotOnGoexit(t *testing.T) {
	new := func() fate.Strategy { return &leaky{full: fate.Hold, forgets: fate.Exited} }
	catch(t, new, fatetest.IdleHolds, "(offer, exited) ×8, offer")
}

func TestCatchesLeakingASlotAndShedding(t *testing.T) {
	new := func() fate.Strategy { return &leaky{full: fate.Shed, forgets: fate.OK} }
	catch(t, new, fatetest.IdleSheds, "(offer, ok) ×8, offer")
}

func TestCatchesUnknownAdmission(t *testing.T) {
	catch(t, admits(func(t fate.Tally) fate.Admission {
		if t.Running > 1 {
			return 3
		}
		return fate.Run
	}), fatetest.KnownAnswer, "offer ×3")
}

// uneven is a value that refuses at 2 running and admits at 3.
type uneven struct{ collectall.Strategy }

func (uneven) Admit(t fate.Tally) fate.Admission {
	if t.Running == 2 {
		return fate.Hold
	}
	return fate.Run
}

func TestCatchesLimitThatIsNotMonotone(t *testing.T) {
	catch(t, func() fate.Strategy { return uneven{} }, fatetest.Monotone, "")
}

func TestCatchesStopWithoutCause(t *testing.T) {
	catch(t, settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind == fate.Failed {
			return fate.Stop(nil)
		}
		return fate.Continue
	}), fatetest.StopCause, "offer, failed")
}

func TestCatchesCancelWithoutSelector(t *testing.T) {
	catch(t, settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind == fate.Failed {
			return fate.Cancel(nil, e.Err)
		}
		return fate.Continue
	}), fatetest.CancelWhom, "offer, failed")
}

func TestCatchesCancelWithoutCause(t *testing.T) {
	catch(t, settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		return fate.Cancel(func(*fate.Child) bool { return true }, e.Err)
	}), fatetest.CancelCause, "offer, the rest ends ok")
}

func TestCatchesTypedNil(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error {
		var err *fate.Errors
		if s.First != nil {
			return s.Join()
		}
		return err
	}), fatetest.NoTypedNil, "nothing was offered")
}

func TestCatchesChangingTheSummary(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error {
		err := s.Join()
		for i := 1; i < len(s.Errors); i++ {
			s.Errors[0], s.Errors[i] = s.Errors[i], s.Errors[0]
		}
		return err
	}), fatetest.SummaryKept, "(offer, failed) ×2")
}

// growing returns the same error each time, and makes it longer.
type growing struct{ collectall.Strategy }

type growingError struct {
	fate.Errors
	groups int
}

var grown growingError

func (e *growingError) Error() string { return fmt.Sprintf("errors of %d groups", e.groups) }

func (growing) Conclude(s fate.Summary) error {
	if len(s.Errors) == 0 && s.Cause == nil {
		return nil
	}
	grown.groups++
	grown.Tasks, grown.Cause = s.Errors, s.Cause
	return &grown
}

func TestCatchesErrorThatChangesLater(t *testing.T) {
	grown = growingError{}
	catch(t, func() fate.Strategy { return growing{} }, fatetest.ErrorStays, "")
}

// chain joins errors by pairs, so that its text is copied once for each of them.
type chain struct{ last, before error }

func (c *chain) Error() string   { return c.before.Error() + "\n" + c.last.Error() }
func (c *chain) Unwrap() []error { return []error{c.before, c.last} }

func TestCatchesQuadraticText(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error {
		err := s.Cause
		for _, e := range s.Errors {
			if err == nil {
				err = e
			} else {
				err = &chain{e, err}
			}
		}
		return err
	}), fatetest.LinearText, "")
}

func TestCatchesErrorAfterSuccess(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error {
		if err := s.Join(); err != nil {
			return err
		}
		return errors.New("done")
	}), fatetest.SuccessNil, "(offer, ok) ×1000")
}

func TestCatchesSwallowingAllFailures(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error { return s.Cause }), fatetest.FailureTold, "offer, failed")
}

func TestCatchesForgettingWhyItStopped(t *testing.T) {
	catch(t, func() fate.Strategy {
		return &wrong{
			settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
				if e.Kind.Failure() {
					return fate.Stop(e.Err)
				}
				return fate.Continue
			},
			conclude: func(s fate.Summary) error {
				if s.Tally.OK > 0 {
					return nil
				}
				return s.Join()
			},
		}
	}, fatetest.StopTold, "")
}

func TestCatchesHidingTheOutsideCause(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error {
		s.Cause = nil
		return s.Join()
	}), fatetest.CauseTold, "stop from outside, offer")
}

func TestCatchesAnotherErrorForTheOutsideCause(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error {
		if s.Cause != nil && len(s.Errors) == 0 {
			return errors.New("stopped")
		}
		return s.Join()
	}), fatetest.CauseTold, "stop from outside, offer")
}

func TestCatchesUnrelatedError(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error {
		if n := s.Tally.Failures(); n > 0 {
			return fmt.Errorf("%d tasks failed", n)
		}
		return s.Join()
	}), fatetest.RealError, "offer, failed")
}

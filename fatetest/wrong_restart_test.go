package fatetest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/fatetest"
)

// restarts makes strategies that answer so to every failure.
func restarts(v func(fate.Event) fate.Verdict) func() fate.Strategy {
	return settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind.Failure() {
			return v(e)
		}
		return fate.Continue
	})
}

func everyone(*fate.Child) bool { return true }

func TestCatchesWithWithoutSelector(t *testing.T) {
	catch(t, restarts(func(fate.Event) fate.Verdict { return fate.Restart(0).With(nil, errTogether) }), fatetest.WithWhom, "offer, failed")
}

func TestCatchesWithWithoutCause(t *testing.T) {
	catch(t, restarts(func(fate.Event) fate.Verdict { return fate.Restart(0).With(everyone, nil) }), fatetest.WithCause, "offer, failed")
}

// A strategy that asks to be spared can't have an item run again: groups of items would stop with its fault.
func TestCatchesRestartUnderHintsThatSpareTheGroup(t *testing.T) {
	hinted := func(h fate.Hints) func() fate.Strategy {
		return func() fate.Strategy {
			h := &hinter{hints: func() fate.Hints { return h }}
			h.settle = restarts(func(e fate.Event) fate.Verdict {
				if e.Attempt > 1 {
					return fate.Continue
				}
				return fate.Restart(time.Second)
			})().(*wrong).settle
			return h
		}
	}
	catch(t, hinted(fate.Hints{AtLimit: fate.Hold, Untimed: true, FailuresOnly: true}), fatetest.Restartable, "offer, failed")
	for _, h := range []fate.Hints{
		{AtLimit: fate.Hold, Untimed: true},
		{AtLimit: fate.Hold, FailuresOnly: true},
		{AtLimit: fate.Run, Untimed: true, FailuresOnly: true},
	} {
		if found := fatetest.Check(t, hinted(h)); len(found) > 0 {
			t.Errorf("%+v: found %v", h, found)
		}
	}
}

func TestCatchesRestartOfWhatIsNotShown(t *testing.T) {
	catch(t, func() fate.Strategy {
		return &hinter{
			wrong: wrong{settle: func(fate.Tally, fate.Event) fate.Verdict { return fate.Restart(0) }},
			hints: func() fate.Hints { return fate.Hints{FailuresOnly: true} },
		}
	}, fatetest.Unasked, "")
}

// miscounting counts for itself what runs, and takes a restarted run for one that has freed its slot.
type miscounting struct {
	wrong
	running int
}

func (m *miscounting) Admit(fate.Tally) fate.Admission {
	if m.running >= 4 {
		return fate.Hold
	}
	m.running++
	return fate.Run
}

func (m *miscounting) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() && e.Attempt < 2 {
		m.running++ // for the next run: but this one's slot is kept
		return fate.Restart(0)
	}
	m.running--
	return fate.Continue
}

func TestCatchesARestartThatTakesAnotherSlot(t *testing.T) {
	catch(t, func() fate.Strategy { return new(miscounting) }, fatetest.IdleHolds, "")
}

// A task that is restarted can still be cancelled on purpose, or find the group stopped: then it ends with what it failed with before.
func TestCatchesAPanicAtTheEndOfWhatWaited(t *testing.T) {
	catch(t, settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind == fate.Cancelled && e.Attempt > 0 && e.Err != nil && !errors.Is(e.Err, e.Cause) && e.Err.Error() != "context canceled" {
			panic("an error of its own, and it is cancelled")
		}
		if e.Kind.Failure() {
			return fate.Restart(time.Second)
		}
		return fate.Continue
	}), fatetest.NoPanic, "offer, failed, stop from outside, the rest is skipped")
}

// What was restarted in vain has failed at last.
func TestCatchesHidingWhatWasRestartedInVain(t *testing.T) {
	catch(t, func() fate.Strategy {
		return &wrong{
			settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
				if e.Kind.Failure() && e.Attempt < 2 {
					return fate.Restart(0)
				}
				return fate.Continue
			},
			conclude: func(s fate.Summary) error {
				if s.Tally.Restarted > 0 {
					return s.Cause
				}
				return s.Join()
			},
		}
	}, fatetest.FailureTold, "offer, failed ×3")
}

// What runs for ever unless it is stopped needs the stop's cause in its error as well.
func TestCatchesHidingTheCauseOfWhatRunsForEver(t *testing.T) {
	catch(t, func() fate.Strategy {
		return &wrong{
			settle: func(_ fate.Tally, e fate.Event) fate.Verdict { return fate.Restart(0) },
			conclude: func(s fate.Summary) error {
				if s.Tally.Restarted > 0 {
					return nil
				}
				return s.Join()
			},
		}
	}, fatetest.CauseTold, "")
}

// An error that is made up stays one when tasks were restarted; one that leads to a failure that was restarted does not.
func TestErrorOfWhatWasRestarted(t *testing.T) {
	remembering := func(tell func(first error, s fate.Summary) error) func() fate.Strategy {
		return func() fate.Strategy {
			var first error
			return &wrong{
				settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
					if !e.Kind.Failure() {
						return fate.Continue
					}
					if first == nil {
						first = e.Err
					}
					if e.Attempt < 1 {
						return fate.Restart(0)
					}
					return fate.Continue
				},
				conclude: func(s fate.Summary) error {
					if s.Tally.Failures() == 0 {
						return s.Join()
					}
					return tell(first, s)
				},
			}
		}
	}
	if found := fatetest.Check(t, remembering(func(first error, _ fate.Summary) error { return first })); len(found) > 0 {
		t.Errorf("found %v", found)
	}
	catch(t, remembering(func(error, fate.Summary) error { return errTogether }), fatetest.RealError, "offer, failed ×2")
}

// Only a real group calls the selector of a With.
func TestCatchesSelectorOfAWithThatSleeps(t *testing.T) {
	catch(t, restarts(func(fate.Event) fate.Verdict {
		return fate.Restart(0).With(func(*fate.Child) bool {
			time.Sleep(time.Second)
			return true
		}, errTogether)
	}), fatetest.NoWaiting, "")
}

func TestCatchesPanicInTheSelectorOfAWith(t *testing.T) {
	catch(t, restarts(func(fate.Event) fate.Verdict {
		return fate.Restart(0).With(func(c *fate.Child) bool { return c.Needs()[7] != "" }, errTogether)
	}), fatetest.NoPanic, "")
}

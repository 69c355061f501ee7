// Package collectall is the strategy that runs everything and reports every failure, as errors.Join would.
//
// Pick it when each task is worth having without the others: a batch, a fan-out of independent writes, a shutdown. To
// stop at the first failure, see package failfast.
package collectall

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/sharedfate/fate"
)

// Strategy lets a failure change nothing for the others. At the limit Go waits.
//
// Wait returns nil if there was no failure, else a *[fate.Errors]: all failures in submission order, one a line, each
// reached by errors.Is and errors.As; also a single one. If the parent's cancellation or a Stop kept a task from running or
// cut one short, its cause is the last of them.
//
// It is a value: one Strategy serves any number of groups.
type Strategy struct {
	Limit     int // how many tasks run at once; 0 is no limit
	Keep      int // how many failures are held, the first by time; the rest are counted; 0 holds all
	StopAfter int // the failure that stops the group, an error budget; 0 never, 1 is fail-fast that keeps every error
}

// A BudgetError is the cause with which StopAfter stops a group. It unwraps to the failure that used the budget up.
type BudgetError struct {
	StopAfter int
	Err       error
}

func (e *BudgetError) Error() string {
	if e.StopAfter == 1 {
		return fmt.Sprintf("collectall: stopped after 1 failure: %v", e.Err)
	}
	return fmt.Sprintf("collectall: stopped after %d failures, the last: %v", e.StopAfter, e.Err)
}

func (e *BudgetError) Unwrap() error { return e.Err }

// Admit holds at the limit.
func (s Strategy) Admit(t fate.Tally) fate.Admission {
	if s.Limit > 0 && t.Running >= uint64(s.Limit) {
		return fate.Hold
	}
	return fate.Run
}

// Settle stops the group when the budget is used up.
func (s Strategy) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if s.StopAfter > 0 && e.Kind.Failure() && t.Failures() >= uint64(s.StopAfter) {
		// A cause of its own, not the bare error: a task that then fails with the same sentinel is still a
		// failure, and not taken for an echo of the cancellation.
		return fate.Stop(&BudgetError{s.StopAfter, e.Err})
	}
	return fate.Continue
}

// Conclude joins the failures, and an outside cause that had an effect.
func (s Strategy) Conclude(sum fate.Summary) error {
	if e, ok := sum.Cause.(*BudgetError); ok && s.ours(e, sum) {
		sum.Cause = nil // the failures themselves say it
	}
	return sum.Join()
}

// ours reports whether the budget is this group's, and not that of a group around it: then its last failure is one of ours, if
// it was held.
func (s Strategy) ours(e *BudgetError, sum fate.Summary) bool {
	if e.StopAfter != s.StopAfter || sum.Tally.Failures() < uint64(s.StopAfter) {
		return false
	}
	return sum.Dropped > 0 || slices.ContainsFunc(sum.Errors, func(t *fate.TaskError) bool { return same(e.Err, t.Err) })
}

// same reports whether two errors are one. Those that can't be compared are taken for it.
func same(a, b error) bool {
	return !reflect.ValueOf(a).Comparable() || !reflect.ValueOf(b).Comparable() || a == b
}

// Hints bounds the failures held by Keep and says that only failures matter, and no times, and what Admit answers.
func (s Strategy) Hints() fate.Hints {
	return fate.Hints{Keep: s.Keep, Untimed: true, FailuresOnly: true, AtLimit: fate.Hold, Limit: s.Limit}
}

// Validate refuses negative numbers.
func (s Strategy) Validate() error {
	switch {
	case s.Limit < 0:
		return fmt.Errorf("collectall: Limit is %d: must be 0 (no limit) or more", s.Limit)
	case s.Keep < 0:
		return fmt.Errorf("collectall: Keep is %d: must be 0 (all) or more", s.Keep)
	case s.StopAfter < 0:
		return fmt.Errorf("collectall: StopAfter is %d: must be 0 (never) or more", s.StopAfter)
	}
	return nil
}

// String is the strategy's text for package strategies.
func (s Strategy) String() string {
	text := "collectall"
	for _, f := range []struct {
		name string
		n    int
	}{{"limit", s.Limit}, {"keep", s.Keep}, {"stopafter", s.StopAfter}} {
		if f.n > 0 {
			text += fmt.Sprintf(" %s=%d", f.name, f.n)
		}
	}
	return text
}

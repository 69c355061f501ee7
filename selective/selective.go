// Package selective is the strategy that lets a failing child take some of the others with it, and not all.
//
// Pick it for long-lived children of different worth, started by Group.Spawn: a failed one may end nobody else, those
// spawned after it, those that depend on it, or everybody. If every failure ends the whole group, package failfast is
// simpler and returns the bare error.
package selective

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/sharedfate/fate"
)

// Strategy cancels whom Scope picks when a task fails. At the limit Go and Spawn wait.
//
// Wait returns the failures as collectall does; a child that was cancelled is none of them. Children get contexts of their own
// from Group.Spawn; a task started by Group.Go shares the group's, so only [Group] reaches it.
//
// It is a value: one Strategy serves any number of groups.
type Strategy struct {
	Limit int   // how many tasks run at once; 0 is no limit
	Scope Scope // whom a failure cancels; the zero Scope is Nobody
}

// A SiblingError is the cause with which a failure cancels others. It unwraps to that failure.
type SiblingError struct {
	ID   uint64 // the task that failed
	Name string // its name, empty for a task started by Go
	Err  error
}

func (e *SiblingError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("selective: cancelled because task %d failed: %v", e.ID, e.Err)
	}
	return fmt.Sprintf("selective: cancelled because %q failed: %v", e.Name, e.Err)
}

func (e *SiblingError) Unwrap() error { return e.Err }

// isAbout reports whether the failure is the one that cancelled. Errors that can't be compared are taken for equal.
func (e *SiblingError) isAbout(f *fate.TaskError) bool {
	if e.ID != f.ID || e.Name != f.Name {
		return false
	}
	return !reflect.ValueOf(e.Err).Comparable() || e.Err == f.Err
}

// Admit holds at the limit.
func (s Strategy) Admit(t fate.Tally) fate.Admission {
	if s.Limit > 0 && t.Running >= uint64(s.Limit) {
		return fate.Hold
	}
	return fate.Run
}

// Settle cancels whom Scope picks.
func (s Strategy) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if !e.Kind.Failure() || s.Scope == Nobody {
		return fate.Continue
	}
	return s.Scope.pick(e, &SiblingError{e.ID, e.Name, e.Err})
}

// Conclude joins the failures, and an outside cause that had an effect.
func (s Strategy) Conclude(sum fate.Summary) error {
	if e, ok := sum.Cause.(*SiblingError); ok && slices.ContainsFunc(sum.Errors, e.isAbout) {
		// The failure itself says it. Without it the sibling is one of a group around this one.
		sum.Cause = nil
	}
	return sum.Join()
}

// Hints says that only failures matter, and no times, and what Admit answers.
func (s Strategy) Hints() fate.Hints {
	return fate.Hints{Untimed: true, FailuresOnly: true, AtLimit: fate.Hold, Limit: s.Limit}
}

// Validate refuses a negative limit.
func (s Strategy) Validate() error {
	if s.Limit < 0 {
		return fmt.Errorf("selective: Limit is %d: must be 0 (no limit) or more", s.Limit)
	}
	return nil
}

// String is the strategy's text for package strategies.
func (s Strategy) String() string {
	text := "selective"
	if s.Limit > 0 {
		text += fmt.Sprintf(" limit=%d", s.Limit)
	}
	if s.Scope != Nobody {
		text += " scope=" + s.Scope.String()
	}
	return text
}

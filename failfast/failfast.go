// Package failfast is the strategy of golang.org/x/sync/errgroup: the first failure stops the group, and Wait returns it.
//
// Pick it when the tasks' results are only worth something together. To keep every error, see package collectall; to cancel
// only some of the others, package selective.
package failfast

import (
	"fmt"

	"github.com/sharedfate/fate"
)

// Strategy stops the group at the first failure: its context is cancelled with that error as the cause, tasks that have not
// started are skipped and counted, and running ones are waited for. At the limit Go waits.
//
// Wait returns the first failure by time, as the task returned it, which is also the context's cause. If the parent's cancellation or
// a Stop came first and kept a task from running or cut one short, Wait returns that cause instead.
//
// It is a value: one Strategy serves any number of groups.
type Strategy struct {
	Limit int // how many tasks run at once; 0 is no limit
}

// Admit holds at the limit.
func (s Strategy) Admit(t fate.Tally) fate.Admission {
	if s.Limit > 0 && t.Running >= uint64(s.Limit) {
		return fate.Hold
	}
	return fate.Run
}

// Settle stops the group at a failure.
func (s Strategy) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() {
		return fate.Stop(e.Err)
	}
	return fate.Continue
}

// Conclude returns what came first: an outside cause that had an effect, or a failure.
func (s Strategy) Conclude(sum fate.Summary) error {
	if sum.Cause != nil {
		return sum.Cause
	}
	if sum.First != nil {
		return sum.First.Err
	}
	return nil
}

// Hints says that only failures matter, and no times, and what Admit answers.
func (s Strategy) Hints() fate.Hints {
	return fate.Hints{Untimed: true, FailuresOnly: true, AtLimit: fate.Hold, Limit: s.Limit}
}

// Validate refuses a negative limit.
func (s Strategy) Validate() error {
	if s.Limit < 0 {
		return fmt.Errorf("failfast: Limit is %d: must be 0 (no limit) or more", s.Limit)
	}
	return nil
}

// String is the strategy's text for package strategies.
func (s Strategy) String() string {
	if s.Limit > 0 {
		return fmt.Sprintf("failfast limit=%d", s.Limit)
	}
	return "failfast"
}

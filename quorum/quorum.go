// Package quorum is the strategy for work of which only so much must succeed: the first answer of several, k of n.
//
// Pick it for replicas, mirrors and hedged requests, where one answer is as good as another, and for writes that count once
// enough copies are made. [First] and [Of] give typed results and need no group. If everything must succeed, see package failfast; if
// each result is worth having, package collectall.
package quorum

import (
	"fmt"

	"github.com/sharedfate/fate"
)

// Strategy stops the group as soon as Need tasks have succeeded, with [ErrReached] as the cause: the others are cancelled, and those
// that have not started are skipped. A failure changes nothing while Need successes can still be had; when they can't, the group stops
// with an *[UnreachableError]. At the limit Go waits.
//
// Whether they can is known where the number of tasks is: within fate.Map from the start, within fate.ForEach and fate.Stream when
// the input has ended, within fate.Do when its body has returned. Tasks that a task offers itself count from when it offers
// them, and are not waited for. A group made by fate.New may always be offered more, and so runs on until Wait.
//
// Wait returns nil if Need tasks have succeeded, whatever became of the others, and also if the parent ended or the group was stopped
// meanwhile. Otherwise it returns a *[MissedError] with all failures. A daemon is a task like the others, also if it returns nil
// because it was cancelled. A panic under Panics(Rethrow) makes Wait panic all the same.
//
// It is a value: one Strategy serves any number of groups.
type Strategy struct {
	Need  int // how many tasks must succeed; must be given, 1 is a race
	Limit int // how many tasks run at once; 0 is no limit
}

// Admit holds at the limit.
func (s Strategy) Admit(t fate.Tally) fate.Admission {
	if s.Limit > 0 && t.Running >= uint64(s.Limit) {
		return fate.Hold
	}
	return fate.Run
}

// Settle stops the group once Need tasks have succeeded, or can't any more.
func (s Strategy) Settle(t fate.Tally, _ fate.Event) fate.Verdict {
	switch {
	case t.OK >= uint64(s.Need):
		return fate.Stop(ErrReached)
	case t.Expected > 0 && s.most(&t) < uint64(s.Need):
		return fate.Stop(&UnreachableError{s.Need, t})
	}
	return fate.Continue
}

// Expect stops the group if so many can't succeed.
func (s Strategy) Expect(t fate.Tally) fate.Verdict {
	if s.most(&t) < uint64(s.Need) {
		return fate.Stop(&UnreachableError{s.Need, t})
	}
	return fate.Continue
}

// most is how many can succeed. It is given the tally's address to keep Settle's frame small, as that is on the stack of a task.
func (s Strategy) most(t *fate.Tally) uint64 {
	most := t.OK + t.Running + t.Held
	if t.Expected > t.Offered { // else tasks have offered some themselves
		most += t.Expected - t.Offered
	}
	return most
}

// Conclude returns nil if Need tasks have succeeded, else a *MissedError.
func (s Strategy) Conclude(sum fate.Summary) error {
	if sum.Tally.OK >= uint64(s.Need) {
		return nil
	}
	// An UnreachableError stays in there beside the failures that made it: it tells why the others were cancelled, and it may be that of a
	// group around this one.
	return &MissedError{s.Need, sum.Tally, sum.Join()}
}

// Hints says that times don't matter, and what Admit answers.
func (s Strategy) Hints() fate.Hints {
	return fate.Hints{Untimed: true, AtLimit: fate.Hold, Limit: s.Limit}
}

// Validate refuses a Need below 1 and a negative limit.
func (s Strategy) Validate() error {
	switch {
	case s.Need < 1:
		return fmt.Errorf("quorum: Need is %d: must be given, and 1 or more", s.Need)
	case s.Limit < 0:
		return fmt.Errorf("quorum: Limit is %d: must be 0 (no limit) or more", s.Limit)
	}
	return nil
}

// String is the strategy's text for package strategies.
func (s Strategy) String() string {
	text := fmt.Sprintf("quorum need=%d", s.Need)
	if s.Limit > 0 {
		text += fmt.Sprintf(" limit=%d", s.Limit)
	}
	return text
}

package soak

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/quorum"
	"github.com/sharedfate/fate/shed"
)

// judge says what is wrong with what Wait returned, by what the strategy was shown. causes are those that came from outside, if any came;
// whether they had an effect is not known.
func (l *ledger) judge(t fate.Tally, err error, causes ...error) string {
	switch s := decider(l.Strategy).(type) {
	case failfast.Strategy:
		return l.judgeFirst(t, err, causes)
	case quorum.Strategy:
		return l.judgeQuorum(s.Need, t, err, causes)
	case shed.Strategy: // by itself it collects all
		return l.judgeAll(0, t, err, causes)
	case collectall.Strategy:
		return l.judgeAll(s.Keep, t, err, causes)
	}
	return l.judgeAll(0, t, err, causes)
}

// judgeFirst is for those that return the first failure.
func (l *ledger) judgeFirst(t fate.Tally, err error, causes []error) string {
	switch {
	case err == nil && t.Failures()+t.Skipped > 0:
		return "Wait is nil"
	case err == nil || slices.Contains(causes, err):
		return ""
	case len(l.order) == 0:
		return fmt.Sprintf("nothing has failed, and Wait is %v", err)
	case err != l.failed[l.order[0]]:
		return fmt.Sprintf("Wait is %v, and the first failure was %v", err, l.failed[l.order[0]])
	}
	return ""
}

// judgeAll is for those that return all failures, or the first so many of them.
func (l *ledger) judgeAll(keep int, t fate.Tally, err error, causes []error) string {
	if l.hintless {
		keep = 0 // nobody has told the group
	}
	if err == nil {
		if t.Failures()+t.Skipped > 0 {
			return "Wait is nil"
		}
		return ""
	}
	all, ok := err.(*fate.Errors)
	if !ok {
		return fmt.Sprintf("Wait is a %T: %v", err, err)
	}
	return l.judgeErrors(keep, t, all, causes)
}

func (l *ledger) judgeErrors(keep int, t fate.Tally, all *fate.Errors, causes []error) string {
	held := uint64(len(all.Tasks))
	switch {
	case held+all.Dropped != t.Failures():
		return fmt.Sprintf("Wait has %d failures and has dropped %d", held, all.Dropped)
	case keep == 0 && all.Dropped > 0, keep > 0 && held > uint64(keep), keep > 0 && all.Dropped > 0 && held < uint64(keep):
		return fmt.Sprintf("Wait has %d failures and has dropped %d, with Keep %d", held, all.Dropped, keep)
	case all.Cause != nil && !slices.Contains(causes, all.Cause):
		return fmt.Sprintf("nothing came from outside, and the cause is %v", all.Cause)
	case held+all.Dropped == 0 && all.Cause == nil:
		return "Wait is an error without a failure or a cause"
	}
	first := l.order // those that are held are the first by time
	if all.Dropped > 0 && len(first) > keep {
		first = first[:keep]
	}
	first = slices.Sorted(slices.Values(first))
	for i, e := range all.Tasks {
		if i > 0 && e.ID <= all.Tasks[i-1].ID {
			return "the failures are not in the order of submission"
		}
		if _, is := slices.BinarySearch(first, e.ID); !is || e.Err != l.failed[e.ID] {
			return fmt.Sprintf("Wait has that task %d failed with %v, and the strategy was shown %v", e.ID, e.Err, l.failed[e.ID])
		}
	}
	return ""
}

func (l *ledger) judgeQuorum(need int, t fate.Tally, err error, causes []error) string {
	var missed *quorum.MissedError
	switch {
	case (err == nil) != (t.OK >= uint64(need)):
		return fmt.Sprintf("%d have succeeded of %d, and Wait is %v", t.OK, need, err)
	case err == nil:
		return ""
	case !errors.As(err, &missed) || missed.Need != need || missed.Tally != l.summary.Tally:
		return fmt.Sprintf("Wait is a %T: %v", err, err)
	case missed.Err == nil:
		if t.Failures() > 0 {
			return fmt.Sprintf("Wait says nothing of the failures: %v", err)
		}
		return ""
	}
	all, ok := missed.Err.(*fate.Errors)
	if !ok {
		return fmt.Sprintf("Wait has a %T: %v", missed.Err, missed.Err)
	}
	if un, ok := all.Cause.(*quorum.UnreachableError); ok {
		causes = append(slices.Clone(causes), un)
	}
	return l.judgeErrors(0, t, all, causes)
}

// outcome is what a call that waits for a group came to: it returned, or it panicked.
type outcome struct {
	err    error
	thrown any
}

// judgeOutcome is judge for a call that may have panicked as well.
func (l *ledger) judgeOutcome(mode fate.PanicMode, t fate.Tally, o outcome, causes ...error) string {
	r, ok := o.thrown.(*fate.RethrownError)
	switch {
	case o.thrown != nil && !ok:
		return fmt.Sprintf("Wait panicked with a %T: %v", o.thrown, o.thrown)
	case mode != fate.Rethrow || t.Panicked == 0:
		if ok {
			return fmt.Sprintf("Wait panicked: %v", r)
		}
		return l.judge(t, o.err, causes...)
	case !ok:
		return "Wait did not panic"
	case uint64(len(r.Panics)) != t.Panicked:
		return fmt.Sprintf("Wait panicked with %d panics", len(r.Panics))
	}
	for _, p := range r.Panics {
		if m, ok := p.Value.(*mishap); !ok || l.shown[m] == 0 {
			return fmt.Sprintf("Wait panicked with %v, which is no task's panic", p)
		}
	}
	return l.judge(t, r.Err, causes...)
}

// judgeCounts says what is wrong with the tally at the end, by itself and beside what the strategy was shown.
func (l *ledger) judgeCounts(t fate.Tally) string {
	switch {
	case t.Held+t.Running > 0 || t.Offered != t.Ended():
		return "the tally does not add up"
	case t.Failed > l.kinds[fate.Failed] || t.Panicked > l.kinds[fate.Panicked] || t.Exited > l.kinds[fate.Exited]:
		return fmt.Sprintf("the strategy was shown %v", l.kinds)
	case !l.restarting() && t.Failures() != l.kinds[fate.Failed]+l.kinds[fate.Panicked]+l.kinds[fate.Exited]:
		return fmt.Sprintf("the strategy was shown %v", l.kinds)
	case l.overlap.Load():
		return "calls of the strategy overlapped"
	case l.concluded != 1:
		return fmt.Sprintf("Conclude was called %d times", l.concluded)
	case l.summary.Tally != t:
		return fmt.Sprintf("Conclude was shown the tally %v", l.summary.Tally)
	}
	return ""
}

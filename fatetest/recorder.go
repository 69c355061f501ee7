package fatetest

import (
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate"
)

// A recorder stands between a group and the strategy, and notes what each says to the other.
type recorder struct {
	strategy fate.Strategy
	scene    *scene

	runs    atomic.Int64 // tasks admitted
	refused atomic.Bool  // once at least
	calling atomic.Bool

	mu        sync.Mutex // not for the group, which asks one thing at a time, but to notice if it doesn't
	counts    [endCancelled + 1]uint64
	events    []fate.Event
	stopped   bool // by a verdict
	cause     error
	atFail    bool // the verdict was on a failure
	concluded int
	summary   fate.Summary
	err       error // what Conclude returned
}

// Validate is the strategy's.
func (r *recorder) Validate() error { return fate.Validate(r.strategy) }

// Hints are the strategy's, but for those that would keep the group from asking; none is what a group assumes of a strategy that
// gives none.
func (r *recorder) Hints() fate.Hints {
	h := r.scene.judge.hints
	h.AtLimit, h.Limit = fate.Run, 0
	return h
}

// stop returns the strategy's first Stop verdict.
func (r *recorder) stop() (cause error, stopped bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cause, r.stopped
}

// enter notes the beginning of a call; what it returns is deferred.
func (r *recorder) enter(call string) (leave func()) {
	s := r.scene
	if !r.calling.CompareAndSwap(false, true) {
		s.report(oneAtATime, "%s was called during another call", call)
	}
	r.mu.Lock()
	if r.concluded > 0 {
		s.report(oneAtATime, "%s was called after Conclude", call)
	}
	r.mu.Unlock()
	watched := s.watch(call)
	return func() {
		watched()
		r.calling.Store(false)
	}
}

// watch notices time that passes in the strategy's code. A panic in there is the group's to surface.
func (s *scene) watch(call string) (leave func()) {
	began := s.judge.begin(&s.place)
	return func() {
		if took := s.judge.end(began); took != 0 {
			s.report(noWaiting, "%s took %v of a synctest bubble's time", call, took)
		}
	}
}

func (r *recorder) Admit(t fate.Tally) fate.Admission {
	defer r.enter("Admit")()
	r.checkTally("Admit", t)
	a := r.strategy.Admit(t)
	if a == fate.Run {
		r.runs.Add(1)
	} else {
		r.refused.Store(true)
	}
	return a
}

func (r *recorder) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	defer r.enter("Settle")()
	r.mu.Lock()
	r.events = append(r.events, e)
	r.counts[e.Kind]++
	r.mu.Unlock()
	r.checkTally("Settle", t)
	v := r.strategy.Settle(t, e)
	return r.given(v, e.Kind.Failure())
}

// given notes what a verdict does, and returns one that does the same.
func (r *recorder) given(v fate.Verdict, atFail bool) fate.Verdict {
	if cause, ok := v.Stops(); ok {
		r.mu.Lock()
		if !r.stopped {
			r.stopped, r.cause, r.atFail = true, cause, atFail
		}
		r.mu.Unlock()
	}
	if which, cause, ok := v.Cancels(); ok && which != nil {
		return fate.Cancel(func(c *fate.Child) bool {
			defer r.scene.watch("a Cancel's selector")()
			return which(c)
		}, cause)
	}
	return v
}

func (r *recorder) Conclude(sum fate.Summary) error {
	defer r.enter("Conclude")()
	r.checkTally("Conclude", sum.Tally)
	r.err = r.strategy.Conclude(sum)
	r.mu.Lock()
	r.concluded++
	r.summary = sum
	r.mu.Unlock()
	return r.err
}

// checkTally compares a tally with what was seen so far.
func (r *recorder) checkTally(call string, t fate.Tally) {
	s := r.scene
	if t.Offered != t.Ended()+t.Held+t.Running {
		s.report(tallyHolds, "%s was shown: %v", call, t)
	}
	if inside := s.inside.Load(); inside > int64(t.Running) {
		s.report(admitted, "%s was shown %d running while %d were", call, t.Running, inside)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	got := [...]uint64{t.OK, t.Failed, t.Panicked, t.Exited, t.Cancelled}
	if r.Hints().FailuresOnly {
		got[fate.OK] = 0
	}
	if got != r.counts {
		s.report(shownOnce, "%s was shown %v; settled were ok, failed, panicked, exited, cancelled: %v", call, t, r.counts)
	}
}

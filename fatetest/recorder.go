package fatetest

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate"
)

// A recorder stands between a group and the strategy, and notes what each says to the other.
type recorder struct {
	strategy fate.Strategy
	scene    *scene

	runs    atomic.Int64 // tasks admitted
	again   atomic.Int64 // Restart verdicts
	refused atomic.Bool  // once at least
	calling atomic.Bool

	mu        sync.Mutex // not for the group, which asks one thing at a time, but to notice if it doesn't
	counts    [endCancelled + 1]uint64
	events    []settled
	of        map[uint64][]int // where in events those of a task are
	pending   int              // of the event, from 1, whose Restart the group may or may not obey; 0 if that is known
	barred    bool             // it must not
	obeyed    uint64           // Restarts
	rounds    bool             // a Restart.With may have cancelled children
	cancels   bool             // a Cancel may have
	stopped   bool             // by a verdict
	cause     error            // of the first Stop
	atFail    bool             // which was on a failure
	orderly   bool             // which was in order
	hurry     []error          // the causes of later ones: they may come before that is done
	concluded int
	summary   fate.Summary
	err       error // what Conclude returned
}

// settled is an event, and what came of it.
type settled struct {
	fate.Event
	again bool // it was answered by a Restart, and that was obeyed
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

// stoppedWith, with mu held, reports whether the cause is of a Stop verdict that may have stopped the group.
func (r *recorder) stoppedWith(cause error) bool {
	return r.stopped && (same(cause, orCanceled(r.cause)) ||
		slices.ContainsFunc(r.hurry, func(c error) bool { return same(cause, orCanceled(c)) }))
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
	stopped := r.scene.stopped.Load()
	r.mu.Lock()
	r.events = append(r.events, settled{Event: e})
	r.counts[e.Kind]++
	r.mu.Unlock()
	r.checkTally("Settle", t)
	r.mu.Lock()
	r.checkEvent(e)
	r.mu.Unlock()
	v := r.strategy.Settle(t, e)
	if _, again := v.Restarts(); again {
		if r.scene.judge.has(obeysAgain) {
			return fate.Continue // a group that restarts what it must not may do so for ever
		}
		r.scene.judge.restarts.Store(true)
		r.again.Add(1)
		r.mu.Lock()
		r.askedRestart(stopped)
		r.mu.Unlock()
	}
	return r.given(v, e.Kind.Failure())
}

// given notes what a verdict does, and returns one that does the same.
func (r *recorder) given(v fate.Verdict, atFail bool) fate.Verdict {
	if cause, ok := v.Stops(); ok {
		orderly := v.String() != fate.Stop(cause).String()
		r.mu.Lock()
		switch {
		case !r.stopped:
			r.stopped, r.cause, r.atFail, r.orderly = true, cause, atFail, orderly
		case r.orderly:
			r.hurry = append(r.hurry, cause)
		}
		r.mu.Unlock()
	}
	which, cause, ok := v.Cancels()
	if !ok {
		return v
	}
	after, again := v.Restarts()
	r.mu.Lock()
	r.rounds = r.rounds || again
	r.cancels = r.cancels || !again
	r.mu.Unlock()
	if which == nil {
		return v
	}
	watched := func(call string) func(*fate.Child) bool {
		return func(c *fate.Child) bool {
			defer r.scene.watch(call)()
			return which(c)
		}
	}
	if again {
		return fate.Restart(after).With(watched("a With's selector"), cause)
	}
	return fate.Cancel(watched("a Cancel's selector"), cause)
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
	again := uint64(s.again.Load())
	r.mu.Lock()
	defer r.mu.Unlock()
	got := [...]uint64{t.OK, t.Failed, t.Panicked, t.Exited, t.Cancelled}
	if r.Hints().FailuresOnly {
		got[fate.OK] = 0
	}
	r.seeRestart(got)
	if got != r.counts {
		s.report(shownOnce, "%s was shown %v; settled were ok, failed, panicked, exited, cancelled: %v", call, t, r.counts)
	}
	if t.Restarted < again || t.Restarted > r.obeyed {
		s.report(attempts, "%s was shown %v; %d tasks were restarted, and %d of them have begun again", call, t, r.obeyed, again)
	}
}

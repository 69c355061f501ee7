package fatetest

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/sharedfate/fate"
)

// verify compares what the tasks did, what the strategy was shown and what Wait gave, once all is over.
func (s *scene) verify() {
	if s.fault() {
		return
	}
	t := s.group.Tally()
	s.verifyTasks(t)
	s.verifyCauses()
	s.verifyConclude(t)
	s.verifyWaits()
	s.verifyContext()
	s.verifyClosed()
}

// fault reports a strategy that the group itself has found wrong.
func (s *scene) fault() bool {
	w := s.waits[0]
	if errors.Is(w.err, fate.ErrStalled) {
		s.report(idleHolds, "Wait returned %q", w.err)
		return true
	}
	var panics []*fate.PanicError
	if r, ok := w.panicked.(*fate.RethrownError); ok {
		panics = r.Panics
	} else if all, ok := w.err.(*fate.Errors); ok {
		if p, ok := all.Cause.(*fate.PanicError); ok {
			panics = append(panics, p)
		}
	}
	for _, p := range panics {
		if _, ours := p.Value.(*mishap); !ours {
			s.report(noPanic, "%v\n%s", p, frames(p.Stack))
			return true
		}
	}
	return false
}

// verifyTasks accounts for every task offered.
func (s *scene) verifyTasks(t fate.Tally) {
	if t.Held+t.Running > 0 || t.Offered != t.Ended() {
		s.report(tallyHolds, "after Wait: %v", t)
	}
	unrun := s.verifyRestarts(t)
	settled := map[any]int{}
	ok := 0 // returned nil, and that counts
	for _, e := range s.rec.events {
		settled[ending(e.Event)]++
		if m, is := e.Err.(*mishap); is && m.plain && e.Kind != fate.Failed && !s.rec.gaveUp(e.Event) {
			s.report(shownOnce, "a task that returned an error of its own was settled as %v", e.Kind)
		}
		if e.Err == context.Canceled && e.Kind != fate.Cancelled {
			s.report(echoes, "it was settled as %v", e.Kind)
		}
		if e.again && e.Kind == fate.OK {
			ok--
			settled[nil]--
		}
	}
	idle := 0 // offered, and never ran
	for _, p := range s.probes {
		if len(p.runs) == 0 {
			idle++
		} else if !p.accepted {
			s.report(runsOnce, "a refused task ran")
		}
		for _, r := range p.runs {
			if r.ended == nil {
				ok++
			} else {
				settled[key(r.ended)]--
			}
		}
	}
	if !s.rec.Hints().FailuresOnly {
		settled[nil] -= ok
	}
	if t.OK != uint64(ok) {
		s.report(shownOnce, "%d tasks returned nil, and the tally is %v", ok, t)
	}
	cancelled := -unrun // before they began
	for what, n := range settled {
		if n < 0 {
			s.report(shownOnce, "%d tasks ended with %v and were not settled", -n, what)
		}
		cancelled += n
	}
	if counted := int(t.Skipped+t.Shed) + cancelled; s.early && counted > idle || !s.early && counted != idle {
		s.report(runsOnce, "%d of %d tasks offered never ran; the tally is %v, with %d cancelled before they began",
			idle, len(s.probes), t, cancelled)
	}
}

// ending is what an event's task ended with, as probe.ended has it.
func ending(e fate.Event) any {
	if p, ok := e.Err.(*fate.PanicError); ok && e.Kind == fate.Panicked {
		return key(p.Value)
	}
	return key(e.Err)
}

// key makes a map's key of what a task, or a strategy's cause, may be.
func key(v any) any {
	if v == nil || reflect.TypeOf(v).Comparable() {
		return v
	}
	return "not comparable"
}

// verifyConclude compares the summary with the events.
func (s *scene) verifyConclude(t fate.Tally) {
	r := s.rec
	sum := r.summary
	if r.concluded != 1 || sum.Tally != t {
		s.report(concludes, "it was called %d times, with %v; the group's tally is %v", r.concluded, sum.Tally, t)
		return
	}
	failures, retried := failed(r.events)
	kept := failures
	if n := r.Hints().Keep; n > 0 && len(kept) > n {
		kept = kept[:n]
	}
	if len(failures) > 0 && (sum.First == nil || *sum.First != *failures[0]) {
		s.report(concludes, "First is %v; the first failure settled was %v", sum.First, failures[0])
	}
	kept = slices.Clone(kept)
	slices.SortFunc(kept, func(a, b *fate.TaskError) int { return cmp.Compare(a.ID, b.ID) })
	if !slices.EqualFunc(sum.Errors, kept, func(a, b *fate.TaskError) bool { return *a == *b }) ||
		sum.Dropped != uint64(len(failures)-len(kept)) {
		s.report(concludes, "Errors are %v, %d dropped; settled were %v", texts(sum.Errors), sum.Dropped, texts(failures))
	}
	if t.Skipped > 0 && sum.Cause == nil {
		s.report(concludes, "%v, and no cause", t)
	}
	if c := sum.Cause; c != nil && !fromOutside(c) && !r.stoppedWith(c) {
		s.report(concludes, "the cause is %q, with which nobody stopped the group", c)
	}
	o := outcome{tally: t, failures: failures, retried: retried, cause: sum.Cause, outside: fromOutside(sum.Cause)}
	if r.stopped {
		o.stop = orCanceled(r.cause)
	}
	o.atFail = r.atFail && sum.Cause != nil && !o.outside
	o.judge(r.err, s.report)
}

// failed returns the failures in the order in which they were settled, and what was restarted instead.
func failed(events []settled) (all []*fate.TaskError, retried []error) {
	for _, e := range events {
		switch {
		case e.again && e.Err != nil:
			retried = append(retried, e.Err)
		case e.Kind.Failure() && !e.again:
			all = append(all, &fate.TaskError{ID: e.ID, Name: e.Name, Err: e.Err})
		}
	}
	return all, retried
}

// verifyWaits compares what every Wait gave with what Conclude returned.
func (s *scene) verifyWaits() {
	panics := 0
	for _, e := range s.rec.events {
		if e.Kind == fate.Panicked && !e.again {
			panics++
		}
	}
	s.waits = append(s.waits, s.waitNow())
	for _, w := range s.waits {
		r, _ := w.panicked.(*fate.RethrownError)
		switch {
		case panics > 0 && s.mode == fate.Rethrow:
			if r == nil || len(r.Panics) != panics || !same(r.Err, s.rec.err) {
				s.report(rethrows, "%d tasks panicked and Conclude returned %v; Wait: %v, %v", panics, s.rec.err, w.err, w.panicked)
			}
		case w.panicked != nil || !same(w.err, s.rec.err):
			s.report(sameAnswer, "Conclude returned %v; Wait: %v, %v", s.rec.err, w.err, w.panicked)
		}
	}
}

// waitNow calls Wait once more.
func (s *scene) waitNow() (w waited) {
	defer func() { w.panicked = recover() }()
	w.err = s.group.Wait()
	return w
}

// verifyContext looks at the group's context after Wait.
func (s *scene) verifyContext() {
	ctx, r := s.group.Context(), s.rec
	cause := context.Cause(ctx)
	switch {
	case ctx.Err() == nil || cause == nil:
		s.report(contextEnds, "after Wait its Err is %v and its cause %v", ctx.Err(), cause)
	case r.summary.Cause != nil && !same(cause, r.summary.Cause):
		s.report(contextEnds, "the group stopped with %q, and the context's cause is %q", r.summary.Cause, cause)
	case r.stopped && !fromOutside(cause) && !r.stoppedWith(cause):
		s.report(contextEnds, "the strategy stopped the group with %q, and the context's cause is %q", r.cause, cause)
	}
}

// verifyClosed offers tasks when Wait has returned.
func (s *scene) verifyClosed() {
	late := func(context.Context) error {
		s.report(joins, "a task that was offered after Wait runs")
		return nil
	}
	if s.group.Go(late) || s.group.TryGo(late) {
		s.report(closed, "Go or TryGo returned true")
	}
	c := s.group.Spawn("late", late)
	select {
	case <-c.Done():
		if c.Err() == nil {
			s.report(closed, "Spawn's child has no error")
		}
	default:
		s.report(closed, "Spawn's child has not ended")
	}
}

package fatetest

import (
	"fmt"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
)

// askedRestart, with mu held, notes that the last event was answered by a Restart. Whether the group obeys is seen in the next tally.
func (r *recorder) askedRestart(stopped bool) {
	r.pending, r.barred = len(r.events), stopped || r.stopped
}

// seeRestart, with mu held, finds in the counts of the first call after a Restart whether the group obeyed.
func (r *recorder) seeRestart(got [endCancelled + 1]uint64) {
	if r.pending == 0 {
		return
	}
	e, without := &r.events[r.pending-1], r.counts
	r.pending = 0
	without[e.Kind]--
	switch e.again = got == without; {
	case e.again && r.barred:
		r.scene.report(obeysAgain, "a task that ended %v is to run again after the group has stopped", e.Kind)
	case e.again && e.Cause == errChild:
		r.scene.report(obeysAgain, "a child that was cancelled on purpose is to run again")
	case !e.again && !r.stopped && r.scene.undisturbed() && !r.cancels:
		r.scene.report(obeysAgain, "a task that ended %v does not run again", e.Kind)
	}
	if e.again {
		r.counts = without
		r.obeyed++
	}
}

// checkEvent, with mu held, compares an event that has just come with those of the same task before it.
func (r *recorder) checkEvent(e fate.Event) {
	s, before := r.scene, r.of[e.ID]
	if n := len(before); n > 0 && !r.events[before[n-1]].again {
		s.report(shownOnce, "task %d was settled %v, and before as %v without a restart", e.ID, e.Kind, r.events[before[n-1]].Kind)
	} else if e.Attempt != n {
		s.report(attempts, "the attempt of a task that was restarted %d times is %d", n, e.Attempt)
	}
	r.of[e.ID] = append(before, len(r.events)-1)
	switch {
	case e.Kind == fate.Cancelled && (e.Cause == nil || e.Err == nil):
		s.report(whyEnded, "a task was settled as %v with the error %v and the cause %v", e.Kind, e.Err, e.Cause)
	case e.Cause != nil && !r.stopped && !r.cancels && !r.rounds && s.undisturbed():
		s.report(whyEnded, "nobody was cancelled, and the cause of an end is %q", e.Cause)
	}
}

// gaveUp reports whether an event is the end of a task that waited to run again, and no longer does: it ends with what it ended with
// before.
func (r *recorder) gaveUp(e fate.Event) bool {
	if e.Attempt == 0 || e.Kind != fate.Cancelled || e.Err == nil {
		return false
	}
	all := r.of[e.ID]
	return e.Attempt <= len(all) && same(e.Err, r.events[all[e.Attempt-1]].Err)
}

// verifyRestarts compares the runs that were not the first of a task with the restarts, and returns how many restarts came to no run.
func (s *scene) verifyRestarts(t fate.Tally) (unrun int) {
	r := s.rec
	restarted := map[any]int{}
	for _, e := range r.events {
		if e.again {
			restarted[ending(e.Event)]++
		}
	}
	again := uint64(0)
	for _, p := range s.probes {
		for i, run := range p.runs {
			switch key := key(run.ended); {
			case i == len(p.runs)-1:
			case restarted[key] == 0:
				s.report(runsOnce, "a task ran again after it had ended with %v, which was not answered by a Restart", run.ended)
			default:
				restarted[key]--
				again++
			}
		}
	}
	// One that is cancelled just when it is to begin counts as a run, and its function is not called.
	exact := !s.cancelling.Load() && !r.cancels && !r.rounds && !r.orderly
	if t.Restarted < again || exact && t.Restarted != again || t.Restarted > r.obeyed {
		s.report(attempts, "%d runs were not the first of a task; the tally is %v", again, t)
	}
	return int(r.obeyed) - int(again)
}

// verifyCauses looks whether the strategy was told of contexts that had ended when a run returned.
func (s *scene) verifyCauses() {
	why := map[any]error{}
	for _, p := range s.probes {
		for _, r := range p.runs {
			if m, ok := r.ended.(*mishap); ok && r.why != nil {
				why[m] = r.why
			}
		}
	}
	for _, e := range s.rec.events {
		if w := why[ending(e.Event)]; w != nil && !s.rec.gaveUp(e.Event) && !same(w, e.Cause) {
			s.report(whyEnded, "a context had ended with %q, and a task's end was settled as %v with %v", w, e.Kind, e.Cause)
		}
	}
}

// restarted are groups of what is restarted, for strategies that do so.
func (j *judge) restarted(run runScene, limit int) {
	for _, p := range endings() {
		for _, fails := range []int{1, 3, 0} {
			p.fails = fails
			for _, w := range []way{byGo, bySpawn} {
				run(fmt.Sprintf("tasks of which %d runs end %v", fails, p.end), fate.Rethrow, func(s *scene) {
					for _, p.sleep = range []time.Duration{0, time.Second, time.Second} {
						s.offer(w, p)
					}
					s.offer(bySpawn, plan{until: heeding, end: fate.Cancelled})
					s.offer(bySpawn, plan{until: stubborn, end: fate.Cancelled})
					s.offer(byGo, plan{until: heeding, end: fate.Cancelled})
				})
			}
		}
	}
	meddlers := append([]stopper{
		{"the cancellation of all children", func(s *scene) { s.cancel(nil) }},
		{"the cancellation of the first", func(s *scene) { s.cancel(func(c *fate.Child) bool { return c.ID() == 0 }) }},
	}, stoppers...)
	for _, by := range meddlers {
		for _, at := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond, 3 * time.Second, 5 * time.Minute} {
			run(fmt.Sprintf("children fail for ever, and after %v comes %v", at, by.name), fate.Return, func(s *scene) {
				for range 3 {
					s.offer(bySpawn, plan{end: fate.Failed})
				}
				s.offer(bySpawn, plan{until: heeding, end: fate.Cancelled})
				time.Sleep(at)
				synctest.Wait()
				by.stop(s)
			})
		}
	}
	n := min(limit, 50) + 3
	run("others wait for the places of what is restarted", fate.Return, func(s *scene) {
		s.act(func() {
			for i := range n {
				s.offer(bySpawn, plan{sleep: time.Duration(i) * time.Second, end: fate.Failed, fails: 2})
			}
			s.offer(byGo, plan{})
		})
	}, fate.Backlog(1))
}

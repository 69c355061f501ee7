package fatetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
)

// No strategy can make a right group break its promises. So that the checks of these promises are tested as well, the tests here
// tamper with the notes of a scene, from inside the package.

// told runs a scene with one task of each ending and two that are skipped, tampers with its notes, and returns the laws that are
// found broken.
func told(t *testing.T, mode fate.PanicMode, tamper func(*scene)) []law {
	return toldOf(t, collectall.Strategy{}, mode, func(s *scene) {
		for _, p := range endings() {
			s.offer(byGo, p)
			synctest.Wait()
		}
		stoppers[0].stop(s)
		s.offer(byGo, plan{})
		s.offer(bySpawn, plan{})
	}, tamper)
}

// toldOf is told of another scene.
func toldOf(t *testing.T, of fate.Strategy, mode fate.PanicMode, act, tamper func(*scene)) []law {
	j := newJudge(func() fate.Strategy { return of })
	j.bubble = true
	j.inBubble(t, func() {
		s := j.open("a scene", mode)
		act(s)
		if s.join() {
			tamper(s)
			s.verify()
		}
		s.parent(nil)
	})
	var laws []law
	for _, v := range j.violations() {
		laws = append(laws, v.law)
	}
	return laws
}

func TestVerifyFindsNothingInAnHonestScene(t *testing.T) {
	for _, mode := range []fate.PanicMode{fate.Return, fate.Rethrow} {
		if laws := told(t, mode, func(*scene) {}); len(laws) > 0 {
			t.Errorf("%v: found %v", mode, laws)
		}
	}
}

func TestVerifyFindsWhatIsTamperedWith(t *testing.T) {
	other := errors.New("another error")
	for _, c := range []struct {
		name   string
		law    law
		tamper func(*scene)
	}{
		{"a task ran twice", runsOnce, func(s *scene) { s.probes[0].runs = make([]run, 2) }},
		{"a refused task ran", runsOnce, func(s *scene) { s.probes[0].accepted = false }},
		{"a task vanished", runsOnce, func(s *scene) { s.probes = append(s.probes, new(probe)) }},
		{"a task ended otherwise", shownOnce, func(s *scene) { s.probes[1].runs[0].ended = other }},
		{"an end was not shown", shownOnce, func(s *scene) { s.rec.events = s.rec.events[1:] }},
		{"an end was shown twice", runsOnce, func(s *scene) { s.rec.events = append(s.rec.events, s.rec.events[0]) }},
		{"a failure was shown as cancelled", shownOnce, func(s *scene) { s.rec.events[1].Kind = fate.Cancelled }},
		{"a cancelled task was shown as failed", echoes, func(s *scene) {
			s.rec.events = append(s.rec.events, settled{Event: fate.Event{Kind: fate.Failed, Err: context.Canceled}})
		}},
		{"Conclude was not called", concludes, func(s *scene) { s.rec.concluded = 0 }},
		{"Conclude was called twice", concludes, func(s *scene) { s.rec.concluded = 2 }},
		{"another tally", concludes, func(s *scene) { s.rec.summary.Tally.OK++ }},
		{"another first failure", concludes, func(s *scene) { s.rec.summary.First = s.rec.summary.Errors[1] }},
		{"another order of failures", concludes, func(s *scene) { slices.Reverse(s.rec.summary.Errors) }},
		{"a failure dropped", concludes, func(s *scene) { s.rec.summary.Errors = s.rec.summary.Errors[1:] }},
		{"a failure dropped that was not", concludes, func(s *scene) { s.rec.summary.Dropped++ }},
		{"another cause", concludes, func(s *scene) { s.rec.summary.Cause = other }},
		{"no cause", concludes, func(s *scene) { s.rec.summary.Cause = nil }},
		{"one Wait returned another error", sameAnswer, func(s *scene) { s.waits[1].err = other }},
		{"one Wait panicked", sameAnswer, func(s *scene) { s.waits[1].panicked = other }},
		{"the context has another cause", contextEnds, func(s *scene) { s.rec.summary.Cause = other }},
		{"the strategy had stopped the group", contextEnds, func(s *scene) {
			s.rec.stopped, s.rec.cause, s.rec.summary.Cause = true, other, nil
			s.group = unstopped()
		}},
		{"a task runs", joins, func(s *scene) { s.probes[0].run(context.Background()) }},
		{"a call after Conclude", oneAtATime, func(s *scene) { s.rec.Admit(fate.Tally{}) }},
		{"a call during another", oneAtATime, func(s *scene) { s.rec.enter("Admit"); s.rec.enter("Settle") }},
		{"more run than the tally says", admitted, func(s *scene) { s.inside.Add(1); s.rec.checkTally("Settle", s.group.Tally()) }},
		{"more began than were admitted", admitted, func(s *scene) { s.rec.runs.Store(0); new(probe).in(s).run(context.Background()) }},
		{"a tally that does not add up", tallyHolds, func(s *scene) { s.rec.checkTally("Admit", fate.Tally{Offered: 1}) }},
		{"a tally of other ends", shownOnce, func(s *scene) { s.rec.checkTally("Admit", fate.Tally{Offered: 1, OK: 1}) }},
		{"a cancelled task had no cause", whyEnded, func(s *scene) {
			s.rec.Settle(s.group.Tally(), fate.Event{ID: 99, Kind: fate.Cancelled, Err: context.Canceled})
		}},
		{"the group is not closed", closed, func(s *scene) { s.group = unstopped(); s.verifyClosed() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if laws := told(t, fate.Return, c.tamper); !slices.Contains(laws, c.law) {
				t.Errorf("found %v, want %q", laws, c.law)
			}
		})
	}
}

// in puts a probe into a scene.
func (p *probe) in(s *scene) *probe {
	p.scene = s
	return p
}

// again restarts every failure once.
type again struct{ collectall.Strategy }

func (again) Hints() fate.Hints { return fate.Hints{} }

func (again) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() && e.Attempt == 0 {
		return fate.Restart(time.Second)
	}
	return fate.Continue
}

// toldAgain is told of tasks that are restarted: one that then succeeds, one that fails again, and one that a stop finds waiting.
func toldAgain(t *testing.T, tamper func(*scene)) []law {
	return toldOf(t, again{}, fate.Return, func(s *scene) {
		s.offer(byGo, plan{end: fate.Failed, fails: 1})
		synctest.Wait()
		s.offer(bySpawn, plan{end: fate.Panicked, sleep: time.Second})
		time.Sleep(time.Minute)
		s.offer(byGo, plan{end: fate.Failed})
		synctest.Wait()
		stoppers[0].stop(s)
	}, tamper)
}

func TestVerifyFindsNothingInAnHonestSceneWithRestarts(t *testing.T) {
	if laws := toldAgain(t, func(*scene) {}); len(laws) > 0 {
		t.Errorf("found %v", laws)
	}
}

// Of the events there are, in this order: a failure, a panic, a success, a panic, a failure, and the end of the last one's wait.
func TestVerifyFindsWhatIsTamperedWithInRestarts(t *testing.T) {
	settle := func(s *scene, e fate.Event) {
		s.rec.concluded = 0
		s.rec.Settle(s.group.Tally(), e)
	}
	for _, c := range []struct {
		name   string
		law    law
		tamper func(*scene)
	}{
		{"a task did not run again", attempts, func(s *scene) { s.probes[0].runs = s.probes[0].runs[1:] }},
		{"a task ran again without a restart", runsOnce, func(s *scene) { s.rec.events[0].again = false }},
		{"a restart was not obeyed", obeysAgain, func(s *scene) {
			s.stopping.Store(false)
			s.rec.pending = 3
			s.rec.checkTally("Settle", s.group.Tally())
		}},
		{"a restart was obeyed after a stop", obeysAgain, func(s *scene) {
			tally := s.group.Tally()
			tally.OK--
			tally.Running++
			s.rec.pending, s.rec.barred = 3, true
			s.rec.checkTally("Settle", tally)
		}},
		{"a child that was cancelled on purpose was restarted", obeysAgain, func(s *scene) {
			tally := s.group.Tally()
			tally.OK--
			tally.Running++
			s.rec.pending, s.rec.events[2].Cause = 3, errChild
			s.rec.checkTally("Settle", tally)
		}},
		{"another attempt", attempts, func(s *scene) {
			s.rec.events[2].again = true
			settle(s, fate.Event{ID: 0, Kind: fate.OK, Attempt: 5})
		}},
		{"an attempt too late", attempts, func(s *scene) { settle(s, fate.Event{ID: 77, Kind: fate.OK, Attempt: 1}) }},
		{"settled twice", shownOnce, func(s *scene) { settle(s, fate.Event{ID: 0, Kind: fate.OK, Attempt: 1}) }},
		{"more restarts are counted than there were", attempts, func(s *scene) { s.verifyRestarts(fate.Tally{Restarted: 9}) }},
		{"fewer are counted", attempts, func(s *scene) { s.rec.checkTally("Settle", fate.Tally{}) }},
		{"a restart was counted as a failure", concludes, func(s *scene) { s.rec.events[0].again = false }},
		{"the wait's end was not shown", runsOnce, func(s *scene) { s.rec.events = s.rec.events[:5] }},
		{"a task runs twice at once", neverBeside, func(s *scene) {
			s.probes[0].running.Store(1)
			s.probes[0].run(context.Background())
		}},
		{"a task runs again and nobody asked for it", runsOnce, func(s *scene) {
			s.rec.again.Store(0)
			s.probes[0].run(context.Background())
		}},
		{"a context's end was not told", whyEnded, func(s *scene) { s.probes[2].runs[0].why = errStop }},
		{"a cause from nowhere", whyEnded, func(s *scene) {
			s.stopping.Store(false)
			settle(s, fate.Event{ID: 77, Kind: fate.Failed, Err: errStop, Cause: errStop})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if laws := toldAgain(t, c.tamper); !slices.Contains(laws, c.law) {
				t.Errorf("found %v, want %q", laws, c.law)
			}
		})
	}
}

// unstopped is a group that has nothing to do with the scene's.
func unstopped() *fate.Group { return fate.New(context.Background(), collectall.Strategy{}) }

func TestVerifyFindsWhatRethrowLacks(t *testing.T) {
	for name, tamper := range map[string]func(*scene){
		"no panic":      func(s *scene) { s.waits[2].panicked = nil },
		"another panic": func(s *scene) { s.waits[2].panicked = "another" },
		"a panic less": func(s *scene) {
			s.waits[2].panicked = &fate.RethrownError{Err: s.rec.err}
		},
		"another error": func(s *scene) {
			r := *s.waits[2].panicked.(*fate.RethrownError)
			r.Err = nil
			s.waits[2].panicked = &r
		},
	} {
		t.Run(name, func(t *testing.T) {
			if laws := told(t, fate.Rethrow, tamper); !slices.Contains(laws, rethrows) {
				t.Errorf("found %v, want %q", laws, rethrows)
			}
		})
	}
}

// A Wait that does not return is a task that does not end, to all that is seen from outside.
func TestJoinFindsWaitThatDoesNotReturn(t *testing.T) {
	j := newJudge(func() fate.Strategy { return collectall.Strategy{} })
	j.inBubble(t, func() {
		s := j.open("a scene", fate.Crash)
		let := make(chan struct{})
		s.group.Go(func(context.Context) error {
			<-let
			return nil
		})
		if s.join() {
			t.Error("join did not notice")
		}
		close(let)
	})
	if !j.has(waitReturns) {
		t.Errorf("found %v", j.found)
	}
}

// The scenes at the limit are told a limit that the strategy does not have.
func TestScenesAtTheLimitFindAnotherLimit(t *testing.T) {
	for _, c := range []struct {
		limit, claimed int
		law            law
	}{
		{limit: 3, claimed: 4, law: startsAll},
		{limit: 3, claimed: 0, law: startsAll},
		{limit: 0, claimed: 3, law: wakes},
	} {
		j := newJudge(func() fate.Strategy { return collectall.Strategy{Limit: c.limit} })
		j.full(func(title string, mode fate.PanicMode, act func(*scene), opts ...fate.Option) {
			j.inBubble(t, func() {
				s := j.open(title, mode, opts...)
				act(s)
				s.close()
			})
		}, c.claimed)
		if !j.has(c.law) {
			t.Errorf("limit %d as %d: found %v, want %q", c.limit, c.claimed, j.found, c.law)
		}
	}
}

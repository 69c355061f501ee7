package fatetest

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
)

// groups runs the strategy in groups. Scenes go from simple ones to long ones.
func (j *judge) groups(t *testing.T, limit int) {
	j.bubble = true
	defer func() { j.bubble = false }()
	run := func(title string, mode fate.PanicMode, act func(*scene), opts ...fate.Option) {
		if j.givenUp.Load() || j.has(waitReturns, noWaiting, noGoroutine) {
			return // what comes would hang as well
		}
		j.inBubble(t, func() {
			s := j.open(title, mode, opts...)
			act(s)
			s.close()
		})
	}
	j.plain(run)
	j.full(run, limit)
	j.stopped(run)
	j.expected(t)
	if j.restarts.Load() {
		j.restarted(run, limit)
	}
	for seed := range uint64(150) {
		j.random(run, seed)
	}
	j.inBubble(t, j.together)
}

type runScene = func(title string, mode fate.PanicMode, act func(*scene), opts ...fate.Option)

// endings are all endings, as plans.
func endings() []plan {
	var all []plan
	for _, end := range ends {
		all = append(all, plan{end: fate.Kind(end)})
	}
	return all
}

// plain are groups that nobody stops from outside.
func (j *judge) plain(run runScene) {
	run("nothing is offered", fate.Crash, func(*scene) {})
	run("20 tasks succeed", fate.Crash, func(s *scene) {
		for range 20 {
			s.offer(byGo, plan{})
		}
	})
	run("one TryGo, one Spawn and one daemon succeed", fate.Crash, func(s *scene) {
		for _, w := range []way{byTryGo, bySpawn, byDaemon} {
			s.offer(w, plan{})
		}
	})
	for _, p := range endings() {
		for _, mode := range []fate.PanicMode{fate.Return, fate.Rethrow} {
			for _, w := range []way{byGo, bySpawn} {
				run(fmt.Sprintf("a task ends %v among others that wait (%v)", p.end, mode), mode, func(s *scene) {
					for range 3 {
						s.offer(w, plan{until: heeding, end: fate.Cancelled})
					}
					s.offer(byTryGo, plan{until: stubborn})
					s.offer(w, plan{sleep: time.Second, end: p.end})
					s.offer(w, plan{sleep: 2 * time.Second, end: p.end})
				})
			}
			run(fmt.Sprintf("5 tasks end %v (%v)", p.end, mode), mode, func(s *scene) {
				for range 5 {
					s.offer(byGo, p)
				}
			})
		}
	}
	run("tasks offer tasks while Wait waits", fate.Crash, func(s *scene) {
		s.early = true
		inner := plan{sleep: time.Second}
		s.offer(byGo, plan{sleep: time.Second, nested: []plan{{sleep: time.Second, nested: []plan{inner, inner}}, inner}})
		s.wait()
	})
	run("a child is cancelled on purpose", fate.Crash, func(s *scene) {
		s.offer(byGo, plan{sleep: time.Second})
		p := s.offer(bySpawn, plan{until: heeding, end: fate.Cancelled})
		synctest.Wait()
		s.cancelling.Store(true)
		p.child.Cancel(errChild)
	})
	run("children are cancelled on purpose as soon as they are spawned", fate.Crash, func(s *scene) {
		for range 5 {
			s.offer(bySpawn, plan{until: heeding, end: fate.Cancelled})
		}
		s.cancel(nil)
	})
}

// full are groups at their limit.
func (j *judge) full(run runScene, limit int) {
	n := 50
	if limit > 0 {
		n = limit + 5
	}
	run(fmt.Sprintf("%d tasks block", n), fate.Crash, func(s *scene) {
		s.act(func() {
			for range n {
				s.offer(byGo, plan{until: stubborn})
			}
		})
		synctest.Wait()
		begun, want := s.begun.Load(), int64(n)
		switch {
		case !j.value && s.rec.refused.Load():
			want = s.rec.runs.Load() // its limit may be another each time
		case j.value && limit > 0:
			want = int64(limit)
		}
		if begun != want {
			s.report(startsAll, "%d began, of %d that a new strategy admits", begun, want)
		}
	})
	run("a place becomes free while others wait for one", fate.Crash, func(s *scene) {
		s.act(func() {
			s.offer(byGo, plan{sleep: time.Second})
			for range n {
				s.offer(byGo, plan{until: stubborn})
			}
		})
		for range 3 {
			synctest.Wait()
			if begun, runs := s.begun.Load(), s.rec.runs.Load(); begun != runs {
				s.report(admitted, "%d were admitted, and %d began", runs, begun)
			}
			time.Sleep(time.Second)
		}
	})
	if limit == 0 {
		return
	}
	run("children are cancelled on purpose at the limit", fate.Crash, func(s *scene) {
		for range limit + 5 {
			s.offer(bySpawn, plan{until: heeding, end: fate.Cancelled})
		}
		synctest.Wait()
		s.cancel(func(c *fate.Child) bool { return c.ID() >= uint64(limit) })
	})
	for _, by := range stoppers {
		run(fmt.Sprintf("Go waits at the limit, and %v comes", by.name), fate.Crash, func(s *scene) {
			s.act(func() {
				for range limit {
					s.offer(byGo, plan{until: stubborn})
				}
			})
			synctest.Wait()
			for range 3 {
				s.act(func() { s.offer(byGo, plan{}) })
			}
			synctest.Wait()
			by.stop(s)
			synctest.Wait()
			for _, p := range s.probes[limit:] {
				switch {
				case !p.answered.Load():
					s.report(wakes, "it still waits")
				case p.accepted && j.value:
					s.report(wakes, "it returned true")
				}
			}
		}, fate.Backlog(0))
	}
}

// stopped are groups that are stopped from outside, at each point of one story.
func (j *judge) stopped(run runScene) {
	story := []struct {
		name string
		do   func(*scene)
	}{
		{"anything", func(*scene) {}},
		{"Go of a task that heeds its context", func(s *scene) { s.offer(byGo, plan{until: heeding, end: fate.Cancelled}) }},
		{"Spawn of another", func(s *scene) { s.offer(bySpawn, plan{until: heeding, end: fate.Cancelled}) }},
		{"all that has begun waits", func(*scene) { time.Sleep(time.Second) }},
		{"TryGo of one that does not heed it", func(s *scene) { s.offer(byTryGo, plan{until: stubborn}) }},
		{"Go of one that succeeds", func(s *scene) { s.offer(byGo, plan{}) }},
		{"that has ended", func(*scene) { time.Sleep(time.Second) }},
		{"Go of one that fails a second later", func(s *scene) { s.offer(byGo, plan{sleep: time.Second, end: fate.Failed}) }},
		{"half a second", func(*scene) { time.Sleep(time.Second / 2) }},
		{"a second", func(*scene) { time.Sleep(time.Second) }},
		{"Go of one more that heeds its context", func(s *scene) { s.offer(byGo, plan{until: heeding, end: fate.Cancelled}) }},
	}
	for _, by := range stoppers {
		for _, backlog := range []int{fate.DefaultBacklog, 0} {
			for at, before := range story {
				run(fmt.Sprintf("%v comes before %q of the story", by.name, before.name), fate.Crash, func(s *scene) {
					s.act(func() {
						for _, next := range story[:at] {
							next.do(s)
						}
						by.stop(s)
						for _, next := range story[at:] {
							next.do(s)
						}
					})
				}, fate.Backlog(backlog))
			}
		}
	}
}

// together lets one strategy serve several groups at once, if it is a value; else each has one of its own.
func (j *judge) together() {
	var all []*scene
	for i := range 4 {
		s := j.open("several groups at once", fate.Return)
		all = append(all, s)
		s.act(func() {
			for _, p := range slices.Concat(endings(), endings()) {
				p.sleep = time.Duration(i) * time.Millisecond
				s.offer(byGo, p)
				s.offer(bySpawn, p)
			}
		})
	}
	for _, s := range all {
		s.close()
	}
}

package fatetest

import (
	"fmt"
	"math/rand/v2"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
)

// random runs a scene that the seed decides: who offers what, how it ends, and who meddles.
func (j *judge) random(run runScene, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 3))
	backlog := []int{0, 1, fate.DefaultBacklog}[rng.IntN(3)]
	mode := []fate.PanicMode{fate.Return, fate.Rethrow}[rng.IntN(2)]
	title := fmt.Sprintf("random scene %d (backlog %d, panics %v)", seed, backlog, mode)
	run(title, mode, func(s *scene) {
		d := dice{rng, backlog == fate.DefaultBacklog, j.restarts.Load()}
		s.early = rng.IntN(3) == 0
		for range 1 + rng.IntN(3) {
			plans := make([]plan, 1+rng.IntN(12))
			ways := make([]way, len(plans))
			for i := range plans {
				plans[i] = d.plan(0)
				ways[i] = way(rng.IntN(4))
			}
			s.act(func() {
				for i, p := range plans {
					s.offer(ways[i], p)
					time.Sleep(p.sleep / 3)
				}
			})
		}
		if rng.IntN(2) == 0 {
			at, how := d.pause(), rng.IntN(4)
			s.act(func() {
				time.Sleep(at)
				s.meddle(how)
			})
		}
		if s.early {
			synctest.Wait()
			s.wait()
		}
	}, fate.Backlog(backlog))
}

// meddle does one thing to the group from outside.
func (s *scene) meddle(how int) {
	switch how {
	case 0, 1:
		stoppers[how].stop(s)
	case 2:
		s.cancel(func(c *fate.Child) bool { return c.ID()%2 == 0 })
	case 3:
		s.cancelling.Store(true)
		for c := range s.group.Children() {
			c.Cancel(errChild)
			return
		}
	}
}

// dice draw plans.
type dice struct {
	*rand.Rand
	nest  bool // tasks may offer tasks: there is room for all of them, or Go might wait for the end of its own task
	again bool // tasks may run again
}

func (d dice) plan(depth int) plan {
	p := plan{sleep: d.pause(), end: fate.OK}
	switch n := d.IntN(10); {
	case n < 2:
		p.until = heeding
	case n < 3:
		p.until = stubborn
	}
	if d.IntN(2) == 0 {
		p.end = fate.Kind(d.IntN(len(ends)))
	}
	if d.nest && depth < 2 && d.IntN(8) == 0 {
		p.nested = []plan{d.plan(depth + 1), d.plan(depth + 1)}
	}
	if d.again && d.IntN(2) == 0 {
		p.fails = 1 + d.IntN(3)
	}
	return p
}

// pause is often none at all.
func (d dice) pause() time.Duration {
	return time.Duration(max(0, d.IntN(20)-8)) * 100 * time.Millisecond
}

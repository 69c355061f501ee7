package fate

import (
	"cmp"
	"slices"
	"time"
)

// A round is a restart of several children. It is conducted by the runner of the child whose verdict began it; others that are
// given such a verdict meanwhile join in. Everything of it is guarded by the group's lock.
type round struct {
	members []member      // are to end before any is started again; sorted by ID
	ready   []item        // have ended, and wait for the start
	after   time.Duration // how long they wait once all have ended: the longest that was asked for
	picking int           // verdicts whose selectors are at work
	moved   chan struct{} // something of the above has changed
}

// A member is a child that a round cancels.
type member struct {
	*Child
	cause error
}

func inRound(j job) bool {
	c, ok := j.(*Child)
	return ok && c.round != nil
}

// restartTogether, under the lock, puts a job that has ended into the round, and begins that if there is none.
func (g *Group) restartTogether(it item, v Verdict) (after func()) {
	if g.children == nil {
		g.children = new(childList)
	}
	r := g.children.round
	leads := r == nil
	if leads {
		r = &round{moved: make(chan struct{}, 1)}
		g.children.round = r
	}
	self, _ := it.job.(*Child)
	if self != nil {
		self.round = r
	}
	r.ready = append(r.ready, it)
	r.after = max(r.after, v.after)
	r.poke()
	if !v.with {
		return nil // it was one of the members
	}
	r.picking++
	bound := g.tally.Offered
	return func() {
		g.gather(r, v, self, bound)
		if leads {
			g.conduct(r)
		}
	}
}

// gather asks a verdict's selector, without the lock, and makes those that it picks members.
func (g *Group) gather(r *round, v Verdict, self *Child, bound uint64) {
	g.eng.Lock()
	all := g.children.list()
	g.eng.Unlock()
	picked := g.pickSafely(slices.DeleteFunc(all, func(c *Child) bool { return c == self || c.id >= bound }), v.which)
	g.eng.Lock()
	for _, c := range picked {
		// One that has not started is left alone: there is nothing of it that would have to end. So is one that waits to be
		// restarted by itself.
		if c.listed && c.started.Load() && !c.idle && !c.purposely && c.round == nil {
			c.round = r
			r.members = append(r.members, member{c, v.cause})
		}
	}
	slices.SortFunc(r.members, func(a, b member) int { return cmp.Compare(a.id, b.id) })
	r.picking--
	r.poke()
	g.eng.Unlock()
}

// conduct cancels the members, newest first, waits for their ends, and starts all again.
func (g *Group) conduct(r *round) {
	var (
		last     *Child    // the member that was cancelled last
		until    time.Time // its grace
		ended    time.Time // when the last member has ended, once it has
		starting bool
	)
	for {
		var after func()
		wait := time.Duration(-1)
		g.eng.Lock()
		halted := g.halted
		m := r.newest()
		switch now := time.Now(); {
		case g.stopped() || g.leaving():
			starting, wait = true, 0
		case m.Child != nil && m.Child != last:
			last, until, starting = m.Child, now.Add(m.grace), false
			m.asked = true
			m.ctx.end(stopping(m.cause))
			after, wait = m.ctx.cancel, m.grace
		case m.Child != nil:
			if wait = until.Sub(now); wait <= 0 {
				m.round = nil // it is on its own now
				g.reportLate(m.Child)
			}
		case r.picking == 0:
			if !starting {
				starting, ended = true, now
			}
			wait = r.after - now.Sub(ended)
		}
		after = then(after, r.dismiss(g))
		over := starting && wait <= 0
		if over {
			after = then(after, r.start(g))
		}
		after = finally(g.freed(halted, after), g.deliveries())
		g.eng.Release()
		perform(after)
		switch {
		case over:
			return
		case wait < 0 && m.Child == nil:
			<-r.moved // a selector is at work
		case wait > 0:
			g.pause(wait, r.moved)
		}
	}
}

// newest returns the newest member that has not ended, if there is one.
func (r *round) newest() member {
	for n := len(r.members); n > 0; n = len(r.members) {
		m := r.members[n-1]
		if m.round == r && m.listed && !m.idle {
			return m
		}
		r.members = r.members[:n-1]
	}
	return member{}
}

// start, under the lock, starts those that are ready, in spawn order, and ends the round.
func (r *round) start(g *Group) (after func()) {
	g.children.round = nil
	for _, m := range r.members {
		m.round = nil
	}
	slices.SortFunc(r.ready, func(a, b item) int { return cmp.Compare(a.id, b.id) })
	for _, it := range r.ready {
		after = then(after, g.rerun(it))
	}
	return after
}

// dismiss, under the lock, ends those that are ready and were cancelled on purpose meanwhile.
func (r *round) dismiss(g *Group) (after func()) {
	r.ready = slices.DeleteFunc(r.ready, func(it item) bool {
		c, ok := it.job.(*Child)
		if !ok || !c.purposely {
			return false
		}
		after = then(after, g.rerun(it))
		return true
	})
	return after
}

// poke, under the lock, tells the conductor to look again. There need not be a round.
func (r *round) poke() {
	if r == nil {
		return
	}
	select {
	case r.moved <- struct{}{}:
	default:
	}
}

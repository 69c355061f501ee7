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
	ready   []waiting     // have ended, and wait for the start
	picking int           // verdicts whose selectors are at work
	moved   chan struct{} // something of the above has changed
}

// A member is a child that a round cancels.
type member struct {
	*Child
	cause error
	after time.Duration // the verdict's
}

// waiting is a job that a round starts again. Each has a time of its own, or a child that is made to wait long after many failures would
// hold up others that it has nothing to do with: those spawned before it, where a restart takes those spawned after.
type waiting struct {
	item
	after time.Duration // once all have ended
	due   time.Time     // that moment; zero while they have not
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
	r.ready = append(r.ready, waiting{item: it, after: max(v.after, r.askedFor(self))})
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
			r.members = append(r.members, member{c, v.cause, v.after})
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
		last  *Child    // the member that was cancelled last
		until time.Time // its grace
	)
	for {
		wait, over := time.Duration(-1), false
		g.eng.Lock()
		halted := g.halted
		after := r.dismiss(g)
		m := r.newest()
		switch now := time.Now(); {
		case g.stopped() || g.leaving():
			over, after = true, then(after, r.start(g, r.ready))
		case m.Child != nil && m.Child != last:
			last, until = m.Child, now.Add(m.grace)
			m.asked = true
			m.ctx.end(stopping(m.cause))
			after, wait = then(m.ctx.cancel, after), m.grace
		case m.Child != nil:
			if wait = until.Sub(now); wait <= 0 {
				m.round = nil // it is on its own now
				g.reportLate(m.Child)
			}
		case r.picking == 0:
			after = then(after, r.start(g, r.due(now)))
			if over = len(r.ready) == 0; !over {
				wait = r.ready[0].due.Sub(now)
			}
		}
		if over {
			r.end(g)
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

// askedFor is how long the verdict that made a child a member has it wait; 0 if it is none.
func (r *round) askedFor(c *Child) time.Duration {
	for _, m := range r.members {
		if m.Child == c {
			return m.after
		}
	}
	return 0
}

// due, under the lock and when all members have ended, returns those whose time has come: in spawn order, and none before one that was
// spawned earlier.
func (r *round) due(now time.Time) []waiting {
	slices.SortFunc(r.ready, func(a, b waiting) int { return cmp.Compare(a.id, b.id) })
	n := 0
	for i := range r.ready {
		w := &r.ready[i]
		if w.due.IsZero() {
			w.due = now.Add(w.after)
		}
		if n == i && !w.due.After(now) {
			n++
		}
	}
	return r.ready[:n]
}

// start, under the lock, starts the first of those that are ready.
func (r *round) start(g *Group, first []waiting) (after func()) {
	r.ready = r.ready[len(first):]
	for _, w := range first {
		after = then(after, g.rerun(w.item))
	}
	return after
}

// end, under the lock, ends the round. Members that were too late are on their own.
func (r *round) end(g *Group) {
	g.children.round = nil
	for _, m := range r.members {
		m.round = nil
	}
}

// dismiss, under the lock, ends those that are ready and were cancelled on purpose meanwhile.
func (r *round) dismiss(g *Group) (after func()) {
	r.ready = slices.DeleteFunc(r.ready, func(w waiting) bool {
		c, ok := w.job.(*Child)
		if !ok || !c.purposely {
			return false
		}
		after = then(after, g.rerun(w.item))
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

package fate

import (
	"cmp"
	"slices"
	"time"
)

// A round is a restart of several children. It is conducted by the runner of the child whose verdict began it; others that are
// given such a verdict meanwhile join in. Everything of it is guarded by the group's lock.
type round struct {
	members []*member     // are to end before any is started again; sorted by ID
	ready   []waiting     // have ended, and wait for the start
	busy    int           // who must be done before any may start: selectors at work, observers that are being told
	moved   chan struct{} // something of the above has changed
}

// A member is a child that a round cancels.
type member struct {
	*Child
	cause error
	after time.Duration // the verdict's
	until time.Time     // when its grace is over; zero while it has not been cancelled
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

// restartTogether, under the lock, puts a job that has ended into the round, and begins that if there is none. deliver, which may be
// nil, tells observers of it.
func (g *Group) restartTogether(it item, v Verdict, deliver func()) (after func()) {
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
	r.busy++
	r.poke()
	bound := g.tally.Offered
	work := func() { g.gather(r, v, self, bound) }
	if !v.with {
		work = func() { g.done(r) } // it was one of the members
	}
	if leads {
		work = finally(work, func() { g.conduct(r) })
	}
	return finally(deliver, work)
}

// gather asks a verdict's selector, without the lock, and makes those that it picks members.
func (g *Group) gather(r *round, v Verdict, self *Child, bound uint64) {
	var picked []*Child
	defer func() { // also if the selector does not return
		g.eng.Lock()
		for _, c := range picked {
			r.add(c, v)
		}
		slices.SortFunc(r.members, func(a, b *member) int { return cmp.Compare(a.id, b.id) })
		g.eng.Unlock()
		g.done(r)
	}()
	g.eng.Lock()
	all := g.children.list()
	g.eng.Unlock()
	picked = g.pickSafely(slices.DeleteFunc(all, func(c *Child) bool { return c == self || c.id >= bound }), v.which)
}

// add, under the lock, makes a child a member. One that has not started is left alone: there is nothing of it that would have to end. So
// is one that waits to be restarted by itself.
func (r *round) add(c *Child, v Verdict) {
	if c.listed && c.started.Load() && !c.idle && !c.purposely && c.round == nil {
		c.round = r
		r.members = append(r.members, &member{Child: c, cause: v.cause, after: v.after})
	}
}

// done says that one of those that the round waits for is done.
func (g *Group) done(r *round) {
	g.eng.Lock()
	r.busy--
	r.poke()
	g.eng.Unlock()
}

// conduct cancels the members, newest first, waits for their ends, and starts all again. Should an observer or the strategy call
// runtime.Goexit in here, it goes on while the goroutine unwinds: the group has stopped then, and what is ready is still to be ended.
func (g *Group) conduct(r *round) {
	over := false
	defer func() {
		if !over {
			g.conduct(r)
		}
	}()
	for !over {
		wait := time.Duration(-1)
		g.eng.Lock()
		halted := g.halted
		after := r.dismiss(g)
		stopping := g.stopped() || g.leaving()
		m := r.newest()
		switch now := time.Now(); {
		case stopping && r.busy > 0, m == nil && r.busy > 0: // until it is done
		case stopping:
			after, over = then(after, r.start(g, len(r.ready))), true
		case m == nil:
			after = then(after, r.start(g, r.due(now)))
			if over = len(r.ready) == 0; !over {
				wait = r.ready[0].due.Sub(now)
			}
		case m.until.IsZero():
			after = then(m.cancelFor(now), after)
			wait = m.grace
		default:
			if wait = m.until.Sub(now); wait <= 0 {
				m.round = nil // it is on its own now
				g.reportLate(m.Child)
			}
		}
		if over {
			r.end(g)
		}
		after = finally(g.freedAside(halted, after), g.deliveries())
		g.eng.Release()
		perform(after)
		switch {
		case over:
		case wait < 0 && (m == nil || stopping):
			<-r.moved
		case wait > 0:
			g.pause(wait, r.moved)
		}
	}
}

// cancelFor, under the lock, ends the run of a member. What it returns is done after the lock.
func (m *member) cancelFor(now time.Time) (cancel func()) {
	m.until, m.asked = now.Add(m.grace), true
	m.ctx.end(stopping(m.cause))
	return m.ctx.cancel
}

// newest returns the newest member that has not ended, nil if there is none.
func (r *round) newest() *member {
	for n := len(r.members); n > 0; n = len(r.members) {
		m := r.members[n-1]
		if m.round == r && m.listed && !m.idle {
			return m
		}
		r.members = r.members[:n-1]
	}
	return nil
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

// due, under the lock and when all members have ended, is how many of the first that are ready may start: in spawn order, and none before
// one that was spawned earlier.
func (r *round) due(now time.Time) (n int) {
	slices.SortFunc(r.ready, func(a, b waiting) int { return cmp.Compare(a.id, b.id) })
	for i := range r.ready {
		w := &r.ready[i]
		if w.due.IsZero() {
			w.due = now.Add(w.after)
		}
		if n == i && !w.due.After(now) {
			n++
		}
	}
	return n
}

// start, under the lock, starts the first n of those that are ready. Each is taken out before it is started: the strategy may be asked, and not
// return.
func (r *round) start(g *Group, n int) (after func()) {
	for ; n > 0; n-- {
		after = then(after, r.rerun(g, 0))
	}
	return after
}

// dismiss, under the lock, ends those that are ready and were cancelled on purpose meanwhile.
func (r *round) dismiss(g *Group) (after func()) {
	for i := 0; i < len(r.ready); {
		if c, ok := r.ready[i].job.(*Child); ok && c.purposely {
			after = then(after, r.rerun(g, i))
		} else {
			i++
		}
	}
	return after
}

// rerun, under the lock, takes one out and starts it, or ends it.
func (r *round) rerun(g *Group, i int) (after func()) {
	it := r.ready[i].item
	r.ready = slices.Delete(r.ready, i, i+1)
	return g.rerun(it)
}

// end, under the lock, ends the round. Members that were too late are on their own.
func (r *round) end(g *Group) {
	g.children.round = nil
	for _, m := range r.members {
		m.round = nil
	}
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

package fate

import (
	"context"
	"time"
)

// A job that is to run again stays among the running ones: it keeps its slot, and the runner that ran it waits with it, so that whoever
// joins waits too. Then it is launched past the queue, where it would have to get in behind what is held.

// again is a job that is no child and is not run for the first time.
type again struct {
	job
	attempt int
	err     error // what the run before ended with
}

// attempt says which run of a job it is.
func attempt(j job) int {
	switch j := j.(type) {
	case *Child:
		return j.attempt
	case *again:
		return j.attempt
	}
	return 0
}

// causeFor, under the lock, says why the context of a job's run has ended, or is about to because of a stop in order; nil if neither.
func (g *Group) causeFor(j job) error {
	if c, ok := j.(*Child); ok {
		if cause := c.ctx.cause(); cause != nil {
			return cause
		}
	}
	if cause := g.ctx.cause(); cause != nil {
		return cause
	}
	if g.leaving() {
		return g.children.leaving.cause
	}
	if g.ctx.parent.Err() != nil { // and nobody has noticed yet: asking has no effect here, so the tally shown stays as it is
		return context.Cause(g.ctx.parent)
	}
	return nil
}

// cause is reason, but may be called under the group's lock: it tells nobody, and leaves the parent out.
func (c *taskContext) cause() error {
	if r := c.real.Load(); r != nil && r.Err() != nil {
		return context.Cause(r) // a parent's perhaps, or a timeout's, that came before our own end
	}
	if end := c.over.Load(); end != nil {
		return end.cause
	}
	return nil
}

// canRestart, under the lock, reports whether a Restart verdict about the job is to be obeyed.
func (g *Group) canRestart(j job) bool {
	if g.stopped() || g.leaving() {
		return false
	}
	c, ok := j.(*Child)
	return !ok || !c.purposely
}

// restart, under the lock, obeys a Restart verdict about a run that has ended.
func (g *Group) restart(x *exit, v Verdict) (after func()) {
	it := x.item
	g.tally.uncount(x.kind)
	g.tally.Running++
	var woken chan struct{} // by a cancel on purpose
	switch j := it.job.(type) {
	case *Child:
		after = j.rest(g, x.err)
		woken = j.woken
	case *again:
		j.attempt, j.err = j.attempt+1, x.err
	default:
		it.job = &again{j, 1, x.err}
	}
	deliver := g.deliveries() // here, for what follows takes its time
	if v.with || inRound(it.job) {
		return then(after, g.restartTogether(it, v, deliver))
	}
	return then(after, finally(deliver, func() {
		if v.after > 0 {
			g.pause(v.after, woken)
		}
		g.eng.Lock()
		halted := g.halted
		after := finally(g.freedAside(halted, g.rerun(it)), g.deliveries())
		g.eng.Release()
		perform(after)
	}))
}

// rest, under the lock, puts a child between two runs. It has the next one's context already, which can be cancelled.
func (c *Child) rest(g *Group, err error) (release func()) {
	release = c.retire(g)
	c.ctx = &taskContext{parent: c.first.parent}
	c.attempt++
	c.idle, c.asked, c.err = true, false, err
	if c.woken == nil {
		c.woken = make(chan struct{}, 1)
	}
	return release
}

// wake, under the lock, ends a child's wait for its next run.
func (c *Child) wake() {
	if !c.idle {
		return
	}
	select {
	case c.woken <- struct{}{}:
	default:
	}
	c.round.poke()
}

// pause waits until d has passed, somebody wakes it, or the group has stopped.
func (g *Group) pause(d time.Duration, woken <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-woken:
	case <-g.ctx.Done():
	}
}

// rerun, under the lock, starts a job anew, unless it may not be any more: then it has ended.
func (g *Group) rerun(it item) (after func()) {
	if c, ok := it.job.(*Child); ok {
		c.idle, c.round = false, nil
	}
	if g.canRestart(it.job) {
		g.tally.Restarted++
		g.eng.Launch(it)
		return nil
	}
	return g.giveUp(it)
}

// giveUp, under the lock, ends a job that was to run again and no longer is, in a goroutine where the strategy may fail.
func (g *Group) giveUp(it item) (after func()) {
	asked := false
	defer func() {
		if !asked {
			g.caught(recover())
		}
	}()
	after = g.gaveUp(it)
	asked = true
	return after
}

// gaveUp, under the lock, settles a job that was to run again.
func (g *Group) gaveUp(it item) (after func()) {
	g.effect = g.effect || g.stopped() || g.leaving()
	x := exit{item: it, kind: Cancelled}
	switch j := it.job.(type) {
	case *Child:
		x.err = j.err
	case *again:
		x.err = j.err
	}
	if x.err == nil {
		x.err = g.causeFor(it.job)
	}
	g.tally.Running--
	return g.settle(&x)
}

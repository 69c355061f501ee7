package fate

import (
	"context"

	"github.com/sharedfate/fate/internal/lend"
)

func init() {
	lend.Offer = func(group any, t func(context.Context) error, from lend.Lender, n int64, wait bool) error {
		return group.(*Group).offerLent(&lent{task: t, from: from, n: n}, wait)
	}
	lend.Refuse = func(group any) error { return group.(*Group).turnAwayLent() }
}

// lent is a task that holds something, which is given back when it has ended, or when it is known that it never will start.
type lent struct {
	task   Task
	from   lend.Lender
	n      int64
	in     bool // it was accepted, and is given back by ended; read, as what follows, only by who offers it
	unseen bool // it is held, and the group would not be told if its parent ended
}

func (l *lent) accepted(g *Group, _ uint64) {
	l.in = true
	l.unseen = g.tally.Held > 0 && g.room == nil // nothing is admitted while something is held, so it is held too
}

func (l *lent) run(g *Group) error { return l.task(&g.ctx) }

func (l *lent) ended(*Group, outcome) func() {
	l.from.GiveBack(l.n)
	return nil
}

func (*lent) name() string  { return "" }
func (*lent) excused() bool { return false }

func (g *Group) offerLent(l *lent, wait bool) error {
	defer func() {
		if !l.in { // deferred, for the strategy may call runtime.Goexit when it is asked
			l.from.GiveBack(l.n)
		}
	}()
	switch g.offer(l, wait) {
	case shed:
		return ErrShed
	case refused:
		return g.whyStopped()
	}
	if l.unseen {
		// Others may wait for what it holds, so the parent's end must not be left for the group to find when it next looks. One
		// registration serves all of the group's tasks.
		g.eng.Lock()
		if g.room == nil && !g.sealed {
			g.openRoom()
		}
		g.eng.Unlock()
	}
	return nil
}

// turnAwayLent counts a task that could not be lent what it needs.
func (g *Group) turnAwayLent() error {
	g.eng.Lock()
	stopped := g.sealed || g.stopped() || g.leaving()
	switch {
	case g.sealed:
	case stopped:
		g.refuse(plain(nil))
	default:
		g.enter(plain(nil), Shed)
	}
	deliver := g.deliveries()
	g.eng.Unlock()
	g.ctx.cancel()
	perform(deliver)
	if stopped {
		return g.whyStopped()
	}
	return ErrShed
}

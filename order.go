package fate

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// DefaultGrace is the [Grace] of a child that was given none.
const DefaultGrace = 5 * time.Second

// Grace sets how long whoever stops children one by one waits for this one, once it is cancelled, before going on to the next: see
// [Group.StopInOrder] and [Verdict.With]. It is DefaultGrace if it is not given; with Grace(0) the child is not waited for. It ends nothing by force:
// Wait waits for the child all the same. A negative one panics.
func Grace(d time.Duration) ChildOption {
	if d < 0 {
		panic("fate: Grace is " + d.String() + ": must be 0 or more")
	}
	return func(c *Child) { c.grace = d }
}

// StopInOrder stops the group as [Group.Stop] does, but its children one by one before everything else: the newest first, each
// when the one before has ended or its [Grace] is over. From the beginning nothing is accepted, started or restarted any more.
// Tasks started by Go are cancelled last, together. A task that a goroutine has just taken to run it may still begin.
//
// It returns when all children have ended, or were waited for, and the group is stopped: nil, or a *[LateError] that names those that
// took longer. It does not wait for them; Wait does. An error that a child returns is a failure, unless it only says that it was
// cancelled. A child that calls StopInOrder itself is waited for, for nothing, as long as its Grace is.
//
// If the group is being stopped in order already, or has stopped, the first cause stays.
func (g *Group) StopInOrder(cause error) error {
	g.eng.Lock()
	g.leave(cause)
	deliver := g.deliveries()
	g.eng.Unlock()
	g.ctx.cancel() // of a parent that has ended
	perform(deliver)
	return g.stopChildren()
}

// leave, under the lock, begins a stop in order, unless the group has stopped or is at it.
func (g *Group) leave(cause error) bool {
	if g.sealed || g.stopped() || g.leaving() {
		return false
	}
	if g.children == nil {
		g.children = new(childList)
	}
	g.children.leaving = stopping(cause)
	if g.crew != nil { // which works for items: there is nobody to go one by one
		g.halt(g.children.leaving)
		return true
	}
	g.notFull()
	g.skipQueued()
	for c := g.children.first; c != nil; c = c.next {
		if c.idle || !c.started.Load() {
			c.dismiss(g) // these have nothing to end, and wait for nobody
		}
	}
	return true
}

// leaving, under the lock, reports whether the group is being stopped in order.
func (g *Group) leaving() bool { return g.children != nil && g.children.leaving != nil }

// dismiss, under the lock, ends a child's context for a stop in order.
func (c *Child) dismiss(g *Group) *taskContext {
	c.asked = true
	c.ctx.end(g.children.leaving)
	c.wake()
	return c.ctx
}

// stopChildren cancels the children one by one, and then the group.
func (g *Group) stopChildren() error {
	var late []Late
	for bound := g.offered(); ; {
		c, ctx := g.dismissNewest(bound)
		if c == nil {
			break
		}
		bound = c.id
		ctx.cancel()
		if !c.endsWithin(c.grace) {
			late = append(late, Late{c, c.grace})
			g.tellLate(c)
		}
	}
	g.eng.Lock()
	if !g.sealed && !g.stopped() {
		g.halt(g.children.leaving)
	}
	deliver := g.deliveries()
	g.eng.Unlock()
	g.ctx.cancel()
	perform(deliver)
	late = slices.DeleteFunc(late, func(l Late) bool { return l.Child.endsWithin(0) })
	if len(late) == 0 {
		return nil
	}
	return &LateError{late}
}

func (g *Group) tellLate(c *Child) {
	g.eng.Lock()
	if c.listed && !c.told {
		c.told = true // once, whoever else waits for it
		g.reportLate(c)
	}
	deliver := g.deliveries()
	g.eng.Unlock()
	perform(deliver)
}

func (g *Group) offered() uint64 {
	g.eng.Lock()
	defer g.eng.Unlock()
	return g.tally.Offered
}

// dismissNewest ends the context of the newest running child below the bound.
func (g *Group) dismissNewest(bound uint64) (*Child, *taskContext) {
	g.eng.Lock()
	defer g.eng.Unlock()
	if g.children == nil {
		return nil, nil
	}
	for c := g.children.last; c != nil; c = c.prev {
		if c.id < bound && c.started.Load() && !c.idle {
			if g.halted {
				return c, c.ctx // has been told
			}
			return c, c.dismiss(g)
		}
	}
	return nil, nil
}

// endsWithin waits for the child's end, and reports whether it came in time.
func (c *Child) endsWithin(d time.Duration) bool {
	select {
	case <-c.Done():
		return true
	default:
	}
	if d == 0 {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.Done():
		return true
	case <-t.C:
		return false
	}
}

// Late is a child that did not end within its [Grace].
type Late struct {
	Child *Child
	Grace time.Duration
}

// A LateError says which children did not end in time when they were stopped in order. Package daemon has one of its own for the parts of a
// service.
type LateError struct {
	Late []Late // in the order in which they were stopped
}

func (e *LateError) Error() string {
	var b strings.Builder
	b.WriteString("fate: did not end in time:")
	for i, l := range e.Late {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %q (%v)", l.Child.Name(), l.Grace)
	}
	return b.String()
}

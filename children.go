package fate

import "iter"

// Children returns the named children that have not ended, in spawn order, as they are when the loop begins.
func (g *Group) Children() iter.Seq[*Child] {
	return func(yield func(*Child) bool) {
		g.eng.Lock()
		children := g.children.list()
		g.eng.Unlock()
		for _, c := range children {
			if !yield(c) {
				return
			}
		}
	}
}

// childList is a doubly linked list, so that a child leaves it in constant time. A nil one is empty.
type childList struct {
	first, last *Child
	daemons     uint64  // how many of them were started with Daemon
	round       *round  // the restart of several that is under way
	leaving     *ending // the group is being stopped in order, with this
}

func (l *childList) add(c *Child) {
	c.prev, c.listed = l.last, true
	if l.last == nil {
		l.first = c
	} else {
		l.last.next = c
	}
	l.last = c
	if c.daemon {
		l.daemons++
	}
}

func (l *childList) remove(c *Child) {
	if c.prev == nil {
		l.first = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		l.last = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.prev, c.next, c.listed = nil, nil, false
	if c.daemon {
		l.daemons--
	}
}

func (l *childList) list() (all []*Child) {
	if l == nil {
		return nil
	}
	for c := l.first; c != nil; c = c.next {
		all = append(all, c)
	}
	return all
}

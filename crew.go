package fate

import (
	"context"
	"sync/atomic"
	"unsafe"
)

// A crew runs one function for many items: what ForEach, Map and Stream give a group to do. To the engine a [stint] is one job, in
// which a runner works through item after item; so an item costs no allocation, no go statement and, most of the time, no lock.
// It serves strategies whose hints say that they need not be asked about an item that succeeds, nor about one that starts
// while fewer than so many run. Items for all others are jobs of their own, as tasks are.
//
// Nothing of this is to be seen from outside. An item is in the hands of a stint only when nobody else is free to take it, and can
// be taken from there again until the very moment it starts; as in the engine, there is a stint on its way whenever an item has
// not started and the limit allows one more.
type crew[T any] struct {
	g     *Group
	do    func(context.Context, T) error
	told  func(T, outcome) // may be nil; under the lock, of each item that does not return nil, or never starts
	items source[T]
	most  uint64 // stints at once, which is items at once
	grain int    // how many items a stint takes at once, at most

	_    apart
	idle atomic.Bool // no stint is on its way and one more may be: who brings an item sends one
	_    apart

	// Guarded by the group's lock.
	working uint64    // stints sent that have not left
	coming  int       // those of them that have not begun
	loaded  *stint[T] // a list of those that have more than one item, or had when somebody last looked
	spare   *stint[T] // a list of those that have left
	closed  bool      // the group has stopped
}

// apart keeps what one processor writes out of the cache lines that another reads again and again.
type apart [64]byte

// A source is where a crew's items come from, oldest first. Its methods are called under the group's lock.
type source[T any] interface {
	// take moves items to dst, and says how many, and the ID of the first.
	take(dst []T) (n int, first uint64)
	left() bool      // whether take would find one
	offered() uint64 // how many items there have been
	freed()          // tells that items have ended, or that no more will start
	linger() bool    // lets go of the lock for a moment if items may come soon, and reports whether it did
}

// fitsCrew reports whether the strategy lets a crew work for the group.
func (g *Group) fitsCrew() bool {
	return g.quiet && g.untimed && g.atLimit == Hold
}

func (c *crew[T]) init(g *Group, items source[T], do func(context.Context, T) error) {
	c.g, c.items, c.do, c.most = g, items, labelled(g.opts.named, do), g.most
	// As many items as make a page, at most: the copying is to be little beside the lock that it saves.
	var x T
	c.grain = max(1, min(mostGrain, 4096/int(max(1, unsafe.Sizeof(x)))))
	c.idle.Store(true)
	g.crew = c
}

// send, under the lock, sends a stint on its way if one is needed. The caller releases the lock by the engine's Release.
func (c *crew[T]) send() {
	for !c.closed {
		switch {
		case c.coming > 0 || c.working >= c.most:
			if c.idle.Load() {
				c.idle.Store(false)
			}
			return
		case c.items.left() || c.unclaimed():
			c.working++
			c.push(c.recruit())
		case c.idle.Load():
			return
		default:
			c.idle.Store(true) // and look again: what came before its producer could see this would be forgotten
		}
	}
}

func (c *crew[T]) push(s *stint[T]) {
	c.coming++
	s.begun = false
	c.g.eng.Push(item{job: s}, true)
}

// recruit returns a stint that is nobody's.
func (c *crew[T]) recruit() *stint[T] {
	s := c.spare
	if s == nil {
		return &stint[T]{crew: c, grain: 1}
	}
	c.spare, s.next = s.next, nil
	s.grain = 1
	return s
}

// unclaimed, under the lock, reports whether a stint has items that it has not come to.
func (c *crew[T]) unclaimed() bool {
	for s := c.loaded; s != nil; s = s.next {
		if lo, hi := s.claims(); lo < hi {
			return true
		}
	}
	return false
}

// seek, under the lock, waits a moment for items, if that is worth it. Whoever does so counts as on the way.
func (c *crew[T]) seek(s *stint[T]) bool {
	if c.coming > 0 {
		return false // it's enough that one looks
	}
	c.coming++
	c.idle.Store(false)
	found := false
	for !found && !c.closed && c.items.linger() {
		found = !c.closed && c.fill(s)
	}
	c.coming--
	return found
}

// fill, under the lock, gives a stint that has none items, and reports whether there were any.
func (c *crew[T]) fill(s *stint[T]) bool {
	if len(s.items) < s.grain {
		s.items = make([]T, s.grain) // not all at once: one that blocks in its first item needs no more
	}
	if c.rob(s, true) {
		return true
	}
	if n, first := c.items.take(s.items[:s.grain]); n > 0 {
		s.load(n, first)
		s.grain = min(2*s.grain, c.grain) // it came back for more: the items are quick
		return true
	}
	return c.rob(s, false)
}

// rob, under the lock, takes items for s from another stint: all from one that has not moved since somebody last looked, which is
// at a slow item then; or, if stuck is false, half from any.
func (c *crew[T]) rob(s *stint[T], stuck bool) bool {
	for v, next := c.loaded, (*stint[T])(nil); v != nil; v = next {
		next = v.next
		word := v.account()
		lo, hi := claims(word)
		if lo >= hi {
			c.unload(v) // all but the one it is at are counted; nobody needs to look at it any more
			continue
		}
		n := min(hi-lo, uint32(len(s.items)))
		if stuck && v.seen != word {
			v.seen = word
			continue
		}
		if !stuck {
			n = (n + 1) / 2
		}
		if v.give(n, s) {
			return true
		}
	}
	return false
}

// accountAll, under the lock, counts the items that have ended.
func (c *crew[T]) accountAll() {
	for s := c.loaded; s != nil; s = s.next {
		s.account()
	}
}

// ended, under the lock, counts items that returned nil.
func (c *crew[T]) ended(n uint32) { c.g.tally.OK += uint64(n) }

// sync makes the tally that of the items. ending are those that have ended and are about to be counted.
func (c *crew[T]) sync(ending uint64) {
	t := &c.g.tally
	if c.closed {
		c.drain() // what its producer is about to skip: whoever joins does not let go of the lock while something is alive
	}
	c.accountAll()
	t.Offered = c.items.offered()
	alive := t.Offered - t.Ended() - ending
	t.Running = min(alive, c.most)
	t.Held = alive - t.Running
}

// halt, under the lock and before what is queued is removed, skips what has not started.
func (c *crew[T]) halt() {
	c.closed = true
	c.idle.Store(true) // before the looking: what comes later is skipped by its producer
	for s := c.loaded; s != nil; s = c.loaded {
		s.account()
		lo, hi := s.close()
		for i := lo; i < hi; i++ {
			c.skip(s.items[i])
		}
		clear(s.items[lo:max(lo, hi)])
		c.unload(s)
	}
	c.drain()
	c.items.freed()
}

// drain, under the lock, skips what the source has.
func (c *crew[T]) drain() {
	var x [1]T
	for {
		if n, _ := c.items.take(x[:]); n == 0 {
			return
		}
		c.skip(x[0])
	}
}

func (c *crew[T]) skip(x T) {
	if !c.g.sealed { // else it is as if it had not been offered
		c.g.tally.Skipped++
		c.g.effect = true
	}
	if c.told != nil {
		c.told(x, outcome{err: &stoppedError{c.g.ctx.over.Load().cause}})
	}
}

func (c *crew[T]) insert(s *stint[T]) {
	if s.prev, s.next = nil, c.loaded; s.next != nil {
		s.next.prev = s
	}
	c.loaded, s.loaded = s, true
}

func (c *crew[T]) unload(s *stint[T]) {
	if !s.loaded {
		return
	}
	if s.prev == nil {
		c.loaded = s.next
	} else {
		s.prev.next = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	}
	s.prev, s.next, s.loaded = nil, nil, false
}

// roster is a crew as its group sees it.
type roster interface {
	halt()
	sync(ending uint64)
}

// relay is a stint as its group sees it.
type relay interface {
	job
	settle(exit) (after func())
	recall()
}

package fate

import (
	"context"
	"iter"
	"math"
	"runtime"
	"sync/atomic"
	"time"
)

// A feed is a crew and the queue between it and the one goroutine that brings its items, the producer. The producer takes the lock
// only when it must: when nobody is on the way to take the item, when it is too far ahead, and when the group has stopped.
type feed[T any] struct {
	crew crew[T]

	// Set by the producer alone; ring with the group's lock, because stints read it, with that.
	_       apart
	pushed  atomic.Uint64 // how many items have come
	granted uint64        // how many may have come before it must ask
	ring    []T           // a power of two long; items from taken to pushed are in it
	_       apart

	// Guarded by the group's lock.
	taken   uint64
	refused uint64 // items that came after the stop
	ahead   int    // how many may be held beyond the limit
	looks   int    // how often a stint looks for an item before it leaves
	waiting bool   // the producer waits
	ended   bool   // no more items will come
}

const (
	firstRing = 128
	mostLooks = 8

	// While the items that are held would all run in this time, more of them may be held: to wake the producer may take as long.
	quick = time.Millisecond
)

func newFeed[T any](g *Group, do func(context.Context, T) error, told func(T, outcome)) *feed[T] {
	f := &feed[T]{ring: make([]T, firstRing), ahead: g.opts.backlog}
	f.crew.init(g, f, do)
	f.crew.told = told
	if runtime.GOMAXPROCS(0) > 1 {
		f.looks = mostLooks // else nothing changes while one looks
	}
	return f
}

// all brings what in yields, until it ends or the group has stopped.
func (f *feed[T]) all(in iter.Seq[T]) {
	for x := range in {
		if !f.push(x) {
			break
		}
	}
	f.end()
}

// end says that no more items will come.
func (f *feed[T]) end() {
	f.crew.g.eng.Lock()
	f.ended = true
	f.crew.g.eng.Unlock()
}

func (f *feed[T]) slot(i uint64) *T { return &f.ring[i&uint64(len(f.ring)-1)] }

// push brings an item, and waits until there is room for it. It reports whether another may come: if not, the group has stopped.
func (f *feed[T]) push(x T) bool {
	n := f.pushed.Load()
	if n == f.granted && !f.ask(x) {
		return false
	}
	*f.slot(n) = x
	f.pushed.Store(n + 1)
	return !f.crew.idle.Load() || f.call()
}

// call is for when nobody is on the way to take what was pushed.
func (f *feed[T]) call() bool {
	g := f.crew.g
	g.eng.Lock()
	stopped := g.stopped()
	if stopped {
		f.crew.drain()
	} else {
		f.crew.send()
	}
	g.eng.Release()
	if stopped {
		g.ctx.cancel()
	}
	return !stopped
}

// ask waits until the producer may push x, or the group has stopped and x is skipped.
func (f *feed[T]) ask(x T) bool {
	g := f.crew.g
	g.eng.Lock()
	for !g.stopped() {
		if f.grant() {
			g.eng.Unlock()
			return true
		}
		if g.room == nil {
			g.openRoom() // the parent's end must wake us
			continue
		}
		f.wait()
	}
	f.refused++
	f.crew.skip(x)
	g.eng.Unlock()
	g.ctx.cancel()
	return false
}

// wait, under the lock, waits for room, and finds out whether the producer is to be further ahead.
func (f *feed[T]) wait() {
	held := f.ahead - f.half()
	began := time.Now()
	f.waiting = true
	f.crew.g.eng.Await()
	f.waiting = false
	if took := time.Since(began); took*time.Duration(f.ahead) < quick*time.Duration(held) {
		f.ahead = max(f.ahead, min(2*f.ahead, f.crew.g.opts.ahead))
	} else {
		f.ahead = max(f.ahead/2, f.crew.g.opts.backlog)
	}
}

// grant, under the lock, lets the producer push as far as the limit and the backlog allow, and makes room for that.
func (f *feed[T]) grant() bool {
	room := f.room()
	if room == 0 {
		return false
	}
	pushed := f.pushed.Load()
	if pushed-f.taken == uint64(len(f.ring)) {
		f.grow()
	}
	f.granted = pushed + min(room, uint64(len(f.ring))-(pushed-f.taken))
	return true
}

// room, under the lock, is how many items more the limit and the backlog allow.
func (f *feed[T]) room() uint64 {
	c := &f.crew
	if c.most == math.MaxUint64 {
		return c.most
	}
	c.accountAll()
	alive := f.offered() - c.g.tally.Ended()
	bound := c.most + uint64(f.ahead)
	return bound - min(alive, bound)
}

// half is how much room is worth waking the producer for.
func (f *feed[T]) half() int { return f.ahead / 2 }

func (f *feed[T]) grow() {
	ring := make([]T, 2*len(f.ring))
	for i := f.taken; i < f.pushed.Load(); i++ {
		ring[i&uint64(len(ring)-1)] = *f.slot(i)
	}
	f.ring = ring
}

// What follows makes a feed a source.

func (f *feed[T]) take(dst []T) (n int, first uint64) {
	first = f.taken
	pushed := f.pushed.Load()
	var zero T
	for n < len(dst) && f.taken < pushed {
		p := f.slot(f.taken)
		dst[n], *p = *p, zero
		f.taken++
		n++
	}
	return n, first
}

func (f *feed[T]) left() bool { return f.taken < f.pushed.Load() }

func (f *feed[T]) offered() uint64 {
	if f.crew.closed {
		return f.taken + f.refused // what is brought this very moment is skipped by its producer, and counted then
	}
	return f.pushed.Load() + f.refused
}

func (f *feed[T]) freed() {
	if f.waiting && (f.crew.closed || f.room() > uint64(f.half())) {
		f.crew.g.eng.Announce()
	}
}

// linger is for a stint that has found nothing. When it leaves, the next item costs a go statement.
func (f *feed[T]) linger() bool {
	if f.ended || f.waiting {
		return false
	}
	for range f.looks {
		f.crew.g.eng.Unlock()
		for range 32 {
			f.crew.idle.Load()
		}
		f.crew.g.eng.Lock()
		if f.left() {
			return true
		}
	}
	return false
}

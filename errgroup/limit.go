package errgroup

import (
	"fmt"
	"sync"
)

// limit is what a SetLimit sets. Each one is a new value, and a task gives its slot back to the one it was taken from: it may have
// started under another limit, or under none, and then has nothing to give back to this one.
type limit struct {
	most int
	used int
	owed int // of these, by functions that have failed, and whose slots are free once the context is cancelled
}

// SetLimit lets at most n functions be active at once, from the next Go on. A negative n is no limit. With 0 nothing starts: Go waits
// until the limit is changed, and TryGo is false.
//
// It is meant for before the first Go. While functions are active that were started under a limit, only a negative n is allowed;
// anything else panics. Functions that were started without a limit are not counted. A Go that waits goes on if the new limit
// lets it.
func (g *Group) SetLimit(n int) {
	g.eng.Lock()
	g.checkCopy()
	switch {
	case n < 0:
		g.limit = nil
	case g.limit != nil && g.limit.used > 0:
		active := g.limit.used
		g.eng.Unlock()
		panic(fmt.Errorf("errgroup: modify limit while %v goroutines in the group are still active", active))
	default:
		g.limit = &limit{most: n}
	}
	g.serve()
	g.eng.Release()
}

// full, under the lock, reports whether there is no slot.
func (g *Group) full() bool { return g.limit != nil && g.limit.used >= g.limit.most }

// free, under the lock, gives n slots back, if they were taken of a limit.
func (g *Group) free(of *limit, n int) {
	if of != nil {
		of.used -= n
		g.serve() // which does nothing if that was a former limit
	}
}

// serve, under the lock, starts the functions of those that wait, oldest first, as far as there are slots. It is not left to them to
// start when they wake up: a slot would stand empty until then, and a TryGo could take it from under a Go that was first.
func (g *Group) serve() {
	for g.line.first != nil && !g.full() {
		w := g.line.pop()
		g.start(w.f)
		w.f, w.started = nil, true
		w.wake.Signal()
	}
}

// line is the Go's that wait for a slot, in their order.
type line struct {
	first, last *waiter
	spare       *waiter // one that has waited, for the next to wait
}

// waiter is one of them. It waits on a sync.Cond and not on a channel because a channel belongs to the synctest bubble that made it,
// and could not be kept for the next.
type waiter struct {
	f       func() error
	wake    sync.Cond
	next    *waiter
	started bool
}

// wait, under the lock, gives it away until f has been started.
func (g *Group) wait(f func() error) {
	w := g.line.spare
	g.line.spare = nil
	if w == nil {
		w = &waiter{}
		w.wake.L = &g.eng
	}
	w.f, w.started = f, false
	g.line.push(w)
	for !w.started {
		w.wake.Wait()
	}
	g.line.spare = w // one producer needs no more than this, however often it waits
}

func (l *line) push(w *waiter) {
	if l.last == nil {
		l.first = w
	} else {
		l.last.next = w
	}
	l.last = w
}

func (l *line) pop() *waiter {
	w := l.first
	if l.first = w.next; l.first == nil {
		l.last = nil
	}
	w.next = nil
	return w
}

package fate

import "sync/atomic"

// room is where the Go's of a group wait that is full. Guarded by the group's lock, but for spare.
type room struct {
	line    waiters
	spare   atomic.Pointer[waiter] // one that has waited, for the next to wait
	unhook  func() bool            // ends the registration with the parent context; nil while it is being made
	drained int32                  // held tasks admitted since those in the line were last let in
	hooked  bool                   // the parent has ended, and parentEnded has seen to it
}

// waiter is a Go that waits for room. Who makes room does for it what it would do itself, so that it is served in its turn, need
// not ask again, and may take its time to wake up.
type waiter struct {
	job    job
	answer chan answer
	next   *waiter
}

// waitRoom, under the lock, gives it away and waits until there is room or the group has stopped.
func (g *Group) waitRoom(j job) answer {
	w := g.room.spare.Swap(nil)
	if w == nil {
		w = &waiter{answer: make(chan answer, 1)}
	}
	w.job = j
	g.room.line.push(w)
	deliver := g.deliveries()
	g.eng.Release()
	perform(deliver)
	a := <-w.answer
	g.room.spare.Store(w) // one producer needs no more than this, however often it waits
	return a
}

// serve, under the lock and after a slot was freed, lets in those that wait, oldest first, as far as there is room. With a backlog
// it does so only when half of it is free, or has been since they began to wait: a producer then refills many places at a time, and
// can't be passed by others for ever.
func (g *Group) serve() {
	r := g.room
	if r.line.first == nil {
		return
	}
	half := g.opts.backlog / 2
	if g.tally.Held > uint64(half) && int(r.drained) <= half {
		return
	}
	r.drained = 0
	for r.line.first != nil {
		a := Hold
		if g.tally.Held == 0 {
			a = g.ask()
		}
		if g.halted || a == Hold && g.tally.Held >= uint64(g.opts.backlog) {
			return
		}
		j, answer := r.line.pop()
		answer <- g.enter(j, a)
	}
}

// turnAway, under the lock, answers those that wait when the group stops.
func (g *Group) turnAway() {
	if g.room == nil {
		return
	}
	for g.room.line.first != nil {
		j, answer := g.room.line.pop()
		g.refuse(j)
		answer <- refused
	}
}

// waiters is a line of them: who came first is served first.
type waiters struct{ first, last *waiter }

func (l *waiters) push(w *waiter) {
	if l.last == nil {
		l.first = w
	} else {
		l.last.next = w
	}
	l.last = w
}

func (l *waiters) pop() (job, chan<- answer) {
	w := l.first
	if l.first = w.next; l.first == nil {
		l.last = nil
	}
	j := w.job
	w.job, w.next = nil, nil
	return j, w.answer
}

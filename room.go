package fate

// waiter is a Go that waits for room. Who makes room does for it what it would do itself, so that it is served in its turn, need
// not ask again, and may take its time to wake up.
type waiter struct {
	job    job
	answer chan answer
	next   *waiter
}

// waitRoom, under the lock, gives it away and waits until there is room or the group has stopped.
func (g *Group) waitRoom(j job) answer {
	w := g.spare.Swap(nil)
	if w == nil {
		w = &waiter{answer: make(chan answer, 1)}
	}
	w.job = j
	g.line.push(w)
	g.eng.Release()
	a := <-w.answer
	g.spare.Store(w) // one producer needs no more than this, however often it waits
	return a
}

// serve, under the lock and after a slot was freed, lets in those that wait, oldest first, as far as there is room. With a backlog
// it does so only when half of it is free, or has been since they began to wait: a producer then refills many places at a time, and
// can't be passed by others for ever.
func (g *Group) serve() {
	half := g.opts.backlog / 2
	if g.line.first == nil || g.tally.Held > uint64(half) && int(g.drained) <= half {
		return
	}
	g.drained = 0
	for g.line.first != nil {
		a := Hold
		if g.tally.Held == 0 {
			a = g.ask()
		}
		if g.halted || a == Hold && g.tally.Held >= uint64(g.opts.backlog) {
			return
		}
		j, answer := g.line.pop()
		answer <- g.enter(j, a)
	}
}

// turnAway, under the lock, answers those that wait when the group stops.
func (g *Group) turnAway() {
	for g.line.first != nil {
		g.refuse()
		_, answer := g.line.pop()
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

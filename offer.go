package fate

// Go offers a task. It returns true if the task was accepted: it will run exactly once, unless the group stops before it starts.
// It returns false if the task was refused and will never run: the group has stopped, Wait has returned, or the
// strategy shed it. What a task is to close, let it open as well: one that never starts closes nothing.
//
// At the strategy's limit an accepted task is held; when [Backlog] tasks are held, Go waits until half of them have started, so that a
// producer does not change places with the tasks at each of them. It returns false as soon as the group stops. It may be called from
// inside a task of the group, also while Wait waits. There, with a full backlog, it waits for a place that perhaps only the end of that very
// task would free: use TryGo, or Backlog, or no limit.
//
// It panics if t is nil.
func (g *Group) Go(t Task) bool {
	if t == nil {
		panic("fate: Go: the task is nil")
	}
	return g.offer(plain(t), true) == accepted
}

// TryGo is Go that never waits, whatever the strategy: where Go would wait it returns false, and the task counts as shed.
func (g *Group) TryGo(t Task) bool {
	if t == nil {
		panic("fate: TryGo: the task is nil")
	}
	return g.offer(plain(t), false) == accepted
}

// answer says what became of an offer.
type answer uint8

const (
	accepted answer = iota
	shed
	refused // the group has stopped
)

// offer gives a job to the engine, holds it, waits for room, or refuses it, as the strategy says. It is the only way
// into the queue.
func (g *Group) offer(j job, wait bool) answer {
	if g.full.Load() && g.refused(wait) {
		return shed
	}
	g.eng.Lock()
	for {
		if g.sealed {
			g.eng.Unlock()
			return refused
		}
		if g.stopped() || g.leaving() {
			g.refuse(j)
			deliver := g.deliveries()
			g.eng.Unlock()
			g.ctx.cancel() // for a strategy that was at fault just now
			perform(deliver)
			return refused
		}
		a := Run
		if g.tally.Running >= g.most {
			a = g.admission()
			if g.halted {
				continue // by the strategy's fault
			}
			if a == Hold && g.tally.Held >= uint64(g.opts.backlog) {
				if wait {
					if g.room == nil {
						g.openRoom()
						continue
					}
					return g.waitRoom(j)
				}
				a = Shed
			}
			if a == Shed && g.most > 0 && g.opts.observers == nil {
				g.isFull()
			}
		}
		ans := g.enter(j, a)
		daemons := g.idleDaemons() // is this one more of those that only wait for the end?
		deliver := g.deliveries()
		g.eng.Release()
		if daemons {
			deliver = finally(g.endDaemons, deliver)
		}
		perform(deliver)
		return ans
	}
}

// refused reports whether an offer is refused without the lock, because the group is full, and counts it.
func (g *Group) refused(wait bool) bool {
	if wait && g.atLimit != Shed {
		return false
	}
	// The parent's end is not looked for: who is refused at the limit is told so, whatever comes after.
	g.refusals.Load().count()
	return true
}

// enter, under the lock, counts a job that was offered, and puts it into the queue if it is not to be shed.
func (g *Group) enter(j job, a Admission) answer {
	g.countRefusals() // they came before
	id := g.tally.Offered
	g.tally.Offered++
	switch a {
	case Shed:
		g.tally.Shed++
		g.reportShed(id, j)
		return shed
	case Run:
		g.tally.Running++
	default:
		g.tally.Held++
	}
	if _, ok := j.(plain); !ok {
		j.accepted(g, id)
	}
	g.eng.Push(item{id, j}, a == Run)
	return accepted
}

// refuse, under the lock, counts a job that is offered after the stop.
func (g *Group) refuse(j job) {
	g.reportSkip(g.tally.Offered, j)
	g.tally.Offered++
	g.tally.Skipped++
	g.effect = true
}

// admission, under the lock, says what becomes of a new task. Held ones go first.
func (g *Group) admission() (a Admission) {
	if g.most > 0 {
		return g.atLimit
	}
	asked := false
	defer func() {
		if !asked {
			g.caught(recover())
		}
	}()
	if g.tally.Held > 0 {
		g.promote()
	}
	if g.tally.Held > 0 {
		a = Hold
	} else {
		a = g.ask()
	}
	asked = true
	return a
}

// caught, under the lock, deals with a strategy that panicked in a caller's goroutine. If v is nil it called runtime.Goexit, and
// the goroutine unwinds: then the lock is released here.
func (g *Group) caught(v any) {
	g.blame(v, "the strategy")
	if v == nil {
		deliver := g.deliveries()
		g.eng.Unlock()
		g.ctx.cancel()
		perform(deliver)
	}
}

// ask, under the lock, asks the strategy, unless it has said what it answers, and stops a group whose strategy would hold for ever.
func (g *Group) ask() Admission {
	if g.most > 0 {
		if g.tally.Running < g.most {
			return Run
		}
		return g.atLimit
	}
	a := g.strategy.Admit(g.tally)
	if a > Shed {
		panic("fate: Admit answers " + a.String())
	}
	if a == Hold && g.tally.Running == 0 {
		// Only a task's end makes the group ask again, and there is none to end.
		g.stalled = true
		g.halt(stopping(ErrStalled))
	}
	return a
}

// promote, under the lock, admits held tasks, oldest first, as far as the strategy lets them.
func (g *Group) promote() {
	for g.tally.Held > 0 {
		switch g.ask() {
		case Run:
			g.eng.Admit()
			g.tally.Held--
			g.tally.Running++
		case Shed:
			it := g.eng.DropHeld()
			g.tally.Held--
			g.tally.Shed++
			g.reportShed(it.id, it.job)
			it.job.ended(g, outcome{err: ErrShed})
		default:
			return
		}
		if g.room != nil {
			g.room.drained++
		}
	}
}

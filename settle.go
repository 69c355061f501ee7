package fate

import (
	"errors"
	"runtime/debug"
	"time"

	"github.com/sharedfate/fate/internal/engine"
)

// host is the group as the engine sees it. It is a type of its own to keep these methods out of Group's.
type host Group

// errSkipped is what Run returns for a job that it did not start.
var errSkipped = errors.New("fate: skipped")

// Run runs the job, unless the group has stopped since the job was taken, or its parent has ended. That is asked here and not where it
// was taken, to ask without the lock.
func (h *host) Run(it item) error {
	if h.ctx.over.Load() != nil || h.ctx.parent.Err() != nil {
		return errSkipped
	}
	return it.job.run((*Group)(h))
}

func (h *host) Caught(_ item, v any) error {
	if v == nil {
		return ErrGoexit
	}
	if h.opts.panics == Crash {
		panic(v)
	}
	return &PanicError{Value: v, Stack: debug.Stack()}
}

// Settle counts the end, records the error, asks the strategy and admits what may run now: one critical section.
func (h *host) Settle(it item, o engine.Outcome) (after func()) {
	g := (*Group)(h)
	halted := g.halted
	g.notFull() // before anybody can see the end
	if _, ok := it.job.(plain); ok && o.Err == nil && g.quiet {
		g.tally.Running--
		g.tally.OK++ // and that is all there is to say about most tasks
	} else {
		after = g.ended(it, o)
	}
	return g.freed(halted, after)
}

// ended, under the lock, settles a job that a runner took.
func (g *Group) ended(it item, o engine.Outcome) (after func()) {
	if r, ok := it.job.(relay); ok {
		return r.settle(o)
	}
	g.tally.Running--
	switch {
	case o.Err == nil:
		return g.settle(it, OK, nil, o.Took, true)
	case o.Err == errSkipped && attempt(it.job) > 0:
		g.tally.Running++ // it has run before, so it is not skipped
		g.tally.Restarted--
		return g.gaveUp(it)
	case o.Err == errSkipped:
		g.stopped()
		g.skip(it)
		return nil
	}
	return g.settle(it, g.classify(it.job, o), o.Err, o.Took, true)
}

// freed, under the lock and after jobs have ended, lets in what there is room for now. It completes what is to be done after the
// lock; halted says whether the group had stopped before.
func (g *Group) freed(halted bool, after func()) func() {
	if g.tally.Held > 0 && !g.halted && !g.leaving() {
		g.promote()
	}
	if g.room != nil {
		g.serve()
	}
	if g.halted && !halted {
		after = then(g.ctx.cancel, after)
	}
	if g.idleDaemons() {
		after = then(after, g.endDaemons)
	}
	return after
}

// freedAside is freed where no runner is between two jobs: a strategy that fails when it is asked to admit stops the group.
func (g *Group) freedAside(halted bool, after func()) (all func()) {
	asked := false
	defer func() {
		if !asked {
			v := recover()
			g.caught(v)
			all = then(g.ctx.cancel, after)
		}
	}()
	all = g.freed(halted, after)
	asked = true
	return all
}

// settle, under the lock, records one job's end and obeys the strategy's verdict. What it returns is done after the lock.
func (g *Group) settle(it item, kind Kind, err error, took time.Duration, started bool) (after func()) {
	g.tally.count(kind)
	if kind == OK && g.quiet {
		return g.over(it, kind, err, took, started)
	}
	v := g.verdict(it, kind, err, took, started)
	if v.op == opRestart && g.canRestart(it.job) {
		g.reportRestart(it, kind, err, took, v.after)
		return g.restart(it, kind, err, v)
	}
	after = g.over(it, kind, err, took, started)
	if v.op != opContinue {
		after = then(after, g.obey(v, it.job)) // the latter may take its time
	}
	return after
}

// over, under the lock, is the end of a job that is not run again.
//
//go:noinline
func (g *Group) over(it item, kind Kind, err error, took time.Duration, started bool) (release func()) {
	if kind.Failure() {
		g.lose(TaskError{ID: it.id, Name: it.job.name(), Err: err}, kind)
	}
	g.reportEnd(it, kind, err, took, started)
	return it.job.ended(g, outcome{kind, err, started})
}

// verdict asks the strategy. It is a function of its own, and not inlined, for the sake of the stack: with its frame, a runner that
// has only just started would outgrow its first stack at every end of a task, and growing that costs more than a short task.
//
//go:noinline
func (g *Group) verdict(it item, kind Kind, err error, took time.Duration, started bool) (v Verdict) {
	asked := false
	defer func() {
		if !asked { // it panicked, or called runtime.Goexit: the job has ended all the same
			g.over(it, kind, err, took, started)
		}
	}()
	v = g.strategy.Settle(g.tally, Event{it.id, it.job.name(), kind, err, attempt(it.job), g.causeFor(it.job), took})
	if v.op == opRestart {
		refuseCrew(it.job, v)
	}
	asked = true
	return v
}

// refuseCrew panics, in the strategy's stead, if it restarts what it has said it need not be asked about.
//
//go:noinline
func refuseCrew(j job, v Verdict) {
	if _, crew := j.(relay); crew {
		panic("fate: Settle answers " + v.String() + " about an item, and the strategy's hints say that it need not be asked")
	}
}

// then chains two functions, either of which may be nil.
func then(a, b func()) func() {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return func() { a(); b() }
}

// classify says what a job's error means.
func (g *Group) classify(j job, o engine.Outcome) Kind {
	switch {
	case o.How == engine.Panicked:
		return Panicked
	case o.How == engine.Exited:
		return Exited
	case j.excused():
		return Cancelled
	}
	if c, ok := j.(*Child); ok && c.asked && c.echoes(o.Err) {
		g.effect = g.effect || g.leaving()
		return Cancelled
	}
	some, all := g.echoes(o.Err)
	g.effect = g.effect || some
	if all {
		return Cancelled
	}
	return Failed
}

// cutShort notes that a stop, if there was one, kept work from being offered at all.
func (g *Group) cutShort() {
	g.eng.Lock()
	g.effect = g.effect || g.halted && !g.sealed
	g.eng.Unlock()
}

// obey, under the lock, carries a verdict about a job out as far as it can be there, and returns the rest. The caller cancels the
// context of a group that it halts.
func (g *Group) obey(v Verdict, about job) (after func()) {
	switch v.op {
	case opStop:
		if v.inOrder {
			if !g.leave(v.cause) {
				return nil
			}
			return finally(g.deliveries(), func() { _ = g.stopChildren() }) // who is late is told to the observers
		}
		if !g.stopped() {
			g.halt(stopping(v.cause))
		}
	case opCancel:
		s := &standing{g: g, verdict: v, bound: g.tally.Offered}
		g.fell(about.name(), s)
		return s.carryOut
	}
	return nil
}

// pools have what groups that have ended hand on to others.
var pools engine.Pools

func (h *host) Pools() *engine.Pools { return &pools }

// Fault is told that the strategy panicked, or called runtime.Goexit, while it was asked about a task's end.
func (h *host) Fault(v any) (after func()) {
	g := (*Group)(h)
	g.blame(v, "the strategy")
	return g.ctx.cancel
}

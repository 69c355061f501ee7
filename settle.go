package fate

import (
	"errors"
	"runtime/debug"

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
		after = g.ended(&exit{item: it, err: o.Err, took: o.Took, how: o.How, started: true})
	}
	return g.freed(halted, after)
}

// ended, under the lock, settles a job that a runner took.
func (g *Group) ended(x *exit) (after func()) {
	if r, ok := x.job.(relay); ok {
		return x.handOn(r)
	}
	if x.err == errSkipped {
		return g.neverRan(x)
	}
	g.tally.Running--
	x.kind = g.classify(x)
	return g.settle(x)
}

// neverRan, under the lock, ends a job that a runner took and did not start.
func (g *Group) neverRan(x *exit) (after func()) {
	if attempt(x.job) > 0 { // it has run before, so it is not skipped
		g.tally.Restarted--
		return g.gaveUp(x.item)
	}
	g.tally.Running--
	g.stopped()
	g.skip(x.item)
	return nil
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
func (g *Group) settle(x *exit) (after func()) {
	g.tally.count(x.kind)
	if x.kind == OK && g.quiet {
		if g.opts.observers != nil {
			x.cause = g.causeFor(x.job)
		}
		return g.over(x)
	}
	x.cause = g.causeFor(x.job)
	var v Verdict
	g.judge(x, &v)
	if v.op == opContinue {
		return g.over(x)
	}
	return g.overBy(x, &v)
}

// overBy, under the lock, is over with a verdict to be obeyed, which may be that the job is run again.
//
//go:noinline
func (g *Group) overBy(x *exit, v *Verdict) (after func()) {
	if v.op == opRestart && g.canRestart(x.job) {
		if g.opts.observers != nil {
			g.reportRestart(x, v.after)
		}
		return g.restart(x, *v)
	}
	after = g.over(x)
	return then(after, g.obey(*v, x.job)) // the latter may take its time
}

// over, under the lock, is the end of a job that is not run again.
//
//go:noinline
func (g *Group) over(x *exit) (release func()) {
	if x.kind.Failure() {
		g.lose(x)
	}
	if g.opts.observers != nil {
		g.reportEnd(x)
	}
	return x.job.ended(g, outcome{x.kind, x.err, x.started})
}

// judge has the strategy give its verdict. It is a function of its own, and not inlined, for the sake of the stack (see exit): what is
// passed by value here makes by far the largest frame, and nothing else is to stand on it.
//
//go:noinline
func (g *Group) judge(x *exit, v *Verdict) {
	asked := false
	defer func() {
		if !asked { // it panicked, or called runtime.Goexit: the job has ended all the same
			g.over(x)
		}
	}()
	*v = g.strategy.Settle(g.tally, x.event())
	if v.op == opRestart {
		refuseCrew(x.job, v)
	}
	asked = true
}

// refuseCrew panics, in the strategy's stead, if it restarts what it has said it need not be asked about.
//
//go:noinline
func refuseCrew(j job, v *Verdict) {
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

// classify, under the lock, says what the error of a job that ran means.
func (g *Group) classify(x *exit) Kind {
	switch {
	case x.err == nil:
		return OK
	case x.how == engine.Panicked:
		return Panicked
	case x.how == engine.Exited:
		return Exited
	case x.job.excused():
		return Cancelled
	}
	if c, ok := x.job.(*Child); ok && c.asked && c.echoes(x.err) {
		g.effect = g.effect || g.leaving()
		return Cancelled
	}
	some, all := g.echoes(x.err)
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

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
	g.notFull() // before anybody can see the end
	if _, ok := it.job.(plain); ok && o.Err == nil && g.quiet {
		g.tally.Running--
		g.tally.OK++ // and that is all there is to say about most tasks
		return g.freed(g.halted, nil)
	}
	return g.ended(g.note(it, o))
}

// ended, under the lock, settles a job that a runner took.
func (g *Group) ended(x *exit) (after func()) {
	halted := g.halted
	r, many := x.job.(relay)
	switch {
	case many:
		after = r.settle(x)
	case x.event.Err == errSkipped:
		after = g.neverRan(x)
	default:
		g.tally.Running--
		x.event.Kind = g.classify(x)
		after = g.settle(x)
	}
	x.clear()
	return g.freed(halted, after)
}

// neverRan, under the lock, ends a job that a runner took and did not start.
func (g *Group) neverRan(x *exit) (after func()) {
	if attempt(x.job) > 0 { // it has run before, so it is not skipped
		g.tally.Restarted--
		return g.gaveUp(x)
	}
	g.tally.Running--
	g.stopped()
	g.skip(item{x.event.ID, x.job})
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
	g.tally.count(x.event.Kind)
	if x.event.Kind == OK && g.quiet {
		return g.over(x)
	}
	g.complete(x)
	g.judge(x)
	if x.verdict.op == opRestart && g.canRestart(x.job) {
		g.reportRestart(x)
		return g.restart(x)
	}
	after = g.over(x)
	if x.verdict.op != opContinue {
		after = then(after, g.obey(x)) // the latter may take its time
	}
	return after
}

// over, under the lock, is the end of a job that is not run again.
//
//go:noinline
func (g *Group) over(x *exit) (release func()) {
	if x.event.Kind.Failure() {
		g.lose(x)
	}
	if g.opts.observers != nil {
		g.reportEnd(x)
	}
	return x.job.ended(g, outcome{x.event.Kind, x.event.Err, x.started})
}

// judge, under the lock, asks the strategy. If that panics, or calls runtime.Goexit, whoever finds out calls abandon.
//
// It has no deferred function, and is not inlined, for the sake of the stack: what is passed by value here makes by far the largest frame.
//
//go:noinline
func (g *Group) judge(x *exit) {
	x.asked = true
	x.verdict = g.strategy.Settle(g.tally, x.event)
	if x.verdict.op == opRestart {
		refuseCrew(x)
	}
	x.asked = false
}

// abandon, under the lock, ends the job that the strategy failed at, if there is one: it has ended all the same.
func (g *Group) abandon(x *exit) {
	if x == nil {
		return
	}
	if x.asked {
		g.over(x)
	}
	x.clear()
}

// refuseCrew panics, in the strategy's stead, if it restarts what it has said it need not be asked about.
//
//go:noinline
func refuseCrew(x *exit) {
	if _, crew := x.job.(relay); crew {
		panic("fate: Settle answers " + x.verdict.String() + " about an item, and the strategy's hints say that it need not be asked")
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
	case x.event.Err == nil:
		return OK
	case x.how == engine.Panicked:
		return Panicked
	case x.how == engine.Exited:
		return Exited
	case x.job.excused():
		return Cancelled
	}
	if c, ok := x.job.(*Child); ok && c.asked && c.echoes(x.event.Err) {
		g.effect = g.effect || g.leaving()
		return Cancelled
	}
	some, all := g.echoes(x.event.Err)
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

// obey, under the lock, carries the verdict about a job out as far as it can be there, and returns the rest. The caller cancels the
// context of a group that it halts.
func (g *Group) obey(x *exit) (after func()) {
	switch v := &x.verdict; v.op {
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
		s := &standing{g: g, verdict: *v, bound: g.tally.Offered}
		g.fell(x.job.name(), s)
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
	g.abandon(g.exit)
	g.blame(v, "the strategy")
	return g.ctx.cancel
}

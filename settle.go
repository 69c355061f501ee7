package fate

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/sharedfate/fate/internal/engine"
)

// host is the group as the engine sees it. It is a type of its own to keep these methods out of Group's.
type host Group

func (h *host) Next() { (*Group)(h).stopped() }

func (h *host) Run(it item) error { return it.job.run((*Group)(h)) }

func (h *host) Caught(v any) error {
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
	g.tally.Running--
	kind := OK
	if o.Err != nil {
		kind = g.classify(it.job, o)
	}
	after = g.settle(it, kind, o.Err, o.Took, true)
	if g.tally.Held > 0 && !g.halted {
		g.promote()
	}
	g.wake()
	if g.halted && !halted {
		after = then(g.ctx.cancel, after)
	}
	return after
}

// settle, under the lock, records one job's end and obeys the strategy's verdict. What it returns is done after the lock.
//
// Its parameters are what an Event is made of, rather than an Event, and that is made in ask's frame alone: a new goroutine's
// stack is small, and growing it would cost more than a short task.
func (g *Group) settle(it item, kind Kind, err error, took time.Duration, started bool) (after func()) {
	g.tally.count(kind)
	if kind.Failure() {
		g.keep(TaskError{ID: it.id, Name: it.job.name(), Err: err}, kind)
	}
	// Before the strategy is asked: should it panic, the job has ended all the same.
	after = it.job.ended(g, outcome{kind, err, started})
	if v := g.askSettle(it, kind, err, took); v.op != opContinue {
		after = then(g.obey(v), after)
	}
	if g.idleDaemons() {
		after = then(after, g.endDaemons)
	}
	return after
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
	case g.echo(o.Err):
		g.effect = true
		return Cancelled
	}
	return Failed
}

// echo, under the lock, reports whether a task's error only repeats that the group has stopped: its context's error, or
// its cause. An error that a stop of ours did not cause is never one, so nothing is one before the stop.
func (g *Group) echo(err error) bool {
	if !g.stopped() {
		return false
	}
	if errors.Is(err, context.Canceled) {
		return true
	}
	if end := g.ctx.over.Load(); end.inherited && errors.Is(err, end.err) {
		return true
	}
	// A cause can be had only through the real context. While that isn't there, an equal error is a failure of its own.
	return g.ctx.real.Load() != nil && errors.Is(err, g.ctx.reason())
}

// keep holds a failure for Conclude, as many as the strategy wants.
func (g *Group) keep(e TaskError, kind Kind) {
	if kind == Panicked && g.opts.panics == Rethrow {
		g.panics = append(g.panics, taskPanic{e.ID, e.Err.(*PanicError)})
	}
	if g.hints.Keep > 0 && len(g.failures) >= g.hints.Keep {
		g.dropped++
		return
	}
	g.failures = append(g.failures, e)
}

// isFirst reports whether the first failure is that of the task with this ID.
func (g *Group) isFirst(id uint64) bool {
	g.eng.Lock()
	defer g.eng.Unlock()
	return len(g.failures) > 0 && g.failures[0].ID == id
}

// cutShort notes that a stop, if there was one, kept work from being offered at all.
func (g *Group) cutShort() {
	g.eng.Lock()
	g.effect = g.effect || g.halted && !g.sealed
	g.eng.Unlock()
}

type taskPanic struct {
	id  uint64
	err *PanicError
}

// obey, under the lock, carries a verdict out as far as it can be there, and returns the rest. The caller cancels the context of a
// group that it halts.
func (g *Group) obey(v Verdict) (after func()) {
	switch v.op {
	case opStop:
		if !g.stopped() {
			g.halt(stopping(v.cause))
		}
	case opCancel:
		picked := g.children.list()
		return func() { g.cancelFor(picked, v) }
	}
	return nil
}

// cancelFor carries out a Cancel verdict. The selector is the strategy's code, so its panic is the strategy's.
func (g *Group) cancelFor(children []*Child, v Verdict) {
	ok := false
	defer func() {
		if !ok {
			g.eng.Lock()
			g.blame("a Cancel's selector", recover())
			g.eng.Unlock()
			g.ctx.cancel()
		}
	}()
	picked := pick(children, v.which)
	ok = true
	g.cancelAll(picked, v.cause)
}

func (g *Group) askAdmit() (a Admission) {
	ok := false
	defer func() {
		if !ok {
			g.caughtStrategy("Admit", recover())
		}
	}()
	a = g.strategy.Admit(g.tally)
	ok = true
	return a
}

func (g *Group) askSettle(it item, kind Kind, err error, took time.Duration) (v Verdict) {
	ok := false
	defer func() {
		if !ok {
			g.caughtStrategy("Settle", recover())
		}
	}()
	v = g.strategy.Settle(g.tally, Event{ID: it.id, Name: it.job.name(), Kind: kind, Err: err, Took: took})
	ok = true
	return v
}

// caughtStrategy, under the lock, deals with a strategy that panicked, or called runtime.Goexit if v is nil. That can't be
// undone: the goroutine unwinds, so the lock is released here and for good.
func (g *Group) caughtStrategy(call string, v any) {
	g.blame(call, v)
	if v == nil {
		g.eng.Unlock()
		g.ctx.cancel()
	}
}

// blame, under the lock, stops the group because of the strategy.
func (g *Group) blame(call string, v any) {
	p := &PanicError{Value: v, Stack: debug.Stack(), where: "strategy's " + call}
	if v == nil {
		p.Value = ErrGoexit
	}
	if g.fault == nil {
		g.fault = p
	}
	if !g.stopped() {
		g.halt(stopping(p))
	}
}

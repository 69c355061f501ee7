package fate

import (
	"errors"
	"runtime/debug"
	"slices"
)

// Wait waits until no task is running or held, and returns what the strategy concludes. Then the group's context is cancelled and
// the group accepts nothing more. It may be called more than once and from several goroutines: all get the same answer.
//
// Daemons are cancelled once all others have ended. Under Panics(Rethrow), if a task panicked, Wait panics with a
// *[RethrownError] instead; so it does, unless under Panics(Return), if the strategy itself panicked.
func (g *Group) Wait() error {
	g.join()
	if g.rethrow != nil {
		panic(g.rethrow)
	}
	return g.result
}

// join waits for the end of all tasks and concludes, once.
func (g *Group) join() {
	g.eng.Lock()
	defer g.eng.Unlock()
	for !g.sealed {
		if g.daemons > 0 && g.onlyDaemons() {
			g.eng.Unlock()
			g.endDaemons()
			g.eng.Lock()
		}
		g.eng.Join()
		if g.tally.Held+g.tally.Running > 0 {
			continue // offered while we woke up
		}
		if !g.sealed {
			g.sealed = true
			g.conclude()
		}
	}
	for !g.settled {
		g.eng.Await()
	}
}

// conclude, under the lock, asks the strategy for the answer. It lets go of the lock meanwhile: nothing changes any more.
func (g *Group) conclude() {
	g.unwatch()
	g.eng.Unlock()
	g.ctx.cancel() // so that, if the group has stopped, its context says why
	defer func() {
		// Deferred: Conclude is the strategy's code, and may call runtime.Goexit.
		g.ctx.end(stopping(g.result))
		g.ctx.cancel()
		g.eng.Lock()
		g.settled = true
		g.eng.Announce()
	}()
	sum := g.summary()
	if g.fault == nil {
		g.result = g.askConclude(sum)
	}
	if g.stalled && !errors.Is(g.result, ErrStalled) {
		g.result = errors.Join(ErrStalled, g.result)
	}
	g.surface(sum)
}

func (g *Group) summary() Summary {
	s := Summary{Tally: g.tally, Dropped: g.dropped}
	if g.effect {
		s.Cause = g.ctx.reason()
	}
	if len(g.failures) == 0 {
		return s
	}
	s.Errors = make([]*TaskError, len(g.failures))
	for i := range g.failures {
		s.Errors[i] = &g.failures[i]
	}
	s.First = s.Errors[0]
	byID := func(a, b *TaskError) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	}
	if !slices.IsSortedFunc(s.Errors, byID) {
		slices.SortFunc(s.Errors, byID)
	}
	return s
}

func (g *Group) askConclude(s Summary) (err error) {
	ok := false
	defer func() {
		if !ok {
			v := recover()
			g.fault = &PanicError{Value: v, Stack: debug.Stack(), where: "strategy's Conclude"}
			if v == nil {
				g.fault.Value = ErrGoexit
				g.surface(s) // this goroutine unwinds
			}
		}
	}()
	err = g.strategy.Conclude(s)
	ok = true
	return err
}

// surface turns a strategy's fault and, under Rethrow, the tasks' panics into what Wait does.
func (g *Group) surface(s Summary) {
	if g.fault != nil {
		s.Cause = g.fault
		g.result = s.Join()
	}
	if g.opts.panics == Return || g.fault == nil && len(g.panics) == 0 {
		return
	}
	slices.SortFunc(g.panics, func(a, b taskPanic) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	r := &RethrownError{Err: g.result}
	if g.fault != nil {
		r.Panics = append(r.Panics, g.fault)
	}
	for _, p := range g.panics {
		r.Panics = append(r.Panics, p.err)
	}
	for _, e := range s.Errors {
		if pe, ok := e.Err.(*PanicError); !ok || !slices.Contains(r.Panics, pe) {
			r.Errors = append(r.Errors, e)
		}
	}
	g.rethrow = r
}

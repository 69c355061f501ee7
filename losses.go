package fate

import (
	"cmp"
	"runtime/debug"
	"slices"
)

// losses is what went wrong in a group. Most groups never need one.
type losses struct {
	failures [][]TaskError        // in the order in which they came, in parts, so that none is copied when there are many
	held     int                  // how many those are
	dropped  uint64               // failures that the strategy did not want to be held
	panics   []taskPanic          // under Panics(Rethrow)
	fault    *PanicError          // the strategy's own panic, or an observer's, the first
	fallen   map[string]*standing // the children that failed under a Cancel verdict, by name
	rethrow  *RethrownError
}

type taskPanic struct {
	id  uint64
	err *PanicError
}

// losses, under the lock, returns the group's losses to add to.
func (g *Group) losses() *losses {
	if g.lost == nil {
		g.lost = new(losses)
	}
	return g.lost
}

// lose, under the lock, records a failure, and holds as many of them as the strategy wants.
func (g *Group) lose(x *exit) {
	l := g.losses()
	if x.kind == Panicked && g.opts.panics == Rethrow {
		l.panics = append(l.panics, taskPanic{x.id, x.err.(*PanicError)})
	}
	if g.keep > 0 && l.held >= g.keep {
		l.dropped++
		return
	}
	last := len(l.failures) - 1
	if last < 0 || len(l.failures[last]) == cap(l.failures[last]) {
		l.failures = append(l.failures, make([]TaskError, 0, min(max(1, l.held), 1024)))
		last++
	}
	l.failures[last] = append(l.failures[last], TaskError{x.id, x.job.name(), x.err})
	l.held++
}

// failedWith reports whether err is the failure of a task with an ID below the bound. It is called once no task is left.
func (g *Group) failedWith(err error, bound uint64) bool {
	if g.lost == nil {
		return false
	}
	for _, part := range g.lost.failures {
		for i := range part {
			if f := &part[i]; f.ID < bound && (err == f || same(err, f.Err)) {
				return true
			}
		}
	}
	return false
}

// blame, under the lock, stops the group because its strategy, or whoever else it was, panicked with v, or called runtime.Goexit if v is nil.
func (g *Group) blame(v any, who string) {
	p := g.fault(v, who)
	if !g.stopped() {
		g.halt(stopping(p))
	}
}

func (g *Group) fault(v any, who string) *PanicError {
	if v == nil {
		v = ErrGoexit
	}
	l := g.losses()
	if l.fault == nil {
		l.fault = &PanicError{Value: v, Stack: debug.Stack(), where: who}
	}
	return l.fault
}

// summary is what Conclude is shown.
func (g *Group) summary() Summary {
	s := Summary{Tally: g.tally}
	if g.effect {
		s.Cause = g.ctx.reason()
	}
	if g.lost == nil {
		return s
	}
	s.Dropped = g.lost.dropped
	if g.lost.held > 0 {
		s.Errors = make([]*TaskError, 0, g.lost.held)
		for _, part := range g.lost.failures {
			for i := range part {
				s.Errors = append(s.Errors, &part[i])
			}
		}
		s.First = s.Errors[0]
		slices.SortFunc(s.Errors, func(a, b *TaskError) int { return cmp.Compare(a.ID, b.ID) })
	}
	return s
}

// surface turns a strategy's fault and, under Rethrow, the tasks' panics into what Wait does.
func (g *Group) surface(s Summary) {
	l := g.lost
	if l == nil {
		return
	}
	if l.fault != nil {
		s.Cause = l.fault
		g.result = s.Join()
	}
	if g.opts.panics == Return || l.fault == nil && len(l.panics) == 0 {
		return
	}
	r := &RethrownError{Err: g.result}
	if l.fault != nil {
		r.Panics = append(r.Panics, l.fault)
	}
	slices.SortFunc(l.panics, func(a, b taskPanic) int { return cmp.Compare(a.id, b.id) })
	thrown := make(map[uint64]bool)
	for _, p := range l.panics {
		r.Panics = append(r.Panics, p.err)
		thrown[p.id] = true
	}
	for _, e := range s.Errors {
		if !thrown[e.ID] {
			r.Errors = append(r.Errors, e)
		}
	}
	l.rethrow = r
}

// rethrow is what Wait panics with, nil if it returns.
func (g *Group) rethrow() *RethrownError {
	if g.lost == nil {
		return nil
	}
	return g.lost.rethrow
}

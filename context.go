package fate

import (
	"context"
	"sync/atomic"
	"time"
)

// taskContext is the context of a group or of a child. It costs nothing until somebody asks for its Done or a Value: then it
// makes a context of package context, once, and hands everything to that. It can't do without: context.Cause and the
// cheap way to derive contexts know only those.
//
// It ends in two steps. end records why, and may be called under the group's lock. cancel closes Done and runs package
// context's code, so it is called without the lock.
type taskContext struct {
	parent context.Context
	over   atomic.Pointer[ending]
	real   atomic.Pointer[realContext]
}

// ending says how a context ended before its parent did, or that it took its parent's end over.
type ending struct {
	err       error // what Err returns
	cause     error
	inherited bool // the parent's own end
}

type realContext struct {
	context.Context
	cancel context.CancelCauseFunc
}

// finished ends a context that has served its time.
var finished = &ending{err: context.Canceled, cause: context.Canceled}

// end records the end. The first one stays.
func (c *taskContext) end(e *ending) bool { return c.over.CompareAndSwap(nil, e) }

// retire ends the context of something that has ended. If the group's ended before, this one ended with it, and goes on saying so.
func (c *taskContext) retire(group *taskContext) {
	e := finished
	if err := group.Err(); err != nil {
		e = &ending{err: err, cause: group.reason(), inherited: true}
	}
	c.end(e)
}

// cancel makes a recorded end known, if there is one. It may be called any number of times.
func (c *taskContext) cancel() {
	r := c.real.Load()
	if r == nil {
		return
	}
	if o := c.over.Load(); o != nil {
		r.cancel(o.cause)
	}
}

// get returns the real context. end and get each store first and look at the other's store after, so that one of
// them sees the other and cancels.
func (c *taskContext) get() *realContext {
	if r := c.made(); r != nil {
		return r
	}
	parent := c.parent
	if o := c.over.Load(); o != nil && !o.inherited {
		parent = context.WithoutCancel(parent) // or a parent that ended later would say why we ended
	} else if p, ok := parent.(*taskContext); ok {
		p.get() // now, and not from within package context, whose frames would then be on the stack as well
	}
	ctx, cancel := context.WithCancelCause(parent)
	return c.install(&realContext{ctx, cancel})
}

func (c *taskContext) install(r *realContext) *realContext {
	if !c.real.CompareAndSwap(nil, r) {
		r.cancel(nil)
		return c.made()
	}
	c.cancel()
	return r
}

// made returns the real context, or nil if there is none yet. One that doesn't know of the end yet is told: whoever has seen an
// error here must not find it gone, or without a cause, because somebody else is just making the real context.
func (c *taskContext) made() *realContext {
	r := c.real.Load()
	if r != nil && c.over.Load() != nil && r.Err() == nil {
		c.cancel()
	}
	return r
}

// limit ends the context with the cause after d. It must come before any other use of the context.
func (c *taskContext) limit(d time.Duration, cause error) {
	ctx, stop := context.WithTimeoutCause(c.parent, d, cause)
	ctx, cancel := context.WithCancelCause(ctx)
	c.install(&realContext{ctx, func(cause error) {
		cancel(cause)
		stop()
	}})
}

// reason is the context's cause once it has ended, nil before. It is the real context's, if there is one: when a parent's end
// and our own come at the same moment, that is the one that counts.
func (c *taskContext) reason() error {
	if r := c.made(); r != nil {
		return context.Cause(r)
	}
	if o := c.over.Load(); o != nil {
		return o.cause
	}
	return context.Cause(c.parent)
}

func (c *taskContext) Deadline() (time.Time, bool) {
	if r := c.real.Load(); r != nil {
		if d, ok := r.Deadline(); ok {
			return d, ok
		}
	}
	return c.parent.Deadline()
}

func (c *taskContext) Done() <-chan struct{} { return c.get().Done() }

func (c *taskContext) Value(key any) any { return c.get().Value(key) }

func (c *taskContext) Err() error {
	o := c.over.Load()
	if o != nil && o.inherited {
		return o.err // a parent that is no context of package context's may tell the real one later
	}
	if r := c.made(); r != nil {
		return r.Err()
	}
	if o != nil {
		return o.err
	}
	return c.parent.Err()
}

func (c *taskContext) String() string { return "fate.Context" }

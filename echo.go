package fate

import (
	"context"
	"errors"
	"slices"
)

// echoes, under the lock, reports whether a task's error repeats that the group has stopped, in part, or in all of it: its context's
// error, or its cause. An error that a stop of ours did not cause is never an echo, so nothing is one before the stop.
//
// What only contains an echo is a failure all the same: a group within a task returns the failures that it had beside the news
// of the stop, and they must not be lost with it.
func (g *Group) echoes(err error) (some, all bool) {
	switch {
	case !g.stopped():
		return false, false
	case err == context.Canceled: // by far the most frequent, and told without much of a stack
		return true, true
	}
	return g.echoesIn(err)
}

//go:noinline
func (g *Group) echoesIn(err error) (some, all bool) {
	some = g.ctx.isEcho(err, is)
	return some, some && g.ctx.repeats(err)
}

// repeats reports whether every branch of an error's tree ends in an echo.
func (c *taskContext) repeats(err error) (yes bool) {
	defer func() { _ = recover() }() // for the reason given at is
	if c.isEcho(err, same) {
		return true
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		return !slices.ContainsFunc(e.Unwrap(), func(err error) bool { return err != nil && !c.repeats(err) })
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return c.repeats(inner)
		}
	}
	return c.isEcho(err, is)
}

// isEcho compares an error with what a context that has ended tells its task.
func (c *taskContext) isEcho(err error, like func(err, target error) bool) bool {
	end := c.over.Load()
	if like(err, context.Canceled) || end.inherited && like(err, end.err) {
		return true
	}
	if c.real.Load() == nil {
		return false // a cause can be had only through the real context: an equal error is a failure of its own
	}
	if like(err, end.cause) {
		return true
	}
	// Last, because it takes the context's lock, which is held while all that wait for the context are woken: only if the parent
	// ended at the same moment as the group can it be another than ours.
	cause := c.reason()
	return cause != nil && like(err, cause)
}

// echoes reports whether the error of a run that was cancelled says no more than that. If the run had not begun, run itself returns
// the cause.
func (c *Child) echoes(err error) bool {
	return same(err, c.ctx.over.Load().cause) || c.ctx.repeats(err)
}

// is is errors.Is, but false where that panics: an error may hold what can't be compared, or have an Is method with a fault. Under the
// lock such a panic would pass for one of the strategy's, and the task would never be counted.
func is(err, target error) (yes bool) {
	defer func() { _ = recover() }()
	return errors.Is(err, target)
}

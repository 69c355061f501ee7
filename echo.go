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
	if !g.stopped() {
		return false, false
	}
	targets := []error{context.Canceled}
	if end := g.ctx.over.Load(); end.inherited {
		targets = append(targets, end.err)
	}
	if g.ctx.real.Load() != nil {
		// A cause can be had only through the real context. While that isn't there, an equal error is a failure of its own.
		if cause := g.ctx.reason(); cause != nil {
			targets = append(targets, cause)
		}
	}
	some = slices.ContainsFunc(targets, func(target error) bool { return is(err, target) })
	return some, some && repeats(err, targets)
}

// repeats reports whether every branch of an error's tree ends in one of the targets.
func repeats(err error, targets []error) (yes bool) {
	defer func() { _ = recover() }() // for the reason given at is
	if slices.ContainsFunc(targets, func(target error) bool { return same(err, target) }) {
		return true
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		return !slices.ContainsFunc(e.Unwrap(), func(err error) bool { return err != nil && !repeats(err, targets) })
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return repeats(inner, targets)
		}
	}
	return slices.ContainsFunc(targets, func(target error) bool { return is(err, target) })
}

// is is errors.Is, but false where that panics: an error may hold what can't be compared, or have an Is method with a fault. Under the
// lock such a panic would pass for one of the strategy's, and the task would never be counted.
func is(err, target error) (yes bool) {
	defer func() { _ = recover() }()
	return errors.Is(err, target)
}

package fatetest

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/sharedfate/fate"
)

// many is how many successes in a row make it certain that a strategy that needs some has them.
const many = 1000

// An outcome is what happened to a group, to compare Conclude's answer with.
type outcome struct {
	tally    fate.Tally
	failures []*fate.TaskError // all of them, in any order
	retried  []error           // of runs that were restarted: they happened, and are no failures
	stop     error             // the cause of the stop, if there was one
	cause    error             // the same, if the stop kept a task from running or cut one short
	outside  bool              // that was a stop from outside
	atFail   bool              // or the strategy's, at a failure
}

// judge reports what the answer leaves out or makes up.
func (o outcome) judge(err error, report func(l law, format string, args ...any)) {
	t, failed := o.tally, o.tally.Failures()
	nothingElse := o.outside && failed == 0 && t.OK == 0
	switch {
	case err == nil && failed > 0 && t.OK == 0:
		report(failureTold, "Conclude(%v) = nil", t)
	case err == nil && nothingElse:
		report(causeTold, "Conclude(%v; cause %q) = nil", t, o.cause)
	case err == nil && o.atFail:
		report(stopTold, "Conclude(%v; cause %q) = nil", t, o.cause)
	case err == nil:
	case t.OK >= many && t.OK == t.Offered:
		report(successNil, "Conclude(%v) = %q", t, err)
	case nothingElse && !errors.Is(err, o.cause):
		report(causeTold, "Conclude(%v; cause %q) = %q, which does not lead to the cause", t, o.cause, err)
	case (failed > 0 || o.cause != nil) && !o.happened(err):
		report(realError, "Conclude(%v) = %q, which leads to none of that", t, err)
	}
}

// happened reports whether the error leads to a failure or to the cause of the stop.
func (o outcome) happened(err error) bool {
	return o.cause != nil && errors.Is(err, o.cause) || o.stop != nil && errors.Is(err, o.stop) ||
		slices.ContainsFunc(o.failures, func(f *fate.TaskError) bool { return errors.Is(err, f.Err) }) ||
		slices.ContainsFunc(o.retried, func(e error) bool { return errors.Is(err, e) })
}

// orCanceled is the cause of a stop without one.
func orCanceled(cause error) error {
	if cause == nil {
		return context.Canceled
	}
	return cause
}

// empty reports whether there is no error, or a nil pointer dressed as one.
func empty(err error) bool { return err == nil || dressed(err) }

func dressed(err error) bool {
	switch v := reflect.ValueOf(err); v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return false
}

// same is ==, also for errors that can't be compared so.
func same(a, b error) bool {
	if a == nil || b == nil || reflect.TypeOf(a).Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

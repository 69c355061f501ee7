package supervise

import (
	"errors"
	"reflect"
	"slices"

	"github.com/sharedfate/fate"
)

// Conclude says why the group gave up, if it did, and joins the failures of those that were not restarted.
func (s *Strategy) Conclude(sum fate.Summary) error {
	gaveUp, told := s.gaveUp, s.told
	s.memory = memory{} // for the next group

	var failures []*fate.TaskError
	for _, f := range sum.Errors {
		switch {
		case done(f.Err):
		case gaveUp != nil && f.ID == gaveUp.ID && same(f.Err, gaveUp.Err): // the GaveUpError has it
		default:
			failures = append(failures, f)
		}
	}
	sum.Errors = failures
	if sum.Cause != nil && (sum.Cause == error(gaveUp) || sum.Cause == error(told)) {
		sum.Cause = nil // it is said already
	}
	rest := sum.Join()
	switch {
	case gaveUp == nil:
		return rest
	case rest == nil:
		return gaveUp
	}
	return errors.Join(gaveUp, rest)
}

// same reports whether two errors are one. Those that can't be compared are taken for it.
func same(a, b error) bool {
	return !reflect.ValueOf(a).Comparable() || !reflect.ValueOf(b).Comparable() || a == b
}

// done reports whether an error says that the task is done, and nothing else: a failure that is joined to it must not be lost.
func done(err error) (yes bool) {
	defer func() { _ = recover() }() // the Unwrap of a nil pointer in an error
	switch e := err.(type) {
	case *fate.PanicError:
		return false // whatever it panicked with
	case interface{ Unwrap() error }:
		return done(e.Unwrap())
	case interface{ Unwrap() []error }:
		all := e.Unwrap()
		return len(all) > 0 && !slices.ContainsFunc(all, func(err error) bool { return !done(err) })
	}
	return err == ErrDone
}

// is is errors.Is, but false where that panics, as the Is method of a task's error may: that is no fault of the strategy's.
func is(err, target error) (yes bool) {
	defer func() { _ = recover() }()
	return errors.Is(err, target)
}

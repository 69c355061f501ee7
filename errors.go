package fate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

var (
	// ErrShed is the error of a child, a future or a stream's item that the strategy refused at the limit.
	ErrShed = errors.New("fate: shed at the limit")

	// ErrStopped is the error of a child or a future that never started because its group had stopped. The error found
	// there also unwraps to the group's cause.
	ErrStopped = errors.New("fate: group stopped")

	// ErrGoexit is the error of a task that called runtime.Goexit, as testing.T.FailNow does.
	ErrGoexit = errors.New("fate: task called runtime.Goexit")

	// ErrStalled is the cause with which a group stops whose strategy holds tasks while none is running.
	ErrStalled = errors.New("fate: the strategy holds tasks while none is running")
)

// A TaskError is one task's failure. Its text is the failure's own, after the child's name if it has one.
type TaskError struct {
	ID   uint64 // the task's place in the order of submission, from 0
	Name string // the child's name; empty for a task started by Go
	Err  error
}

func (e *TaskError) Error() string {
	if e.Name == "" {
		return e.Err.Error()
	}
	return e.Name + ": " + e.Err.Error()
}

func (e *TaskError) Unwrap() error { return e.Err }

// A PanicError holds what a task panicked with and the stack of the task at that moment. It is what a task under
// Panics(Return) fails with, and what a strategy's panic becomes.
type PanicError struct {
	Value any    // what the task panicked with
	Stack []byte // as runtime/debug.Stack prints it
	where string // whose panic; a task's, if empty
}

func (e *PanicError) Error() string {
	where := e.where
	if where == "" {
		where = "a task"
	}
	return fmt.Sprintf("fate: %s panicked: %v", where, e.Value)
}

// Unwrap returns the value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// A RethrownError is what Wait panics with under Panics(Rethrow): every panic of the group's tasks, in submission order, and
// every error that is no panic, so that none is lost. It is also what Wait panics with if the strategy panicked. Its text, which
// the runtime prints if nobody recovers it, has the stacks.
type RethrownError struct {
	Panics []*PanicError // the strategy's own first
	Errors []*TaskError  // the failures that are no panics, in submission order
	Err    error         // what Wait would have returned
}

func (e *RethrownError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "fate: Wait: %d panicked, %d failed otherwise", len(e.Panics), len(e.Errors))
	if e.Err != nil {
		fmt.Fprintf(&b, "\n\nWait would have returned: %v", e.Err)
	}
	for _, t := range e.Errors {
		fmt.Fprintf(&b, "\n\n%v", t)
	}
	for _, p := range e.Panics {
		fmt.Fprintf(&b, "\n\n%v\n\n%s", p, p.Stack)
	}
	return b.String()
}

// Unwrap returns the panics, the other failures, and Wait's error.
func (e *RethrownError) Unwrap() []error {
	all := make([]error, 0, len(e.Panics)+len(e.Errors)+1)
	for _, p := range e.Panics {
		all = append(all, p)
	}
	for _, t := range e.Errors {
		all = append(all, t)
	}
	if e.Err != nil {
		all = append(all, e.Err)
	}
	return all
}

// Errors is several failures as one error, as errors.Join makes: one a line, each reached by errors.Is and errors.As.
// It does not change once it has been returned.
type Errors struct {
	Tasks   []*TaskError // in submission order
	Dropped uint64       // failures that were counted and not held
	Cause   error        // what stopped the group from outside and kept tasks from running; nil if nothing did

	all []error // what Unwrap returns, made once: errors.Is and errors.As then cost no allocation
}

// Join returns the summary's failures and cause as an *[Errors], or nil if there is neither.
func (s Summary) Join() error {
	if len(s.Errors) == 0 && s.Dropped == 0 && s.Cause == nil {
		return nil
	}
	e := &Errors{Tasks: s.Errors, Dropped: s.Dropped, Cause: s.Cause}
	e.all = e.list()
	return e
}

func (e *Errors) Error() string {
	var b strings.Builder
	line := func(s string) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	for _, t := range e.Tasks {
		line(t.Error())
	}
	if e.Dropped > 0 {
		line(fmt.Sprintf("and %d more", e.Dropped))
	}
	if e.Cause != nil {
		line("stopped: " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap returns the failures in submission order, each a *[TaskError], then the cause if there is one.
func (e *Errors) Unwrap() []error {
	if e.all == nil {
		return e.list()
	}
	return e.all
}

func (e *Errors) list() []error {
	all := make([]error, 0, len(e.Tasks)+1)
	for _, t := range e.Tasks {
		all = append(all, t)
	}
	if e.Cause != nil {
		all = append(all, e.Cause)
	}
	return all
}

// A TimeoutError is the cause with which a child's context ends when its [Timeout] has passed. It is a
// context.DeadlineExceeded.
type TimeoutError struct {
	Name  string        // the child
	After time.Duration // its timeout
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("fate: child %q timed out after %v", e.Name, e.After)
}

func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout is true, as for every error of a timeout in the standard library.
func (e *TimeoutError) Timeout() bool { return true }

// stoppedError is an ErrStopped that also says why.
type stoppedError struct{ cause error }

func (e *stoppedError) Error() string        { return ErrStopped.Error() + ": " + e.cause.Error() }
func (e *stoppedError) Unwrap() error        { return e.cause }
func (e *stoppedError) Is(target error) bool { return target == ErrStopped }

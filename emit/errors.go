package emit

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrClosed is in the cause with which the sink's context ends once the emitter is closed. If that is because Close gave
	// up, the cause also unwraps to the cause of Close's own context.
	ErrClosed = errors.New("emit: closed")

	// ErrInSink is what Flush and Close return when the sink calls them with the context that it was given, or one derived from it:
	// they would wait for their caller. Nothing has been done then.
	ErrInSink = errors.New("emit: called by the sink, for which it would wait")
)

// A SinkError says what went wrong in one sink call, and how many values were in it. Options.OnError gets it.
type SinkError struct {
	Values int   // the size of the batch
	Err    error // what the sink returned; a *fate.PanicError if it panicked, fate.ErrGoexit if it called runtime.Goexit
}

func (e *SinkError) Error() string {
	return fmt.Sprintf("emit: the sink failed with %s: %v", count(uint64(e.Values)), e.Err)
}

func (e *SinkError) Unwrap() error { return e.Err }

// A LostError is what Close returns if it gave up: some values that Emit had accepted were not delivered.
type LostError struct {
	Values uint64 // as Stats has it in Lost
	Err    error  // the cause of the context that ended Close
}

func (e *LostError) Error() string {
	return fmt.Sprintf("emit: %s lost: Close: %v", count(e.Values), e.Err)
}

func (e *LostError) Unwrap() error { return e.Err }

// An OutstandingError is what Flush returns if its context has ended first. The values are not lost: they are delivered later, if
// the sink takes them.
type OutstandingError struct {
	Values uint64 // accepted before Flush, and not handed over, or the sink has not returned
	Err    error  // the cause of Flush's context
}

func (e *OutstandingError) Error() string {
	return fmt.Sprintf("emit: %s outstanding: Flush: %v", count(e.Values), e.Err)
}

func (e *OutstandingError) Unwrap() error { return e.Err }

func count(values uint64) string {
	if values == 1 {
		return "1 value"
	}
	return fmt.Sprintf("%d values", values)
}

// closedError is an ErrClosed that also says why.
type closedError struct{ cause error }

func (e *closedError) Error() string        { return ErrClosed.Error() + ": " + e.cause.Error() }
func (e *closedError) Unwrap() error        { return e.cause }
func (e *closedError) Is(target error) bool { return target == ErrClosed }

// timeoutError is the cause with which Options.Timeout ends a sink call's context.
type timeoutError struct{ after time.Duration }

func (e *timeoutError) Error() string {
	return fmt.Sprintf("emit: the sink timed out after %v", e.after)
}
func (e *timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }
func (e *timeoutError) Timeout() bool        { return true }

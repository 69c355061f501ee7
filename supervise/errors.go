package supervise

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrDone is what a task returns, bare or wrapped, that has done its work: it is not restarted, not even a permanent one, and
	// that is no failure of the group's. An error that is joined to it stays one. The Tally counts it as Failed all the same, the group holds it as it does failures, and Child.Err has it: a group knows no sentinels.
	ErrDone = errors.New("supervise: done, not to be restarted")

	// ErrStopAll is what a task returns, bare or wrapped, to stop everything: its group is stopped in reverse order and nobody
	// is restarted. Wait and Run return an error that is ErrStopAll, so that a group around it that is supervised stops too, and so
	// on to the outermost, whose caller tells this end from others with errors.Is.
	ErrStopAll = errors.New("supervise: stop all")
)

// A GaveUpError says that a task was to be restarted once more than Intensity bears within Period. It unwraps to what that task
// ended with: a *fate.PanicError, with the stack, if it panicked.
type GaveUpError struct {
	Name     string        // the child; empty for a task started by Go
	ID       uint64        // its place in the order of submission, from 0
	Restarts int           // how many were borne, of all tasks
	Period   time.Duration // within this
	Err      error         // what it ended with; nil if a permanent one returned nil
}

func (e *GaveUpError) Error() string {
	text := fmt.Sprintf("supervise: gave up when %s ended after %d restarts within %v", who(e.Name, e.ID), e.Restarts, e.Period)
	return with(text, e.Err)
}

func (e *GaveUpError) Unwrap() error { return e.Err }

// A SiblingError is the cause with which a child is stopped that is to be restarted because of another. It unwraps to what that
// one ended with.
type SiblingError struct {
	ID   uint64 // the task that ended
	Name string // its name, empty for a task started by Go
	Err  error  // nil if a permanent one returned nil
}

func (e *SiblingError) Error() string {
	return with("supervise: stopped because "+who(e.Name, e.ID)+" is restarted", e.Err)
}

func (e *SiblingError) Unwrap() error { return e.Err }

func who(name string, id uint64) string {
	if name == "" {
		return fmt.Sprintf("task %d", id)
	}
	return fmt.Sprintf("%q", name)
}

func with(text string, err error) string {
	if err == nil {
		return text
	}
	return text + ": " + err.Error()
}

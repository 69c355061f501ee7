package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

var (
	// ErrStopped is the cause with which the parts' contexts end when the service is stopped by Stop, by a signal or by a part that
	// StopsAll. It is also the error of a Start during which that happened.
	ErrStopped = errors.New("daemon: the service was stopped")

	// ErrEnded is the failure of a part that returned nil though its Ends is Never.
	ErrEnded = errors.New("daemon: the part ended by itself")
)

// A NotReadyError is why a service stopped whose part was not ready in time. It is a context.DeadlineExceeded.
type NotReadyError struct {
	Name   string        // the part
	Within time.Duration // its StartWithin
}

func (e *NotReadyError) Error() string {
	return fmt.Sprintf("daemon: part %q was not ready within %v", e.Name, e.Within)
}

func (e *NotReadyError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout is true, as for every error of a timeout in the standard library.
func (e *NotReadyError) Timeout() bool { return true }

// A LateError says which parts were still running when a stop was waited for no longer.
type LateError struct {
	Late  []Late // in the order of the stop: the last one started first
	Cause error  // why Stop waited no longer: its context's cause; nil if each part has had its Grace
}

// Late is a part that did not stop in time.
type Late struct {
	Name  string
	Grace time.Duration // its Grace
	Told  bool          // its context had ended before: if not, its turn had not come, and it was told only now
}

func (e *LateError) Error() string {
	var b strings.Builder
	b.WriteString("daemon: did not stop in time:")
	for i, l := range e.Late {
		if i > 0 {
			b.WriteByte(',')
		}
		if fmt.Fprintf(&b, " %q", l.Name); l.Told {
			fmt.Fprintf(&b, " (has %v)", l.Grace)
		} else {
			b.WriteString(" (told only now)")
		}
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *LateError) Unwrap() error { return e.Cause }

// A RunningError is what Start returns if parts of the service run that were told to stop, and have not. Nothing was started.
type RunningError struct {
	Names []string // of the parts, in the order in which they were started
}

func (e *RunningError) Error() string {
	text := "daemon: not started: still running:"
	for i, name := range e.Names {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %q", name)
	}
	return text
}

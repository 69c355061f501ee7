package quorum

import (
	"errors"
	"fmt"

	"github.com/sharedfate/fate"
)

// ErrReached is the cause with which a group stops that has had its successes: context.Cause tells it to the tasks that have lost. It
// is not in Wait's error, which is nil then.
var ErrReached = errors.New("quorum: enough tasks have succeeded")

// An UnreachableError is the cause with which a group stops that can't have so many successes any more.
type UnreachableError struct {
	Need  int
	Tally fate.Tally // when that became known
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("quorum: %d can't succeed any more: %v", e.Need, e.Tally)
}

// A MissedError is what Wait returns if fewer than Need tasks have succeeded.
type MissedError struct {
	Need  int
	Tally fate.Tally // at the end: Tally.OK is how many have

	// Err is a *fate.Errors with all failures in submission order, and last the cause of the stop, if there was one that kept a task
	// from running or cut one short: the parent's, Stop's, or an *UnreachableError. It is nil if there was none of these, because
	// too few tasks were offered.
	Err error
}

// Error says how many succeeded, then has one failure a line.
func (e *MissedError) Error() string {
	text := fmt.Sprintf("quorum: %d must succeed and %d did: %v", e.Need, e.Tally.OK, e.Tally)
	if e.Err != nil {
		text += "\n" + e.Err.Error()
	}
	return text
}

func (e *MissedError) Unwrap() error { return e.Err }

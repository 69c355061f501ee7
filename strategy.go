package fate

import (
	"context"
	"errors"
	"time"
)

// Task is the work a group runs. The context it is given is the group's, or the child's own if it was started by
// [Group.Spawn]; it ends when the group stops.
type Task = func(ctx context.Context) error

// A Strategy decides what one task's failure means for the others. It is asked three times: before a task starts,
// after it has ended, and once when all have ended. It answers with plain values and does nothing by itself.
//
// The group calls a strategy under its own lock: calls never overlap, and they must be short, must not block and must not
// call the group back. A strategy whose methods have value receivers and that only looks at its arguments can be
// shared by any number of groups. One that must remember is a pointer, belongs to one group at a time, and says so.
//
// A strategy that panics stops its group. Wait then panics with a *[RethrownError] that holds a *[PanicError], or returns that
// under Panics(Return).
//
// A strategy may also have the methods of [Validator] and [Hinter]. Package fatetest checks any strategy.
type Strategy interface {
	// Admit says whether one more task may run now. It is asked when a task is offered, and again for held tasks, oldest
	// first, whenever a task has ended; an answer of Run is always used. Hold while nothing is running would hold for
	// ever: the group then stops with ErrStalled. It need not be asked under Hints.AtLimit.
	Admit(Tally) Admission

	// Settle is shown each task that ended, in the order in which they ended, with the tally after it; under
	// Hints.FailuresOnly, each that did not return nil. Tasks that were shed or skipped did not run and are not shown.
	Settle(Tally, Event) Verdict

	// Conclude is called once, when all tasks have ended. What it returns is what Wait returns.
	Conclude(Summary) error
}

// Admission is what a strategy answers when one more task wants to run.
type Admission uint8

const (
	Run  Admission = iota // start it now
	Hold                  // keep it until another has ended
	Shed                  // refuse it, and count it
)

func (a Admission) String() string {
	switch a {
	case Run:
		return "run"
	case Hold:
		return "hold"
	case Shed:
		return "shed"
	}
	return "unknown admission"
}

// Kind says how a task ended.
type Kind uint8

const (
	OK        Kind = iota // returned nil
	Failed                // returned an error
	Panicked              // panicked, under Panics(Rethrow) or Panics(Return)
	Exited                // called runtime.Goexit
	Cancelled             // cancelled on purpose, or cut short by the group's stop and returned no more than that
)

func (k Kind) String() string {
	switch k {
	case OK:
		return "ok"
	case Failed:
		return "failed"
	case Panicked:
		return "panicked"
	case Exited:
		return "exited"
	case Cancelled:
		return "cancelled"
	}
	return "unknown kind"
}

// Failure reports whether the kind is one of a failure: Failed, Panicked or Exited.
func (k Kind) Failure() bool { return k == Failed || k == Panicked || k == Exited }

// An Event is one task's end.
type Event struct {
	ID      uint64        // the task's place in the order of submission, from 0; shed and skipped tasks count
	Name    string        // the child's name; empty for a task started by Go
	Kind    Kind          // how it ended
	Err     error         // what it returned, a *PanicError, ErrGoexit, or nil
	Attempt int           // which run of it this was, from 0; a [Restart] makes the next
	Cause   error         // why its context had ended when it returned, or is about to end because the group is being stopped in order; nil if neither
	Took    time.Duration // how long it ran, with what its runner took to get to it from the task before: the lock, and that one's Settle; 0 for a strategy whose Hints say Untimed, unless the group is observed
}

// A Verdict is what a strategy answers to an event: [Continue], [Stop], [Cancel] or [Restart].
type Verdict struct {
	op      op
	inOrder bool // of a Stop: the children one by one
	with    bool // of a Restart: which has been set
	cause   error
	which   func(*Child) bool
	after   time.Duration
}

type op uint8

const (
	opContinue op = iota
	opStop
	opCancel
	opRestart
)

// Continue changes nothing. It is the zero Verdict.
var Continue Verdict

// Stop stops the group: its context is cancelled with the cause, held tasks are skipped, running ones are waited for.
// A nil cause means context.Canceled.
func Stop(cause error) Verdict { return Verdict{op: opStop, cause: cause} }

// InOrder makes a Stop verdict stop the group as [Group.StopInOrder] does: its children one by one, the newest first. It panics if
// the verdict is another.
func (v Verdict) InOrder() Verdict {
	if v.op != opStop {
		panic("fate: InOrder of the verdict " + v.String() + ": must be a Stop")
	}
	v.inOrder = true
	return v
}

// Cancel cancels those children for which which is true, each with the cause. They are asked for in spawn order, after the
// group's lock has been released, so which may call methods of the child. A nil which means every child; a nil cause
// means context.Canceled. Tasks started by Go share the group's context and are not reached.
func Cancel(which func(*Child) bool, cause error) Verdict {
	return Verdict{op: opCancel, cause: cause, which: which}
}

// Restart runs the task again once after has passed, in a context of its own if it is a child. Until then it counts as running and
// keeps its slot, so that a restart never has to wait for one. The run that ended counts no more, in the Tally or as a failure,
// and the next one has an Attempt one higher.
//
// Nothing is restarted that was cancelled on purpose, by [Child.Cancel], [Group.Cancel] or a Cancel verdict, nor anything once
// the group has stopped: then Restart is the same as Continue. What is stopped or cancelled while it waits to be restarted ends as Cancelled,
// and the strategy is shown that; its error is the one it last ended with.
//
// A negative time is 0. An item of ForEach, Map or Stream can be restarted, unless the strategy's [Hints] spare the group from
// asking about it.
func Restart(after time.Duration) Verdict { return Verdict{op: opRestart, after: max(0, after)} }

// With makes a Restart verdict reach other children, as an OTP supervisor does: those for which which is true and that are running are
// cancelled with the cause, the newest first, each when the one before has ended or its [Grace] is over. The strategy is shown
// the end of each, with the cause in Event.Cause, and says whether that one is to be restarted too. When all have ended and after has
// passed, they are started in spawn order; a child that another verdict makes wait longer holds up only those spawned after it. One that does not end within its Grace is not waited for: whenever it ends, it is
// started again by itself, never beside itself.
//
// which is called as by [Cancel], but not for the child that the verdict is about; nil means every child. A nil cause means
// context.Canceled. With panics if the verdict is not a Restart.
func (v Verdict) With(which func(*Child) bool, cause error) Verdict {
	if v.op != opRestart {
		panic("fate: With of the verdict " + v.String() + ": must be a Restart")
	}
	v.with, v.which, v.cause = true, which, cause
	return v
}

// Stops reports whether the verdict stops the group, and with which cause.
func (v Verdict) Stops() (cause error, ok bool) { return v.cause, v.op == opStop }

// Cancels reports whether the verdict cancels children, by Cancel or by Restart.With, which of them, and with which cause.
func (v Verdict) Cancels() (which func(*Child) bool, cause error, ok bool) {
	return v.which, v.cause, v.op == opCancel || v.with
}

// Restarts reports whether the verdict restarts the task, and after how long.
func (v Verdict) Restarts() (after time.Duration, ok bool) { return v.after, v.op == opRestart }

func (v Verdict) String() string {
	switch v.op {
	case opStop:
		if v.inOrder {
			return "stop in order: " + text(v.cause)
		}
		return "stop: " + text(v.cause)
	case opCancel:
		return "cancel: " + text(v.cause)
	case opRestart:
		if v.with {
			return "restart after " + v.after.String() + " with others: " + text(v.cause)
		}
		return "restart after " + v.after.String()
	}
	return "continue"
}

func text(err error) string {
	if err == nil {
		return "no cause"
	}
	return err.Error()
}

// A Summary is what a strategy is shown once all tasks have ended.
type Summary struct {
	Tally Tally

	// Cause says why the group stopped. It is nil if the group did not stop, and also if the stop came too late to keep any
	// task from running or to cut one short. A strategy that returns it if it is not nil keeps the promise that a
	// cancellation is never mistaken for success.
	Cause error

	// First is the failure that came first by time, nil if there was none.
	First *TaskError

	// Errors holds the failures in submission order. If the strategy's Hints bound them, these are the first by time.
	Errors []*TaskError

	// Dropped counts the failures that are not in Errors.
	Dropped uint64
}

// A Validator is a strategy that can be wrong. [New] panics with the error, and package strategies returns it.
type Validator interface {
	// Validate returns an error that names the field, its value and what is allowed, or nil.
	Validate() error
}

// Hints tell the group what a strategy does not need. The zero value asks for everything.
type Hints struct {
	// Keep is how many failures the group holds for Conclude, the first by time; the others are counted in
	// Summary.Dropped. 0 holds all of them, so that memory grows with each failure.
	Keep int

	// Untimed says that the strategy does not look at Event.Took, which spares reading the clock around each task.
	Untimed bool

	// FailuresOnly says that Settle need not be called for tasks that returned nil.
	FailuresOnly bool

	// AtLimit, if it is Hold or Shed, says what Admit answers while Limit tasks are running. Below that it answers Run, and always
	// if Limit is 0. Admit then need not be called.
	AtLimit Admission
	Limit   int
}

// A Hinter is a strategy that gives hints. New asks for them once.
type Hinter interface{ Hints() Hints }

// Validate checks a strategy: that it is not nil, and what it says of itself if it is a [Validator].
func Validate(s Strategy) error {
	if s == nil {
		return errors.New("fate: the strategy is nil")
	}
	if v, ok := s.(Validator); ok {
		return v.Validate()
	}
	return nil
}

package fate

import "strconv"

// An Option changes what a group does beside its strategy.
type Option func(*options)

type options struct {
	name    string
	backlog int
	ahead   int // how many items a feed may hold beyond the limit while they are quick
	panics  PanicMode

	watchers  []Observer
	named     *named     // the group's own, as the next; nil without a name
	observers *observers // nil without one
}

var defaults = options{backlog: DefaultBacklog, ahead: Ahead}

// DefaultBacklog is how many tasks a group holds beyond its strategy's limit before Go waits, unless [Backlog] says
// otherwise. It is large enough that a producer does not change places with the tasks at each of them.
const DefaultBacklog = 64

// Ahead is how many items [ForEach] and [Stream] hold beyond the strategy's limit, at most, unless [Backlog] says otherwise. They begin with
// DefaultBacklog, and hold more only while items are so quick that these would all run while their producer wakes up.
const Ahead = 1024

// Backlog sets how many accepted tasks may be held beyond the strategy's limit before Go waits. With Backlog(0), Go waits for
// a free slot and TryGo is false exactly when the limit is reached, as in errgroup. A negative number panics.
func Backlog(n int) Option {
	if n < 0 {
		panic("fate: Backlog is " + strconv.Itoa(n) + ": must be 0 or more")
	}
	return func(o *options) { o.backlog, o.ahead = n, n }
}

// PanicMode says what a task's panic does.
type PanicMode uint8

const (
	// Crash ends the process at once, with the task's own stack. It is the default.
	Crash PanicMode = iota
	// Rethrow makes the panic a failure, and Wait panics with a *RethrownError once every task has ended.
	Rethrow
	// Return makes the panic a failure, a *PanicError with the task's stack.
	Return
)

func (m PanicMode) String() string {
	switch m {
	case Crash:
		return "crash"
	case Rethrow:
		return "rethrow"
	case Return:
		return "return"
	}
	return "unknown panic mode"
}

// Panics sets what a task's panic does.
func Panics(m PanicMode) Option {
	if m > Return {
		panic("fate: Panics(" + strconv.Itoa(int(m)) + "): must be Crash, Rethrow or Return")
	}
	return func(o *options) { o.panics = m }
}

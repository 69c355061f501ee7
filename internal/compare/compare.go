// Package compare runs this module's strategies beside errgroup, conc, go-multierror and code by hand: the same
// behaviours are probed and the same work is timed, through one small adapter per contender.
//
// It is shared by compare_test.go and by the tool in cmd/fate, and promises nothing to anyone else.
package compare

import "context"

// A Contender is one way to run tasks together. What its fields say of it is checked by a test that runs it.
type Contender struct {
	Name string // as it stands in tables and benchmark names: "failfast", "errgroup"
	Ours bool
	What string // one line: which call with which options
	Lack string // what it does not promise; empty if it promises what the workloads need

	// Limits says whether Options.Limit is kept; a contender without a limit stays out of workloads that need one.
	Limits bool

	// NeedsLimit says that without a limit it does the same as another contender, and so stays out.
	NeedsLimit bool

	// Tries says that its groups are Tryers.
	Tries bool

	// Sheds says that Go refuses at the limit rather than wait, so that a workload whose tasks outnumber its limit is never
	// done in full.
	Sheds bool

	// Cancels says that a task's error ends the context of the others.
	Cancels bool

	// Keeps says which of the tasks' errors Wait returns.
	Keeps Keeps

	// Serial says that Go runs the task itself: only work whose tasks wait for nobody can be given to it.
	Serial bool

	// CostOnly says that it is there for what it costs; what it does is not observed.
	CostOnly bool

	// Open starts an empty group.
	Open func(ctx context.Context, o Options) Group
}

// Keeps says which of the tasks' errors a contender's Wait returns.
type Keeps uint8

const (
	None  Keeps = iota // none: Wait returns nil whatever happened
	First              // the first by time
	Every              // all of them
)

func (k Keeps) String() string {
	switch k {
	case None:
		return "none"
	case First:
		return "first"
	case Every:
		return "every"
	}
	return "unknown keeps"
}

// Options are what a group is opened with.
type Options struct {
	Limit int // how many tasks run at once; 0 is no limit
	Tasks int // how many tasks will be started, for who can make use of it; 0 if that is not known

	// Exact asks that Go waits, and TryGo refuses, exactly at the limit: nothing is accepted to be run later. Only our
	// strategies do otherwise if it is not set.
	Exact bool
}

// A Group is the adapter: as much as all contenders have in common. It adds nothing to a contender's cost that a program
// using the contender would not have.
type Group interface {
	// Context is what tasks are handed; the parent itself for a contender that has none of its own.
	Context() context.Context
	// Go starts the task, or waits for a free slot first.
	Go(task func(context.Context) error)
	// Each starts task for each i from 0 to n-1, in order, as a loop in a program would: with one closure a task, written
	// the way the contender's own Go takes it. What is timed goes through Each, because a task made for this interface
	// and wrapped for the contender's costs a second closure that nobody would write.
	Each(n int, task func(ctx context.Context, i int) error)
	// Wait waits for all tasks and returns what the contender makes of their errors.
	Wait() error
}

// A Tryer is a Group that can refuse a task rather than wait for a slot.
type Tryer interface {
	Group
	// TryGo starts the task and returns true, or returns false at once.
	TryGo(task func(context.Context) error) bool
	// TryEach offers task for each i from 0 to n-1, in order, as Each starts it, and returns how many were taken.
	TryEach(n int, task func(ctx context.Context, i int) error) int
}

// A Workload is work that any contender can do, so that its cost can be compared.
type Workload struct {
	Name  string // as it stands in tables and benchmark names
	About string // one line for people: what is done, how much of it
	Tasks int    // how many tasks one run has; 0 if the input decides
	Limit int    // at most so many at once; 0 is no limit

	// Takes says whether the contender can do this work, beyond what Accepts knows by itself; nil means that it can.
	Takes func(Contender) bool

	// Plain says that a loop without any goroutine could do the work as well.
	Plain bool

	// ReadsDir says that Prepare reads Input.Dir.
	ReadsDir bool

	// Overflows says that tasks are offered by TryGo and that most are refused: the workload for contenders that shed.
	Overflows bool

	// Base names the contender that ratios are taken against; empty is the bare baseline, BaseName.
	Base string

	// Prepare makes what the runs need: servers, files, a database. quick asks for less of the same.
	Prepare func(ctx context.Context, in Input) (Job, error)
}

// Input is what a user chooses about the real workloads.
type Input struct {
	Dir   string // the directory to hash; empty is a part of Go's own source tree
	Quick bool   // a smaller amount of the same work
}

// A Job is a workload made ready. Run may be called any number of times, with any contender that its workload accepts, one
// call at a time. A Job that is a fmt.Stringer says what it found: how many files, how much of what.
type Job interface {
	// Run does the whole work once and says what was done. The same work gives the same Done whoever did it. If ctx
	// ends, Run returns soon, with the context's cause.
	Run(ctx context.Context, c Contender) (Done, error)
	Close() error
}

// Done is what a run did, for checking that all contenders did the same.
type Done struct {
	Tasks    int    `json:"tasks"`      // tasks that ran to their end
	Failures int    `json:"failures"`   // tasks that returned an error
	Sum      uint64 `json:"sum,string"` // a checksum of the results
}

// A Behaviour is a question that is put to each contender by running it, not by reading its documentation.
type Behaviour struct {
	Name     string // short, as it stands in the table: "first error wins"
	Question string // one sentence: what is done, and what is looked for

	// Isolated says that a crash or a hang is among the possible answers, so that it is observed in a process of its own.
	Isolated bool

	// Observe runs the contender and says what happened.
	Observe func(ctx context.Context, c Contender) Answer
}

// An Answer is what was observed.
type Answer struct {
	Cell   string `json:"cell"`   // a word or two for the table: "yes", "no", "hangs", "crashes", "n/a"
	Detail string `json:"detail"` // one sentence with what was seen
}

// Package price says what a task costs beside what others charge: one table of rows, each the same work done by this module and
// by one other, with the ratio that this module is held to.
//
// The table serves a benchmark, `go test -bench Price ./internal/price`, and the tool: `fate compare --workload engine`. Unlike package
// compare, which puts every contender behind one adapter, it has the code of each side written out as a program would write it, because
// what is measured here is smaller than an adapter.
package price

import (
	"fmt"
	"strings"
)

// A Row is some work, and what it may cost us beside one other way to do it.
type Row struct {
	Name   string // of the work, in names of benchmarks; rows that differ in Beside alone share it
	Work   string // one line for people; %s stands for how many tasks there are
	Beside string // who else does it: "errgroup"

	Tasks int // in one run
	Quick int // the same where time is short; 0 is Tasks

	Figure   Figure
	AtMost   float64 // what the ratio of ours to theirs may be, by the medians; 0 is no target
	AtMost95 float64 // the same by the 95th percentiles, for LastStart and LongestWait; 0 is no target
	NoAllocs bool    // that a task of ours allocates nothing is a target as well

	Burners int    // so many goroutines keep the processors busy meanwhile
	Crowd   runner // what each of them does over and over, with tasks that spin; nil is to spin by itself
	Procs   int    // GOMAXPROCS meanwhile; 0 leaves it

	Ours, Theirs Side
}

// A Side does the work of a row in its own way as often as the meter says, and tells the meter what it took. It checks that the work was
// done, and returns an error if not.
type Side func(m *Meter) error

// Figure is what a run comes to.
type Figure uint8

const (
	Time        Figure = iota // nanoseconds for all of the work
	LastStart                 // nanoseconds until the last of the tasks started
	LongestWait               // nanoseconds that somebody else waited for a processor at most
	PeakMemory                // bytes of heap and stacks in use at most, beyond what was in use before
)

func (f Figure) String() string {
	switch f {
	case Time:
		return "time"
	case LastStart:
		return "last start"
	case LongestWait:
		return "longest wait"
	case PeakMemory:
		return "peak memory"
	}
	return "unknown figure"
}

// late says of figures that they are about how late something may be: their quantiles count, and a few runs are all there is time for.
func (f Figure) late() bool { return f == LastStart || f == LongestWait }

// Size is how many tasks a run has.
func (r Row) Size(quick bool) int {
	if quick && r.Quick > 0 {
		return r.Quick
	}
	return r.Tasks
}

// About says what is done, with so many tasks.
func (r Row) About(tasks int) string {
	if !strings.Contains(r.Work, "%s") {
		return r.Work
	}
	return fmt.Sprintf(r.Work, Amount(tasks))
}

// Amount writes a number of tasks as people do: 1000, 100,000, 10 M.
func Amount(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%d M", n/1_000_000)
	case n >= 1_000_000:
		return fmt.Sprintf("%d,%03d,%03d", n/1_000_000, n/1000%1000, n%1000)
	case n >= 10_000:
		return fmt.Sprintf("%d,%03d", n/1000, n%1000)
	}
	return fmt.Sprint(n)
}

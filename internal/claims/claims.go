// Package claims puts what is often said about groups and goroutines beside what it comes to on the machine at hand: each sentence with
// the checks that it is taken to mean, what is measured for them, and a verdict that follows from the figures by a rule written beside it.
//
// It measures with package price, in shuffled pairs. The tool prints it: `fate compare --workload claims`.
package claims

import (
	"fmt"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// Name is what the tool's --workload takes, and About says what it is.
const (
	Name  = "claims"
	About = "what is often said, and whether it holds here"
)

// A Claim is a sentence that people say.
type Claim struct {
	Name   string // one word, for who follows a run
	Says   string
	Rule   string // what its words are taken to mean, and so when it holds
	Checks []Check
}

// A Check is one figure, and the bounds within which the claim is true of it.
type Check struct {
	Of   string // the part of the claim it stands for, as the verdict names it: "10 µs of CPU"
	Who  string // does the work as Row.Ours
	Look Look   // at which figure
	Bounds
	Row price.Row // what is measured: Who beside Row.Beside, or for Goroutines, Who alone
}

// Look is the figure that a check is about.
type Look uint8

const (
	PerTask    Look = iota // nanoseconds of one task
	Difference             // nanoseconds that all tasks of a run take longer than with who is beside
	Ratio                  // of the time to that of who is beside
	Goroutines             // started for each task
)

func (l Look) String() string {
	switch l {
	case PerTask:
		return "time per task"
	case Difference:
		return "difference"
	case Ratio:
		return "ratio"
	case Goroutines:
		return "goroutines per task"
	}
	return fmt.Sprintf("unknown look %d", l)
}

// Bounds are where a figure is if the claim is true of it: AtLeast and more, and less than Below. 0 is no bound.
type Bounds struct {
	AtLeast float64 `json:"at_least,omitempty"`
	Below   float64 `json:"below,omitempty"`
}

// Holds says whether the figure is within the bounds: yes if its whole interval is, no if none of it is, or else unclear.
func (b Bounds) Holds(e stats.Estimate) Holds {
	low := b.AtLeast == 0 || e.Low >= b.AtLeast // the interval's low end is not too low
	high := b.Below == 0 || e.High < b.Below    // nor its high end too high
	switch {
	case low && high:
		return Yes
	case b.AtLeast != 0 && e.High < b.AtLeast, b.Below != 0 && e.Low >= b.Below:
		return No
	}
	return Unclear
}

// Package decision joins the decision table with what a run observed and measured, into what is shown in a terminal, in Markdown and on the page.
// It lays nothing out: what it has in words stands alike wherever it is shown.
package decision

import (
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/table"
)

// Workload is the name of the workload of package price whose rows are those of the table: each is named row<N>-<work>.
const Workload = "table"

// A Table is the decision table with its evidence.
type Table struct {
	Provenance provenance.Provenance `json:"provenance"`
	Questions  []table.Question      `json:"questions"`
	Rows       []Row                 `json:"rows"`
	Matrix     compare.Matrix        `json:"matrix"` // every behaviour of every contender
	Curves     []price.CurveResult   `json:"curves"`
	Quick      bool                  `json:"quick,omitempty"` // less of the same work was measured, in fewer pairs
}

// A Row is one situation with its evidence.
type Row struct {
	table.Row
	Cells  []Cell  `json:"cells"`  // behaviours that decide it, by behaviour and then contender
	Ratios []Ratio `json:"ratios"` // ours beside each equivalent, in the order in which they were measured
}

// A Cell is what was observed of one contender.
type Cell struct {
	Behaviour string `json:"behaviour"`
	Question  string `json:"question"`
	Contender string `json:"contender"`
	Ours      bool   `json:"ours,omitempty"`
	Cell      string `json:"cell"`   // a word or two; empty if it was not observed
	Detail    string `json:"detail"` // a sentence with what was seen
}

// A Ratio is what one work costs here beside what it costs elsewhere. One that could not be measured has an Err and no Line.
type Ratio struct {
	Key     string        `json:"key"` // "row7-overflow/errgroup": with it, it is found in the raw file
	Work    string        `json:"work"`
	Beside  string        `json:"beside"`
	Line    price.Line    `json:"line"`    // ours, theirs, the ratio with its interval, A/A
	Verdict stats.Verdict `json:"verdict"` // what the ratio shows
	Err     string        `json:"err,omitempty"`
	Result  price.Result  `json:"-"` // with all samples
}

// Measured reports whether there is a ratio.
func (r Ratio) Measured() bool { return r.Line.Ratio.Median > 0 }

// Main is the one ratio that stands for the row where there is room for one: the first that was measured beside the usual equivalent, or
// else the first that was measured beside errgroup, or else the first. It is false if none was measured.
func (r Row) Main() (Ratio, bool) {
	for _, name := range []string{r.Usual, "errgroup", ""} {
		for _, one := range r.Ratios {
			if one.Measured() && strings.HasPrefix(one.Beside, name) {
				return one, true
			}
		}
	}
	return Ratio{}, false
}

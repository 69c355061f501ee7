package main

import (
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/table"
)

// oneRow is a decision table with one row.
func oneRow() decision.Table {
	ratio := func(work, beside string, low, median, high float64, verdict stats.Verdict) decision.Ratio {
		r := decision.Ratio{Work: work, Beside: beside, Line: price.Line{Of: price.OfTime}, Verdict: verdict}
		r.Line.Ratio = stats.Estimate{Low: low, Median: median, High: high}
		return r
	}
	memory := ratio("a million", "that", 0.4, 0.5, 0.6, stats.Faster)
	memory.Line.Of = price.OfMemory
	return decision.Table{Rows: []decision.Row{{
		Row: table.Row{Number: 3, Face: "a | b", Story: "It happens.", Take: "`this`", Import: "example.org/this", Code: []string{"one()", "two()"}, Beside: "that", Enough: "That is enough."},
		Cells: []decision.Cell{
			{Behaviour: "waits", Contender: "failfast", Cell: "yes", Detail: "It did."}, {Behaviour: "waits", Contender: "conc"},
			{Behaviour: "stops", Contender: "failfast", Cell: "yes"}, {Behaviour: "stops", Contender: "conc", Cell: "no"}, {Behaviour: "stops", Contender: "pond", Cell: "yes"},
			{Behaviour: "ends", Contender: "failfast", Cell: "yes"}, {Behaviour: "ends", Contender: "conc", Cell: "yes"},
			{Behaviour: "unseen", Contender: "failfast"},
		},
		Ratios: []decision.Ratio{
			ratio("ten tasks", "that", 0.4, 0.5, 0.6, stats.Faster),
			ratio("ten tasks", "errgroup", 0.56, 0.67, 1.62, stats.Same),
			ratio("ten tasks", "by hand", 0.004, 0.005, 0.006, stats.NoVerdict),
			{Work: "ten tasks", Beside: "conc", Err: "it hung"},
			memory,
		},
	}}}
}

// Each work stands once, and behind it all that it was measured beside, with what that shows.
func TestDecisionAsText(t *testing.T) {
	for width, want := range map[int]string{
		80: `
What to take

 3  a | b: this.
    waits: yes (failfast)
    stops: yes (failfast, pond), no (conc)
    ends: yes (all)
    ten tasks: 0.50 (0.40-0.60) of that, faster;
      0.67 (0.56-1.62) of errgroup, no difference shown;
      0.0050 (0.0040-0.0060) of code by hand, no verdict;
      beside conc not measured: it hung
    a million: 0.50 (0.40-0.60) of the peak memory of that, less
`,
		200: `
What to take

 3  a | b: this.
    waits: yes (failfast)
    stops: yes (failfast, pond), no (conc)
    ends: yes (all)
    ten tasks: 0.50 (0.40-0.60) of that, faster; 0.67 (0.56-1.62) of errgroup, no difference shown; 0.0050 (0.0040-0.0060) of code by hand, no verdict; beside conc not measured: it hung
    a million: 0.50 (0.40-0.60) of the peak memory of that, less
`,
		40: `
What to take

 3  a | b: this.
    waits: yes (failfast)
    stops: yes (failfast, pond), no
    (conc)
    ends: yes (all)
    ten tasks:
      0.50 (0.40-0.60) of that, faster;
      0.67 (0.56-1.62) of errgroup, no
      difference shown;
      0.0050 (0.0040-0.0060) of code by
      hand, no verdict;
      beside conc not measured: it hung
    a million:
      0.50 (0.40-0.60) of the peak
      memory of that, less
`,
	} {
		var b strings.Builder
		if err := writeDecisionText(&b, oneRow(), width); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != want {
			t.Errorf("%d columns wide it is\n%s, want\n%s", width, got, want)
		}
	}
}

// A report without a decision table has none shown.
func TestNoDecision(t *testing.T) {
	var b strings.Builder
	if err := writeDecisionText(&b, decision.Table{}, 40); err != nil || b.Len() > 0 {
		t.Errorf("wrote %q, %v", &b, err)
	}
}

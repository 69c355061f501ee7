package decision_test

import (
	"math"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/table"
)

// measured is a row whose ratio is that, with an interval of five per cent around it.
func measured(name, beside string, ratio float64) price.Result {
	r := price.Result{Name: name, Work: "some work", Beside: beside, Tasks: 10, Ours: []float64{100 * ratio}, Theirs: []float64{100}}
	l := price.Line{Of: price.OfTime, Ours: 100 * ratio, Theirs: 100}
	l.Ratio.Median, l.Ratio.Low, l.Ratio.High = ratio, ratio*0.95, ratio*1.05
	l.Again.Median, l.Again.Low, l.Again.High = 1, 0.99, 1.01
	r.Lines = []price.Line{l}
	return r
}

// run is a report of these rows.
func run(rows ...price.Result) *report.Report {
	return &report.Report{
		Behaviours: compare.Matrix{
			Contenders: []string{"failfast", "errgroup"},
			Rows: []compare.Observation{{
				Behaviour: "Wait returns", Question: "as it was asked",
				Answers: []compare.Answer{{Cell: "first", Detail: "it was the first"}, {}},
			}},
		},
		Prices: []*report.Prices{
			{Workload: "engine", Rows: []price.Result{measured("start-1", "errgroup", 0.3)}},
			{Workload: decision.Workload, Rows: rows},
		},
	}
}

func join(t *testing.T, r *report.Report) decision.Table {
	t.Helper()
	joined, err := decision.Join(r)
	if err != nil {
		t.Fatal(err)
	}
	return joined
}

// All rows are there, whatever was measured, and what was measured is where it belongs.
func TestJoinPutsRatiosWhereTheyBelong(t *testing.T) {
	joined := join(t, run(measured("row1-handful", "errgroup", 0.2), measured("row18-name", "unnamed", 2), measured("row1-handful", "conc", 0.4)))
	if len(joined.Rows) != len(table.Rows()) || len(joined.Questions) != len(table.Questions()) {
		t.Errorf("%d rows and %d questions", len(joined.Rows), len(joined.Questions))
	}
	for _, row := range joined.Rows {
		var keys []string
		for _, r := range row.Ratios {
			keys = append(keys, r.Key)
		}
		want := map[int]string{1: "row1-handful/errgroup row1-handful/conc", 18: "row18-name/unnamed"}[row.Number]
		if got := strings.Join(keys, " "); got != want {
			t.Errorf("row %d has %q, not %q", row.Number, got, want)
		}
	}
	if r := joined.Rows[0].Ratios[1]; r.Work != "some work" || r.Beside != "conc" || r.Line.Ratio.Median != 0.4 || r.Verdict != stats.Faster || r.Result.Tasks != 10 {
		t.Errorf("%+v", r)
	}
}

// A cell that was observed has the answer; all others are there and empty.
func TestJoinInventsNoAnswer(t *testing.T) {
	observed := 0
	for _, row := range join(t, run()).Rows {
		want := 0
		for _, b := range row.Decides {
			want += len(b.Contenders)
		}
		if len(row.Cells) != want {
			t.Errorf("row %d has %d cells, not %d", row.Number, len(row.Cells), want)
		}
		for _, c := range row.Cells {
			switch {
			case c.Behaviour == "Wait returns" && c.Contender == "failfast":
				observed++
				if c.Cell != "first" || c.Detail != "it was the first" || !c.Ours {
					t.Errorf("%+v", c)
				}
			case c.Cell != "" || c.Detail != "":
				t.Errorf("row %d: %+v", row.Number, c)
			}
			if c.Question == "" {
				t.Errorf("row %d: %s is no question", row.Number, c.Behaviour)
			}
		}
	}
	if observed == 0 {
		t.Error("nothing was observed")
	}
}

func TestJoinWithoutAnyRun(t *testing.T) {
	for _, row := range join(t, &report.Report{}).Rows {
		if _, ok := row.Main(); ok || len(row.Ratios) > 0 {
			t.Errorf("row %d has %+v", row.Number, row.Ratios)
		}
	}
}

// A row that failed is there, with why, and has no ratio.
func TestJoinKeepsWhatFailed(t *testing.T) {
	failed := price.Result{Name: "row3-foreach", Work: "items", Beside: "errgroup", Err: "it hung"}
	row := join(t, run(failed)).Rows[2]
	if len(row.Ratios) != 1 || row.Ratios[0].Err != "it hung" || row.Ratios[0].Measured() || row.Ratios[0].Verdict != stats.NoVerdict {
		t.Errorf("%+v", row.Ratios)
	}
	if _, ok := row.Main(); ok {
		t.Error("a ratio that was not measured stands for the row")
	}
}

func TestJoinNamesWhatIsInconsistent(t *testing.T) {
	none := measured("row1-a", "errgroup", 1)
	none.Lines[0].Ratio.Low = 2
	endless := measured("row1-a", "errgroup", 1)
	endless.Lines[0].Ratio.High = math.Inf(1)
	answers := run()
	answers.Behaviours.Rows[0].Answers = answers.Behaviours.Rows[0].Answers[:1]
	twice := run()
	twice.Behaviours.Rows = append(twice.Behaviours.Rows, twice.Behaviours.Rows[0])
	for want, r := range map[string]*report.Report{
		`"handful"`:             run(measured("handful", "errgroup", 1)),
		`"row1"`:                run(measured("row1", "errgroup", 1)),
		`"row19-more"`:          run(measured("row19-more", "errgroup", 1)),
		`"row0-none"`:           run(measured("row0-none", "errgroup", 1)),
		"row1-a/errgroup was":   run(measured("row1-a", "errgroup", 1), measured("row1-a", "errgroup", 2)),
		"row1-a/errgroup: the":  run(none),
		"row1-a/errgroup: the ": run(endless),
		`"Wait returns" has 1 `: answers,
		`"Wait returns" was`:    twice,
	} {
		if _, err := decision.Join(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v", want, err)
		}
	}
}

// What stands for a row is beside whom most would take, then errgroup, then whoever comes first.
func TestOneRatioStandsForARow(t *testing.T) {
	for _, c := range []struct{ others, want string }{
		{"conc,errgroup", "errgroup"},
		{"conc,errgroup SetLimit,by hand", "errgroup SetLimit"},
		{"conc,by hand", "conc"},
		{"a loop,WaitGroup,errgroup", "errgroup"},
	} {
		var rows []price.Result
		for beside := range strings.SplitSeq(c.others, ",") {
			rows = append(rows, measured("row1-a", beside, 1.5))
		}
		if r, ok := join(t, run(rows...)).Rows[0].Main(); !ok || r.Beside != c.want {
			t.Errorf("of %s: %s, %v", c.others, r.Beside, ok)
		}
	}
	wait := join(t, run(measured("row13-wait", "errgroup", 1), measured("row13-wait", "WaitGroup", 2))).Rows[12]
	if r, _ := wait.Main(); r.Beside != "WaitGroup" || r.Verdict != stats.Slower {
		t.Errorf("row 13 has %+v", r)
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		ratio, low, high, againLow, againHigh float64
		want                                  stats.Verdict
	}{
		{0.5, 0.4, 0.6, 0.9, 1.1, stats.Faster},
		{1.5, 1.4, 1.6, 0.9, 1.1, stats.Slower},
		{0.8, 0.6, 1.0, 0.9, 1.1, stats.Same},
		{1.02, 1.01, 1.03, 0.9, 1.1, stats.Same},
		{0.5, 0.4, 0.6, 1.01, 1.1, stats.NoVerdict},
		{0.5, 0.4, 0.6, 0, 0, stats.NoVerdict},
		{0.6, 0.5, 1, 0.9, 1.1, stats.Same},
		{0.98, 0.971, 0.99, 0.9, 1.1, stats.Same},
		{0.6, 0.5, 0.7, 1.01, 1.2, stats.NoVerdict},
		{0, 0, 0, 0.9, 1.1, stats.NoVerdict},
	} {
		one := measured("row1-a", "errgroup", 1)
		l := &one.Lines[0]
		l.Ratio.Median, l.Ratio.Low, l.Ratio.High = c.ratio, c.low, c.high
		l.Again.Median, l.Again.Low, l.Again.High = (c.againLow+c.againHigh)/2, c.againLow, c.againHigh
		if got := join(t, run(one)).Rows[0].Ratios[0].Verdict; got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

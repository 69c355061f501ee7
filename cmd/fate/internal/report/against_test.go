package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// twice is fake with prices and a claim, from two runs.
func twice() (old, now *report.Report) {
	run := func() *report.Report {
		r := fake()
		l := price.Line{Of: price.OfTime, Ours: 1, Theirs: 2}
		l.Ratio.Median, l.Ratio.Low, l.Ratio.High = 0.5, 0.4, 0.6
		row := price.Result{Name: "start", Work: "10 tasks", Beside: "errgroup", Pairs: 30, Lines: []price.Line{l}}
		r.Prices = []*report.Prices{{Workload: "engine", Rows: []price.Result{row}}}
		r.Claims = &report.Claims{Findings: []claims.Finding{{Name: "pool", Says: "pools are fast", Verdict: "holds"}}}
		return r
	}
	return run(), run()
}

func ratioOf(r *report.Report) *price.Line { return &r.Prices[0].Rows[0].Lines[0] }

func TestNothingChanged(t *testing.T) {
	old, now := twice()
	c := now.Against(old)
	if n := len(c.Elsewhere) + len(c.Behaviours) + len(c.Ratios) + len(c.Verdicts) + len(c.Added) + len(c.Gone) + len(c.Other); n > 0 || c.Compared == 0 {
		t.Errorf("found %+v", c)
	}
	if worse := c.Worse(); len(worse) > 0 {
		t.Errorf("worse: %q", worse)
	}
}

// A ratio has changed only if the intervals don't overlap, and is worse only if it is greater and ours.
func TestRatiosChange(t *testing.T) {
	for _, c := range []struct {
		name           string
		low, high      float64
		pairs          int
		changed, worse bool
	}{
		{"within", 0.45, 0.55, 30, false, false},
		{"touches from above", 0.6, 0.9, 30, false, false},
		{"touches from below", 0.1, 0.4, 30, false, false},
		{"above", 0.61, 0.9, 30, true, true},
		{"below", 0.1, 0.39, 30, true, false},
		{"above, by too few pairs for an interval", 0.61, 0.9, 5, false, false},
	} {
		old, now := twice()
		l := ratioOf(now)
		l.Ratio.Low, l.Ratio.High, l.Ratio.Median = c.low, c.high, (c.low+c.high)/2
		now.Prices[0].Rows[0].Pairs = c.pairs
		got := now.Against(old)
		if (len(got.Ratios) == 1) != c.changed || (len(got.Worse()) == 1) != c.worse {
			t.Errorf("%s: changed %v, worse %q", c.name, got.Ratios, got.Worse())
		}
	}
}

// Where the same code beside itself seems to differ, nothing is for certain.
func TestRatiosDoNotChangeWithoutAA(t *testing.T) {
	old, now := twice()
	l := ratioOf(now)
	l.Ratio.Low, l.Ratio.Median, l.Ratio.High = 0.7, 0.8, 0.9
	l.Again.Low, l.Again.Median, l.Again.High = 0.9, 1, 1.1
	now.Workloads[0].Rows[0].Ratio = l.Ratio
	if c := now.Against(old); len(c.Ratios) != 2 {
		t.Fatalf("with A/A: %v", c.Ratios)
	}
	l.Again.Low = 1.01
	now.Workloads[0].Rows[2].Ratio = l.Again
	if c := now.Against(old); len(c.Ratios) != 0 {
		t.Errorf("without: %v", c.Ratios)
	}
}

// Of a quantile beyond most samples there may be too few also if there are enough pairs for a median.
func TestRatiosOfFewSamplesDoNotChange(t *testing.T) {
	old, now := twice()
	e := &ratioOf(now).Ratio
	e.Low, e.Median, e.High, e.Few = 0.7, 0.8, 0.9, true
	if c := now.Against(old); len(c.Ratios) != 0 {
		t.Errorf("changed: %v", c.Ratios)
	}
}

// A curve is compared with everybody that it has beside ours, and not with the first of them alone.
func TestRatiosOfCurvesChange(t *testing.T) {
	old, now := twice()
	for _, r := range []*report.Report{old, now} {
		row := r.Prices[0].Rows[0]
		row.Name, row.Lines = "size-1", append([]price.Line(nil), row.Lines...)
		other := row
		other.Beside, other.Lines = "conc", append([]price.Line(nil), row.Lines...)
		r.Prices[0].Curves = []price.CurveResult{{Name: "size", Points: []price.PointResult{{At: "1", Result: row, Others: []price.Result{other}}}}}
	}
	e := &now.Prices[0].Curves[0].Points[0].Others[0].Lines[0].Ratio
	e.Low, e.Median, e.High = 0.7, 0.8, 0.9
	c := now.Against(old)
	if worse := c.Worse(); len(worse) != 1 || !strings.HasPrefix(worse[0], "engine, by size: size-1 at 1 beside conc: ratio 0.50 (0.40-0.60), now 0.80 (0.70-0.90), worse") {
		t.Errorf("worse: %q", worse)
	}
}

// Times may be others: two runs share no moment of the machine.
func TestTimesAreNotCompared(t *testing.T) {
	old, now := twice()
	ratioOf(now).Ours *= 10
	ratioOf(now).Theirs *= 10
	now.Workloads[0].Done.Sum++ // of tasks that compute for so long
	now.Workloads[0].Rows[0].Time.Median *= 10
	if c := now.Against(old); len(c.Ratios)+len(c.Other) > 0 {
		t.Errorf("changed: %v, not compared: %v", c.Ratios, c.Other)
	}
}

// The ratio of a contender that is not ours may change, and nothing is worse for it. What is less than six rounds tells nothing.
func TestRatiosOfWorkloadsChange(t *testing.T) {
	old, now := twice()
	for i := range now.Workloads[0].Rows {
		if now.Workloads[0].Rows[i].Again {
			continue
		}
		r := &now.Workloads[0].Rows[i].Ratio
		r.Low, r.Median, r.High = 100, 110, 120
	}
	more := &now.Workloads[1].Rows[0].Ratio // of three rounds
	more.Low, more.Median, more.High = 100, 110, 120
	c := now.Against(old)
	if len(c.Ratios) != 2 || c.Ratios[0].Name != "tiny: alpha to beta" || c.Ratios[1].Name != "tiny: beta-more to beta" {
		t.Fatalf("changed: %v", c.Ratios)
	}
	if worse := c.Worse(); len(worse) != 1 || !strings.HasPrefix(worse[0], "tiny: alpha to beta: ratio 0.29 (0.26-0.32), now 110 (100-120), worse") {
		t.Errorf("worse: %q", worse)
	}
}

func TestBehavioursAndVerdictsChange(t *testing.T) {
	old, now := twice()
	now.Behaviours.Rows[0].Answers[0].Cell = "no"
	now.Behaviours.Rows[0].Answers[2].Cell = "yes" // the old one is that the observation went wrong
	now.Behaviours.Rows[1].Answers[0].Cell = "?"   // the new one is
	now.Claims.Findings[0].Verdict = "does not hold"
	c := now.Against(old)
	if len(c.Behaviours) != 1 || c.Behaviours[0].String() != "first question, alpha: yes, now no" {
		t.Errorf("behaviours: %v", c.Behaviours)
	}
	if len(c.Worse()) != 1 {
		t.Errorf("worse: %q", c.Worse())
	}
	if len(c.Verdicts) != 1 || c.Verdicts[0].New != "does not hold" {
		t.Errorf("verdicts: %v", c.Verdicts)
	}
	if got := strings.Join(c.Added, "; "); got != "behaviours: first question, beta-more" {
		t.Errorf("added: %s", got)
	}
	if got := strings.Join(c.Gone, "; "); got != "behaviours: another, longer one, alpha" {
		t.Errorf("gone: %s", got)
	}
}

// Rows come and go, and other work under the same name is not compared.
func TestRowsComeAndGo(t *testing.T) {
	old, now := twice()
	row := now.Prices[0].Rows[0]
	row.Name = "stop"
	now.Prices[0].Rows = append(now.Prices[0].Rows, row)
	now.Prices[0].Rows[0].Work = "5 tasks"
	ratioOf(now).Ratio.Low, ratioOf(now).Ratio.High = 7, 9
	now.Workloads = now.Workloads[1:]
	now.Workloads[0].Done.Tasks++
	c := now.Against(old)
	if got := strings.Join(c.Added, "; "); got != "engine: stop beside errgroup" {
		t.Errorf("added: %s", got)
	}
	if got := strings.Join(c.Gone, "; "); got != "tiny: alpha to beta; tiny: beta-more to beta" {
		t.Errorf("gone: %s", got)
	}
	if got := strings.Join(c.Other, "; "); got != "real-work: alpha to beta; engine: start beside errgroup" || len(c.Ratios) > 0 {
		t.Errorf("other work: %s, changed %v", got, c.Ratios)
	}
}

func TestChangesLayout(t *testing.T) {
	old, now := twice()
	now.Provenance.CPU, now.Provenance.Commit = "Another CPU", ""
	now.Behaviours.Rows[0].Answers[0].Cell = "no"
	ratioOf(now).Ratio.Low, ratioOf(now).Ratio.Median, ratioOf(now).Ratio.High = 0.7, 0.8, 0.9
	now.Claims.Findings[0].Verdict = "does not hold"
	now.Workloads = now.Workloads[1:]
	c := now.Against(old)
	for _, at := range []struct {
		file  string
		width int
	}{{"changes-wide.golden", 120}, {"changes-narrow.golden", 60}} {
		var b bytes.Buffer
		if err := c.WriteText(&b, at.width); err != nil {
			t.Fatal(err)
		}
		narrow(t, b.String(), at.width)
		golden(t, at.file, b.String())
	}
	var b bytes.Buffer
	if err := c.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "changes.md.golden", b.String())
}

package report_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/stats"
)

// fakeClaims is a report with invented figures of each kind.
func fakeClaims() *report.Report {
	around := func(v float64) stats.Estimate {
		return stats.Estimate{Median: v, Low: v - math.Abs(v)/10, High: v + math.Abs(v)/10}
	}
	check := func(of, who, beside string, look claims.Look, figure float64, b claims.Bounds) claims.Result {
		r := claims.Result{Of: of, Work: "1000 tasks", Tasks: 1000, Who: who, Beside: beside, Look: look.String(), Bounds: b, Pairs: 31, Figure: around(figure), Holds: b.Holds(around(figure))}
		if beside != "" {
			r.Time, r.Their, r.Ratio, r.Again = 123_456, 246_912, around(0.5), around(1.01)
		}
		return r
	}
	finding := func(says, rule string, checks ...claims.Result) claims.Finding {
		return claims.Finding{Name: "name", Says: says, Rule: rule, Verdict: claims.Verdict(checks), Checks: checks}
	}
	broken := check("the rest", "gamma", "beta", claims.Ratio, 0, claims.Bounds{Below: 1})
	broken.Pairs, broken.Holds, broken.Err = 0, claims.Unmeasured, "claims: a closure was not made"
	slow := check("the second", "alpha", "a channel | a pipe", claims.Difference, 331e6, claims.Bounds{AtLeast: 100e6})
	slow.Again = stats.Estimate{}
	r := fake()
	r.Contenders, r.Behaviours, r.Workloads = nil, compare.Matrix{}, nil
	r.Claims = &report.Claims{Quick: true, Findings: []claims.Finding{
		finding("alpha is quick, and there is more to be said of it than fits into one line of the table that says so", "Quick: less than 100 ns.",
			check("the first", "alpha", "beta", claims.Difference, -18.6, claims.Bounds{Below: 100}), slow,
			check("the third", "alpha", "beta", claims.PerTask, 2000, claims.Bounds{AtLeast: 500, Below: 2000}), broken),
		finding("all are one", "One: nearly.",
			check("alpha", "alpha", "", claims.Goroutines, 0.001, claims.Bounds{AtLeast: 0.9}),
			check("beta", "beta", "alpha", claims.Ratio, 0.5, claims.Bounds{AtLeast: 0.9, Below: 1.1})),
	}}
	r.LeftOut = []string{"claims: one claim"}
	return r
}

func TestClaimsLayout(t *testing.T) {
	for _, c := range []struct {
		file  string
		width int
	}{{"claims-wide.golden", report.Width}, {"claims-narrow.golden", 60}} {
		got := write(t, fakeClaims(), c.width)
		narrow(t, got, c.width)
		golden(t, c.file, got)
	}
}

func TestClaimsMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := fakeClaims().WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "claims.md.golden", b.String())
	// Every row of a table has as many cells as its head.
	cells := 0
	for line := range strings.Lines(b.String()) {
		n := strings.Count(line, "|") - strings.Count(line, `\|`)
		switch {
		case n == 0:
			cells = 0
		case cells == 0:
			cells = n
		case n != cells:
			t.Errorf("%d cells, not %d: %s", n-1, cells-1, line)
		}
	}
}

func TestNoClaims(t *testing.T) {
	r := fakeClaims()
	r.Claims.Findings = nil
	var b bytes.Buffer
	if err := r.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{b.String(), write(t, r, report.Width)} {
		if !strings.Contains(got, "No claim was measured.") {
			t.Errorf("it does not say that there is none:\n%s", got)
		}
	}
}

// What was written as JSON is all there is.
func TestClaimsInJSON(t *testing.T) {
	var b bytes.Buffer
	if err := fakeClaims().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var written any
	if err := json.Unmarshal(b.Bytes(), &written); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"claims quick":                              true,
		"claims findings 1 says":                    "all are one",
		"claims findings 1 verdict":                 "does not hold here",
		"claims findings 1 checks 0 look":           "goroutines per task",
		"claims findings 1 checks 0 figure median":  0.001,
		"claims findings 1 checks 0 at_least":       0.9,
		"claims findings 0 checks 0 time_ns":        123456.0,
		"claims findings 0 checks 0 beside_time_ns": 246912.0,
		"claims findings 0 checks 2 holds":          "unclear",
		"claims findings 0 checks 3 err":            "claims: a closure was not made",
	} {
		if got := at(written, strings.Fields(path)); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	var back report.Report
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if got, want := write(t, &back, 120), write(t, fakeClaims(), 120); got != want {
		t.Errorf("read back from JSON, the report is another one:\n%s", got)
	}
	if n := back.Failures(); n != 1 {
		t.Errorf("%d failures, want 1", n)
	}
}

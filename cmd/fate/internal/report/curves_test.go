package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
)

// A curve with several beside ours has a table for each, and each failure counts.
func TestCurvesBesideSeveral(t *testing.T) {
	result := func(beside string, theirs float64) price.Result {
		return price.Result{Name: "row", Work: "1000 tasks", Beside: beside, Tasks: 1000, Pairs: 6,
			Lines: []price.Line{{Of: price.OfTime, Ours: 100_000, Theirs: theirs}}}
	}
	broken := result("beta", 0)
	broken.Lines, broken.Err = nil, "price: it failed"
	ps := &report.Prices{Workload: "tiny", Curves: []price.CurveResult{{Name: "size", Points: []price.PointResult{
		{At: "one", Value: 1, Result: result("alpha", 300_000), Others: []price.Result{result("beta", 700_000)}},
		{At: "two", Value: 2, Result: result("alpha", 400_000), Others: []price.Result{broken}},
	}}}}
	r := &report.Report{Prices: []*report.Prices{ps}}
	if n := r.Failures(); n != 1 {
		t.Errorf("%d failures, want 1", n)
	}
	var text, page bytes.Buffer
	if err := r.WriteText(&text, report.Width); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteMarkdown(&page); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"the text": text.String(), "the page": page.String()} {
		if n := strings.Count(got, "By size: 1000 tasks"); n != 2 {
			t.Errorf("%s has %d curves, want 2", name, n)
		}
		for _, want := range []string{"alpha", "beta", "300 ns", "400 ns", "700 ns", "Nanoseconds for one task,"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, got)
			}
		}
	}
}

package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
	"github.com/sharedfate/fate/internal/stats"
)

// fakePrices is a report with invented figures in every place that there is.
func fakePrices() *report.Report {
	around := func(v float64) stats.Estimate { return stats.Estimate{Median: v, Low: v * 0.9, High: v * 1.1} }
	line := func(of string, ours, theirs, atMost float64, met price.Met) price.Line {
		ratio, again := around(ours/theirs), around(1.02)
		return price.Line{Of: of, Ours: ours, Theirs: theirs, Ratio: ratio, Again: again, Verdict: stats.Judge(ratio, again),
			AtMost: atMost, Target: met != "", Met: met}
	}
	row := func(work, beside string, lines ...price.Line) price.Result {
		return price.Result{Name: "row", Work: work, Beside: beside, Tasks: 1000, Runs: 7, Pairs: 31, OurAllocs: 1.004, TheirAllocs: 2.5, Lines: lines}
	}
	alone := line(price.OfTime, 12.3e6, 3.2e9, 0.02, price.Yes)
	alone.Again, alone.Verdict = stats.Estimate{}, stats.NoVerdict
	broken := row("1000 tasks that nobody can do", "alpha")
	broken.Err, broken.Pairs = "price: 999 of 1000 tasks were done", 0
	grown := func(name string, ratios ...float64) price.Growth {
		g := price.Growth{Strategy: name}
		tasks := 1000
		for _, r := range ratios {
			g.Points = append(g.Points, price.GrowthPoint{Tasks: tasks, PerTask: around(50 * r), Ratio: around(r)})
			tasks *= 10
		}
		return g
	}
	ungrown := grown("the third", 1, 1)
	ungrown.Err = "price: it failed"
	r := fake()
	r.Contenders, r.Behaviours, r.Workloads = nil, compare.Matrix{}, nil
	r.Prices = []*report.Prices{{
		Workload: "tiny", About: "what nothing costs", Quick: true,
		Rows: []price.Result{
			row("1000 tasks, no limit", "alpha", line(price.OfTime, 115_200, 400_000, 0.2, price.No)),
			row("1000 tasks, no limit", "beta, the second", line(price.OfTime, 115_200, 800_000, 0.135, price.Unclear)),
			row("1000 tasks, no limit", "beta with nothing to reach", line(price.OfTime, 115_200, 90_000, 0, "")),
			row("10 M items", "a slow one", alone),
			row("80,000 refusals", "beta TryGo", line(price.OfTime, 2e6, 4e5, 1, price.No),
				price.Line{Of: price.OfAllocs, Ours: 0.001, Theirs: 0, Target: true, Met: price.Yes}),
			row("busy machine: start of the last of 100 tasks", "alpha",
				line(price.OfP50, 30_000, 160e6, 0.02, price.Yes), line(price.OfP95, 250e6, 200e6, 1.2, price.Unclear)),
			row("as much work for both", "alpha", line(price.OfTime, 4e6, 4.04e6, 0, "")),
			row("peak memory of 100,000 tasks that all block", "alpha", line(price.OfMemory, 123.4e6, 110e6, 1, price.No)),
			broken,
		},
		Growth: []price.Growth{grown("the first", 1, 0.95), grown("the second, limit 8", 1, 1.4), ungrown},
		Curves: []price.CurveResult{
			{Name: "size", Points: []price.PointResult{
				{At: "1", Result: row("1000 tasks", "alpha", line(price.OfTime, 100_000, 400_000, 0, ""))},
				{At: "eight", Result: row("1000 tasks", "alpha")},
			}},
			{Name: "nothing"},
		},
		Spreads: []price.Spread{
			{Name: "a & b", Samples: []float64{100e6, 150e6, 160e6, 160e6, 170e6, 220e6}},
			{Name: "alpha", Ours: true, Samples: []float64{25_000, 30_000, 31_000, 35_000, 36_000, 60_000}},
		},
	}}
	r.LeftOut = []string{"tiny: one row"}
	return r
}

func TestPricesLayout(t *testing.T) {
	for _, c := range []struct {
		file  string
		width int
	}{{"prices-wide.golden", report.Width}, {"prices-narrow.golden", 60}} {
		got := write(t, fakePrices(), c.width)
		narrow(t, got, c.width)
		golden(t, c.file, got)
	}
}

func TestPricesMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := fakePrices().WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "prices.md.golden", b.String())
	// Every row of a table has as many cells as its head.
	cells := 0
	for line := range strings.Lines(b.String()) {
		n := strings.Count(line, "|")
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

func TestPricesPicture(t *testing.T) {
	var b bytes.Buffer
	if err := fakePrices().WritePicture(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "picture.svg.golden", b.String())
	if !strings.Contains(b.String(), "prefers-color-scheme: dark") {
		t.Error("it has one set of colours")
	}
	for in := xml.NewDecoder(&b); ; {
		if _, err := in.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	for _, spreads := range [][]price.Spread{nil, {{Name: "alpha"}}} {
		r := fakePrices()
		r.Prices[0].Spreads = spreads
		var b bytes.Buffer
		if err := r.WritePicture(&b); err == nil || b.Len() > 0 {
			t.Errorf("%v: drew %q, %v", spreads, b.String(), err)
		}
	}
}

// What was missed for certain is named; what may be noise is not.
func TestOver(t *testing.T) {
	over := fakePrices().Over()
	for _, want := range []string{
		"1000 tasks, no limit: alpha 400 µs, ours 115 µs, ratio 0.29 (0.26-0.32), at most 0.2",
		"80,000 refusals: beta TryGo",
		"peak memory of 100,000 tasks that all block: alpha 110 MB, ours 123 MB",
		"growth under the second, limit 8: a task among 10,000 costs 1.40 times as much as among 1000",
	} {
		found := false
		for _, s := range over {
			found = found || strings.HasPrefix(s, want)
		}
		if !found {
			t.Errorf("not named: %s", want)
		}
	}
	if len(over) != 4 {
		t.Errorf("%d are named, want 4:\n%s", len(over), strings.Join(over, "\n"))
	}
	if over := fake().Over(); len(over) > 0 {
		t.Errorf("a report without prices has missed %v", over)
	}
}

func TestTargetsAreCounted(t *testing.T) {
	got := fakePrices().Prices[0].Targets()
	if got[price.Yes] != 4 || got[price.No] != 4 || got[price.Unclear] != 2 {
		t.Errorf("counted %v", got)
	}
}

func TestPricesThatFailedAreCounted(t *testing.T) {
	if n := fakePrices().Failures(); n != 2 {
		t.Errorf("%d failures, want a row and a growth", n)
	}
}

func TestPricesJSON(t *testing.T) {
	var b bytes.Buffer
	if err := fakePrices().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var back report.Report
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if got, want := write(t, &back, report.Width), write(t, fakePrices(), report.Width); got != want {
		t.Errorf("read back from JSON, the report is another one:\n%s", got)
	}
	var written any
	if err := json.Unmarshal(b.Bytes(), &written); err != nil {
		t.Fatal(err)
	}
	if got := at(written, strings.Fields("prices 0 rows 0 lines 0 verdict")); got != "faster" {
		t.Errorf("the verdict is written %v", got)
	}
}

// The real rows with the widest figures there can be.
func TestPricesFitTheTerminal(t *testing.T) {
	r := fake()
	widest := stats.Estimate{Median: 0.00001234, Low: 0.00001111, High: 0.00001345}
	for _, w := range append(price.Workloads(), situations.Workload()) {
		ps := &report.Prices{Workload: w.Name, About: w.About}
		for _, row := range w.Rows {
			res := price.Result{Work: row.About(row.Tasks), Beside: row.Beside, Pairs: 200, OurAllocs: 10.5, TheirAllocs: 10.5}
			for _, of := range []string{price.OfTime, price.OfP95, price.OfMemory} {
				res.Lines = append(res.Lines, price.Line{Of: of, Ours: 123.4e6, Theirs: 123.4e6, Ratio: widest, Again: stats.Estimate{Median: 1.02}, Verdict: stats.NoVerdict, AtMost: 0.125, Target: true, Met: price.Unclear})
			}
			res.Lines = append(res.Lines, price.Line{Of: price.OfAllocs, Ours: 0.01, Theirs: 0.01, Target: true, Met: price.No})
			ps.Rows = append(ps.Rows, res)
		}
		r.Prices = append(r.Prices, ps)
	}
	for _, width := range []int{80, 100, report.Width} {
		got := write(t, r, width)
		narrow(t, got, width)
		if table := strings.Contains(got, "  beside  "); table != (width == report.Width) {
			t.Errorf("at %d characters the rows are a table: %v", width, table)
		}
	}
}

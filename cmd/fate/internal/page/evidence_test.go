package page_test

import (
	"math"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/page"
	"github.com/sharedfate/fate/internal/price"
)

// line is one of time with a ratio and an A/A.
func line(low, median, high, againLow, again, againHigh float64) (l price.Line) {
	l.Of = price.OfTime
	l.Ratio.Low, l.Ratio.Median, l.Ratio.High = low, median, high
	l.Again.Low, l.Again.Median, l.Again.High = againLow, again, againHigh
	return l
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name string
		line price.Line
		want string
	}{
		{"less", line(0.5, 0.6, 0.7, 0.9, 1, 1.1), "faster"},
		{"more", line(1.4, 1.6, 1.7, 0.9, 1, 1.1), "slower"},
		{"the interval holds 1", line(0.5, 0.6, 1, 0.9, 1, 1.1), "same"},
		{"within 3 %", line(0.971, 0.98, 0.99, 0.9, 1, 1.1), "same"},
		{"the same code came out different", line(0.5, 0.6, 0.7, 1.01, 1.1, 1.2), "no verdict"},
		{"no A/A", line(0.5, 0.6, 0.7, 0, 0, 0), "no verdict"},
		{"no ratio", line(0, 0, 0, 0.9, 1, 1.1), "no verdict"},
	} {
		if got := page.Judge(c.line); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}

// curve is one with a point for each median of the ratio, at 1, 10, 100 and so on, each measured to a hundredth.
func curve(beside string, medians ...float64) price.CurveResult {
	c := price.CurveResult{Name: "length"}
	at := []string{"1 µs", "10 µs", "100 µs", "1,000 µs", "10,000 µs"}
	for i, m := range medians {
		r := price.Result{Beside: beside, Tasks: 2, Ours: []float64{2 * m, 2 * m}, Theirs: []float64{2, 2}}
		r.Lines = []price.Line{line(m/1.01, m, m*1.01, 0.99, 1, 1.01)}
		c.Points = append(c.Points, price.PointResult{At: at[i], Result: r})
	}
	return c
}

// What is said along the axis is what the verdicts say, and lines meet where one verdict turns into its opposite.
func TestWhereLinesMeet(t *testing.T) {
	says, meets := page.Against([]price.CurveResult{
		curve("errgroup", 0.1, 0.5, 1, 1), curve("a loop", 4, 2, 1, 0.5, 0.25), curve("conc", 0.5, 2), curve("go", 0.5),
	})
	for name, want := range map[string]string{
		"errgroup": "faster from 1 µs to 10 µs, same from 100 µs to 1,000 µs",
		"a loop":   "slower from 1 µs to 10 µs, same at 100 µs, faster from 1,000 µs to 10,000 µs; the lines meet at about 100 µs",
		"conc":     "faster at 1 µs, slower at 10 µs; the lines meet at about 3.16 µs",
		"go":       "faster at 1 µs",
	} {
		if says[name] != want {
			t.Errorf("%s: %q, not %q", name, says[name], want)
		}
	}
	if len(meets["errgroup"]) != 0 || len(meets["conc"]) != 1 || math.Abs(meets["conc"][0]-math.Sqrt(10)) > 1e-9 {
		t.Errorf("the lines meet at %v", meets)
	}
}

func TestNumbersOfAnAxis(t *testing.T) {
	for at, want := range map[string]struct {
		value float64
		unit  string
	}{"8": {8, ""}, "10,000": {10_000, ""}, "1M": {1e6, ""}, "10 M": {1e7, ""}, "0.1 µs": {0.1, "µs"}, "5 ms": {5, "ms"}, "spin": {0, ""}, "groups of 8": {0, ""}, "": {0, ""}} {
		if value, unit := page.NumberOf(at); value != want.value || unit != want.unit {
			t.Errorf("%q is %v in %q", at, value, unit)
		}
	}
}

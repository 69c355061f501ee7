package decision_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// Costs are those of one task, and lines meet where the last verdict begins.
func TestCostOf(t *testing.T) {
	curve := price.CurveResult{Name: "length of the tasks"}
	for _, p := range []struct {
		at    string
		ratio float64
	}{{"0 µs", 0.1}, {"0.3 µs", 0.2}, {"1,000 µs", 1}, {"2M", 1}, {"x", 1}} {
		curve.Points = append(curve.Points, price.PointResult{At: p.at, Result: measured("length", "errgroup", p.ratio)})
	}
	cost := decision.CostOf(curve)
	if cost.Name != "length of the tasks" || cost.Work != "some work" || len(cost.Series) != 2 || !cost.Series[0].Ours {
		t.Fatalf("%+v", cost)
	}
	ours, theirs := cost.Series[0].Points, cost.Series[1].Points
	is := func(p decision.CostPoint, at string, x, cost float64) bool {
		return p.At == at && p.X == x && p.Cost.Median == cost && p.Cost.Low <= cost && p.Cost.High >= cost
	}
	if len(ours) != 5 || !is(ours[0], "0 µs", 0, 1) || !is(ours[1], "0.3 µs", 0.3, 2) || !is(theirs[2], "1,000 µs", 1000, 10) || ours[3].X != 2e6 || ours[4].X != 0 {
		t.Errorf("ours %+v, theirs %+v", ours, theirs)
	}
	meets := cost.Meets()
	if len(meets) != 1 || meets[0] != (decision.Meet{Beside: "errgroup", At: "1,000 µs", X: 1000, Verdict: stats.Same}) {
		t.Errorf("they meet at %+v", meets)
	}
	for name, ratios := range map[string][]float64{"at the last point alone": {0.2, 0.2, 1}, "nowhere": {0.2, 0.2, 0.3}, "at the first": {1}} {
		curve := price.CurveResult{Name: "number of tasks"}
		for i, ratio := range ratios {
			curve.Points = append(curve.Points, price.PointResult{At: fmt.Sprint(i + 1), Result: measured("count", "errgroup", ratio)})
		}
		if cost := decision.CostOf(curve); len(cost.Meets()) > 0 {
			t.Errorf("lines that meet %s meet at %+v", name, cost.Meets())
		}
	}
	many := price.CurveResult{Name: "number of tasks", Points: []price.PointResult{{
		At: "10", Result: measured("count", "errgroup", 2), Others: []price.Result{measured("count", "conc", 4), measured("count", "a loop", 3)},
	}}}
	if cost := decision.CostOf(many); len(cost.Series) != 4 || cost.Series[2].Name != "conc" || cost.Series[0].Points[0].Cost.Median != 30 {
		t.Errorf("beside several: %+v", cost)
	}
	if cost := decision.CostOf(price.CurveResult{Name: "nothing"}); len(cost.Meets()) > 0 || len(cost.Series[0].Points) > 0 {
		t.Errorf("of nothing: %+v", cost)
	}
}

// Where a point has its value beside its name, that is its place.
func TestValuesAreThoseOfTheCurve(t *testing.T) {
	cost := decision.CostOf(price.CurveResult{Points: []price.PointResult{{At: "8 of 16", Value: 8, Result: measured("count", "errgroup", 1)}}})
	if p := cost.Series[0].Points[0]; p.X != 8 {
		t.Errorf("%+v", p)
	}
}

// curve has a point for each median of the ratio, at 1, 10, 100 and so on, beside all that have so many, each measured to a hundredth.
func curve(medians map[string][]float64) price.CurveResult {
	c := price.CurveResult{Name: "length"}
	for i, at := range []string{"1 µs", "10 µs", "100 µs", "1,000 µs", "10,000 µs"} {
		var all []price.Result
		for _, beside := range slices.Sorted(maps.Keys(medians)) {
			if i >= len(medians[beside]) {
				continue
			}
			r := measured("length", beside, medians[beside][i])
			e := &r.Lines[0].Ratio
			e.Low, e.High = e.Median/1.01, e.Median*1.01
			all = append(all, r)
		}
		if len(all) > 0 {
			c.Points = append(c.Points, price.PointResult{At: at, Result: all[0], Others: all[1:]})
		}
	}
	return c
}

// What is said along the axis is what the verdicts say, and lines meet where one verdict turns into its opposite.
func TestWhereLinesMeet(t *testing.T) {
	cost := decision.CostOf(curve(map[string][]float64{
		"errgroup": {0.1, 0.5, 1, 1}, "a loop": {4, 2, 1, 0.5, 0.25}, "conc": {0.5, 2}, "go": {0.5},
	}))
	want := map[string]string{
		"errgroup": "faster from 1 µs to 10 µs, same from 100 µs to 1,000 µs",
		"a loop":   "slower from 1 µs to 10 µs, same at 100 µs, faster from 1,000 µs to 10,000 µs; the lines meet at about 100 µs",
		"conc":     "faster at 1 µs, slower at 10 µs; the lines meet at about 3.16 µs",
		"go":       "faster at 1 µs",
	}
	if len(cost.Series) != 1+len(want) {
		t.Errorf("%d series", len(cost.Series))
	}
	for _, s := range cost.Series[1:] {
		if got := cost.Says(s); got != want[s.Name] {
			t.Errorf("%s: %q, not %q", s.Name, got, want[s.Name])
		}
		meets := s.Crossings()
		switch s.Name {
		case "errgroup":
			if len(meets) != 0 {
				t.Errorf("the lines meet at %v", meets)
			}
		case "conc":
			if len(meets) != 1 || math.Abs(meets[0]-math.Sqrt(10)) > 1e-9 {
				t.Errorf("the lines meet at %v", meets)
			}
		}
	}
}

// A point without a verdict does not break what the points around it say.
func TestPointsWithoutAVerdictBreakNoMeeting(t *testing.T) {
	c := curve(map[string][]float64{"errgroup": {2, 0.5, 0.4, 0.3, 0.2}})
	again := &c.Points[2].Result.Lines[0].Again
	*again = stats.Estimate{Median: 1.2, Low: 1.1, High: 1.3}
	meets := decision.CostOf(c).Meets()
	if len(meets) != 1 || meets[0].At != "10 µs" || meets[0].Verdict != stats.Faster {
		t.Errorf("the lines meet at %+v, want 10 µs", meets)
	}
}

func TestNumbersOfAnAxis(t *testing.T) {
	for at, want := range map[string]struct {
		value float64
		unit  string
	}{"8": {8, ""}, "10,000": {10_000, ""}, "1M": {1e6, ""}, "10 M": {1e7, ""}, "0.1 µs": {0.1, "µs"}, "5 ms": {5, "ms"}, "spin": {0, ""}, "groups of 8": {0, ""}, "": {0, ""}} {
		if value, unit := decision.ValueOf(at); value != want.value || unit != want.unit {
			t.Errorf("%q is %v in %q", at, value, unit)
		}
	}
}

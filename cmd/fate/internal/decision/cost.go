package decision

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// A Cost is a curve as it is shown: what one task costs everybody, along an axis.
type Cost struct {
	Name   string // of what changes: "length of the tasks"
	Unit   string // of X: "µs", or nothing where it counts something
	Work   string
	At     []string // the values at which anything was measured, as they were named
	Series []Series // ours first
}

// A Series is what one task costs one of them.
type Series struct {
	Name   string
	Ours   bool
	Points []CostPoint // those at which it was measured, in the order of the axis
}

// A CostPoint is one point of a Series.
type CostPoint struct {
	At      string         // as it was named
	X       float64        // the same as a number; what is not above 0, and what is no number, has no place on a logarithmic axis
	Cost    stats.Estimate // nanoseconds for one task
	Ratio   stats.Estimate // of ours to it, from the rounds that both were in; none for ours
	Verdict stats.Verdict  // what the ratio shows
}

// CostOf is the curve as it is shown. Ours may have been measured anew beside each of the others. Then the middle one of its figures is in the
// series, and of two the lower: all of them together would be one that no run had. The ratios are each from its own rounds.
func CostOf(c price.CurveResult) Cost {
	cost := Cost{Name: c.Name, Series: []Series{{Name: "ours", Ours: true}}}
	for _, p := range c.Points {
		x, unit := valueOf(p.At)
		if p.Value != 0 {
			x = p.Value
		}
		var mine []stats.Estimate
		for _, r := range p.Results() {
			if len(r.Lines) == 0 || r.Tasks <= 0 {
				continue // it was not reached
			}
			mine = append(mine, costOf(r.Ours, r.Tasks))
			l := r.Lines[0]
			s := cost.series(r.Beside)
			s.Points = append(s.Points, CostPoint{p.At, x, costOf(r.Theirs, r.Tasks), l.Ratio, stats.Judge(l.Ratio, l.Again)})
			cost.Work = cmp.Or(cost.Work, r.Work)
		}
		if len(mine) == 0 {
			continue
		}
		slices.SortFunc(mine, func(a, b stats.Estimate) int { return cmp.Compare(a.Median, b.Median) })
		cost.Series[0].Points = append(cost.Series[0].Points, CostPoint{At: p.At, X: x, Cost: mine[(len(mine)-1)/2]})
		cost.At = append(cost.At, p.At)
		cost.Unit = cmp.Or(cost.Unit, unit)
	}
	return cost
}

// series is that of one of the others, which is added if it is not there.
func (c *Cost) series(beside string) *Series {
	i := slices.IndexFunc(c.Series, func(s Series) bool { return !s.Ours && s.Name == beside })
	if i < 0 {
		i, c.Series = len(c.Series), append(c.Series, Series{Name: beside})
	}
	return &c.Series[i]
}

// costOf estimates what one of so many tasks costs.
func costOf(samples []float64, tasks int) stats.Estimate {
	e, n := stats.EstimateOf(samples), float64(tasks)
	e.Low, e.Median, e.High = e.Low/n, e.Median/n, e.High/n
	return e
}

// valueOf takes what a point is named by apart: "0.3 µs", "10,000", "10M". It is 0 for what is no number.
func valueOf(at string) (x float64, unit string) {
	number := strings.TrimRightFunc(at, func(r rune) bool { return !unicode.IsDigit(r) })
	x, err := strconv.ParseFloat(strings.ReplaceAll(number, ",", ""), 64)
	if err != nil {
		return 0, ""
	}
	switch unit = strings.TrimSpace(at[len(number):]); unit {
	case "M":
		return x * 1e6, ""
	case "k":
		return x * 1e3, ""
	}
	return x, unit
}

// Point is that at a value, as it was named.
func (s Series) Point(at string) (CostPoint, bool) {
	i := slices.IndexFunc(s.Points, func(p CostPoint) bool { return p.At == at })
	if i < 0 {
		return CostPoint{}, false
	}
	return s.Points[i], true
}

// Lines is the chart of it, without what says where it was measured.
func (c Cost) Lines() chart.Lines {
	l := chart.Lines{
		Title: "What a task costs, by " + c.Name, X: c.Name, Y: "time for one task, its own work included",
		XName: c.valueName, YName: report.RoundDuration,
	}
	for _, s := range c.Series {
		line := chart.Series{Name: s.Name, Ours: s.Ours}
		for _, p := range s.Points {
			line.Points = append(line.Points, chart.Point{X: p.X, Estimate: p.Cost})
		}
		l.Series = append(l.Series, line)
	}
	return l
}

// valueName writes a round value of the axis.
func (c Cost) valueName(v float64) string {
	switch s := report.Plain(v); {
	case c.Unit != "":
		return s + " " + c.Unit
	case v >= 1e6:
		return report.Plain(v/1e6) + "M"
	case v >= 1e4:
		return report.Plain(v/1e3) + "k"
	default:
		return s
	}
}

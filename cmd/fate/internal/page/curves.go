package page

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sharedfate/fate/cmd/fate/internal/page/plot"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// A curve is what a price.CurveResult is to this page. curvesOf makes it, and nothing else here knows how package price has it.
type curve struct {
	Name   string // of what changes: "length of the tasks"
	Work   string
	Unit   string // of the values: "µs"
	Points []curvePoint
}

// A curvePoint is all that was measured at one value.
type curvePoint struct {
	At    string
	Value float64 // in the curve's unit; what is not above 0 has no place on the axis, and is in the table alone
	Sides []side  // ours first
}

// A side is what a task costs one contender.
type side struct {
	Name    string
	Ours    bool
	Cost    plot.Interval // nanoseconds a task
	Ratio   plot.Interval // of ours to it, from the rounds that both were in; none for ours
	Verdict string
}

const ourName = "fate"

// curvesOf joins what was measured of one thing that changes: where ours stood beside several others, each has its results.
func curvesOf(results []price.CurveResult) (curves []curve) {
	for _, c := range results {
		i := slices.IndexFunc(curves, func(had curve) bool { return had.Name == c.Name })
		if i < 0 {
			i, curves = len(curves), append(curves, curve{Name: c.Name})
		}
		for _, p := range c.Points {
			curves[i].add(p.At, p.Results()...)
		}
	}
	return slices.DeleteFunc(curves, func(c curve) bool { return len(c.Points) == 0 })
}

func (c *curve) add(at string, results ...price.Result) {
	value, unit := numberOf(at)
	for _, r := range results {
		if len(r.Lines) == 0 || r.Tasks <= 0 {
			continue // it was not reached
		}
		i := slices.IndexFunc(c.Points, func(p curvePoint) bool { return p.At == at })
		if i < 0 {
			i, c.Points = len(c.Points), append(c.Points, curvePoint{At: at, Value: value})
			c.Work, c.Unit = r.Work, unit
		}
		p := &c.Points[i]
		if len(p.Sides) == 0 {
			// Beside each other ours was measured anew. One of them is drawn, because all of them together would be a figure that no run had; the
			// ratios are each from its own rounds.
			p.Sides = append(p.Sides, side{Name: ourName, Ours: true, Cost: costOf(r.Ours, r.Tasks)})
		}
		ratio := r.Lines[0].Ratio
		p.Sides = append(p.Sides, side{
			Name: r.Beside, Cost: costOf(r.Theirs, r.Tasks), Ratio: intervalOf(ratio.Low, ratio.Median, ratio.High), Verdict: judge(r.Lines[0]),
		})
	}
}

// costOf estimates what one of so many tasks costs.
func costOf(samples []float64, tasks int) plot.Interval {
	e, n := stats.EstimateOf(samples), float64(tasks)
	return intervalOf(e.Low/n, e.Median/n, e.High/n)
}

// numberOf takes "100 µs" and "10,000" apart.
func numberOf(at string) (value float64, unit string) {
	digits := strings.TrimRightFunc(at, func(r rune) bool { return !unicode.IsDigit(r) })
	value, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", ""), 64)
	if err != nil {
		return 0, ""
	}
	switch unit = strings.TrimSpace(at[len(digits):]); unit {
	case "M":
		return value * 1e6, ""
	case "k":
		return value * 1e3, ""
	}
	return value, unit
}

// names are those of all sides, in the order in which they first come, ours first.
func (c curve) names() (names []string) {
	for _, p := range c.Points {
		for _, s := range p.Sides {
			if !slices.Contains(names, s.Name) {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

func (p curvePoint) side(name string) (side, bool) {
	i := slices.IndexFunc(p.Sides, func(s side) bool { return s.Name == name })
	if i < 0 {
		return side{}, false
	}
	return p.Sides[i], true
}

// A drawing is a curve as it is shown.
type drawing struct {
	ID, Title, Work string
	Narrow, Wide    template.HTML
	Meets           []meeting
	Names           []string
	Points          []plotPoint
	Off             bool // a point has no place on the axis
}

// A meeting says how ours stands to another along the axis.
type meeting struct{ Name, Says string }

type plotPoint struct {
	At    string
	Costs []string // by name; empty if it was not measured there
}

// The widths of a chart, in pixels: of a phone and of a page.
const (
	narrow = 324
	wide   = 660
)

func drawingsOf(results []price.CurveResult) (drawings []drawing) {
	for i, c := range curvesOf(results) {
		d := drawing{ID: fmt.Sprintf("curve-%d", i), Title: "Cost of a task by " + c.Name, Work: c.Work, Names: c.names()}
		l := plot.Lines{
			Title: d.Title, XName: c.Name, YName: "cost of a task", X: valuesIn(c.Unit), Y: shortDuration,
		}
		for _, name := range d.Names {
			s := plot.Series{Name: name, Ours: name == ourName}
			for _, p := range c.Points {
				if at, ok := p.side(name); ok {
					s.Points = append(s.Points, plot.Point{X: p.Value, Interval: at.Cost})
				}
			}
			l.Series = append(l.Series, s)
			if name != ourName {
				says, crossings := c.against(name)
				d.Meets = append(d.Meets, meeting{name, says})
				l.Meets = append(l.Meets, crossings...)
			}
		}
		for _, p := range c.Points {
			d.Off = d.Off || p.Value <= 0
			costs := make([]string, len(d.Names))
			for i, name := range d.Names {
				if s, ok := p.side(name); ok {
					costs[i] = report.Duration(s.Cost.Median) + " (" + report.Duration(s.Cost.Low) + " to " + report.Duration(s.Cost.High) + ")"
				}
			}
			d.Points = append(d.Points, plotPoint{p.At, costs})
		}
		l.Desc = "A chart with a line for each of " + strings.Join(d.Names, ", ") + "; both axes are logarithmic. The table below it has its figures."
		d.Narrow, d.Wide = l.Inline(d.ID+"-narrow", narrow), l.Inline(d.ID+"-wide", wide)
		drawings = append(drawings, d)
	}
	return drawings
}

// against says along the axis what the verdicts are of ours beside one other, and finds where the lines cross: between two values of which one
// says faster and the other slower.
func (c curve) against(name string) (says string, crossings []float64) {
	var parts []string
	var from, to, verdict string
	flush := func() {
		switch {
		case verdict == "":
		case from == to:
			parts = append(parts, verdict+" at "+from)
		default:
			parts = append(parts, verdict+" from "+from+" to "+to)
		}
	}
	var last curvePoint // with a verdict that tells one from the other
	for _, p := range c.Points {
		s, ok := p.side(name)
		if !ok {
			continue
		}
		if s.Verdict != verdict {
			flush()
			from, verdict = p.At, s.Verdict
		}
		to = p.At
		if s.Verdict != plot.Faster && s.Verdict != plot.Slower {
			continue
		}
		if before, ok := last.side(name); ok && before.Verdict != s.Verdict {
			if at, ok := c.crossing(name, last.Value, p.Value); ok {
				crossings = append(crossings, at)
			}
		}
		last = p
	}
	flush()
	says = strings.Join(parts, ", ")
	for _, at := range crossings {
		says += "; the lines meet at about " + strings.TrimSpace(report.Number(at)+" "+c.Unit)
	}
	return says, crossings
}

// crossing is where, between two values, the ratio to another is 1 for the last time, on the straight line between its neighbours on
// logarithmic axes.
func (c curve) crossing(name string, low, high float64) (at float64, ok bool) {
	var before curvePoint
	for _, p := range c.Points {
		s, measured := p.side(name)
		if p.Value < low || p.Value > high || p.Value <= 0 || !measured || s.Ratio.Median <= 0 {
			continue
		}
		if b, had := before.side(name); had {
			y0, y1 := math.Log(b.Ratio.Median), math.Log(s.Ratio.Median)
			if y0*y1 <= 0 && y0 != y1 {
				x0, x1 := math.Log(before.Value), math.Log(p.Value)
				at, ok = math.Exp(x0+(x1-x0)*y0/(y0-y1)), true
			}
		}
		before = p
	}
	return at, ok
}

// valuesIn writes the values of an axis in a unit.
func valuesIn(unit string) func(float64) string {
	return func(v float64) string {
		s := plot.Plain(v)
		switch {
		case unit != "":
			return s + " " + unit
		case v >= 1e6:
			return plot.Plain(v/1e6) + "M"
		case v >= 1e4:
			return plot.Plain(v/1e3) + "k"
		}
		return s
	}
}

// shortDuration writes a round number of nanoseconds.
func shortDuration(ns float64) string {
	for _, u := range []struct {
		is   float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if ns >= u.is {
			return plot.Plain(math.Round(ns/u.is*1e3)/1e3) + " " + u.name
		}
	}
	return plot.Plain(math.Round(ns*1e6)/1e6) + " ns"
}

package price

import (
	"context"
	"strconv"
	"strings"

	"github.com/sharedfate/fate/failfast"
)

// A Curve is how a row's cost changes with one of the things that decide it. Its points have no targets.
type Curve struct {
	Name   string // of what changes: "GOMAXPROCS"
	Points []Point
}

// A Point is one value of what changes.
type Point struct {
	At    string  // as a table has it
	Value float64 // as a chart has it, in the unit that At names; 0 where it is no number
	Rows  []Row   // of one name, each beside another; the same at all points, in the same order
}

// A CurveResult is what a Curve came to.
type CurveResult struct {
	Name   string        `json:"name"`
	Points []PointResult `json:"points"`
}

// Title says what changes, and what of. A curve of which nothing was measured has none.
func (c CurveResult) Title() string {
	if len(c.Points) == 0 {
		return ""
	}
	return "By " + c.Name + ": " + c.Points[0].Result.Work
}

// Split returns the curve once for each that ours is beside, as tables show it. A point of which some were not measured is only in those
// that were.
func (c CurveResult) Split() (curves []CurveResult) {
	at := map[string]int{} // in curves, by who is beside
	for _, p := range c.Points {
		for _, r := range p.Results() {
			i, ok := at[r.Beside]
			if !ok {
				i = len(curves)
				at[r.Beside] = i
				curves = append(curves, CurveResult{Name: c.Name})
			}
			curves[i].Points = append(curves[i].Points, PointResult{At: p.At, Value: p.Value, Result: r})
		}
	}
	return curves
}

// A PointResult is what a Point came to.
type PointResult struct {
	At     string   `json:"at"`
	Value  float64  `json:"value,omitempty"`
	Result Result   `json:"result"`           // of the first of its rows
	Others []Result `json:"others,omitempty"` // of those after it
}

// Results are all of them, in the order of the point's rows.
func (p PointResult) Results() []Result { return append([]Result{p.Result}, p.Others...) }

// Curves returns how cost changes with processors, limit and producers.
func Curves() []Curve {
	procs, limits, producers := Curve{Name: "GOMAXPROCS"}, Curve{Name: "limit"}, Curve{Name: "producers"}
	for _, n := range []int{1, 2, 4, 8} {
		procs.add(strconv.Itoa(n), float64(n), Row{
			Name: "procs", Work: "%s tasks, no limit", Tasks: 1000, Beside: errgroupName, Procs: n,
			Ours: empty(under(failfast.Strategy{})), Theirs: empty(byErrgroup(0)),
		})
	}
	for _, n := range []int{1, 8, 64, 1024} {
		limits.add(strconv.Itoa(n), float64(n), Row{
			Name: "limits", Work: "%s tasks at that limit, by Go", Tasks: 20_000, Beside: errgroupName,
			Ours: empty(under(failfast.Strategy{Limit: n})), Theirs: empty(byErrgroup(n)),
		})
	}
	for _, n := range []int{1, 2, 4, 8} {
		r := produceRow(n, 0)
		r.Work = "%s tasks, offered by so many goroutines"
		producers.add(strconv.Itoa(n), float64(n), r)
	}
	return []Curve{procs, limits, producers}
}

// add adds a point, with rows whose names get its own.
func (c *Curve) add(at string, value float64, rows ...Row) {
	for i := range rows {
		rows[i].Name += "-" + strings.ReplaceAll(at, " ", "-")
	}
	c.Points = append(c.Points, Point{at, value, rows})
}

// Measure measures each point of the curve, those of its rows together that do the same work. If ctx ends, it returns those points of which it has all, and the
// context's cause. progress may be nil.
func (c Curve) Measure(ctx context.Context, p Plan, progress func(at string)) (CurveResult, error) {
	r := CurveResult{Name: c.Name}
	for _, point := range c.Points {
		if progress != nil {
			progress(point.At)
		}
		measured := PointResult{At: point.At, Value: point.Value}
		var results []Result
		for _, rows := range Groups(point.Rows) {
			some, err := MeasureTogether(ctx, rows, p, nil)
			if err != nil {
				return r, err
			}
			results = append(results, some...)
		}
		measured.Result, measured.Others = results[0], results[1:]
		r.Points = append(r.Points, measured)
	}
	return r, nil
}

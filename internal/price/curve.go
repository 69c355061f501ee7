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
	At  string
	Row Row
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

// A PointResult is what a Point came to.
type PointResult struct {
	At     string `json:"at"`
	Result Result `json:"result"`
}

// Curves returns how cost changes with processors, limit and producers.
func Curves() []Curve {
	procs, limits, producers := Curve{Name: "GOMAXPROCS"}, Curve{Name: "limit"}, Curve{Name: "producers"}
	for _, n := range []int{1, 2, 4, 8} {
		procs.add(strconv.Itoa(n), Row{
			Name: "procs", Work: "%s tasks, no limit", Tasks: 1000, Beside: errgroupName, Procs: n,
			Ours: empty(under(failfast.Strategy{})), Theirs: empty(byErrgroup(0)),
		})
	}
	for _, n := range []int{1, 8, 64, 1024} {
		limits.add(strconv.Itoa(n), Row{
			Name: "limits", Work: "%s tasks at that limit, by Go", Tasks: 20_000, Beside: errgroupName,
			Ours: empty(under(failfast.Strategy{Limit: n})), Theirs: empty(byErrgroup(n)),
		})
	}
	for _, n := range []int{1, 2, 4, 8} {
		r := produceRow(n, 0)
		r.Work = "%s tasks, offered by so many goroutines"
		producers.add(strconv.Itoa(n), r)
	}
	return []Curve{procs, limits, producers}
}

func (c *Curve) add(at string, r Row) {
	r.Name += "-" + strings.ReplaceAll(at, " ", "-")
	c.Points = append(c.Points, Point{at, r})
}

// Measure measures each point of the curve. If ctx ends, it returns those it has, and the context's cause. progress may be nil.
func (c Curve) Measure(ctx context.Context, p Plan, progress func(at string)) (CurveResult, error) {
	r := CurveResult{Name: c.Name}
	for _, point := range c.Points {
		if progress != nil {
			progress(point.At)
		}
		measured, err := Measure(ctx, point.Row, p, nil)
		if err != nil {
			return r, err
		}
		r.Points = append(r.Points, PointResult{point.At, measured})
	}
	return r, nil
}

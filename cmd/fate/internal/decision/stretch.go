package decision

import (
	"math"
	"slices"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/stats"
)

// A Stretch is a part of the axis along which ours stands to one of the others in the same way.
type Stretch struct {
	Verdict stats.Verdict
	Points  []CostPoint // at least one
}

// Stretches are all of the series, from one end of the axis to the other.
func (s Series) Stretches() (all []Stretch) {
	for i, p := range s.Points {
		if i == 0 || p.Verdict != s.Points[i-1].Verdict {
			all = append(all, Stretch{Verdict: p.Verdict})
		}
		last := &all[len(all)-1]
		last.Points = append(last.Points, p)
	}
	return all
}

// A Meet is a value from which on, up to the end of the curve, the verdict beside one of them stays the same, after it was another. The last
// point alone is none: it may be chance. Points without a verdict say nothing for or against it: of twenty, one has none by chance.
type Meet struct {
	Beside  string
	At      string
	X       float64
	Verdict stats.Verdict
}

// Meets are those that there are, one for each of the others at most.
func (c Cost) Meets() (meets []Meet) {
	for _, s := range c.Series[1:] {
		s.Points = slices.DeleteFunc(slices.Clone(s.Points), func(p CostPoint) bool { return p.Verdict == stats.NoVerdict })
		all := s.Stretches()
		if len(all) < 2 {
			continue
		}
		last := all[len(all)-1]
		if first := last.Points[0]; len(last.Points) > 1 && first.X > 0 {
			meets = append(meets, Meet{s.Name, first.At, first.X, last.Verdict})
		}
	}
	return meets
}

// Crossings are where the line of the series crosses ours: between two values of which one says faster and the other slower.
func (s Series) Crossings() (all []float64) {
	var last CostPoint // with a verdict that tells one from the other
	for _, p := range s.Points {
		if p.Verdict != stats.Faster && p.Verdict != stats.Slower {
			continue
		}
		if last.Verdict != "" && last.Verdict != p.Verdict {
			if at, ok := s.crossing(last.X, p.X); ok {
				all = append(all, at)
			}
		}
		last = p
	}
	return all
}

// crossing is where, between two values, the ratio is 1 for the last time, on the straight line between its neighbours on logarithmic axes.
func (s Series) crossing(low, high float64) (at float64, ok bool) {
	var before CostPoint
	for _, p := range s.Points {
		if p.X < low || p.X > high || p.X <= 0 || p.Ratio.Median <= 0 {
			continue
		}
		if before.X > 0 {
			y0, y1 := math.Log(before.Ratio.Median), math.Log(p.Ratio.Median)
			if y0*y1 <= 0 && y0 != y1 {
				x0, x1 := math.Log(before.X), math.Log(p.X)
				at, ok = math.Exp(x0+(x1-x0)*y0/(y0-y1)), true
			}
		}
		before = p
	}
	return at, ok
}

// Says is how ours stands to the series along the axis, in words: "faster from 1 µs to 10 µs, same at 100 µs".
func (c Cost) Says(s Series) string {
	var parts []string
	for _, one := range s.Stretches() {
		where := " at " + one.Points[0].At
		if n := len(one.Points); n > 1 {
			where = " from " + one.Points[0].At + " to " + one.Points[n-1].At
		}
		parts = append(parts, string(one.Verdict)+where)
	}
	says := strings.Join(parts, ", ")
	for _, at := range s.Crossings() {
		says += "; the lines meet at about " + strings.TrimSpace(report.Number(at)+" "+c.Unit)
	}
	return says
}

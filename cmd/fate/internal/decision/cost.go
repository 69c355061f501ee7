package decision

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// A Cost is a curve as a chart shows it: what one task costs everybody, along an axis.
type Cost struct {
	Name   string // of what changes: "length of the tasks"
	Unit   string // of X: "µs", or nothing where it counts something
	Work   string
	Series []Series // ours first
	Meets  []Meet
}

// A Series is what one task costs one of them.
type Series struct {
	Name   string
	Ours   bool
	Points []CostPoint
}

// A CostPoint is one point of a Series.
type CostPoint struct {
	At string  // as it was named
	X  float64 // the same as a number
	Y  float64 // nanoseconds for one task
}

// A Meet is a value from which on, up to the end of the curve, the verdict beside one of them stays the same, after it was another. The last
// point alone is none: it may be chance.
type Meet struct {
	Beside  string
	At      string
	X       float64
	Verdict Verdict
}

// CostOf is the curve as a chart shows it. Ours is measured beside each of the others, so that there are several figures of it at each point:
// their median is in the series. Points whose X is not above 0 have no place on a logarithmic axis, and are not among them.
func CostOf(c price.CurveResult) Cost {
	cost := Cost{Name: c.Name}
	ours := Series{Name: "ours", Ours: true}
	theirs := map[string]*Series{}
	verdicts := map[string][]Meet{}
	var names []string
	for _, p := range c.Points {
		x, unit := valueOf(p.At)
		if x <= 0 {
			continue
		}
		cost.Unit = unit
		var mine []float64
		for _, r := range p.Results() {
			if len(r.Lines) == 0 || r.Tasks == 0 {
				continue
			}
			if cost.Work == "" {
				cost.Work = r.Work
			}
			l, tasks := r.Lines[0], float64(r.Tasks)
			mine = append(mine, l.Ours/tasks)
			if theirs[r.Beside] == nil {
				theirs[r.Beside] = &Series{Name: r.Beside}
				names = append(names, r.Beside)
			}
			theirs[r.Beside].Points = append(theirs[r.Beside].Points, CostPoint{p.At, x, l.Theirs / tasks})
			verdicts[r.Beside] = append(verdicts[r.Beside], Meet{r.Beside, p.At, x, stats.Judge(l.Ratio, l.Again)})
		}
		if len(mine) > 0 {
			ours.Points = append(ours.Points, CostPoint{p.At, x, middle(mine)})
		}
	}
	cost.Series = []Series{ours}
	for _, name := range names {
		cost.Series = append(cost.Series, *theirs[name])
		if m, ok := meet(verdicts[name]); ok {
			cost.Meets = append(cost.Meets, m)
		}
	}
	return cost
}

// meet is where the last verdict begins, if it is one, has two points at least, and another came before it.
func meet(verdicts []Meet) (Meet, bool) {
	first := len(verdicts) - 1
	for first > 0 && verdicts[first-1].Verdict == verdicts[first].Verdict {
		first--
	}
	if first <= 0 || first == len(verdicts)-1 || verdicts[first].Verdict == NoVerdict {
		return Meet{}, false
	}
	return verdicts[first], true
}

func middle(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// valueOf reads what a point is named by: "0.3 µs", "10,000", "10M". It is 0 for what is no number.
func valueOf(at string) (x float64, unit string) {
	number := strings.TrimRight(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZµ ")
	unit = strings.TrimSpace(at[len(number):])
	x, err := strconv.ParseFloat(strings.ReplaceAll(number, ",", ""), 64)
	if err != nil {
		return 0, ""
	}
	if unit == "M" {
		return x * 1e6, ""
	}
	return x, unit
}

package report

import (
	"fmt"
	"strconv"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// Prices are what a workload of package price came to: what a task costs beside what others charge.
type Prices struct {
	Workload string              `json:"workload"`
	About    string              `json:"about"`
	Quick    bool                `json:"quick,omitempty"` // less of the same work, in fewer pairs
	Rows     []price.Result      `json:"rows"`
	Growth   []price.Growth      `json:"growth,omitempty"`
	Curves   []price.CurveResult `json:"curves,omitempty"`
	Spreads  []price.Spread      `json:"spreads,omitempty"`
}

// Targets counts the targets of the rows and of growth, by whether they were reached.
func (ps *Prices) Targets() map[price.Met]int {
	n := map[price.Met]int{}
	for _, r := range ps.Rows {
		for _, l := range r.Lines {
			if l.Target {
				n[l.Met]++
			}
		}
	}
	for _, g := range ps.Growth {
		if g.Err == "" {
			n[g.Met()]++
		}
	}
	return n
}

// Over says in a line each which targets were missed for certain, so that noise alone is none of them.
func (ps *Prices) Over() []string {
	var over []string
	for _, r := range ps.Rows {
		for _, l := range r.Lines {
			if l.Met != price.No {
				continue
			}
			over = append(over, fmt.Sprintf("%s: %s", r.Work, sentence(r, l)))
		}
	}
	for _, g := range ps.Growth {
		if g.Err == "" && g.Met() == price.No {
			p := g.Worst()
			over = append(over, fmt.Sprintf("growth under %s: a task among %s costs %s times as much as among %s (%s), at most %s",
				g.Strategy, price.Amount(p.Tasks), number(p.Ratio.Median), price.Amount(g.Points[0].Tasks), interval(p.Ratio), plainly(price.GrowthAtMost)))
		}
	}
	return over
}

// failures counts what could not be measured.
func (ps *Prices) failures() int {
	n := 0
	for _, r := range ps.Rows {
		if r.Err != "" {
			n++
		}
	}
	for _, g := range ps.Growth {
		if g.Err != "" {
			n++
		}
	}
	for _, c := range ps.Curves {
		for _, p := range c.Points {
			for _, r := range p.Results() {
				if r.Err != "" {
					n++
				}
			}
		}
	}
	return n
}

// sentence is a line in words.
func sentence(r price.Result, l price.Line) string {
	f := figure(l.Of)
	s := fmt.Sprintf("%s %s, ours %s", besides(r, l), f(l.Theirs), f(l.Ours))
	if l.Ratio != (stats.Estimate{}) {
		s += fmt.Sprintf(", ratio %s (%s)", number(l.Ratio.Median), interval(l.Ratio))
	}
	if l.Target {
		s += ", at most " + atMost(l)
	}
	return s
}

// besides is who a line is beside, and of what, if it is not plain from the row.
func besides(r price.Result, l price.Line) string {
	switch l.Of {
	case price.OfTime, price.OfMemory:
		return r.Beside
	case price.OfAllocs:
		return r.Beside + ", allocs a task"
	}
	return r.Beside + ", " + l.Of
}

// figure is how the figures of a line are written.
func figure(of string) func(float64) string {
	switch of {
	case price.OfMemory:
		return size
	case price.OfAllocs:
		return allocs
	}
	return duration
}

// allocs writes how many allocations a task has.
func allocs(n float64) string { return fmt.Sprintf("%.2f", n) }

func atMost(l price.Line) string {
	switch {
	case !l.Target:
		return missing
	case l.Of == price.OfAllocs:
		return "none"
	}
	return plainly(l.AtMost)
}

// plainly writes a target as it was set.
func plainly(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// again is the A/A ratio; it is left out where there was no time for it.
func again(l price.Line) string {
	if l.Again == (stats.Estimate{}) {
		return missing
	}
	return number(l.Again.Median)
}

// verdict is what the ratio shows, in a word.
func verdict(v stats.Verdict) string {
	switch v {
	case "":
		return missing // there is no ratio
	case stats.NoVerdict:
		return "none"
	}
	return string(v)
}

func met(l price.Line) string {
	if !l.Target {
		return missing
	}
	return string(l.Met)
}

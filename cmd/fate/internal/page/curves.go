package page

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

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

func drawingsOf(curves []price.CurveResult) (drawings []drawing) {
	for i, c := range curves {
		if cost := decision.CostOf(c); len(cost.At) > 0 {
			drawings = append(drawings, drawingOf(fmt.Sprintf("curve-%d", i), cost))
		}
	}
	return drawings
}

func drawingOf(id string, c decision.Cost) drawing {
	l := c.Lines()
	d := drawing{ID: id, Title: l.Title, Work: c.Work}
	for _, s := range c.Series {
		d.Names = append(d.Names, s.Name)
		if s.Ours {
			continue
		}
		d.Meets = append(d.Meets, meeting{s.Name, c.Says(s)})
		for _, at := range s.Crossings() {
			l.Marks = append(l.Marks, chart.Mark{X: at})
		}
	}
	for _, at := range c.At {
		row := plotPoint{At: at}
		for _, s := range c.Series {
			p, measured := s.Point(at)
			if d.Off = d.Off || measured && p.X <= 0; measured {
				row.Costs = append(row.Costs, spread(p.Cost))
			} else {
				row.Costs = append(row.Costs, "")
			}
		}
		d.Points = append(d.Points, row)
	}
	l.Intervals = true
	l.Desc = "A chart with a line for each of " + strings.Join(d.Names, ", ") + "; both axes are logarithmic. The table below it has its figures."
	d.Narrow, d.Wide = drawn(l, id+"-narrow", narrow), drawn(l, id+"-wide", wide)
	return d
}

func drawn(l chart.Lines, id string, width int) template.HTML {
	l.ID, l.Width = id, width
	return l.HTML()
}

// spread is a cost with its interval.
func spread(e stats.Estimate) string {
	return report.Duration(e.Median) + " (" + report.Duration(e.Low) + " to " + report.Duration(e.High) + ")"
}

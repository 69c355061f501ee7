package chart

import (
	"io"
	"strings"

	"github.com/sharedfate/fate/internal/stats"
)

// Ratios is a dot plot: what one work costs here beside what it costs elsewhere, with the interval, on a logarithmic axis with a line at 1.
type Ratios struct {
	ID     string // of its elements; empty is "ratios"
	Title  string
	Note   string // below the title: what is shown
	Source string // at the foot: where it was measured
	Width  int    // in pixels; 0 is 720. A narrow one has its words above the dots
	Rows   []Ratio
}

// A Ratio is one row of the plot, or a Strip in a page.
type Ratio struct {
	Label          string // what is done
	Text           string // what was measured, in words: "0.20 (0.19-0.21) of errgroup, faster"
	stats.Estimate        // the zero one if it was not measured: then there are words alone
	Verdict        stats.Verdict
}

// RatioScale spans the medians of all of them, and 1, and a factor of two beyond. An interval may reach farther: it is drawn to the edge, with an
// arrow. One that is wide because little was measured would leave no room for those of which much was. One that is no ratio, because
// nothing was measured, is left out.
func RatioScale(rs ...Ratio) Scale {
	low, high := 1.0, 1.0
	for _, r := range rs {
		if whole(r.Estimate) {
			low, high = min(low, r.Median), max(high, r.Median)
		}
	}
	return scaleOf(low/2, high*2)
}

// whole reports whether the interval can stand on a logarithmic axis.
func whole(e stats.Estimate) bool {
	return drawable(e.Low) && e.Low <= e.Median && e.Median <= e.High && drawable(e.High)
}

// WriteSVG writes the plot as a file of its own.
func (r Ratios) WriteSVG(w io.Writer) error { return r.draw().writeSVG(w) }

func (r Ratios) draw() *drawing {
	d := newDrawing(r.ID, "ratios", r.Title, r.Width)
	y := d.head(r.Title, r.Note)
	y = d.legend(r.Rows, y)

	narrow := d.Width < 600
	plotFrom, plotTo := d.Width*0.5, d.Width-margin-8
	words := plotFrom - margin - 18
	if narrow {
		plotFrom, words = margin+8, d.Width-2*margin
	}
	x := axis{RatioScale(r.Rows...), plotFrom, plotTo}
	top := y
	grid := len(d.Items) // lines of the axis go below the dots, and where they end is known after the rows

	var said []string
	for _, row := range r.Rows {
		at := y + lineStep
		last := d.texts("", bodyFont.wrap(row.Label, words), margin, at, lineStep)
		last = d.texts("quiet", quietFont.wrap(row.Text, words), margin, last, lineStep) - lineStep
		middle := (at+last)/2 - 4
		if y = last + 8; narrow {
			middle, y = last+14, last+24
		}
		d.mark(row, x, middle)
		said = append(said, row.Label+": "+row.Text)
	}
	y += 6
	lines := &drawing{Width: d.Width}
	lines.verticals(x, top, y, plainly)
	if y > top {
		lines.line("one", x.at(1), top, x.at(1), y)
	}
	d.Items = append(d.Items[:grid:grid], append(lines.Items, d.Items[grid:]...)...)
	d.foot(y+36, r.Source+" Logarithmic scale.")
	d.Desc = strings.TrimSpace(r.Note + " " + strings.Join(said, "; ") + ". " + r.Source)
	return d
}

// mark draws the interval and the median, whose shape is the verdict.
func (d *drawing) mark(r Ratio, x axis, y float64) {
	if !whole(r.Estimate) {
		return
	}
	s := shapeOf(r.Verdict)
	d.line(s.Class+" range", x.at(r.Low), y, x.at(r.High), y)
	if x.At(r.Low) < 0 {
		d.path(s.Class+" range", leftwards, x.from, y)
	}
	if x.At(r.High) > 1 {
		d.path(s.Class+" range", rightwards, x.to, y)
	}
	d.path(s.Class+" mark", s.Shape, x.at(r.Median), y)
}

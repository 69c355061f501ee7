package chart

import (
	"fmt"
	"html/template"
	"io"
	"strings"
)

// Ratios is a dot plot: what one work costs here beside what it costs elsewhere, with the interval, on a logarithmic axis with a line at 1.
type Ratios struct {
	ID     string // of its elements in a page; empty is "ratios"
	Title  string
	Note   string // below the title: what is shown
	Source string // at the foot: where it was measured
	Width  int    // in pixels; 0 is 720. A narrow one has its words above the dots
	Rows   []Ratio
}

// A Ratio is one row of the plot.
type Ratio struct {
	Label   string  // what is done
	Text    string  // what was measured, in words: "0.20 (0.19-0.21) of errgroup, faster"
	Median  float64 // 0 if it was not measured: then there are words alone
	Low     float64
	High    float64
	Verdict string // "faster", "slower", "same"; any other is none
}

// WriteSVG writes the plot as a file of its own.
func (r Ratios) WriteSVG(w io.Writer) error { return r.draw().writeSVG(w) }

// HTML returns the plot for a page that has CSS.
func (r Ratios) HTML() (template.HTML, error) { return r.draw().html() }

// Measures of both plots, in pixels.
const (
	usualWidth = 720
	margin     = 20
	lineStep   = 17
	markSize   = 5.5
)

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
	values := []float64{1}
	for _, row := range r.Rows {
		if row.drawn() {
			values = append(values, row.Median, row.Low, row.High)
		}
	}
	axis := scaleOf(plotFrom, plotTo, values...)
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
		if row.drawn() {
			d.mark(row, axis, middle)
		}
		said = append(said, row.Label+": "+row.Text)
	}
	y += 6
	axisItems := &drawing{}
	axisItems.verticals(axis, top, y, plainly)
	if y > top {
		axisItems.line("one", axis.at(1), top, axis.at(1), y)
	}
	d.Items = append(d.Items[:grid:grid], append(axisItems.Items, d.Items[grid:]...)...)
	d.foot(y+36, r.Source+" Logarithmic scale.")
	d.Desc = strings.TrimSpace(r.Note + " " + strings.Join(said, "; ") + ". " + r.Source)
	return d
}

func (r Ratio) drawn() bool { return drawable(r.Median) && drawable(r.Low) && drawable(r.High) }

// mark draws the interval and the median, whose shape is the verdict.
func (d *drawing) mark(r Ratio, axis scale, y float64) {
	d.line("range", axis.at(r.Low), y, axis.at(r.High), y)
	for _, end := range []float64{axis.at(r.Low), axis.at(r.High)} {
		d.line("range", end, y-4, end, y+4)
	}
	d.shape(r.Verdict, axis.at(r.Median), y)
}

// verdicts are the shapes in the order of the legend, with what they mean.
var verdicts = []struct{ verdict, means string }{
	{"faster", "ours costs less"},
	{"slower", "ours costs more"},
	{"same", "no difference shown"},
	{"", "no verdict"},
}

func known(verdict string) string {
	switch verdict {
	case "faster", "slower", "same":
		return verdict
	}
	return ""
}

// shape is a full disc for less, a full triangle for more, an open disc for the same, and a cross where there is no verdict.
func (d *drawing) shape(verdict string, x, y float64) {
	x, y = tenth(x), tenth(y)
	const s = markSize
	disc := fmt.Sprintf("M%v %va%v %v 0 1 0 %v 0a%v %v 0 1 0 -%v 0z", tenth(x-s), y, s, s, 2*s, s, s, 2*s)
	switch known(verdict) {
	case "faster":
		d.path("full", disc)
	case "slower":
		d.path("warn", fmt.Sprintf("M%v %vL%v %vL%v %vz", x, tenth(y-s-1), tenth(x+s+1), tenth(y+s), tenth(x-s-1), tenth(y+s)))
	case "same":
		d.path("open", disc)
	default:
		d.path("range", fmt.Sprintf("M%v %vL%v %vM%v %vL%v %v", tenth(x-s), tenth(y-s), tenth(x+s), tenth(y+s), tenth(x-s), tenth(y+s), tenth(x+s), tenth(y-s)))
	}
}

// legend names the shapes that there are.
func (d *drawing) legend(rows []Ratio, y float64) float64 {
	there := map[string]bool{}
	for _, r := range rows {
		if r.drawn() {
			there[known(r.Verdict)] = true
		}
	}
	x := float64(margin)
	for _, v := range verdicts {
		if !there[v.verdict] {
			continue
		}
		wide := 22 + quietFont.width(v.means)
		if x > margin && x+wide > d.Width-margin {
			x, y = margin, y+lineStep
		}
		d.shape(v.verdict, x+7, y-4)
		d.text("quiet", "start", v.means, x+18, y)
		x += wide + 16
	}
	if len(there) > 0 {
		y += 10
	}
	return y
}

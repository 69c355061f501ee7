package chart

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/sharedfate/fate/internal/stats"
)

// Lines is what something costs, along a logarithmic axis, for each of several who do it. Each has its name at the end of its line. There are six
// ways to draw one; a seventh looks like the first.
type Lines struct {
	ID        string // of its elements in a page; empty is "lines"
	Title     string // above it in a file; a page has it as its own heading
	Note      string // in a file
	Source    string // in a file
	Desc      string // for whoever does not see it; empty is all that is shown, in words
	X, Y      string // what the axes are: "length of a task", "cost of a task"
	Width     int    // in pixels; 0 is 720
	Intervals bool   // whether they are drawn, each as a stroke through its point

	XName, YName func(float64) string // how a value is written; nil is as a plain number
	Series       []Series
	Marks        []Mark
}

// A Series is one line.
type Series struct {
	Name   string
	Ours   bool
	Points []Point // in the order of X
}

// A Point is one measurement, with its interval or without. Points that can't stand on a logarithmic axis are left out.
type Point struct {
	X float64
	stats.Estimate
}

func (p Point) stands() bool {
	return drawable(p.X) && drawable(p.Median) && (whole(p.Estimate) || p.Low == 0 && p.High == 0)
}

// A Mark is a place of the axis, such as where lines meet.
type Mark struct {
	X    float64
	Text string // below the chart; empty is an upright line alone
}

// WriteSVG writes the chart as a file of its own.
func (l Lines) WriteSVG(w io.Writer) error {
	d := newDrawing(l.ID, "lines", l.Title, l.Width)
	y := l.plot(d, margin, d.head(l.Title, l.Note)+4)
	d.foot(y+4, l.Source+" Logarithmic scales.")
	return d.writeSVG(w)
}

// HTML returns the chart, without what a page says around it, for a page that has CSS.
func (l Lines) HTML() template.HTML {
	d := newDrawing(l.ID, "lines", l.Title, l.Width)
	d.Height = l.plot(d, 2, 16) - lineStep + 8
	return inline("chart", d)
}

// plot draws axes and lines between the sides, from the baseline y of the first text on, and returns that of the next.
func (l Lines) plot(d *drawing, side, y float64) float64 {
	if l.XName == nil {
		l.XName = plainly
	}
	if l.YName == nil {
		l.YName = plainly
	}
	if d.Desc = l.Desc; d.Desc == "" {
		d.Desc = l.describe()
	}
	l.drop()
	room := d.Width - 2*side
	top := d.texts("quiet", quietFont.wrap(l.Y, room), side, y, lineStep) - 4
	if slices.ContainsFunc(l.Marks, func(m Mark) bool { return m.Text != "" }) {
		top += lineStep // for their letters
	}
	bottom := top + min(340, max(240, 0.62*d.Width))

	x, y2 := l.axes(bottom, top)
	lines := y2.ticks(func(float64) float64 { return 2 * lineStep })
	for _, v := range lines {
		x.from = max(x.from, quietFont.width(l.YName(v)))
	}
	x.from += side + 8
	x.to = d.Width - side - l.names(d.Width)
	d.verticals(x, top, bottom, l.XName)
	for _, v := range lines {
		d.line("grid", x.from, y2.at(v), x.to, y2.at(v))
		d.text("quiet", "end", l.YName(v), x.from-6, y2.at(v)+4)
	}
	said := d.marks(l.Marks, x, top, bottom)
	for i, s := range slices.Backward(l.Series) { // the first is the one that is looked for, and so on top
		d.series(i, s, x, y2, l.Intervals)
	}
	l.label(d, x, y2)
	y = bottom + 36
	for _, text := range append([]string{l.X}, said...) {
		y = d.texts("quiet", quietFont.wrap(text, room), side, y, lineStep)
	}
	return y
}

// drop leaves out what can't be drawn.
func (l *Lines) drop() {
	all := l.Series
	l.Series = nil
	for _, s := range all {
		s.Points = slices.DeleteFunc(slices.Clone(s.Points), func(p Point) bool { return !p.stands() })
		if len(s.Points) > 0 {
			l.Series = append(l.Series, s)
		}
	}
}

// axes are those on which all points stand. How far to the right the horizontal one goes is not known yet.
func (l Lines) axes(bottom, top float64) (x, y axis) {
	var xs, ys []float64
	for _, s := range l.Series {
		for _, p := range s.Points {
			xs, ys = append(xs, p.X), append(ys, p.Median)
			if l.Intervals {
				ys = append(ys, p.Low, p.High)
			}
		}
	}
	return axis{Scale: scaleOf(xs...)}, axis{scaleOf(ys...), bottom, top}
}

// describe says in words what is shown.
func (l Lines) describe() string {
	words := []string{l.Note}
	for _, s := range l.Series {
		var points []string
		for _, p := range s.Points {
			points = append(points, l.XName(p.X)+" "+l.YName(p.Median))
		}
		words = append(words, s.Name+": "+strings.Join(points, ", ")+".")
	}
	for _, m := range l.Marks {
		if m.Text != "" {
			words = append(words, m.Text+".")
		}
	}
	return strings.TrimSpace(strings.Join(append(words, l.Source), " "))
}

// marks draws each place from left to right with a letter above it, and returns what the letters stand for: between the lines of a chart is no
// room for words.
func (d *drawing) marks(all []Mark, x axis, top, bottom float64) (said []string) {
	letters := map[float64]int{} // of a place, in said
	all = slices.SortedStableFunc(slices.Values(all), func(a, b Mark) int { return cmp.Compare(a.X, b.X) })
	for _, m := range all {
		if i, there := letters[m.X]; there && m.Text != "" {
			said[i] += "; " + m.Text
			continue
		}
		d.line("meet", x.at(m.X), top, x.at(m.X), bottom)
		if m.Text == "" {
			continue
		}
		letter := string(rune('A' + len(said)))
		d.text("quiet", "middle", letter, x.at(m.X), top-5)
		letters[m.X] = len(said)
		said = append(said, letter+": "+m.Text)
	}
	return said
}

// dots are the marks of the six lines: a disc, a square, a triangle, a diamond, a triangle on its tip, a hexagon.
var dots = []string{
	"M-4 0A4 4 0 1 0 4 0 4 4 0 1 0-4 0Z",
	"M-3.5-3.5H3.5V3.5H-3.5Z",
	"M0-4.5 4.2 3.2H-4.2Z",
	"M0-5 5 0 0 5-5 0Z",
	"M0 4.5 4.2-3.2H-4.2Z",
	"M-4.5 0-2.2-3.9H2.2L4.5 0 2.2 3.9H-2.2Z",
}

// class is what the style has for the parts of a series.
func (s Series) class(i int) string {
	class := fmt.Sprintf("s%d", i%len(dots))
	if s.Ours {
		class += " ours"
	}
	return class
}

// series draws a line, the intervals of its points if they are wanted, and then the points.
func (d *drawing) series(i int, s Series, x, y axis, intervals bool) {
	class := s.class(i)
	var b strings.Builder
	for j, p := range s.Points {
		fmt.Fprintf(&b, "%c%v %v", "ML"[min(1, j)], tenth(x.at(p.X)), tenth(y.at(p.Median)))
	}
	d.path(class+" series", b.String(), 0, 0)
	for _, p := range s.Points {
		if intervals && whole(p.Estimate) {
			d.line(class+" spread", x.at(p.X), y.at(p.Low), x.at(p.X), y.at(p.High))
		}
	}
	for _, p := range s.Points {
		d.path(class+" dot", dots[i%len(dots)], x.at(p.X), y.at(p.Median))
	}
}

// name is the name at the end of the line, cut to two fifths of the width, in its font.
func (s Series) name(width float64) (string, font) {
	f := bodyFont
	if s.Ours {
		f = oursFont
	}
	return f.cut(s.Name, 0.4*width), f
}

// What stands between the end of the axis and a name: a leader, and a gap.
const (
	leader  = 14
	nameGap = 4
)

// names is how much room there must be for them, leaders included.
func (l Lines) names(width float64) float64 {
	room := 0.0
	for _, s := range l.Series {
		name, f := s.name(width)
		room = max(room, leader+nameGap+4+f.width(name))
	}
	return room
}

// label places the names beside the ends of the lines, in the order of the ends, and apart from each other.
func (l Lines) label(d *drawing, x, y axis) {
	const high = 16
	order, at := make([]int, len(l.Series)), make([]float64, len(l.Series))
	end := func(i int) Point { return l.Series[i].Points[len(l.Series[i].Points)-1] }
	for i := range l.Series {
		order[i], at[i] = i, y.at(end(i).Median)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(at[a], at[b]) })
	for n, i := range order { // downwards, each below the one before
		if n > 0 {
			at[i] = max(at[i], at[order[n-1]]+high)
		}
	}
	lowest := y.from
	for _, i := range slices.Backward(order) { // and up again from the bottom
		at[i] = min(at[i], lowest)
		lowest = at[i] - high
		s := l.Series[i]
		name, _ := s.name(d.Width)
		d.line(s.class(i)+" leader", x.at(end(i).X), y.at(end(i).Median), x.to+leader, at[i])
		d.text(s.class(i)+" name", "start", name, x.to+leader+nameGap, at[i]+4)
	}
}

package chart

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

// Lines is what something costs, along a logarithmic axis, for each of several who do it: at most five can be told apart.
type Lines struct {
	ID     string // of its elements in a page; empty is "lines"
	Title  string
	Note   string
	Source string
	X, Y   string // what the axes are: "length of a task", "cost of a task"
	Width  int    // in pixels; 0 is 720

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

// A Point is one measurement.
type Point struct {
	X            float64
	Y, Low, High float64 // Low and High are the interval, or 0
}

// A Mark is a place of the axis, such as where lines meet.
type Mark struct {
	X    float64
	Text string
}

// WriteSVG writes the chart as a file of its own.
func (l Lines) WriteSVG(w io.Writer) error { return l.draw().writeSVG(w) }

// HTML returns the chart for a page that has CSS.
func (l Lines) HTML() (template.HTML, error) { return l.draw().html() }

// plotHeight is that of the area between the axes.
const plotHeight = 250

func (l Lines) draw() *drawing {
	xName, yName := l.XName, l.YName
	if xName == nil {
		xName = plainly
	}
	if yName == nil {
		yName = plainly
	}
	d := newDrawing(l.ID, "lines", l.Title, l.Width)
	top := d.head(l.Title, l.Note)
	top = d.keys(l.Series, top)
	top = d.texts("quiet", quietFont.wrap(l.Y, d.Width-2*margin), margin, top+10, lineStep) - 4
	if len(l.Marks) > 0 {
		top += lineStep
	}
	bottom := top + plotHeight

	xs, ys := l.values()
	yAxis := scaleOf(bottom, top, ys...)
	high := func(float64) float64 { return lineStep }
	left := 0.0
	for _, v := range yAxis.ticks(high) {
		left = max(left, quietFont.width(yName(v)))
	}
	left += margin + 8
	xAxis := scaleOf(left, d.Width-margin-8, xs...)

	d.verticals(xAxis, top, bottom, xName)
	for _, v := range yAxis.ticks(high) {
		y := yAxis.at(v)
		d.line("grid", left, y, d.Width-margin-8, y)
		d.text("quiet", "end", yName(v), left-8, y+4)
	}
	said := d.marks(l.Marks, xAxis, top, bottom)
	for i, s := range slices.Backward(l.Series) { // the first is the one that is looked for, and so on top
		d.series(i, s, xAxis, yAxis)
	}
	foot := bottom + 36
	for _, text := range append([]string{l.X}, said...) {
		foot = d.texts("quiet", quietFont.wrap(text, d.Width-2*margin), margin, foot, lineStep)
	}
	d.foot(foot+4, l.Source+" Logarithmic scales.")
	d.Desc = strings.TrimSpace(l.describe(xName, yName) + " " + l.Source)
	return d
}

func (l Lines) values() (xs, ys []float64) {
	for _, s := range l.Series {
		for _, p := range s.Points {
			xs, ys = append(xs, p.X), append(ys, p.Y, p.Low, p.High)
		}
	}
	return xs, ys
}

// describe says in words what the lines show.
func (l Lines) describe(xName, yName func(float64) string) string {
	words := []string{l.Note}
	for _, s := range l.Series {
		var points []string
		for _, p := range s.Points {
			points = append(points, xName(p.X)+" "+yName(p.Y))
		}
		words = append(words, s.Name+": "+strings.Join(points, ", ")+".")
	}
	for _, m := range l.Marks {
		words = append(words, m.Text+".")
	}
	return strings.Join(words, " ")
}

// marks draws each place from left to right with a letter above it, and returns what the letters stand for: between the lines of a chart is no room for words.
func (d *drawing) marks(all []Mark, axis scale, top, bottom float64) (said []string) {
	letters := map[float64]int{} // of a place, in said
	all = slices.SortedStableFunc(slices.Values(all), func(a, b Mark) int { return cmp.Compare(a.X, b.X) })
	for _, m := range all {
		if i, there := letters[m.X]; there {
			said[i] += "; " + m.Text
			continue
		}
		letter := string(rune('A' + len(said)))
		x := axis.at(m.X)
		d.line("meet", x, top, x, bottom)
		d.text("quiet", "middle", letter, x, top-5)
		letters[m.X] = len(said)
		said = append(said, letter+": "+m.Text)
	}
	return said
}

// series draws a line, its points with a shape of its own, and their intervals.
func (d *drawing) series(i int, s Series, xAxis, yAxis scale) {
	class := seriesClass(i)
	var b strings.Builder
	for _, p := range s.Points {
		if !drawable(p.X) || !drawable(p.Y) {
			continue
		}
		command := "L"
		if b.Len() == 0 {
			command = "M"
		}
		x, y := tenth(xAxis.at(p.X)), tenth(yAxis.at(p.Y))
		fmt.Fprintf(&b, "%s%v %v", command, x, y)
		if drawable(p.Low) && drawable(p.High) {
			d.line("range", x, yAxis.at(p.Low), x, yAxis.at(p.High))
		}
	}
	d.path(class, b.String())
	for _, p := range s.Points {
		if drawable(p.X) && drawable(p.Y) {
			d.dot(i, xAxis.at(p.X), yAxis.at(p.Y))
		}
	}
}

// styles is how many lines differ, by their dashes and by the shape of their points.
const styles = 5

func seriesClass(i int) string { return fmt.Sprintf("s%d", i%styles) }

// dot is the shape of a series' points: disc, square, triangle, cross, diamond.
func (d *drawing) dot(i int, x, y float64) {
	x, y = tenth(x), tenth(y)
	const s = 4
	switch i % styles {
	case 0:
		d.path("full", fmt.Sprintf("M%v %va4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", tenth(x-s), y))
	case 1:
		d.path("open", fmt.Sprintf("M%v %vh8v8h-8z", tenth(x-s), tenth(y-s)))
	case 2:
		d.path("warn", fmt.Sprintf("M%v %vl5 9h-10z", x, tenth(y-s-1)))
	case 3:
		d.path("one", fmt.Sprintf("M%v %vl8 8m0 -8l-8 8", tenth(x-s), tenth(y-s)))
	default:
		d.path("open", fmt.Sprintf("M%v %vl5 5l-5 5l-5 -5z", x, tenth(y-s-1)))
	}
}

// keys names the lines, each beside a piece of it.
func (d *drawing) keys(all []Series, y float64) float64 {
	x := float64(margin)
	for i, s := range all {
		f, class := bodyFont, ""
		if s.Ours {
			f, class = mineFont, "mine"
		}
		name := f.cut(s.Name, d.Width-2*margin-50)
		wide := 50 + f.width(name)
		if x > margin && x+wide > d.Width-margin {
			x, y = margin, y+lineStep+2
		}
		d.line(seriesClass(i), x, y-4, x+36, y-4)
		d.dot(i, x+18, y-4)
		d.text(class, "start", name, x+44, y)
		x += wide + 16
	}
	return y + 12
}

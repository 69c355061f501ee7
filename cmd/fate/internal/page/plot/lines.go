package plot

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
)

// Lines is a chart of how one thing changes with another, a line for each contender.
type Lines struct {
	Title        string
	Desc         string // the same in words, for whoever does not see it
	XName, YName string
	X, Y         func(float64) string // how values are written at the axes
	Series       []Series
	Meets        []float64 // where on the x axis lines cross: each gets an upright line
}

// A Series is one line. There are six ways to draw one; a seventh looks like the first.
type Series struct {
	Name   string
	Ours   bool
	Points []Point // by X
}

// A Point is what was found at X. Points that can't stand on a logarithmic axis are left out.
type Point struct {
	X float64
	Interval
}

func (p Point) stands() bool { return p.X > 0 && !math.IsInf(p.X, 0) && p.whole() }

// Inline draws the chart without its title, so many pixels wide, for a page that has [Style]. The id must be no other's on that page: the
// names of its parts begin with it.
func (l Lines) Inline(id string, width int) template.HTML {
	return draw("lines", l.place(id, float64(width)))
}

type linesPicture struct {
	Lines
	ID                       string
	Width, Height            float64
	Left, Right, Top, Bottom float64
	MeetXs                   []float64
	XTicks, YTicks           []tick
	Drawn                    []drawnSeries
}

type tick struct {
	At   float64
	Text string
}

type drawnSeries struct {
	Series
	Class                           int
	Shape, Path                     string
	Dots                            []drawnPoint
	EndX, EndY, TextX, TextY, LeadY float64
}

type drawnPoint struct{ X, Y, Low, High float64 }

// The marks of the six lines: a disc, a square, a triangle, a diamond, a triangle on its tip, a hexagon.
var dots = []string{
	"M-4 0A4 4 0 1 0 4 0 4 4 0 1 0-4 0Z",
	"M-3.5-3.5H3.5V3.5H-3.5Z",
	"M0-4.5 4.2 3.2H-4.2Z",
	"M0-5 5 0 0 5-5 0Z",
	"M0 4.5 4.2-3.2H-4.2Z",
	"M-4.5 0-2.2-3.9H2.2L4.5 0 2.2 3.9H-2.2Z",
}

const labelHeight = 16

func (l Lines) place(id string, width float64) linesPicture {
	var xs, ys []float64
	names := 0.0
	for _, s := range l.Series {
		for _, p := range s.Points {
			if p.stands() {
				xs, ys = append(xs, p.X), append(ys, p.Low, p.High)
				names = max(names, textWidth(s.Name, 12*1.08)) // ours is in bold
			}
		}
	}
	x, y := scaleOf(xs), scaleOf(ys)
	p := linesPicture{Lines: l, ID: id, Width: width, Top: 28}
	height := min(340, max(240, 0.62*width))
	const margin = 2
	p.Bottom = p.Top + px(height)
	p.Height = p.Bottom + 44
	yTicks := y.Ticks(7)
	values := 0.0
	for _, v := range yTicks {
		values = max(values, textWidth(l.Y(v), 12))
	}
	p.Left = px(margin + values + 8)
	p.Right = px(width - margin - names - 22)
	atX := func(v float64) float64 { return px(p.Left + x.At(v)*(p.Right-p.Left)) }
	atY := func(v float64) float64 { return px(p.Bottom - y.At(v)*(p.Bottom-p.Top)) }
	for _, v := range x.Ticks(max(2, int((p.Right-p.Left)/56))) {
		p.XTicks = append(p.XTicks, tick{atX(v), l.X(v)})
	}
	for _, v := range yTicks {
		p.YTicks = append(p.YTicks, tick{atY(v), l.Y(v)})
	}
	for _, v := range l.Meets {
		p.MeetXs = append(p.MeetXs, atX(v))
	}
	for i, s := range l.Series {
		d := drawnSeries{Series: s, Class: i % len(dots), Shape: dots[i%len(dots)], TextX: p.Right + 14}
		var path strings.Builder
		for _, point := range s.Points {
			if !point.stands() {
				continue
			}
			at := drawnPoint{atX(point.X), atY(point.Median), atY(point.Low), atY(point.High)}
			fmt.Fprintf(&path, "%c%v %v", "ML"[min(1, len(d.Dots))], at.X, at.Y)
			d.Dots = append(d.Dots, at)
			d.EndX, d.EndY = at.X, at.Y
		}
		if len(d.Dots) > 0 {
			d.Path = path.String()
			p.Drawn = append(p.Drawn, d)
		}
	}
	p.label()
	return p
}

// label places the names beside the ends of the lines, in the order of the ends, and apart from each other.
func (p *linesPicture) label() {
	order := make([]*drawnSeries, len(p.Drawn))
	for i := range p.Drawn {
		order[i] = &p.Drawn[i]
		order[i].LeadY = order[i].EndY
	}
	slices.SortStableFunc(order, func(a, b *drawnSeries) int { return cmp.Compare(a.EndY, b.EndY) })
	for i, d := range order { // downwards, each below the one before
		if i > 0 {
			d.LeadY = max(d.LeadY, order[i-1].LeadY+labelHeight)
		}
	}
	lowest := p.Bottom
	for _, d := range slices.Backward(order) { // and up again from the bottom
		d.LeadY = min(d.LeadY, lowest)
		lowest = d.LeadY - labelHeight
		d.LeadY = px(d.LeadY)
		d.TextY = px(d.LeadY + 4)
	}
}

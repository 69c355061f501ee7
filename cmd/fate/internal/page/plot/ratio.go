package plot

import "html/template"

// The verdicts that have a shape of their own. Any other is drawn as NoVerdict.
const (
	Faster    = "faster"
	Slower    = "slower"
	Same      = "same"
	NoVerdict = "no verdict"
)

// A Ratio is one line of a plot of ratios: what one thing costs, divided by what the other does.
type Ratio struct {
	Interval
	Verdict string
}

// RatioScale spans the intervals of all of them, and 1. One that is no ratio, because nothing was measured, is left out.
func RatioScale(rs ...Ratio) Scale {
	values := []float64{0.5, 1, 2}
	for _, r := range rs {
		if r.whole() {
			values = append(values, r.Low, r.High)
		}
	}
	return scaleOf(values)
}

// Strip draws one ratio on a scale, as an element that is as wide as there is room and has no text: whoever shows it writes the
// figures and the verdict beside it. A ratio of nothing is a strip without a mark.
func (r Ratio) Strip(s Scale) template.HTML { return draw("strip", r.on(s)) }

// Axis draws the values of a scale, as wide as a Strip below or above it.
func (s Scale) Axis() template.HTML { return draw("axis", Ratio{}.on(s)) }

// strip is what the templates know of a ratio.
type strip struct {
	Class                  string // "faster", "slower", "same", "none"
	Shape                  string
	Low, Median, High, One float64
	Ticks                  []stripTick
	Drawn                  bool
}

type stripTick struct {
	At   float64
	Text string
}

// The marks are 11 pixels high and point to the side on which the ratio lies: "faster" to where less is.
var shapes = map[string]struct{ class, path string }{
	Faster: {"faster", "M-6 0 5-5.5V5.5Z"},
	Slower: {"slower", "M6 0-5-5.5V5.5Z"},
	Same:   {"same", "M-4.5-4.5H4.5V4.5H-4.5Z"},
}

func (r Ratio) on(s Scale) strip {
	d := strip{Class: "none", Shape: "M-4.5 0A4.5 4.5 0 1 0 4.5 0 4.5 4.5 0 1 0-4.5 0Z", One: s.At(1)}
	if shape, known := shapes[r.Verdict]; known {
		d.Class, d.Shape = shape.class, shape.path
	}
	if d.Drawn = r.whole(); d.Drawn {
		d.Low, d.Median, d.High = s.At(r.Low), s.At(r.Median), s.At(r.High)
	}
	for _, v := range s.Ticks(6) {
		d.Ticks = append(d.Ticks, stripTick{s.At(v), Plain(v)})
	}
	return d
}

// A mark alone, for the place where its word stands.
func Mark(verdict string) template.HTML { return draw("mark", Ratio{Verdict: verdict}.on(Scale{0, 1})) }

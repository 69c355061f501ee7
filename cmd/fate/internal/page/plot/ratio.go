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

// RatioScale spans the medians of all of them, and 1, and a factor of two beyond. An interval may reach farther: it is drawn to the edge, with an
// arrow. One that is wide because little was measured would leave no room for those of which much was. One that is no ratio, because
// nothing was measured, is left out.
func RatioScale(rs ...Ratio) Scale {
	low, high := 1.0, 1.0
	for _, r := range rs {
		if r.whole() {
			low, high = min(low, r.Median), max(high, r.Median)
		}
	}
	return scaleOf([]float64{low / 2, high * 2})
}

// Strip draws one ratio on a scale, as an element that is as wide as there is room and has no text: whoever shows it writes the
// figures and the verdict beside it. A ratio of nothing is a strip without a mark.
func (r Ratio) Strip(s Scale) template.HTML { return draw("strip", r.on(s)) }

// Axis draws the values of a scale, as wide as a Strip below or above it, and about so many at most: as fit where it is narrow.
func (s Scale) Axis(most int) template.HTML {
	var ticks []stripTick
	for _, v := range s.Ticks(most) {
		t := stripTick{At: s.At(v), Text: Plain(v), Anchor: "middle"}
		switch { // at the ends inwards, or they would leave the page where it is no wider
		case t.At < 0.08:
			t.Anchor = "start"
		case t.At > 0.92:
			t.Anchor = "end"
		}
		ticks = append(ticks, t)
	}
	return draw("axis", ticks)
}

// strip is what the templates know of a ratio.
type strip struct {
	Class                  string // "faster", "slower", "same", "none"
	Shape                  string
	Low, Median, High, One float64
	Ticks                  []stripTick
	Drawn                  bool
	Below, Above           bool // the interval reaches beyond the scale
}

type stripTick struct {
	At           float64
	Text, Anchor string
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
		d.Low, d.Median, d.High = max(0, s.At(r.Low)), s.At(r.Median), min(1, s.At(r.High))
		d.Below, d.Above = s.At(r.Low) < 0, s.At(r.High) > 1
	}
	for _, v := range s.Ticks(6) {
		d.Ticks = append(d.Ticks, stripTick{At: s.At(v)})
	}
	return d
}

// A mark alone, for the place where its word stands.
func Mark(verdict string) template.HTML { return draw("mark", Ratio{Verdict: verdict}.on(Scale{0, 1})) }

package chart

import "html/template"

// Strip draws one ratio on a scale, as an element of a page that is as wide as there is room and has no text: whoever shows it writes the
// figures and the verdict beside it. A ratio of nothing is a strip without a mark.
func (r Ratio) Strip(s Scale) template.HTML {
	d := strip{shape: shapeOf(r.Verdict), One: s.At(1), Left: leftwards, Right: rightwards}
	if d.Drawn = whole(r.Estimate); d.Drawn {
		d.Low, d.Median, d.High = max(0, s.At(r.Low)), s.At(r.Median), min(1, s.At(r.High))
		d.Below, d.Above = s.At(r.Low) < 0, s.At(r.High) > 1
	}
	for _, v := range s.Ticks(6) {
		d.Ticks = append(d.Ticks, s.At(v))
	}
	return inline("strip", d)
}

// Axis draws the values of a scale, as wide as a Strip below or above it, and about so many at most: as fit where it is narrow.
func (s Scale) Axis(most int) template.HTML {
	var ticks []stripTick
	for _, v := range s.Ticks(most) {
		t := stripTick{At: s.At(v), Text: plainly(v), Anchor: "middle"}
		switch { // at the ends inwards, or they would leave the page where it is no wider
		case t.At < 0.08:
			t.Anchor = "start"
		case t.At > 0.92:
			t.Anchor = "end"
		}
		ticks = append(ticks, t)
	}
	return inline("axis", ticks)
}

// strip is what the template knows of a ratio: places on the scale, from 0 to 1.
type strip struct {
	shape
	Low, Median, High, One float64
	Ticks                  []float64
	Drawn                  bool
	Below, Above           bool // the interval reaches beyond the scale
	Left, Right            string
}

type stripTick struct {
	At           float64
	Text, Anchor string
}

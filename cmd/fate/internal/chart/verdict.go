package chart

import (
	"html/template"

	"github.com/sharedfate/fate/internal/stats"
)

// A shape is how a verdict looks. Two of them point to the side on which the ratio lies: Faster to where less is.
type shape struct {
	Verdict      stats.Verdict
	Class, Shape string // of the style; 11 pixels high, around 0, 0
	means        string
}

// shapes are those of the verdicts in the order of a legend. What is none of them looks like the last.
var shapes = []shape{
	{stats.Faster, "faster", "M-6 0 5-5.5V5.5Z", "ours costs less"},
	{stats.Slower, "slower", "M6 0-5-5.5V5.5Z", "ours costs more"},
	{stats.Same, "same", "M-4.5-4.5H4.5V4.5H-4.5Z", "no difference shown"},
	{stats.NoVerdict, "none", "M-4.5 0A4.5 4.5 0 1 0 4.5 0 4.5 4.5 0 1 0-4.5 0Z", "no verdict"},
}

func shapeOf(v stats.Verdict) shape {
	for _, s := range shapes {
		if s.Verdict == v {
			return s
		}
	}
	return shapes[len(shapes)-1]
}

// MarkOf is the shape of a verdict alone, for the place in a page where its word stands.
func MarkOf(v stats.Verdict) template.HTML { return inline("mark", shapeOf(v)) }

// What an interval ends in that reaches beyond the axis.
const (
	leftwards  = "M5-4 0 0 5 4"
	rightwards = "M-5-4 0 0-5 4"
)

// legend names the shapes that there are.
func (d *drawing) legend(rows []Ratio, y float64) float64 {
	there := map[string]bool{}
	for _, r := range rows {
		if whole(r.Estimate) {
			there[shapeOf(r.Verdict).Class] = true
		}
	}
	x := float64(margin)
	for _, s := range shapes {
		if !there[s.Class] {
			continue
		}
		wide := 22 + quietFont.width(s.means)
		if x > margin && x+wide > d.Width-margin {
			x, y = margin, y+lineStep
		}
		d.path(s.Class+" mark", s.Shape, x+7, y-4)
		d.text("quiet", "start", s.means, x+18, y)
		x += wide + 16
	}
	if len(there) > 0 {
		y += 10
	}
	return y
}

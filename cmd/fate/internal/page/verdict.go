package page

import (
	"github.com/sharedfate/fate/cmd/fate/internal/page/plot"
	"github.com/sharedfate/fate/internal/price"
)

// within is how far from 1 a ratio may be and still count as none.
const within = 0.03

// judge says what a line shows: "faster" or "slower" if its whole interval is on that side of 1 and its median more than 3 % away; "same" otherwise;
// and "no verdict" if the other side, measured against itself in the same rounds, came out different, or was not.
func judge(l price.Line) string {
	ratio, again := intervalOf(l.Ratio.Low, l.Ratio.Median, l.Ratio.High), intervalOf(l.Again.Low, l.Again.Median, l.Again.High)
	switch {
	case ratio.Median <= 0 || again.Median <= 0 || !holds(again, 1):
		return plot.NoVerdict
	case holds(ratio, 1) || 1-within < ratio.Median && ratio.Median < 1+within:
		return plot.Same
	case ratio.Median < 1:
		return plot.Faster
	}
	return plot.Slower
}

func intervalOf(low, median, high float64) plot.Interval {
	return plot.Interval{Low: low, Median: median, High: high}
}

func holds(i plot.Interval, v float64) bool { return i.Low <= v && v <= i.High }

// word is how a verdict is said of what a line is of: memory is not fast.
func word(of, verdict string) string {
	if of == price.OfMemory || of == price.OfAllocs {
		switch verdict {
		case plot.Faster:
			return "less"
		case plot.Slower:
			return "more"
		}
	}
	return verdict
}

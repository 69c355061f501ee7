package page

import (
	"github.com/sharedfate/fate/cmd/fate/internal/page/plot"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// judge says what a line shows.
func judge(l price.Line) string { return string(stats.Judge(l.Ratio, l.Again)) }

func intervalOf(low, median, high float64) plot.Interval {
	return plot.Interval{Low: low, Median: median, High: high}
}

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

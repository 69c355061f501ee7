package trial

import (
	"context"
	"math"
	"time"
)

// mostRuns is for work that takes no time the clock can see.
const mostRuns = 1 << 16

// Calibrate sets Runs, so that a sample of the quickest of these takes least. Who would take longer than most over as many does fewer, so many that
// they take most. If a single run takes longer, it is a sample.
//
// Figures must be nanoseconds. Those of the latest samples, of one run each, are what it begins with, and it doubles the runs until
// they make half a sample. What it samples is the best of an entrant that counts: an interruption makes runs longer, and nothing makes them shorter.
// Who failed is left out. It returns false if ctx has ended.
func (t *Trial) Calibrate(ctx context.Context, least, most time.Duration, of ...*Entrant) bool {
	best := make([]float64, len(of))
	for i := range best {
		best[i] = math.Inf(1)
	}
	for ctx.Err() == nil {
		quick := math.Inf(1)
		for i, e := range of {
			if e.Err == nil {
				best[i] = min(best[i], e.Figure)
				quick = min(quick, best[i])
			}
		}
		if math.IsInf(quick, 1) {
			return true // nobody is left
		}
		runs := fit(least, quick)
		done := runs <= 2*t.Runs || 2*t.Runs > mostRuns
		if !done {
			runs = 2 * t.Runs
		}
		t.Runs = runs
		var again []*Entrant // who has not come to its own most
		for i, e := range of {
			if e.Runs = min(runs, fit(most, best[i])); e.Runs == runs {
				again = append(again, e)
			}
		}
		if done {
			return true
		}
		t.Warm(ctx, again...)
	}
	return false
}

// fit is how many runs of so many nanoseconds fit into a sample, or come near to it.
func fit(sample time.Duration, nanos float64) int {
	return max(1, int(math.Round(min(mostRuns, float64(sample)/max(nanos, 1e-9))))) // nanos may be 0
}

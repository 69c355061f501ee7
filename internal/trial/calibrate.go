package trial

import (
	"context"
	"math"
	"time"
)

// mostRuns is for work that takes no time the clock can see.
const mostRuns = 1 << 16

// Calibrate sets Runs, so that a sample of the quickest of these takes least, or, where the slowest would then take longer than most,
// that one takes most. If a single run takes longer, it is a sample.
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
		quick, slow := math.Inf(1), 0.0
		for i, e := range of {
			if e.Err == nil {
				best[i] = min(best[i], e.Figure)
				quick, slow = min(quick, best[i]), max(slow, best[i])
			}
		}
		if math.IsInf(quick, 1) {
			return true // nobody is left
		}
		// Not by dividing by what may be 0.
		fits := min(float64(least)/max(quick, 1e-9), float64(most)/max(slow, 1e-9))
		if runs := float64(t.Runs); fits <= 2*runs || 2*t.Runs > mostRuns {
			t.Runs = max(1, min(mostRuns, int(math.Round(min(fits, mostRuns)))))
			return true
		}
		t.Runs *= 2
		t.Warm(ctx, of...)
	}
	return false
}

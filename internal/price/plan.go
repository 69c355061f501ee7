package price

import (
	"math"
	"time"

	"github.com/sharedfate/fate/internal/stats"
)

// A Plan says how much is measured.
type Plan struct {
	Quick bool   // the rows' smaller sizes, and fewer rounds
	Brief bool   // fewer rounds, of the full sizes
	Seed  uint64 // of the order in which sides are sampled

	// Budget is how long all of a row may take, or of the rows that are measured together, its warm-up included; 0 leaves it to Quick
	// and Brief. It is overrun where six rounds take longer. With it, there is a verdict wherever six samples of a side
	// fit into it.
	Budget time.Duration
}

const (
	// leastSample is what the fastest side's sample takes at least, unless a run takes longer.
	leastSample = 2 * time.Millisecond
	// mostSample keeps a slower side from taking too long over as many runs.
	mostSample = 16 * time.Millisecond

	// Work of which one sample takes longer than slow is not sampled so often, and not against itself. Against itself, there are
	// only the first fewAgain rounds of work that takes longer than slowish.
	slow     = 300 * time.Millisecond
	slowish  = 50 * time.Millisecond
	fewAgain = 10
	// lateAgain is the same for figures whose 95th percentile is told: with fewer it is the greatest of them, of which there is no interval.
	lateAgain = 20
)

// budget is how long the rounds of a row may take beyond the fewest there are; took is what went before them.
func (p Plan) budget(took time.Duration) time.Duration {
	switch {
	case p.Budget > 0:
		return p.Budget - took
	case p.Quick:
		return 100 * time.Millisecond
	case p.Brief:
		return 500 * time.Millisecond
	}
	return time.Second
}

// rounds returns between how many rounds there are, of a figure of which a sample takes so long.
func (p Plan) rounds(f Figure, sample time.Duration) (fewest, most int) {
	switch {
	case p.Budget > 0 && (f == PeakMemory || sample > slow):
		return stats.FewestRounds, stats.FewestRounds
	case p.Budget > 0 && f.late():
		return stats.FewestRounds, 30
	case p.Budget > 0:
		return stats.FewestRounds, 200
	case f == PeakMemory:
		return 3, 3
	case f.late() && p.Quick:
		return 5, 5
	case f.late() && p.Brief:
		return 10, 10
	case f.late():
		return 30, 30
	case p.Quick && sample > slow:
		return 3, 3
	case p.Quick, p.Brief:
		return 6, 200
	case sample > slow:
		return 6, 6
	}
	return 30, 200
}

// against is in how many of the rounds work of which a sample takes so long is sampled against itself.
func (p Plan) against(f Figure, sample time.Duration) int {
	switch {
	case p.Budget > 0: // whoever has set it wants a verdict, which takes an interval of 95 %
		if sample*stats.FewestRounds > p.Budget {
			return 0
		}
		return math.MaxInt
	case f.late() && (p.Quick || p.Brief):
		return 0
	case f == Time && sample > slow, sample > time.Second:
		return 0
	case f.late():
		return lateAgain
	case sample > slowish:
		return fewAgain
	}
	return math.MaxInt
}

// Package trial samples several ways to do the same work beside each other, in rounds, so that what else the machine does falls on all alike.
//
// It is the one loop of packages compare and price, which say what a sample is. What the samples come to, package stats says. Use a
// testing.B and benchstat instead where one piece of code is compared with an older version of itself, and there is time for blocks
// that take turns.
//
// First comes a warm-up, of which nothing is kept: Warm samples everybody once, and Calibrate finds how many runs make a
// sample that the clock and the scheduler do not blur. Then Run makes the rounds.
package trial

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"
)

// An Entrant is one of those that are sampled in each round. To show how widely ratios scatter where there is no difference, one of
// them enters twice (A/A), as two Entrants.
type Entrant struct {
	// Sample does the work so many times and returns the figure of one: nanoseconds, or whatever is compared. If ctx ends, it returns
	// soon, and what it returns does not count.
	Sample func(ctx context.Context, runs int) (figure float64, err error)

	// Over is the entrant that this one's ratio is taken over. By these ratios Run sees whether more rounds would add
	// anything. It is nil for who has none.
	Over *Entrant

	// First is in how many rounds it takes part, the first ones; 0 is in all of them.
	First int

	// Runs is how many there are in one sample; 0 is as many as the Trial says. Calibrate sets it.
	Runs int

	Figure float64       // what the latest sample gave
	Took   time.Duration // the latest sample, with all that is not in its figure

	// Samples are the figures by round. They are of the same rounds for all, and there are fewer of who failed, or was in the first
	// rounds alone.
	Samples []float64

	Err error // why Sample failed; not nil: it takes no further part
}

// A Trial is made by New, and used by one goroutine.
type Trial struct {
	Entrants []*Entrant
	Runs     int // in one sample of who has no number of its own
	Rounds   int // that are complete

	rand *rand.Rand
}

// New returns a trial of a single run a sample. The same seed gives the same orders.
func New(seed uint64, entrants ...*Entrant) *Trial {
	return &Trial{Entrants: entrants, Runs: 1, rand: rand.New(rand.NewPCG(seed, 0))}
}

// Warm samples each of these once, in the order given, and leaves Figure and Took behind, and Err with who failed. It returns false if
// ctx has ended.
func (t *Trial) Warm(ctx context.Context, of ...*Entrant) bool {
	for _, e := range of {
		t.sample(ctx, e)
	}
	return ctx.Err() == nil
}

// sample samples an entrant that has not failed, and returns whether all went well.
func (t *Trial) sample(ctx context.Context, e *Entrant) bool {
	if e.Err != nil || ctx.Err() != nil {
		return false
	}
	began := time.Now()
	figure, err := e.Sample(ctx, cmp.Or(e.Runs, t.Runs))
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil:
		e.Err = err
		return false
	}
	e.Figure, e.Took = figure, time.Since(began)
	return true
}

// takesPart says whether the entrant is sampled in the round after so many others.
func (e *Entrant) takesPart(rounds int) bool {
	return e.Err == nil && (e.First == 0 || rounds < e.First)
}

// left are those who take part in the next round.
func (t *Trial) left() (left []*Entrant) {
	for _, e := range t.Entrants {
		if e.takesPart(t.Rounds) {
			left = append(left, e)
		}
	}
	return left
}

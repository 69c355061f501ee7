package trial

import (
	"context"
	"time"

	"github.com/sharedfate/fate/internal/stats"
)

// A Plan says how many rounds there are.
type Plan struct {
	Budget time.Duration // how long the rounds may take, unless the fewest take longer
	Fewest int
	Most   int
}

// lookEvery is after how many rounds it is looked at whether the intervals are narrow: sorting all samples is not for every round, and
// nor is another chance for intervals to be narrow by accident.
const lookEvery = 10

// Run makes rounds. In each, everybody is sampled once, in an order shuffled anew. How many there will be is planned from what the latest
// samples took. They end sooner if they take longer than planned, once there are the fewest; if the intervals of all ratios are
// narrow (stats.Narrow), which those who no longer take part have no say in; and if nobody is left.
//
// A round that ctx cuts short, or in which somebody fails, leaves nothing behind; after the latter, another is made without who failed.
//
// Run returns false if ctx ended the rounds, after at most one sample. progress is called after each round.
func (t *Trial) Run(ctx context.Context, p Plan, progress func(round, rounds int)) bool {
	began := time.Now()
	planned := t.planned(p)
	for t.Rounds < planned && len(t.left()) > 0 {
		if !t.round(ctx) {
			if ctx.Err() != nil {
				return false
			}
			continue // without who failed
		}
		progress(t.Rounds, planned)
		if t.Rounds >= p.Fewest && (time.Since(began) > p.Budget || t.narrow()) {
			break
		}
	}
	return true
}

// planned is how many rounds there are if each takes as long as the latest samples of who takes part in it did.
func (t *Trial) planned(p Plan) int {
	rounds, spent := t.Rounds, time.Duration(0)
	for ; rounds < p.Most; rounds++ {
		for _, e := range t.Entrants {
			if e.takesPart(rounds) {
				spent += e.Took
			}
		}
		if rounds >= p.Fewest && spent > p.Budget {
			break
		}
	}
	return rounds
}

// round returns whether it is complete.
func (t *Trial) round(ctx context.Context) bool {
	left := t.left()
	for _, i := range t.rand.Perm(len(left)) {
		if !t.sample(ctx, left[i]) {
			return false
		}
	}
	for _, e := range left {
		e.Samples = append(e.Samples, e.Figure)
	}
	t.Rounds++
	return true
}

func (t *Trial) narrow() bool {
	if t.Rounds%lookEvery != 0 {
		return false
	}
	var ratios []stats.Estimate
	for _, e := range t.left() {
		if e.Over != nil && e.Over.Err == nil {
			ratios = append(ratios, stats.Ratios(e.Samples, e.Over.Samples))
		}
	}
	return stats.Narrow(t.Rounds, ratios...)
}

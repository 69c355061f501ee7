package price

import (
	"context"
	"math/rand/v2"

	"github.com/sharedfate/fate/failfast"
)

// A Spread is how late on a busy machine the last of SpreadTasks short tasks started, each time that somebody tried.
type Spread struct {
	Name    string    `json:"name"`
	Ours    bool      `json:"ours,omitempty"`
	Samples []float64 `json:"samples_ns"`
}

// SpreadTasks is how many tasks are started each time.
const SpreadTasks = 100

// SpreadBurners is how many goroutines keep the processors busy.
const SpreadBurners = burners

// Spreads measures so many rounds of everybody, each in an order shuffled anew. If ctx ends, it returns what the rounds before gave, and the
// context's cause. progress may be nil.
func Spreads(ctx context.Context, rounds int, seed uint64, progress func(round int)) ([]Spread, error) {
	all := []Spread{{Name: bareName}, {Name: errgroupName}, {Name: concName}, {Name: failfastName, Ours: true}}
	sides := []Side{late(bare, short), late(byErrgroup(0), short), late(byConc(0), short), late(under(failfast.Strategy{}), short)}
	defer Row{Burners: burners}.Prepare()()
	random := rand.New(rand.NewPCG(seed, 3))
	for round := range rounds {
		figures := make([]float64, len(sides))
		for _, i := range random.Perm(len(sides)) {
			if ctx.Err() != nil {
				return all, context.Cause(ctx)
			}
			m := &Meter{Context: ctx, Tasks: SpreadTasks, Runs: 1, Clock: &stopwatch{}}
			if err := sides[i](m); err != nil {
				return all, err
			}
			figures[i] = m.Figures[0]
		}
		for i := range all {
			all[i].Samples = append(all[i].Samples, figures[i])
		}
		if progress != nil {
			progress(round + 1)
		}
	}
	return all, nil
}

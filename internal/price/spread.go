package price

import (
	"context"

	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/trial"
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
	var failed error // a picture without one of them would be another picture, so that all end with the first who fails
	entrants := make([]*trial.Entrant, len(sides))
	for i, side := range sides {
		entrants[i] = &trial.Entrant{Sample: func(ctx context.Context, runs int) (float64, error) {
			if failed != nil {
				return 0, failed
			}
			m := &Meter{Context: ctx, Tasks: SpreadTasks, Runs: runs, Clock: &stopwatch{}}
			if failed = side(m); failed != nil {
				return 0, failed
			}
			return m.Figures[0], nil
		}}
	}
	whole := trial.New(seed, entrants...).Run(ctx, trial.Plan{Fewest: rounds, Most: rounds}, func(round, _ int) {
		if progress != nil {
			progress(round)
		}
	})
	for i, e := range entrants {
		all[i].Samples = e.Samples
	}
	if !whole {
		return all, context.Cause(ctx)
	}
	return all, failed
}

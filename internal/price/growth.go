package price

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/trial"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// GrowthAtMost is how much more a task may cost among many than among the fewest.
const GrowthAtMost = 1.2

// A Growth is how the cost of a task under one strategy grows with their number.
type Growth struct {
	Strategy string        `json:"strategy"`
	Points   []GrowthPoint `json:"points"`
	Err      string        `json:"err,omitempty"`
}

// A GrowthPoint is one number of tasks.
type GrowthPoint struct {
	Tasks   int            `json:"tasks"`
	PerTask stats.Estimate `json:"ns_per_task"`
	Ratio   stats.Estimate `json:"ratio"` // to the fewest tasks, in the same round
	Samples []float64      `json:"samples"`
}

// Worst is the point at which the cost has grown most; the zero one if there is none.
func (g Growth) Worst() (worst GrowthPoint) {
	for _, p := range g.Points {
		if p.Ratio.Median > worst.Ratio.Median {
			worst = p
		}
	}
	return worst
}

// Met says whether the cost stays within GrowthAtMost.
func (g Growth) Met() Met { return keeps(g.Worst().Ratio, GrowthAtMost) }

// Sizes are the numbers of tasks that Grow looks at.
func Sizes(quick bool) []int {
	sizes := []int{1000, 10_000, 100_000, 1_000_000, 10_000_000}
	if quick {
		return sizes[:4]
	}
	return sizes
}

// A grower is a strategy as it is named in the table.
type grower struct {
	name     string
	strategy fate.Strategy
}

// growers are our strategies, each without a limit and with one. Shed, without one, has one that is never reached.
func growers() []grower {
	const most = 1 << 30
	limited := fmt.Sprintf(", limit %d", itemLimit)
	return []grower{
		{"failfast", failfast.Strategy{}},
		{"failfast" + limited, failfast.Strategy{Limit: itemLimit}},
		{"collectall", collectall.Strategy{}},
		{"collectall" + limited, collectall.Strategy{Limit: itemLimit}},
		{"selective", selective.Strategy{}},
		{"selective" + limited, selective.Strategy{Limit: itemLimit}},
		{"shed, none refused", shed.Strategy{Limit: most}},
		{"shed" + limited, shed.Strategy{Limit: itemLimit}},
	}
}

// Strategies is how many of them Grow measures.
func Strategies() int { return len(growers()) }

// Rounds is how often Grow is to measure each number of tasks.
func Rounds(quick bool) int {
	if quick {
		return fewRounds
	}
	return 7
}

// More than manyTasks take a second: they are measured in fewRounds at most.
const (
	fewRounds = 3
	manyTasks = 1_000_000
)

// sampleTasks is how many tasks a sample has at least, so that it takes milliseconds; less only if all sizes are.
const sampleTasks = 100_000

// Grow measures each of our strategies with each of the numbers of tasks, in an order shuffled anew in each of the rounds. done is
// called with each strategy once it has been measured, and may be nil. If ctx ends, Grow returns what it has, and the
// context's cause.
func Grow(ctx context.Context, sizes []int, rounds int, seed uint64, done func(Growth)) ([]Growth, error) {
	var all []Growth
	for i, one := range growers() {
		g, ok := one.grow(ctx, sizes, rounds, seed+uint64(i))
		if !ok {
			break
		}
		all = append(all, g)
		if done != nil {
			done(g)
		}
	}
	return all, context.Cause(ctx)
}

func (one grower) grow(ctx context.Context, sizes []int, rounds int, seed uint64) (g Growth, ok bool) {
	g = Growth{Strategy: one.name, Points: make([]GrowthPoint, len(sizes))}
	least := min(sampleTasks, slices.Max(sizes))
	var failed error // how a cost grows can't be said with one of the numbers missing, so that all end with the first that fails
	entrants := make([]*trial.Entrant, len(sizes))
	for i, tasks := range sizes {
		entrants[i] = &trial.Entrant{Sample: func(ctx context.Context, _ int) (perTask float64, err error) {
			if failed == nil {
				perTask, failed = one.sample(ctx, tasks, max(1, least/tasks))
			}
			return perTask, failed
		}}
		if tasks > manyTasks {
			entrants[i].First = fewRounds
		}
	}
	if !trial.New(seed, entrants...).Run(ctx, trial.Plan{Fewest: rounds, Most: rounds}, func(int, int) {}) {
		return g, false
	}
	for i, e := range entrants {
		g.Points[i] = GrowthPoint{
			Tasks:   sizes[i],
			PerTask: stats.EstimateOf(e.Samples),
			Ratio:   stats.Ratios(e.Samples, entrants[0].Samples),
			Samples: e.Samples,
		}
	}
	if failed != nil {
		g.Err = failed.Error()
	}
	return g, true
}

// sample returns how many nanoseconds a task takes.
func (one grower) sample(ctx context.Context, tasks, runs int) (perTask float64, err error) {
	runtime.GC()
	began := time.Now()
	for range runs {
		if err := one.run(ctx, tasks); err != nil {
			return 0, err
		}
	}
	return float64(time.Since(began)) / float64(runs) / float64(tasks), nil
}

// run offers so many empty tasks, and looks into the tally for what became of them.
func (one grower) run(ctx context.Context, tasks int) error {
	g := fate.New(ctx, one.strategy)
	for i := range tasks {
		if !g.Go(nothing.task) && i%(1<<16) == 0 && ctx.Err() != nil {
			break
		}
	}
	err := g.Wait()
	if t := g.Tally(); err == nil && t.OK+t.Shed != uint64(tasks) {
		err = fmt.Errorf("price: of %d tasks, %d ran and %d were refused", tasks, t.OK, t.Shed)
	}
	return err
}

package claims

import (
	"context"
	"fmt"
	"runtime/metrics"

	"github.com/sharedfate/fate/internal/price"
)

// counts is how many runs Goroutines are counted in. They differ by little.
func counts(p price.Plan) int {
	if p.Quick {
		return 6
	}
	return 30
}

// count returns how many goroutines the process started for each task of a side, by run.
func count(ctx context.Context, side price.Side, tasks, runs int) ([]float64, error) {
	parent, cancel := context.WithCancel(ctx)
	defer cancel()
	var each []float64
	for range runs {
		if ctx.Err() != nil {
			return each, context.Cause(ctx)
		}
		var c counter
		if err := side(&price.Meter{Context: parent, Tasks: tasks, Runs: 1, Clock: &c}); err != nil {
			return each, err
		}
		if c.bad {
			return each, fmt.Errorf("claims: this runtime does not say how many goroutines it has created: no metric %s", createdMetric)
		}
		each = append(each, float64(c.n)/float64(tasks))
	}
	return each, nil
}

// A counter is a price.Clock that counts the goroutines which the process starts while it runs.
type counter struct {
	n   uint64
	bad bool
}

func (c *counter) StartTimer() { c.n -= c.created() }
func (c *counter) StopTimer()  { c.n += c.created() }

const createdMetric = "/sched/goroutines-created:goroutines"

func (c *counter) created() uint64 {
	s := []metrics.Sample{{Name: createdMetric}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		c.bad = true
		return 0
	}
	return s[0].Value.Uint64()
}

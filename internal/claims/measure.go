package claims

import (
	"context"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// A Finding is what a claim came to.
type Finding struct {
	Name    string   `json:"name"`
	Says    string   `json:"says"`
	Rule    string   `json:"rule"`
	Verdict string   `json:"verdict"`
	Checks  []Result `json:"checks"`
}

// A Result is what a check came to.
type Result struct {
	Of     string `json:"of"`
	Work   string `json:"work"`
	Tasks  int    `json:"tasks"` // in one run
	Who    string `json:"who"`
	Beside string `json:"beside,omitempty"` // empty if nobody is
	Look   string `json:"look"`
	Bounds

	Time  float64        `json:"time_ns,omitempty"`        // of one run, all of its tasks: the median
	Their float64        `json:"beside_time_ns,omitempty"` // of who is beside
	Ratio stats.Estimate `json:"ratio"`                    // of the two, by pair
	Again stats.Estimate `json:"again"`                    // A/A: who is beside, over itself; all 0 if that was not measured
	Pairs int            `json:"pairs"`                    // or runs, where there is nobody beside

	Figure stats.Estimate `json:"figure"` // that the check looks at
	Holds  Holds          `json:"holds"`
	Err    string         `json:"err,omitempty"` // why a side could not be measured

	Samples       []float64 `json:"samples"` // by pair: nanoseconds of one run, or goroutines of a task
	BesideSamples []float64 `json:"beside_samples,omitempty"`
}

// Measure makes the claim's checks, in their order, and judges it. If ctx ends, it returns what it has, without a verdict, and the context's
// cause. progress may be nil; it is called before each check.
func Measure(ctx context.Context, c Claim, p price.Plan, progress func(Check)) (Finding, error) {
	f := Finding{Name: c.Name, Says: c.Says, Rule: c.Rule}
	for _, check := range c.Checks {
		if progress != nil {
			progress(check)
		}
		r, err := check.measure(ctx, p)
		if err != nil {
			return f, err
		}
		f.Checks = append(f.Checks, r)
	}
	f.Verdict = Verdict(f.Checks)
	return f, nil
}

func (c Check) measure(ctx context.Context, p price.Plan) (r Result, err error) {
	tasks := c.Row.Size(p.Quick)
	r = Result{Of: c.Of, Work: c.Row.About(tasks), Tasks: tasks, Who: c.Who, Beside: c.Row.Beside, Look: c.Look.String(), Bounds: c.Bounds}
	if c.Look == Goroutines {
		r.Samples, err = count(ctx, c.Row.Ours, tasks, counts(p))
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		if err != nil {
			r.Err = err.Error()
		}
		return r.judged(stats.EstimateOf(r.Samples)), nil
	}
	m, err := price.Measure(ctx, c.Row, p, nil)
	if err != nil {
		return r, err
	}
	r.Err, r.Samples, r.BesideSamples = m.Err, m.Ours, m.Theirs
	if len(m.Lines) > 0 {
		l := m.Lines[0]
		r.Time, r.Their, r.Ratio, r.Again = l.Ours, l.Theirs, l.Ratio, l.Again
	}
	return r.judged(c.Look.at(r, tasks)), nil
}

// at is the figure that is looked at, from the samples.
func (l Look) at(r Result, tasks int) stats.Estimate {
	switch l {
	case PerTask:
		each := make([]float64, len(r.Samples))
		for i, s := range r.Samples {
			each[i] = s / float64(tasks)
		}
		return stats.EstimateOf(each)
	case Difference:
		// By pair, so that what else the machine did falls on both alike.
		more := make([]float64, len(r.Samples))
		for i, s := range r.Samples {
			more[i] = s - r.BesideSamples[i]
		}
		return stats.EstimateOf(more)
	}
	return r.Ratio
}

func (r Result) judged(figure stats.Estimate) Result {
	r.Figure, r.Pairs, r.Holds = figure, len(r.Samples), r.Bounds.Holds(figure)
	if r.Err != "" || r.Pairs == 0 {
		r.Holds = Unmeasured
	}
	return r
}

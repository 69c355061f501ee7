package compare

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/trial"
)

// Measure times the job with each of the contenders, which the workload must accept. Before anything is timed, each does the work once
// and it is checked that all did the same; so is every later run.
//
// Then come rounds. In each, every contender is sampled once, in an order shuffled anew, and so is the base a second time. A ratio is
// that of two samples of one round: what else the machine does, and the garbage that others left, falls on all
// alike. Allocations are counted before that, outside of what is timed. The rounds end before the budget does if the intervals of all
// ratios to the base are narrow.
//
// A contender that fails, or does other work, has that in its Row, and the rest goes on; the error is nil. If ctx ends, Measure
// returns within one run, with what the rounds before gave and the context's cause. progress may be nil; it is called
// between rounds, by the goroutine that called Measure.
func Measure(ctx context.Context, w Workload, job Job, cs []Contender, p Plan, progress func(Progress)) (Report, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	m := newMeasurement(w, job, cs, p)
	progress(Progress{Workload: w.Name})
	m.warmUp(ctx)
	whole := ctx.Err() == nil
	if m.takesTime() {
		plan := trial.Plan{Budget: m.plan.Budget - time.Since(m.start), Fewest: stats.FewestRounds, Most: stats.MostRounds}
		whole = m.Run(ctx, plan, func(round, rounds int) {
			progress(Progress{Workload: w.Name, Round: round, Rounds: rounds})
		})
	}
	r := m.report()
	r.Partial = !whole
	return r, context.Cause(ctx)
}

// manySamples is how many times the length of a sample a run must have for what it costs only the first time, such as opening
// connections, to be little beside it. Its allocations are then counted in the warm-up, and not in another run.
const manySamples = 20

type measurement struct {
	*trial.Trial
	workload Workload
	job      Job
	plan     Plan
	start    time.Time
	same     sameness
	entrants []*entrant // in the order of the report
	base     *entrant   // nil if it is not among the contenders
	peer     *entrant   // the same; nil also if it is the base
}

// An entrant is a row in the making.
type entrant struct {
	Contender
	trial.Entrant
	again  bool
	allocs float64
	bytes  float64
}

func newMeasurement(w Workload, job Job, cs []Contender, p Plan) *measurement {
	if p.Budget <= 0 {
		p.Budget = 2 * time.Second
	}
	if p.Sample <= 0 {
		p.Sample = 3 * time.Millisecond
	}
	m := &measurement{workload: w, job: job, plan: p, start: time.Now()}
	for _, c := range cs {
		e := m.enter(c)
		switch c.Name {
		case w.base():
			m.base = e
			m.enter(c).again = true
		case PeerName:
			m.peer = e
		}
	}
	all := make([]*trial.Entrant, len(m.entrants))
	for i, e := range m.entrants {
		all[i] = &e.Entrant
		if m.base != nil && e != m.base {
			e.Over = &m.base.Entrant
		}
	}
	m.Trial = trial.New(p.Seed, all...)
	return m
}

func (m *measurement) enter(c Contender) *entrant {
	e := &entrant{Contender: c}
	e.Sample = func(ctx context.Context, runs int) (nanos float64, err error) {
		start := time.Now()
		for range runs {
			if err := m.same.run(ctx, m.job, c); err != nil {
				return 0, err
			}
		}
		return float64(time.Since(start)) / float64(runs), nil
	}
	m.entrants = append(m.entrants, e)
	return e
}

// warmUp runs everything once, then finds how many runs make a sample, then counts allocations over so many. What it
// times is not reported.
func (m *measurement) warmUp(ctx context.Context) {
	for _, e := range m.entrants {
		m.countAllocations(ctx, e)
	}
	m.chooseRuns(ctx)
	for _, e := range m.entrants {
		if e.Figure < manySamples*float64(m.plan.Sample) {
			m.countAllocations(ctx, e)
		}
	}
}

// chooseRuns finds how many runs of the base make a sample. The others then do as many, although that takes them more or less
// time: what a sample takes decides how many rounds there are, not how good a ratio is.
func (m *measurement) chooseRuns(ctx context.Context) {
	e := m.base
	if e == nil || e.Err != nil {
		i := slices.IndexFunc(m.entrants, func(e *entrant) bool { return e.Err == nil })
		if i < 0 {
			return
		}
		e = m.entrants[i]
	}
	if m.Warm(ctx, &e.Entrant) { // the first time, it may have opened connections
		m.Calibrate(ctx, m.plan.Sample, math.MaxInt64, &e.Entrant)
	}
}

func (m *measurement) countAllocations(ctx context.Context, e *entrant) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if !m.Warm(ctx, &e.Entrant) || e.Err != nil {
		return
	}
	runtime.ReadMemStats(&after)
	e.allocs = float64(after.Mallocs-before.Mallocs) / float64(m.Runs)
	e.bytes = float64(after.TotalAlloc-before.TotalAlloc) / float64(m.Runs)
}

// takesTime says whether somebody is left whose work takes time that the clock can see. Of no other are there ratios.
func (m *measurement) takesTime() bool {
	return slices.ContainsFunc(m.entrants, func(e *entrant) bool { return e.Err == nil && e.Figure > 0 })
}

func (m *measurement) report() Report {
	r := Report{
		Workload: m.workload.Name,
		About:    m.workload.About,
		Limit:    m.workload.Limit,
		Done:     m.same.want,
		Base:     m.workload.base(),
		Runs:     m.Runs,
		Rounds:   m.Rounds,
	}
	if m.peer != nil {
		r.Peer = m.peer.Name
	}
	if s, ok := m.job.(fmt.Stringer); ok {
		r.Input = s.String()
	}
	for _, e := range m.entrants {
		row := Row{
			Contender: e.Name,
			Ours:      e.Ours,
			Again:     e.again,
			Time:      stats.EstimateOf(e.Samples),
			Allocs:    e.allocs,
			Bytes:     e.bytes,
			Samples:   e.Samples,
		}
		if m.base != nil {
			row.Ratio = stats.Ratios(e.Samples, m.base.Samples)
		}
		if m.peer != nil {
			row.ToPeer = stats.Ratios(e.Samples, m.peer.Samples)
		}
		if e.Err != nil {
			row.Err = firstLine(e.Err)
		}
		r.Rows = append(r.Rows, row)
	}
	r.judge()
	return r
}

// firstLine spares a table the thousand errors of a run in which everything failed.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

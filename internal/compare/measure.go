package compare

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/sharedfate/fate/internal/stats"
)

// Measure times the job with each of the contenders, which the workload must accept. Before anything is timed, each does the work once
// and it is checked that all did the same; so is every later run.
//
// Then come rounds. In each, every contender is sampled once, in an order shuffled anew, and so is the base a second time. A ratio is
// that of two samples of one round: what else the machine does, and the garbage that others left, falls on all
// alike. Allocations are counted before that, outside of what is timed.
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
	planned := m.plannedRounds()
	for m.rounds < planned && m.round(ctx) {
		progress(Progress{Workload: w.Name, Round: m.rounds, Rounds: planned})
		if m.rounds >= stats.FewestRounds && time.Since(m.start) > m.plan.Budget {
			break // the machine has become slower than it was when the rounds were planned
		}
	}
	r := m.report()
	r.Partial = ctx.Err() != nil && m.rounds < planned
	return r, context.Cause(ctx)
}

// manySamples is how many times the length of a sample a run must have for what it costs only the first time, such as opening
// connections, to be little beside it. Its allocations are then counted in the warm-up, and not in another run.
const manySamples = 20

// mostRuns is for work that takes no time the clock can see.
const mostRuns = 1 << 16

type measurement struct {
	workload Workload
	job      Job
	plan     Plan
	start    time.Time
	rand     *rand.Rand
	same     sameness
	entrants []*entrant // in the order of the report
	base     *entrant   // nil if it is not among the contenders
	peer     *entrant   // the same; nil also if it is the base
	runs     int        // in one sample
	rounds   int        // that are complete
}

// An entrant is a row in the making.
type entrant struct {
	Contender
	again   bool
	nanos   float64   // of one run, by the latest sample
	samples []float64 // nanos, by round
	allocs  float64
	bytes   float64
	err     error // not nil: it takes no further part
}

func newMeasurement(w Workload, job Job, cs []Contender, p Plan) *measurement {
	if p.Budget <= 0 {
		p.Budget = 2 * time.Second
	}
	if p.Sample <= 0 {
		p.Sample = 3 * time.Millisecond
	}
	m := &measurement{workload: w, job: job, plan: p, start: time.Now(), runs: 1}
	m.rand = rand.New(rand.NewPCG(p.Seed, 0))
	for _, c := range cs {
		e := &entrant{Contender: c}
		m.entrants = append(m.entrants, e)
		switch c.Name {
		case w.base():
			m.base = e
			m.entrants = append(m.entrants, &entrant{Contender: c, again: true})
		case PeerName:
			m.peer = e
		}
	}
	return m
}

// sample runs the work as often as makes a sample, and reports whether all runs went well.
func (m *measurement) sample(ctx context.Context, e *entrant) bool {
	if e.err != nil || ctx.Err() != nil {
		return false
	}
	start := time.Now()
	for range m.runs {
		if err := m.same.run(ctx, m.job, e.Contender); err != nil {
			if ctx.Err() == nil {
				e.err = err
			}
			return false
		}
	}
	e.nanos = float64(time.Since(start)) / float64(m.runs)
	return true
}

// warmUp runs everything once, then finds how many runs make a sample, then counts allocations over so many. What it
// times is not reported.
func (m *measurement) warmUp(ctx context.Context) {
	for _, e := range m.entrants {
		m.countAllocations(ctx, e)
	}
	m.chooseRuns(ctx)
	for _, e := range m.entrants {
		if e.nanos < manySamples*float64(m.plan.Sample) {
			m.countAllocations(ctx, e)
		}
	}
}

// chooseRuns finds how many runs of the base make a sample. The others then do as many, although that takes them more or less
// time: in a sample of few runs, the first ones, which find what other contenders left, weigh more.
func (m *measurement) chooseRuns(ctx context.Context) {
	e := m.base
	if e == nil || e.err != nil {
		i := slices.IndexFunc(m.entrants, func(e *entrant) bool { return e.err == nil })
		if i < 0 {
			return
		}
		e = m.entrants[i]
	}
	want, best := float64(m.plan.Sample), math.Inf(1)
	for m.runs < mostRuns && m.sample(ctx, e) {
		best = min(best, e.nanos)
		if best*float64(m.runs) >= want/2 {
			m.runs = max(1, int(want/best))
			return
		}
		m.runs *= 2
	}
}

func (m *measurement) countAllocations(ctx context.Context, e *entrant) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if !m.sample(ctx, e) {
		return
	}
	runtime.ReadMemStats(&after)
	e.allocs = float64(after.Mallocs-before.Mallocs) / float64(m.runs)
	e.bytes = float64(after.TotalAlloc-before.TotalAlloc) / float64(m.runs)
}

// plannedRounds is how many rounds fit into what is left of the budget.
func (m *measurement) plannedRounds() int {
	round := 0.0
	for _, e := range m.entrants {
		if e.err == nil {
			round += e.nanos * float64(m.runs)
		}
	}
	if round == 0 {
		return 0 // nobody is left
	}
	left := float64(m.plan.Budget - time.Since(m.start))
	return min(max(stats.FewestRounds, int(left/round)), stats.MostRounds)
}

// round samples everybody once and reports whether it got to the end. A round cut short by ctx leaves nothing behind.
func (m *measurement) round(ctx context.Context) bool {
	var ran []*entrant
	for _, i := range m.rand.Perm(len(m.entrants)) {
		if e := m.entrants[i]; m.sample(ctx, e) {
			ran = append(ran, e)
		}
	}
	if ctx.Err() != nil || len(ran) == 0 {
		return false
	}
	for _, e := range ran {
		e.samples = append(e.samples, e.nanos)
	}
	m.rounds++
	return true
}

func (m *measurement) report() Report {
	r := Report{
		Workload: m.workload.Name,
		About:    m.workload.About,
		Limit:    m.workload.Limit,
		Done:     m.same.want,
		Base:     m.workload.base(),
		Runs:     m.runs,
		Rounds:   m.rounds,
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
			Time:      stats.EstimateOf(e.samples),
			Allocs:    e.allocs,
			Bytes:     e.bytes,
			Samples:   e.samples,
		}
		if m.base != nil {
			row.Ratio = stats.Ratios(e.samples, m.base.samples)
		}
		if m.peer != nil {
			row.ToPeer = stats.Ratios(e.samples, m.peer.samples)
		}
		if e.err != nil {
			row.Err = firstLine(e.err)
		}
		r.Rows = append(r.Rows, row)
	}
	return r
}

// firstLine spares a table the thousand errors of a run in which everything failed.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

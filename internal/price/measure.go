package price

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/sharedfate/fate/internal/trial"
)

// Measure measures a row alone, as MeasureTogether measures several.
func Measure(ctx context.Context, r Row, p Plan, progress func(round, rounds int)) (Result, error) {
	all, err := MeasureTogether(ctx, []Row{r}, p, progress)
	return all[0], err
}

// MeasureTogether measures rows that are the same work of ours beside others, and returns a Result for each, in their order. In each round,
// ours is sampled once, and each of theirs, in an order shuffled anew; and one of theirs a second time (A/A), to show how widely ratios
// scatter where there is no difference: the first of those that are quick enough for it. So ours takes no more time than beside one of them alone, and what one
// row says can be held against another.
//
// What a sample leaves behind is collected before the next, so that nobody pays for the garbage of another; each sample, of so many runs
// that it takes milliseconds, is one of work that has been done before. A side that is much slower than others does fewer runs, so that it does not keep
// these from being measured as finely as without it. The rounds end before their time if the intervals of all ratios are narrow.
// Sides that take too long for many rounds are in the first few alone.
//
// A side that fails has that in its Result, and the error is nil; the others go on without it, unless it is ours. If ctx ends,
// MeasureTogether returns within one sample, with what the rounds before gave and the context's cause. progress may be nil.
//
// Rows that differ in more than in whom they stand beside, and in what their targets are, are a programming mistake, and it panics. Of Ours it takes the first's.
func MeasureTogether(ctx context.Context, rows []Row, p Plan, progress func(round, rounds int)) ([]Result, error) {
	for _, r := range rows[min(1, len(rows)):] {
		if !r.sameWork(rows[0]) {
			panic(fmt.Sprintf("price: MeasureTogether: rows %s beside %s and %s beside %s are different work: only Beside, Theirs and targets may differ",
				rows[0].Name, rows[0].Beside, r.Name, r.Beside))
		}
	}
	if len(rows) == 0 {
		return nil, context.Cause(ctx)
	}
	defer rows[0].Prepare()()
	if progress == nil {
		progress = func(int, int) {}
	}
	m := newMeasurement(rows, p)
	progress(0, 0)
	if m.warmUp(ctx) {
		m.rounds(ctx, progress)
	}
	return m.results(), context.Cause(ctx)
}

// Groups splits rows into those that can be measured together: neighbours that differ in whom they stand beside alone.
func Groups(rows []Row) (groups [][]Row) {
	for _, r := range rows {
		if last := len(groups) - 1; last >= 0 && r.sameWork(groups[last][0]) {
			groups[last] = append(groups[last], r)
		} else {
			groups = append(groups, []Row{r})
		}
	}
	return groups
}

// sameWork says whether ours does the same in both rows, in the same surroundings. Functions can't be compared: the name stands for them.
func (r Row) sameWork(other Row) bool {
	return r.Name == other.Name && r.Work == other.Work && r.Tasks == other.Tasks && r.Quick == other.Quick && r.Figure == other.Figure &&
		r.Burners == other.Burners && r.Procs == other.Procs
}

type measurement struct {
	*trial.Trial
	row    Row // what is the same in all
	rows   []Row
	plan   Plan
	began  time.Time
	tasks  int
	counts bool // allocations, meanwhile: that takes time

	ours   *entrant
	theirs []*entrant // by row
	again  *entrant   // one of theirs once more; nil if there is no time for it
	twice  *entrant   // which of theirs that is
}

// An entrant is one side's samples in the making.
type entrant struct {
	trial.Entrant
	side   Side
	allocs float64 // of one task
}

func newMeasurement(rows []Row, p Plan) *measurement {
	m := &measurement{row: rows[0], rows: rows, plan: p, began: time.Now(), tasks: rows[0].Size(p.Quick)}
	m.ours = m.enter(rows[0].Ours)
	all := []*trial.Entrant{&m.ours.Entrant}
	for _, r := range rows {
		e := m.enter(r.Theirs)
		e.Over = &m.ours.Entrant // how wide a ratio's interval is does not depend on which of the two is above the line
		m.theirs = append(m.theirs, e)
		all = append(all, &e.Entrant)
	}
	m.Trial = trial.New(p.Seed, all...)
	return m
}

func (m *measurement) enter(side Side) *entrant {
	e := &entrant{side: side}
	e.Sample = func(ctx context.Context, runs int) (float64, error) { return m.sample(ctx, e, runs) }
	return e
}

// sample runs the side once and returns the figure of a run.
func (m *measurement) sample(ctx context.Context, e *entrant, runs int) (figure float64, err error) {
	if err := m.pointless(); err != nil {
		return 0, err
	}
	if m.row.Burners == 0 { // with them, it would take as long as all else
		runtime.GC()
	}
	parent, cancel := context.WithCancel(ctx)
	defer cancel()
	watch := stopwatch{counts: m.counts}
	meter := &Meter{Context: parent, Tasks: m.tasks, Runs: runs, Clock: &watch}
	if err := e.side(meter); err != nil {
		return 0, err
	}
	if m.counts {
		e.allocs = float64(watch.mallocs) / float64(runs) / float64(m.tasks)
	}
	if m.row.Figure == Time {
		return float64(watch.took) / float64(runs), nil
	}
	return mean(meter.Figures), nil
}

// pointless is why nobody need be sampled any more: ours has failed, or all of theirs have.
func (m *measurement) pointless() (err error) {
	if m.ours.Err != nil {
		return m.ours.Err
	}
	for _, e := range m.theirs {
		if e.Err == nil {
			return nil
		}
		err = e.Err
	}
	return err
}

func mean(vs []float64) float64 {
	sum := 0.0
	for _, v := range vs {
		sum += v
	}
	return sum / float64(len(vs))
}

// warmUp runs all sides, finds how many runs make a sample, and counts allocations. It returns false if ctx has ended.
func (m *measurement) warmUp(ctx context.Context) bool {
	m.counts = m.row.Figure == Time
	defer func() { m.counts = false }()
	if !m.first(ctx) || m.row.Figure != Time {
		return ctx.Err() == nil
	}
	if !m.Calibrate(ctx, leastSample, mostSample, m.Entrants...) {
		return false
	}
	// Once more where a sample is of several runs, as they will be.
	several := slices.DeleteFunc(slices.Clone(m.Entrants), func(e *trial.Entrant) bool { return e.Runs == 1 })
	return m.Warm(ctx, several...)
}

// first samples each side once, with fewer tasks if the row has such a number, because some take seconds with all of them. What it
// gives, and how long it took, is made up to all.
func (m *measurement) first(ctx context.Context) bool {
	all := m.tasks
	m.tasks = m.row.Size(true)
	ok := m.Warm(ctx, m.Entrants...)
	scale := float64(all) / float64(m.tasks)
	m.tasks = all
	for _, e := range m.Entrants {
		e.Figure *= scale
		e.Took = time.Duration(float64(e.Took) * scale)
	}
	return ok
}

// takes is how long a sample of the row takes, by the slower of the two sides: of the work alone, if that is the figure.
func (m *measurement) takes(theirs *entrant) time.Duration {
	if m.row.Figure == Time {
		return time.Duration(max(m.ours.Figure*float64(m.ours.Runs), theirs.Figure*float64(theirs.Runs)))
	}
	return max(m.ours.Took, theirs.Took)
}

// rounds plans them by how long the samples of the warm-up took, and makes them.
func (m *measurement) rounds(ctx context.Context, progress func(round, rounds int)) {
	plan := trial.Plan{}
	against := 0
	for _, e := range m.theirs {
		if e.Err != nil {
			continue
		}
		fewest, most := m.plan.rounds(m.row.Figure, m.takes(e))
		e.First = most
		plan.Fewest, plan.Most = max(plan.Fewest, fewest), max(plan.Most, most)
		if n := m.plan.against(m.row.Figure, m.takes(e)); n > against {
			against, m.twice = n, e
		}
	}
	if m.twice != nil {
		m.again = m.enter(m.twice.side)
		m.again.Over, m.again.Runs, m.again.Took, m.again.First = &m.twice.Entrant, m.twice.Runs, m.twice.Took, min(against, m.twice.First)
		m.Entrants = append(m.Entrants, &m.again.Entrant)
	}
	plan.Budget = m.plan.budget(time.Since(m.began))
	m.Run(ctx, plan, progress)
}

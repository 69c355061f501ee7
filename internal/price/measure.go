package price

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/sharedfate/fate/internal/compare"
)

// A Plan says how much is measured.
type Plan struct {
	Quick bool   // the rows' smaller sizes, and fewer pairs
	Brief bool   // fewer pairs, of the full sizes
	Seed  uint64 // of the order in which sides are sampled
}

const (
	// leastSample is what the faster side's sample takes at least, unless a run takes longer.
	leastSample = 2 * time.Millisecond
	// mostSample keeps the slower side, which does as many runs, from taking too long over it.
	mostSample = 16 * time.Millisecond
	mostRuns   = 1 << 16

	// Work of which one sample takes longer than slow is not paired so often, and not against itself. Against itself, there are
	// only the first fewAgain pairs of work that takes longer than slowish.
	slow     = 300 * time.Millisecond
	slowish  = 50 * time.Millisecond
	fewAgain = 10
)

// budget is how long the pairs of a row may take beyond the fewest there are.
func (p Plan) budget() time.Duration {
	switch {
	case p.Quick:
		return 100 * time.Millisecond
	case p.Brief:
		return 500 * time.Millisecond
	}
	return time.Second
}

// rounds returns between how many pairs there are, of a figure of which a sample takes so long.
func (p Plan) rounds(f Figure, sample time.Duration) (fewest, most int) {
	switch {
	case f == PeakMemory:
		return 3, 3
	case f.late() && p.Quick:
		return 5, 5
	case f.late() && p.Brief:
		return 10, 10
	case f.late():
		return 30, 30
	case p.Quick && sample > slow:
		return 3, 3
	case p.Quick, p.Brief:
		return 6, 200
	case sample > slow:
		return 6, 6
	}
	return 30, 200
}

// Measure runs a row: both sides in turn, each pair in an order shuffled anew, and theirs a second time, to show how widely ratios scatter where
// there is no difference. What a sample leaves behind is collected before the next, so that nobody pays for the garbage of another; each
// sample, of so many runs that it takes milliseconds, is one of work that has been done before.
//
// A side that fails has that in the Result, and the error is nil. If ctx ends, Measure returns within one sample, with what the pairs before
// gave and the context's cause. progress may be nil.
func Measure(ctx context.Context, r Row, p Plan, progress func(pair, pairs int)) (Result, error) {
	defer r.Prepare()()
	if progress == nil {
		progress = func(int, int) {}
	}
	m := &measurement{
		row: r, plan: p, tasks: r.Size(p.Quick), runs: 1,
		rand:   rand.New(rand.NewPCG(p.Seed, 0)),
		ours:   &entrant{side: r.Ours},
		theirs: &entrant{side: r.Theirs},
	}
	m.again = &entrant{side: r.Theirs}
	progress(0, 0)
	if m.warmUp(ctx) {
		m.pairs(ctx, progress)
	}
	return m.result(), context.Cause(ctx)
}

// Prepare makes the machine what the row says, and returns what makes it as it was. Only one row can be prepared at a time.
func (r Row) Prepare() (restore func()) {
	compare.SpinsFor(time.Microsecond) // looks how fast the machine is, once, while nobody keeps it busy
	procs := 0
	if r.Procs > 0 {
		procs = runtime.GOMAXPROCS(r.Procs)
	}
	stop := burn(r.Burners, r.Crowd)
	return func() {
		stop()
		if procs > 0 {
			runtime.GOMAXPROCS(procs)
		}
	}
}

type measurement struct {
	row   Row
	plan  Plan
	tasks int
	runs  int // in one sample, the same for both sides
	rand  *rand.Rand

	counts  bool          // allocations, meanwhile: that takes time
	longest time.Duration // of the two sides' samples

	ours, theirs, again *entrant // again is theirs once more
	err                 error    // of a side
}

// An entrant is one side's samples in the making.
type entrant struct {
	side    Side
	samples []float64 // of one run, by round
	allocs  float64   // of one task
	took    time.Duration
}

// sample runs the side once and returns the figure of a run, and whether all went well.
func (m *measurement) sample(ctx context.Context, e *entrant) (figure float64, ok bool) {
	if m.err != nil || ctx.Err() != nil {
		return 0, false
	}
	began := time.Now()
	if m.row.Burners == 0 { // with them, it would take as long as all else
		runtime.GC()
	}
	parent, cancel := context.WithCancel(ctx)
	defer cancel()
	watch := stopwatch{counts: m.counts}
	meter := &Meter{Context: parent, Tasks: m.tasks, Runs: m.runs, Clock: &watch}
	err := e.side(meter)
	e.took = time.Since(began)
	switch {
	case ctx.Err() != nil:
		return 0, false
	case err != nil:
		m.err = err
		return 0, false
	}
	if m.counts {
		e.allocs = float64(watch.mallocs) / float64(m.runs) / float64(m.tasks)
	}
	if m.row.Figure == Time {
		return float64(watch.took) / float64(m.runs), true
	}
	return mean(meter.Figures), true
}

func mean(vs []float64) float64 {
	sum := 0.0
	for _, v := range vs {
		sum += v
	}
	return sum / float64(len(vs))
}

// warmUp runs both sides, finds how many runs make a sample, and counts allocations. It returns whether all went well.
func (m *measurement) warmUp(ctx context.Context) bool {
	m.counts = m.row.Figure == Time
	defer func() { m.counts = false }()
	ours, theirs, ok := m.first(ctx)
	if !ok || m.row.Figure != Time {
		m.longest = max(m.ours.took, m.theirs.took)
		return ok
	}
	for chosen := false; !chosen; {
		quick, long := min(ours, theirs)*float64(m.runs), max(ours, theirs)*float64(m.runs)
		runs := 2 * m.runs
		if chosen = quick >= float64(leastSample)/2 || long >= float64(mostSample)/2 || runs > mostRuns; chosen {
			more := min(float64(leastSample)/quick, float64(mostSample)/long)
			runs = min(mostRuns, max(1, int(math.Round(float64(m.runs)*more))))
		}
		if runs == m.runs {
			break
		}
		m.runs = runs
		if ours, theirs, ok = m.both(ctx); !ok {
			return false
		}
	}
	m.longest = time.Duration(max(ours, theirs) * float64(m.runs))
	return true
}

// first samples either side once, with fewer tasks if the row has such a number, because some take seconds with all of them. What it
// returns, and how long it took, is made up to all.
func (m *measurement) first(ctx context.Context) (ours, theirs float64, ok bool) {
	all := m.tasks
	m.tasks = m.row.Size(true)
	ours, theirs, ok = m.both(ctx)
	scale := float64(all) / float64(m.tasks)
	m.tasks = all
	for _, e := range []*entrant{m.ours, m.theirs} {
		e.took = time.Duration(float64(e.took) * scale)
	}
	return ours * scale, theirs * scale, ok
}

// both samples either side once.
func (m *measurement) both(ctx context.Context) (ours, theirs float64, ok bool) {
	if ours, ok = m.sample(ctx, m.ours); ok {
		theirs, ok = m.sample(ctx, m.theirs)
	}
	return ours, theirs, ok
}

// against is how many of the pairs have theirs a second time.
func (m *measurement) against() int {
	late := m.row.Figure.late()
	switch {
	case late && (m.plan.Quick || m.plan.Brief):
		return 0
	case m.row.Figure == Time && m.longest > slow, m.longest > time.Second:
		return 0
	case late, m.longest > slowish:
		return fewAgain
	}
	return math.MaxInt
}

func (m *measurement) pairs(ctx context.Context, progress func(pair, pairs int)) {
	round := m.ours.took + 2*m.theirs.took
	fewest, most := m.plan.rounds(m.row.Figure, m.longest)
	planned := min(max(fewest, int(m.plan.budget()/max(1, round))), most)
	against := min(planned, m.against())
	figures := make([]float64, 3)
	for pair := range planned {
		sides := []*entrant{m.ours, m.theirs, m.again}
		if pair >= against {
			sides = sides[:2]
		}
		for _, i := range m.rand.Perm(len(sides)) {
			figure, ok := m.sample(ctx, sides[i])
			if !ok {
				return // a round cut short leaves nothing behind
			}
			figures[i] = figure
		}
		for i, s := range sides {
			s.samples = append(s.samples, figures[i])
		}
		progress(pair+1, planned)
	}
}

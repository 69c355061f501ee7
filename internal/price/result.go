package price

import (
	"slices"

	"github.com/sharedfate/fate/internal/stats"
)

// A Result is what a row came to.
type Result struct {
	Name    string `json:"name"`
	Work    string `json:"work"`
	Beside  string `json:"beside"`
	Figure  string `json:"figure"`
	Tasks   int    `json:"tasks"`
	Burners int    `json:"burners,omitempty"`
	Procs   int    `json:"gomaxprocs,omitempty"` // if it is another than in the rest
	Runs    int    `json:"runs"`                 // in one sample of theirs
	OurRuns int    `json:"our_runs,omitempty"`   // of ours, if there are more or fewer
	Pairs   int    `json:"pairs"`

	// Lines are what is said of it, one for each thing there is to say.
	Lines []Line `json:"lines"`

	// Of one task, by the whole process; both 0 where the figure is not the time.
	OurAllocs   float64 `json:"our_allocs"`
	TheirAllocs float64 `json:"their_allocs"`

	// Samples are the figures of one run, by pair, from which Lines are made. Again is theirs once more, or, where rows were measured together,
	// that of the row beside AgainOf; both are empty where it would take too long.
	Ours    []float64 `json:"our_samples"`
	Theirs  []float64 `json:"their_samples"`
	Again   []float64 `json:"their_samples_again,omitempty"`
	AgainOf string    `json:"again_of,omitempty"`

	// Err says why a side could not be measured, or not to the end.
	Err string `json:"err,omitempty"`
}

// What a Line is of.
const (
	OfTime   = "time"
	OfP50    = "p50" // of how late something was
	OfP95    = "p95"
	OfMemory = "peak memory"
	OfAllocs = "allocations"
)

// A Line is one ratio of a row.
type Line struct {
	Of      string         `json:"of"`
	Ours    float64        `json:"ours"`              // of one run: nanoseconds, bytes; allocations, of one task
	Theirs  float64        `json:"theirs"`            //
	Ratio   stats.Estimate `json:"ratio"`             // ours over theirs; all 0 if it is ours alone that counts
	Again   stats.Estimate `json:"again"`             // one of theirs over itself; all 0 if that was not measured
	Verdict stats.Verdict  `json:"verdict,omitempty"` // what Ratio shows; empty if there is none
	AtMost  float64        `json:"at_most"`           // what Ratio may be, or where there is none, Ours
	Target  bool           `json:"target"`            // AtMost is one
	Met     Met            `json:"met,omitempty"`     // empty if there is no target
}

// Met says whether a target was reached.
type Met string

const (
	Yes     Met = "yes"
	No      Met = "no"      // not even by the lower end of the interval
	Unclear Met = "unclear" // the median is above it, and the interval is not; or there is no ratio
)

// noAllocs is how many allocations a task may have on average to have none: what a run has, divided by its tasks.
const noAllocs = 0.01

// results returns what each row came to.
func (m *measurement) results() []Result {
	all := make([]Result, len(m.rows))
	for i, r := range m.rows {
		all[i] = m.result(r, m.theirs[i])
	}
	return all
}

func (m *measurement) result(row Row, theirs *entrant) Result {
	pairs := min(len(m.ours.Samples), len(theirs.Samples))
	r := Result{
		Name: row.Name, Work: row.About(m.tasks), Beside: row.Beside, Figure: row.Figure.String(),
		Tasks: m.tasks, Burners: row.Burners, Procs: row.Procs,
		Runs: max(1, theirs.Runs), Pairs: pairs,
		OurAllocs: m.ours.allocs, TheirAllocs: theirs.allocs,
		Ours: m.ours.Samples[:pairs], Theirs: theirs.Samples[:pairs],
	}
	if n := max(1, m.ours.Runs); n != r.Runs {
		r.OurRuns = n
	}
	var twice []float64
	if m.again != nil {
		r.Again, r.AgainOf, twice = m.again.Samples, m.rows[slices.Index(m.theirs, m.twice)].Beside, m.twice.Samples
	}
	if err := m.failed(theirs); err != nil {
		r.Err = err.Error()
	}
	if r.Pairs == 0 {
		return r
	}
	if row.Figure.late() {
		r.Lines = []Line{
			r.quantiles(OfP50, 0.5, twice, row.AtMost, m.plan.Seed),
			r.quantiles(OfP95, 0.95, twice, row.AtMost95, m.plan.Seed),
		}
		return r
	}
	of := OfTime
	if row.Figure == PeakMemory {
		of = OfMemory
	}
	r.Lines = []Line{r.medians(of, twice, row.AtMost)}
	if row.NoAllocs {
		l := Line{Of: OfAllocs, Ours: r.OurAllocs, Theirs: r.TheirAllocs, Target: true, Met: Yes}
		if l.Ours > noAllocs {
			l.Met = No
		}
		r.Lines = append(r.Lines, l)
	}
	return r
}

// failed is why a row could not be measured to the end, or nil: either side failed, or theirs did when it was sampled once more.
func (m *measurement) failed(theirs *entrant) error {
	switch {
	case theirs.Err != nil:
		return theirs.Err
	case m.again != nil && m.again.Err != nil && m.twice == theirs:
		return m.again.Err
	}
	return m.ours.Err
}

// medians is the line of the medians: the ratio is that of the pairs. twice are the samples that those of Again stand beside.
func (r Result) medians(of string, twice []float64, atMost float64) Line {
	return Line{
		Of:     of,
		Ours:   stats.EstimateOf(r.Ours).Median,
		Theirs: stats.EstimateOf(r.Theirs).Median,
		Ratio:  stats.Ratios(r.Ours, r.Theirs),
		Again:  stats.Ratios(r.Again, twice),
	}.judged(atMost)
}

// quantiles is the line of a quantile: the ratio is that of the two sides' quantiles, because it says how late the last start is that
// often, and two that were measured next to each other are not late together.
func (r Result) quantiles(of string, q float64, twice []float64, atMost float64, seed uint64) Line {
	return Line{
		Of:     of,
		Ours:   Quantile(r.Ours, q),
		Theirs: Quantile(r.Theirs, q),
		Ratio:  quantileRatio(r.Ours, r.Theirs, q, seed),
		Again:  quantileRatio(r.Again, twice, q, seed),
	}.judged(atMost)
}

// judged says what the ratio shows, and whether it keeps to the target.
func (l Line) judged(atMost float64) Line {
	l.Verdict = stats.Judge(l.Ratio, l.Again)
	return l.hold(atMost)
}

// hold says whether the line keeps to the target; 0 is none.
func (l Line) hold(atMost float64) Line {
	if atMost == 0 {
		return l
	}
	l.AtMost, l.Target, l.Met = atMost, true, keeps(l.Ratio, atMost)
	return l
}

func keeps(ratio stats.Estimate, atMost float64) Met {
	switch {
	case ratio == stats.Estimate{}:
		return Unclear
	case ratio.Median <= atMost:
		return Yes
	case ratio.Low > atMost:
		return No
	}
	return Unclear
}

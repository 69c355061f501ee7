package fatetest

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate"
)

// A judge collects what is found about one strategy: of each law the first violation. Histories are tried in the order of
// their length, so that the first is also among the shortest.
type judge struct {
	new   func() fate.Strategy
	value bool          // the strategy is a value
	one   fate.Strategy // if so, this serves all models and scenes
	hints fate.Hints

	*pulse
	bubble   bool        // we are in a synctest bubble: time stands still while nobody waits
	restarts atomic.Bool // the strategy has answered Restart

	answers map[fate.Tally]fate.Admission // what a value's Admit has answered
	asked   []fate.Tally                  // the keys, in the order in which they came
	kept    answer                        // the last error that Conclude returned

	mu    sync.Mutex
	found []violation // guarded by mu, as all below
	laws  map[law]bool
}

func newJudge(new func() fate.Strategy) *judge {
	j := &judge{
		new:     new,
		one:     new(),
		pulse:   &pulse{},
		answers: make(map[fate.Tally]fate.Admission),
		laws:    make(map[law]bool),
	}
	j.value = isValue(j.one)
	if h, ok := j.one.(fate.Hinter); ok {
		j.hints = h.Hints()
	}
	return j
}

// subject returns the strategy for one more model or scene.
func (j *judge) subject() fate.Strategy {
	if j.value {
		return j.one
	}
	return j.new()
}

// report keeps a violation, unless there is one of the same law.
func (j *judge) report(v violation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.laws[v.law] {
		j.laws[v.law] = true
		j.found = append(j.found, v)
	}
}

// has reports whether one of the laws was broken.
func (j *judge) has(laws ...law) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.ContainsFunc(laws, func(l law) bool { return j.laws[l] })
}

// violations returns what was found so far.
func (j *judge) violations() []violation {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.found)
}

// recall compares an answer of a value's Admit with the one it gave before to the same Tally.
func (j *judge) recall(t fate.Tally, a fate.Admission) (before fate.Admission, same bool) {
	if !j.value {
		return a, true
	}
	before, known := j.answers[t]
	if !known {
		j.answers[t] = a
		j.asked = append(j.asked, t)
		return a, true
	}
	return before, before == a
}

// hangs reports that nothing moves any more, in the strategy's code or out of it.
func (j *judge) hangs(how string) {
	l := waitReturns
	if j.within.Load() > 0 {
		l = noWaiting
	}
	j.report(j.where.Load().violation(l, how))
}

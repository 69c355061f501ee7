package soak

import (
	"fmt"
	"sync/atomic"

	"github.com/sharedfate/fate"
)

// A mishap is what a task ends with that does not succeed. Each is another one, so that it can be found again.
type mishap struct {
	task int
	run  int64
}

func (m *mishap) Error() string { return fmt.Sprintf("task %d, run %d", m.task, m.run) }

// A ledger stands between a group and its strategy, and keeps what each says to the other.
type ledger struct {
	fate.Strategy
	limit     int // the strategy's, 0 if it has none
	shown     map[*mishap]int
	kinds     [fate.Cancelled + 1]uint64
	restarts  uint64 // Restart verdicts
	concluded int
	summary   fate.Summary
	calls     atomic.Int32 // under way
	overlap   atomic.Bool
}

func newLedger(s fate.Strategy, limit int) *ledger {
	return &ledger{Strategy: s, limit: limit, shown: make(map[*mishap]int)}
}

func (l *ledger) String() string { return fmt.Sprint(l.Strategy) }

func (l *ledger) call() func() {
	if l.calls.Add(1) > 1 {
		l.overlap.Store(true)
	}
	return func() { l.calls.Add(-1) }
}

func (l *ledger) Validate() error { return fate.Validate(l.Strategy) }

func (l *ledger) Hints() fate.Hints {
	if h, ok := l.Strategy.(fate.Hinter); ok {
		return h.Hints()
	}
	return fate.Hints{}
}

func (l *ledger) Admit(t fate.Tally) fate.Admission {
	defer l.call()()
	return l.Strategy.Admit(t)
}

func (l *ledger) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	defer l.call()()
	l.kinds[e.Kind]++
	var m *mishap
	if p, ok := e.Err.(*fate.PanicError); ok {
		m, _ = p.Value.(*mishap)
	} else {
		m, _ = e.Err.(*mishap) // itself: a sibling's cause leads to another's
	}
	if m != nil {
		l.shown[m]++
	}
	v := l.Strategy.Settle(t, e)
	if _, ok := v.Restarts(); ok {
		l.restarts++
	}
	return v
}

func (l *ledger) Expect(t fate.Tally) fate.Verdict {
	defer l.call()()
	if e, ok := l.Strategy.(fate.Expecter); ok {
		return e.Expect(t)
	}
	return fate.Continue
}

func (l *ledger) Conclude(s fate.Summary) error {
	defer l.call()()
	l.concluded++
	l.summary = s
	return l.Strategy.Conclude(s)
}

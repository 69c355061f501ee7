package soak

import (
	"fmt"
	"sync/atomic"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/shed"
)

// A mishap is what a task ends with that does not succeed. Each is another one, so that it can be found again.
type mishap struct {
	task int
	run  int64
}

func (m *mishap) Error() string { return fmt.Sprintf("task %d, run %d", m.task, m.run) }

// mishapOf is the mishap that a task returned or panicked with. It does not look into what wraps one: a sibling's cause leads to another's.
func mishapOf(err error) *mishap {
	if p, ok := err.(*fate.PanicError); ok {
		m, _ := p.Value.(*mishap)
		return m
	}
	m, _ := err.(*mishap)
	return m
}

// A ledger stands between a group and its strategy, and keeps what each says to the other. The group calls it under its lock; once Wait
// has returned, nothing of it changes.
type ledger struct {
	fate.Strategy
	limit    int  // the strategy's, 0 if it has none
	hintless bool // the group is not told what it could spare itself

	shown     map[*mishap]int
	failed    map[uint64]error // what each ID failed with, last
	order     []uint64         // the IDs of those, in the order in which they failed
	kinds     [fate.Cancelled + 1]uint64
	restarts  uint64 // Restart verdicts
	concluded int
	summary   fate.Summary
	calls     atomic.Int32 // under way
	overlap   atomic.Bool
}

func newLedger(s fate.Strategy, limit int, hintless bool) *ledger {
	return &ledger{Strategy: s, limit: limit, hintless: hintless, shown: make(map[*mishap]int), failed: make(map[uint64]error)}
}

func (l *ledger) String() string {
	if l.hintless {
		return fmt.Sprintf("%v without hints", l.Strategy)
	}
	return fmt.Sprint(l.Strategy)
}

// restarting reports whether it may restart tasks.
func (l *ledger) restarting() bool {
	_, ok := decider(l.Strategy).(*restarter)
	return ok
}

// decider is the strategy that decides about those that were let in.
func decider(s fate.Strategy) fate.Strategy {
	if s, ok := s.(shed.Strategy); ok && s.Then != nil {
		return s.Then
	}
	return s
}

func (l *ledger) call() func() {
	if l.calls.Add(1) > 1 {
		l.overlap.Store(true)
	}
	return func() { l.calls.Add(-1) }
}

func (l *ledger) Validate() error { return fate.Validate(l.Strategy) }

func (l *ledger) Hints() fate.Hints {
	if h, ok := l.Strategy.(fate.Hinter); ok && !l.hintless {
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
	if m := mishapOf(e.Err); m != nil {
		l.shown[m]++
	}
	if e.Kind.Failure() {
		if _, again := l.failed[e.ID]; !again {
			l.order = append(l.order, e.ID)
		}
		l.failed[e.ID] = e.Err
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

// missing says which of the mishaps that tasks ended with the strategy was not shown, or shown more than once. One that was about to be
// restarted is shown once more when it no longer is: last says whether its task has not run since.
func (l *ledger) missing(returned []*mishap, last func(*mishap) bool) string {
	known := make(map[*mishap]bool, len(returned))
	for _, m := range returned {
		known[m] = true
		if n := l.shown[m]; n != 1 && (n != 2 || !l.restarting() || !last(m)) {
			return fmt.Sprintf("%v failed, and the strategy was shown it %d times", m, n)
		}
	}
	for m := range l.shown {
		if m != errTogether && !known[m] {
			return fmt.Sprintf("the strategy was shown that %v failed, which it did not", m)
		}
	}
	return ""
}

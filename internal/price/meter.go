package price

import (
	"context"
	"fmt"
)

// A Meter is what a side is run with.
type Meter struct {
	// Context is the parent of the groups: one that can be cancelled, as a request's can. If it ends, the side gives up.
	Context context.Context

	Tasks int // in one run
	Runs  int // how many runs are to be measured

	Clock   Clock     // for the work itself
	Figures []float64 // one for each run, from sides whose figure is not the time
}

// A Clock runs while there is work. A *testing.B is one.
type Clock interface {
	StartTimer()
	StopTimer()
}

// Loop times work that is short: all runs at once. first comes before them and is not timed: it is the same work, which finds what the
// collection of garbage has taken away, such as the stacks of goroutines that have ended, and may look at what is done more closely.
func (m *Meter) Loop(first, work func() error) error {
	err := first()
	if err != nil {
		return err
	}
	m.Clock.StartTimer()
	for n := m.Runs; n > 0 && err == nil; n-- {
		err = work()
	}
	m.Clock.StopTimer()
	return err
}

// Each times work that takes long enough for the clock to be stopped after each run, and checked then. If there are several, one before them is
// not timed.
func (m *Meter) Each(work, check func() error) error {
	if m.Runs > 1 {
		if err := work(); err != nil {
			return err
		}
		if err := check(); err != nil {
			return err
		}
	}
	for range m.Runs {
		m.Clock.StartTimer()
		err := work()
		m.Clock.StopTimer()
		if err == nil {
			err = check()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// record notes a run's figure.
func (m *Meter) record(figure float64) { m.Figures = append(m.Figures, figure) }

// did is an error unless as much was done as there are tasks.
func (m *Meter) did(n int64) error {
	if n != int64(m.Tasks) {
		return fmt.Errorf("price: %d of %d tasks were done", n, m.Tasks)
	}
	return nil
}

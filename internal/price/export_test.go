package price

import (
	"context"
	"time"
)

// What tests from outside need to put a runner of their own in the place of a contender.
type Form = form

var (
	Empty         = empty
	Waiting       = waiting
	Failing       = failing
	Passing       = passing
	Piled         = piled
	Late          = func(run runner) Side { return late(run, short) }
	Neighbour     = func(run runner) Side { return neighbour(run, 0) }
	Bare          = bare
	Long          = func(run func(context.Context, []uint64, int) error) Side { return long(time.Microsecond, run) }
	Slot          = slot
	QuantileRatio = quantileRatio
	ErrTask       = errTask
	Failures      = failures
)

// Slots and the others measure work that is not done by a runner.

func (m *Meter) Slots(work func([]uint32) error) error              { return m.slots(work) }
func (m *Meter) Sums(work func([]uint64, int) error) error          { return m.sums(work) }
func (m *Meter) Mapped(work func([]int) ([]int, error)) error       { return m.mapped(work) }
func (m *Meter) Results(spins int, work func([]uint64) error) error { return m.results(spins, work) }
func (m *Meter) Ordered(work func(func(int)) error) error           { return m.ordered(work) }
func (m *Meter) Staged(work func(func(int)) error) error            { return m.staged(work) }
func (m *Meter) Spawned(work func(func(context.Context) error) error) error {
	return m.spawned(nothing.task, work)
}

func Together(by, tasks int, offer func(int) int) error { return together(by, tasks, offer) }

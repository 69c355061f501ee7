package claims

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
)

// slots measures a starter with tasks that do nothing but set the slot of each to its number and 1.
func slots(run starter) price.Side {
	return filled(run, func(i int) uint64 { return uint64(i + 1) })
}

// spinning measures a starter with tasks that compute for as long as d.
func spinning(run starter, d time.Duration) price.Side {
	return func(m *price.Meter) error {
		spins := compare.SpinsFor(d)
		return filled(run, func(i int) uint64 { return compare.Spin(uint64(i+1), spins) })(m)
	}
}

// filled measures a starter with tasks that set the slot of each to a value that is not 0. They are looked at before the runs that are
// timed, and after them.
func filled(run starter, value func(i int) uint64) price.Side {
	return func(m *price.Meter) error {
		slots := make([]uint64, m.Tasks)
		task := func(i int) error {
			slots[i] = value(i)
			return nil
		}
		work := func() error { return run(m.Context, m.Tasks, task) }
		check := func() error {
			for i, v := range slots {
				if v == 0 || i%1000 == 0 && v != value(i) {
					return fmt.Errorf("claims: task %d left %d", i, v)
				}
			}
			clear(slots)
			return nil
		}
		return looped(m, work, check)
	}
}

// many tasks take so long that a run of them before those which are timed changes nothing.
const many = 10_000

// looped times the work, and checks what it left before that and after it.
func looped(m *price.Meter, work, check func() error) error {
	if m.Tasks >= many {
		return m.Each(work, check)
	}
	first := func() error {
		if err := work(); err != nil {
			return err
		}
		return check()
	}
	if err := m.Loop(first, work); err != nil {
		return err
	}
	return check()
}

// did is an error unless so many tasks are those of one run, or of all that are timed.
func did(m *price.Meter, n int64) error {
	if n != int64(m.Tasks) && n != int64(m.Tasks)*int64(m.Runs) {
		return fmt.Errorf("claims: %d tasks were done in %d runs of %d", n, m.Runs, m.Tasks)
	}
	return nil
}

// waiting measures a starter with tasks that each wait until all have started.
func waiting(run starter) price.Side {
	return func(m *price.Meter) error {
		var ended atomic.Int64
		work := func() error {
			var started atomic.Int64
			gate := make(chan struct{})
			return run(m.Context, m.Tasks, func(int) error {
				if started.Add(1) == int64(m.Tasks) {
					close(gate)
				}
				<-gate
				ended.Add(1)
				return nil
			})
		}
		return looped(m, work, func() error {
			return did(m, ended.Swap(0))
		})
	}
}

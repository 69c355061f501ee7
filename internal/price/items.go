package price

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/compare"
	concs "github.com/sourcegraph/conc/iter"
	"github.com/sourcegraph/conc/stream"
	"golang.org/x/sync/errgroup"
)

// itemRows are what an item costs where one function runs over many.
func itemRows() []Row {
	const slots = "ForEach over %s items at limit 8, each sets its own slot"
	return []Row{
		{Name: "foreach", Work: slots, Tasks: 10_000_000, Quick: 300_000, Beside: "errgroup SetLimit(8)", AtMost: 0.02,
			Ours: forEach, Theirs: forEachErrgroup},
		{Name: "foreach", Work: slots, Tasks: 10_000_000, Quick: 300_000, Beside: "conc iter on a slice", AtMost: 0.25,
			Ours: forEach, Theirs: forEachConc},
		{Name: "foreach-1us", Work: "ForEach over %s items of 1 µs CPU at limit 2", Tasks: 1_000_000, Quick: 30_000,
			Beside: "a serial loop", AtMost: 0.6, Ours: forEachCPU, Theirs: forEachSerial},
		{Name: "map", Work: "Map over %s items at limit 8", Tasks: 1_000_000, Quick: 300_000, Beside: "conc iter.Map", AtMost: 0.5,
			Ours: mapFate, Theirs: mapConc},
		{Name: "stream", Work: "Stream over %s items at limit 8, in order", Tasks: 1_000_000, Quick: 30_000, Beside: "conc stream",
			AtMost: 0.25, Ours: streamFate, Theirs: streamConc},
	}
}

const itemLimit = 8

// upTo yields the numbers below n.
func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// slots measures work that sets the slot of each item to its number and 1.
func (m *Meter) slots(work func(slots []uint32) error) error {
	slots := make([]uint32, m.Tasks)
	clear(slots) // makes the system hand over the memory now
	return m.Each(func() error { return work(slots) }, func() error {
		for i, v := range slots {
			if v != uint32(i+1) {
				return fmt.Errorf("price: slot %d holds %d", i, v)
			}
		}
		clear(slots)
		return nil
	})
}

func forEach(m *Meter) error {
	return m.slots(func(slots []uint32) error {
		return fate.ForEach(m.Context, failfast.Strategy{Limit: itemLimit}, upTo(len(slots)), func(_ context.Context, i int) error {
			slots[i] = uint32(i + 1)
			return nil
		})
	})
}

func forEachErrgroup(m *Meter) error {
	return m.slots(func(slots []uint32) error {
		g, ctx := errgroup.WithContext(m.Context)
		g.SetLimit(itemLimit)
		for i := range slots {
			if i%(1<<16) == 0 && ctx.Err() != nil {
				break // the run was interrupted: this side takes seconds
			}
			g.Go(func() error {
				slots[i] = uint32(i + 1)
				return nil
			})
		}
		return g.Wait()
	})
}

func forEachConc(m *Meter) error {
	return m.slots(func(slots []uint32) error {
		concs.Iterator[uint32]{MaxGoroutines: itemLimit}.ForEachIdx(slots, func(i int, slot *uint32) {
			*slot = uint32(i + 1)
		})
		return nil
	})
}

// sums measures work that leaves in each item's slot what a microsecond of work comes to.
func (m *Meter) sums(work func(sums []uint64, spins int) error) error {
	sums, spins := make([]uint64, m.Tasks), compare.SpinsFor(time.Microsecond)
	clear(sums)
	return m.Each(func() error { return work(sums, spins) }, func() error {
		// A few are enough for what was computed; that none is 0, for that all were.
		for i, v := range sums {
			if v == 0 || i%1000 == 0 && v != compare.Spin(uint64(i+1), spins) {
				return fmt.Errorf("price: the sum of item %d is %d", i, v)
			}
		}
		clear(sums)
		return nil
	})
}

func forEachCPU(m *Meter) error {
	return m.sums(func(sums []uint64, spins int) error {
		return fate.ForEach(m.Context, failfast.Strategy{Limit: 2}, upTo(len(sums)), func(_ context.Context, i int) error {
			sums[i] = compare.Spin(uint64(i+1), spins)
			return nil
		})
	})
}

func forEachSerial(m *Meter) error {
	return m.sums(func(sums []uint64, spins int) error {
		for i := range sums {
			sums[i] = compare.Spin(uint64(i+1), spins)
		}
		return nil
	})
}

// mapped measures work that doubles each item.
func (m *Meter) mapped(work func(in []int) ([]int, error)) error {
	in := make([]int, m.Tasks)
	for i := range in {
		in[i] = i + 1
	}
	var out []int
	return m.Each(func() (err error) {
		out, err = work(in)
		return err
	}, func() error {
		for i, v := range out {
			if v != 2*in[i] {
				return fmt.Errorf("price: result %d is %d", i, v)
			}
		}
		return m.did(int64(len(out)))
	})
}

func mapFate(m *Meter) error {
	return m.mapped(func(in []int) ([]int, error) {
		return fate.Map(m.Context, failfast.Strategy{Limit: itemLimit}, in, func(_ context.Context, v int) (int, error) {
			return 2 * v, nil
		})
	})
}

func mapConc(m *Meter) error {
	return m.mapped(func(in []int) ([]int, error) {
		return concs.Mapper[int, int]{MaxGoroutines: itemLimit}.Map(in, func(v *int) int { return 2 * *v }), nil
	})
}

func streamFate(m *Meter) error {
	next := 0
	return m.Each(func() error {
		next = 0
		double := func(_ context.Context, i int) (int, error) { return 2 * i, nil }
		for v, err := range fate.Stream(m.Context, failfast.Strategy{Limit: itemLimit}, upTo(m.Tasks), double) {
			if err != nil {
				return err
			}
			if v != 2*next {
				return fmt.Errorf("price: %d came as number %d", v, next)
			}
			next++
		}
		return nil
	}, func() error { return m.did(int64(next)) })
}

func streamConc(m *Meter) error {
	next := 0
	return m.Each(func() error {
		next = 0
		disorder := false
		s := stream.New().WithMaxGoroutines(itemLimit)
		for i := range m.Tasks {
			s.Go(func() stream.Callback {
				v := 2 * i
				return func() {
					disorder = disorder || v != 2*next
					next++
				}
			})
		}
		s.Wait()
		if disorder {
			return fmt.Errorf("price: the results came out of order")
		}
		return nil
	}, func() error { return m.did(int64(next)) })
}

package price

import (
	"context"
	"fmt"
	"iter"
	"sync"
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
	row := func(r Row, beside string, atMost float64, theirs Side) Row {
		r.Beside, r.AtMost, r.Theirs = beside, atMost, theirs
		return r
	}
	slots := Row{Name: "foreach", Work: "ForEach over %s items at limit 8, each sets its own slot", Tasks: 10_000_000, Quick: 300_000, Ours: forEach}
	cpu := Row{Name: "foreach-1us", Work: "ForEach over %s items of 1 µs CPU at limit 2", Tasks: 1_000_000, Quick: 30_000, Ours: forEachCPU}
	mapped := Row{Name: "map", Work: "Map over %s items at limit 8", Tasks: 1_000_000, Quick: 300_000, Ours: mapFate}
	ordered := Row{Name: "stream", Work: "Stream over %s items at limit 8, in order", Tasks: 1_000_000, Quick: 30_000, Ours: streamFate}
	return []Row{
		row(slots, "errgroup SetLimit(8)", 0.02, forEachErrgroup),
		row(slots, "conc iter on a slice", 0.25, forEachConc),
		row(slots, "errgroup, 8 workers", 0, forEachWorkers),
		row(slots, serialName, 0, forEachPlain),
		row(cpu, serialName, 0.6, forEachSerial),
		row(cpu, "errgroup SetLimit(2)", 0, forEachCPUErrgroup),
		row(cpu, "errgroup, 2 workers", 0, forEachCPUWorkers),
		row(cpu, "conc iter on a slice", 0, forEachCPUConc),
		row(mapped, "conc iter.Map", 0.5, mapConc),
		row(mapped, "errgroup SetLimit(8)", 0, mapErrgroup),
		row(mapped, "errgroup, 8 workers", 0, mapWorkers),
		row(mapped, serialName, 0, mapSerial),
		row(ordered, "conc stream", 0.25, streamConc),
		row(ordered, "channels by hand", 0, streamByHand),
		row(ordered, serialName, 0, streamSerial),
	}
}

const serialName = "a serial loop"

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
		return perItem(m.Context, itemLimit, len(slots), func(i int) { slots[i] = uint32(i + 1) })
	})
}

func forEachWorkers(m *Meter) error {
	return m.slots(func(slots []uint32) error {
		return workers(m.Context, itemLimit, len(slots), func(i int) { slots[i] = uint32(i + 1) })
	})
}

func forEachPlain(m *Meter) error {
	return m.slots(func(slots []uint32) error {
		for i := range slots {
			slots[i] = uint32(i + 1)
		}
		return nil
	})
}

// perItem has an errgroup start a goroutine for each item.
func perItem(ctx context.Context, limit, items int, do func(int)) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(limit)
	for i := range items {
		if i%(1<<16) == 0 && ctx.Err() != nil {
			break // the run was interrupted: this side takes seconds
		}
		g.Go(func() error {
			do(i)
			return nil
		})
	}
	return g.Wait()
}

// workers hands the items to so many goroutines over a channel, and joins these by an errgroup, whose context tells the producer of a failure.
func workers(ctx context.Context, n, items int, do func(int)) error {
	g, ctx := errgroup.WithContext(ctx)
	queue := make(chan int, 64)
	for range n {
		g.Go(func() error {
			for i := range queue {
				do(i)
			}
			return nil
		})
	}
	g.Go(func() error {
		defer close(queue)
		for i := range items {
			select {
			case queue <- i:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return g.Wait()
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

func forEachCPUErrgroup(m *Meter) error {
	return m.sums(func(sums []uint64, spins int) error {
		return perItem(m.Context, 2, len(sums), func(i int) { sums[i] = compare.Spin(uint64(i+1), spins) })
	})
}

func forEachCPUWorkers(m *Meter) error {
	return m.sums(func(sums []uint64, spins int) error {
		return workers(m.Context, 2, len(sums), func(i int) { sums[i] = compare.Spin(uint64(i+1), spins) })
	})
}

func forEachCPUConc(m *Meter) error {
	return m.sums(func(sums []uint64, spins int) error {
		concs.Iterator[uint64]{MaxGoroutines: 2}.ForEachIdx(sums, func(i int, sum *uint64) {
			*sum = compare.Spin(uint64(i+1), spins)
		})
		return nil
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

func mapErrgroup(m *Meter) error {
	return m.mapped(func(in []int) ([]int, error) {
		out := make([]int, len(in))
		return out, perItem(m.Context, itemLimit, len(in), func(i int) { out[i] = 2 * in[i] })
	})
}

func mapWorkers(m *Meter) error {
	return m.mapped(func(in []int) ([]int, error) {
		out := make([]int, len(in))
		return out, workers(m.Context, itemLimit, len(in), func(i int) { out[i] = 2 * in[i] })
	})
}

func mapSerial(m *Meter) error {
	return m.mapped(func(in []int) ([]int, error) {
		out := make([]int, len(in))
		for i, v := range in {
			out[i] = 2 * v
		}
		return out, nil
	})
}

// ordered measures work that hands on each item's double in the order of the items.
func (m *Meter) ordered(work func(yield func(v int)) error) error {
	next, disorder := 0, false
	return m.Each(func() error {
		next, disorder = 0, false
		return work(func(v int) {
			disorder = disorder || v != 2*next
			next++
		})
	}, func() error {
		if disorder {
			return fmt.Errorf("price: the results came out of order")
		}
		return m.did(int64(next))
	})
}

func streamFate(m *Meter) error {
	double := func(_ context.Context, i int) (int, error) { return 2 * i, nil }
	return m.ordered(func(yield func(int)) error {
		for v, err := range fate.Stream(m.Context, failfast.Strategy{Limit: itemLimit}, upTo(m.Tasks), double) {
			if err != nil {
				return err
			}
			yield(v)
		}
		return nil
	})
}

func streamConc(m *Meter) error {
	return m.ordered(func(yield func(int)) error {
		s := stream.New().WithMaxGoroutines(itemLimit)
		for i := range m.Tasks {
			s.Go(func() stream.Callback {
				v := 2 * i
				return func() { yield(v) }
			})
		}
		s.Wait()
		return nil
	})
}

// streamByHand has a channel of channels, each of which gets one result, and is read in the order of the items.
func streamByHand(m *Meter) error {
	type job struct {
		item   int
		result chan int
	}
	return m.ordered(func(yield func(int)) error {
		var g sync.WaitGroup
		jobs, results := make(chan job, 64), make(chan chan int, 64)
		for range itemLimit {
			g.Go(func() {
				for j := range jobs {
					j.result <- 2 * j.item
				}
			})
		}
		g.Go(func() {
			defer close(jobs)
			defer close(results)
			for i := range m.Tasks {
				j := job{i, make(chan int, 1)}
				jobs <- j
				results <- j.result
			}
		})
		for r := range results {
			yield(<-r)
		}
		g.Wait()
		return nil
	})
}

func streamSerial(m *Meter) error {
	return m.ordered(func(yield func(int)) error {
		for i := range m.Tasks {
			yield(2 * i)
		}
		return nil
	})
}

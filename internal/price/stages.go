package price

import (
	"context"
	"fmt"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sourcegraph/conc/stream"
)

// stageRows are what an item costs that goes through three stages, each with a limit of its own.
func stageRows() []Row {
	row := func(beside string, theirs Side) Row {
		return Row{Name: "stages", Work: "%s items through three stages at limit 4 each", Tasks: 1_000_000, Quick: 30_000,
			Beside: beside, Ours: stagesFate, Theirs: theirs}
	}
	return []Row{
		row("channels by hand, in no order", stagesByHand),
		row("conc stream", stagesConc),
		row(serialName, stagesSerial),
	}
}

const stageLimit = 4

// stage is the work of one of them.
func stage(i int) int { return i + 1 }

// staged measures work that takes each item through three stages. An order that is not promised is not asked for: what comes out is
// told by its number and its sum.
func (m *Meter) staged(work func(yield func(v int)) error) error {
	var n, sum int64
	return m.Each(func() error {
		n, sum = 0, 0
		return work(func(v int) {
			n++
			sum += int64(v)
		})
	}, func() error {
		all := int64(m.Tasks)
		if want := all*(all-1)/2 + 3*all; sum != want {
			return fmt.Errorf("price: the results add up to %d, not %d", sum, want)
		}
		return m.did(n)
	})
}

func stagesFate(m *Meter) error {
	s := failfast.Strategy{Limit: stageLimit}
	one := func(_ context.Context, i int) (int, error) { return stage(i), nil }
	return m.staged(func(yield func(int)) error {
		all := fate.From(upTo(m.Tasks))
		for range 3 {
			all = fate.Stage(all, s, one)
		}
		for v, err := range all(m.Context) {
			if err != nil {
				return err
			}
			yield(v)
		}
		return nil
	})
}

// stagesByHand has goroutines that read one channel and write the next, and a WaitGroup for each stage, after which its channel is closed.
func stagesByHand(m *Meter) error {
	return m.staged(func(yield func(int)) error {
		first := make(chan int, 64)
		go func() {
			defer close(first)
			for i := range m.Tasks {
				first <- i
			}
		}()
		in := first
		for range 3 {
			from, to := in, make(chan int, 64)
			var g sync.WaitGroup
			for range stageLimit {
				g.Go(func() {
					for i := range from {
						to <- stage(i)
					}
				})
			}
			go func() {
				g.Wait()
				close(to)
			}()
			in = to
		}
		for v := range in {
			yield(v)
		}
		return nil
	})
}

// stagesConc has a stream for each stage, whose callback, which comes in order, gives the result to the next.
func stagesConc(m *Meter) error {
	return m.staged(func(yield func(int)) error {
		var all [3]*stream.Stream
		for k := range all {
			all[k] = stream.New().WithMaxGoroutines(stageLimit)
		}
		var give func(k, i int)
		give = func(k, i int) {
			if k == len(all) {
				yield(i)
				return
			}
			all[k].Go(func() stream.Callback {
				v := stage(i)
				return func() { give(k+1, v) }
			})
		}
		for i := range m.Tasks {
			give(0, i)
		}
		for _, s := range all {
			s.Wait()
		}
		return nil
	})
}

func stagesSerial(m *Meter) error {
	return m.staged(func(yield func(int)) error {
		for i := range m.Tasks {
			yield(stage(stage(stage(i))))
		}
		return nil
	})
}

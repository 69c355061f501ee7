package price

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/compare"
	"golang.org/x/sync/errgroup"
)

// workRows are tasks that wait or compute.
func workRows() []Row {
	return []Row{
		{Name: "blocked", Work: "%s tasks, each waits until all have started", Tasks: 1000, Beside: errgroupName, AtMost: 1,
			Ours: waiting(under(failfast.Strategy{})), Theirs: waiting(byErrgroup(0))},
		{Name: "cpu-10us", Work: "%s tasks of 10 µs CPU", Tasks: 1000, Beside: errgroupName, AtMost: 0.9,
			Ours: spinning(10 * time.Microsecond), Theirs: spinningErrgroup(10 * time.Microsecond)},
		{Name: "cpu-100us", Work: "%s tasks of 100 µs CPU", Tasks: 1000, Quick: 100, Beside: errgroupName, AtMost: 1,
			Ours: spinning(100 * time.Microsecond), Theirs: spinningErrgroup(100 * time.Microsecond)},
	}
}

// waiting measures a runner with tasks that each wait until all have started.
func waiting(run runner) Side {
	return func(m *Meter) error {
		var ran int64
		return m.Each(func() error {
			var started, ended atomic.Int64
			gate := make(chan struct{})
			err := run(m.Context, m.Tasks, formOf(func() error {
				if started.Add(1) == int64(m.Tasks) {
					close(gate)
				}
				<-gate
				ended.Add(1)
				return nil
			}))
			ran = ended.Load()
			return err
		}, func() error { return m.did(ran) })
	}
}

// results measures work that leaves in each task's slot what so many spins come to.
func (m *Meter) results(spins int, work func(out []uint64) error) error {
	out := make([]uint64, m.Tasks)
	want := make([]uint64, m.Tasks)
	for i := range want {
		want[i] = compare.Spin(uint64(i+1), spins)
	}
	return m.Each(func() error { return work(out) }, func() error {
		for i, v := range out {
			if v != want[i] {
				return fmt.Errorf("price: the result of task %d is %d, not %d", i, v, want[i])
			}
		}
		clear(out)
		return nil
	})
}

func spinning(d time.Duration) Side {
	return func(m *Meter) error {
		spins := compare.SpinsFor(d)
		return m.results(spins, func(out []uint64) error {
			g := fate.New(m.Context, failfast.Strategy{})
			for i := range out {
				g.Go(func(context.Context) error {
					out[i] = compare.Spin(uint64(i+1), spins)
					return nil
				})
			}
			return g.Wait()
		})
	}
}

func spinningErrgroup(d time.Duration) Side {
	return func(m *Meter) error {
		spins := compare.SpinsFor(d)
		return m.results(spins, func(out []uint64) error {
			g, _ := errgroup.WithContext(m.Context)
			for i := range out {
				g.Go(func() error {
					out[i] = compare.Spin(uint64(i+1), spins)
					return nil
				})
			}
			return g.Wait()
		})
	}
}

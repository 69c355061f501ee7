package price

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// CostCurves returns how cost changes with how long the tasks are and with how many there are, beside everybody and beside a serial loop: it
// shows from where on any of it pays, and from where on it does not matter which.
func CostCurves() []Curve { return []Curve{lengthCurve(), countCurve()} }

// lengthTasks is how many tasks there are at each length. It is small enough for a run of the longest to take milliseconds, so that it need
// not differ: where there were fewer of the long ones, their cost would have more of the group in it.
const lengthTasks = 100

func lengthCurve() Curve {
	c := Curve{Name: "length of the tasks"}
	for _, d := range []time.Duration{0, 100, 300, 1000, 3000, 10_000, 30_000, 100_000} {
		us := float64(d) / float64(time.Microsecond)
		row := func(beside string, theirs longRunner) Row {
			return Row{Name: "length", Work: "%s tasks, each computes for so long", Tasks: lengthTasks, Beside: beside,
				Ours: long(d, longOurs), Theirs: long(d, theirs)}
		}
		c.add(strconv.FormatFloat(us, 'f', -1, 64)+" µs", us,
			row(errgroupName, longErrgroup), row(concName, longConc), row(bareName, longBare), row(serialName, longSerial))
	}
	return c
}

func countCurve() Curve {
	c := Curve{Name: "number of tasks"}
	ours := empty(under(failfast.Strategy{}))
	for _, n := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 1000, 10_000, 100_000} {
		row := func(beside string, theirs runner) Row {
			return Row{Name: "count", Work: "empty tasks, no limit", Tasks: n, Beside: beside, Ours: ours, Theirs: empty(theirs)}
		}
		c.add(strings.ReplaceAll(Amount(n), " ", ""), float64(n),
			row(errgroupName, byErrgroup(0)), row(concName, byConc(0)), row(bareName, bare), row(serialName, inALoop))
	}
	return c
}

// inALoop runs the tasks one after the other.
func inALoop(_ context.Context, tasks int, f form) error {
	for range tasks {
		if err := f.erred(); err != nil {
			return err
		}
	}
	return nil
}

// A longRunner runs a task for each slot, which leaves there what so many spins come to.
type longRunner func(ctx context.Context, out []uint64, spins int) error

// slot does task i. It is told by its number how often it is to spin, which may be 0.
func slot(out []uint64, i, spins int) { out[i] = compare.Spin(uint64(i+1), spins) }

// long measures a runner with tasks of that length, once it has shown that it does them all.
func long(d time.Duration, run longRunner) Side {
	return func(m *Meter) error {
		spins := 0
		if d > 0 {
			spins = compare.SpinsFor(d)
		}
		out := make([]uint64, m.Tasks)
		return m.Loop(func() error {
			if err := run(m.Context, out, spins); err != nil {
				return err
			}
			for i, v := range out {
				if v == 0 || i%16 == 0 && v != compare.Spin(uint64(i+1), spins) {
					return fmt.Errorf("price: the result of task %d is %d", i, v)
				}
			}
			return nil
		}, func() error { return run(m.Context, out, spins) })
	}
}

func longOurs(ctx context.Context, out []uint64, spins int) error {
	g := fate.New(ctx, failfast.Strategy{})
	for i := range out {
		g.Go(func(context.Context) error {
			slot(out, i, spins)
			return nil
		})
	}
	return g.Wait()
}

func longErrgroup(ctx context.Context, out []uint64, spins int) error {
	g, _ := errgroup.WithContext(ctx)
	for i := range out {
		g.Go(func() error {
			slot(out, i, spins)
			return nil
		})
	}
	return g.Wait()
}

func longConc(ctx context.Context, out []uint64, spins int) error {
	g := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	for i := range out {
		g.Go(func(context.Context) error {
			slot(out, i, spins)
			return nil
		})
	}
	return g.Wait()
}

func longBare(_ context.Context, out []uint64, spins int) error {
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { slot(out, i, spins) })
	}
	wg.Wait()
	return nil
}

func longSerial(_ context.Context, out []uint64, spins int) error {
	for i := range out {
		slot(out, i, spins)
	}
	return nil
}

package price

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/compare"
)

// burn keeps the processors busy with so many goroutines until stop is called, which waits for them. They spin, or run one group after
// another.
func burn(goroutines int, crowd runner) (stop func()) {
	var wg sync.WaitGroup
	var done atomic.Bool
	spin := func() error { return compute(1000) }
	f := formOf(spin)
	for range goroutines {
		wg.Go(func() {
			for !done.Load() {
				if crowd == nil {
					_ = spin()
				} else {
					_ = crowd(context.Background(), SpreadTasks, f)
				}
			}
		})
	}
	return func() {
		done.Store(true)
		wg.Wait()
	}
}

// compute spins so often. What it comes to is never 0, and is looked at so that the compiler can't leave it out.
func compute(spins int) error {
	if compare.Spin(1, spins) == 0 {
		return errors.New("price: the generator has run dry")
	}
	return nil
}

// busyCurves returns how soon tasks start with other processors, tasks and neighbours.
func busyCurves() []Curve {
	row := func(name, work string, k kind) Row {
		return Row{
			Name: name, Work: "start of the last of 100 " + work, Tasks: 100, Figure: LastStart, Beside: errgroupName, Burners: burners,
			Ours: late(under(failfast.Strategy{}), k), Theirs: late(byErrgroup(0), k),
		}
	}
	procs, lengths := Curve{Name: "GOMAXPROCS"}, Curve{Name: "length of the tasks"}
	counts, crowds := Curve{Name: "number of neighbours"}, Curve{Name: "what the neighbours do"}
	for _, n := range []int{1, 2, 4, 8} {
		r := row("busy-procs", "short tasks, 20 neighbours that spin", short)
		r.Procs = n
		procs.add(strconv.Itoa(n), float64(n), r)
	}
	for _, d := range []time.Duration{20 * time.Microsecond, 200 * time.Microsecond, time.Millisecond, 5 * time.Millisecond} {
		lengths.add(span(d), float64(d)/float64(time.Microsecond), row("busy-length", "tasks of that length, 20 neighbours that spin", spins(d)))
	}
	for _, n := range []int{0, 2, 20, 200} {
		r := row("busy-neighbours", "short tasks, so many neighbours that spin", short)
		r.Burners = n
		counts.add(strconv.Itoa(n), float64(n), r)
	}
	for _, c := range []struct {
		at    string
		crowd runner
	}{
		{"spin", nil},
		{"groups of ours", under(failfast.Strategy{})},
		{"errgroups", byErrgroup(0)},
	} {
		r := row("busy-crowd", "short tasks, 20 neighbours", short)
		r.Crowd = c.crowd
		crowds.add(c.at, 0, r)
	}
	return []Curve{procs, lengths, counts, crowds}
}

// span writes a duration as the tables do, with a space.
func span(d time.Duration) string {
	if d%time.Millisecond == 0 {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%d µs", d.Microseconds())
}

// neighbourRows are how long another goroutine waits for its turn while a group works: what is won is not taken from others.
func neighbourRows() []Row {
	var rows []Row
	for _, d := range []time.Duration{0, 50 * time.Microsecond, 2 * time.Millisecond} {
		tasks, work := 20_000, "%s short tasks"
		if d > 0 {
			tasks, work = int(100*time.Millisecond/d), "%s tasks of "+span(d)
		}
		rows = append(rows, Row{
			Name: fmt.Sprintf("neighbour-%dus", d.Microseconds()), Work: "a neighbour's longest wait for its turn, while a group runs " + work, Tasks: tasks,
			Figure: LongestWait, Beside: errgroupName,
			Ours: neighbour(under(failfast.Strategy{}), d), Theirs: neighbour(byErrgroup(0), d),
		})
	}
	return rows
}

// neighbour measures how late a goroutine is back at most that sleeps a moment again and again while the runner's tasks compute.
func neighbour(run runner, d time.Duration) Side {
	return func(m *Meter) error {
		n := 0
		if d > 0 {
			n = compare.SpinsFor(d)
		}
		f := formOf(func() error { return compute(n) })
		for range m.Runs {
			ended := make(chan error, 1)
			m.Clock.StartTimer()
			go func() { ended <- run(m.Context, m.Tasks, f) }()
			late, err := lateness(ended)
			m.Clock.StopTimer()
			if err != nil {
				return err
			}
			m.record(late)
		}
		return nil
	}
}

// lateness is the longest time by which a sleep was longer than it should have been, until the channel has an answer.
func lateness(ended <-chan error) (longest float64, err error) {
	const nap = 100 * time.Microsecond
	for {
		began := time.Now()
		time.Sleep(nap)
		longest = max(longest, float64(time.Since(began)-nap))
		select {
		case err = <-ended:
			return longest, err
		default:
		}
	}
}

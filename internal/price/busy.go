package price

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/compare"
)

// A server under load has more goroutines that can run than processors. One that becomes ready then stands in the run queue behind the time
// slices of the others, 10 ms each. A group with a goroutine per task stands there once for every task; ours goes on starting
// tasks within the slice that it has.

// burners is how many goroutines keep the processors busy.
const burners = 20

// busyRows are how long it takes there until all tasks have started.
func busyRows() []Row {
	row := func(name, work string, tasks int, atMost float64, k kind) Row {
		return Row{
			Name: name, Work: "busy machine: " + work, Tasks: tasks, Figure: LastStart, Beside: errgroupName,
			AtMost: atMost, AtMost95: 1.2, Burners: burners,
			Ours: late(under(failfast.Strategy{}), k), Theirs: late(byErrgroup(0), k),
		}
	}
	return []Row{
		row("busy-short", "start of the last of 100 short tasks", 100, 0.02, short),
		row("busy-20us", "start of the last of 100 tasks of 20 µs", 100, 0.15, spins(20*time.Microsecond)),
		row("busy-blocked", "start of the last of 100 tasks that all block", 100, 0.05, blocks),
		row("busy-1", "start of 1 short task", 1, 1.2, short),
		row("busy-10", "start of the last of 10 short tasks", 10, 1.2, short),
	}
}

// A kind of task, for what it does once it has started.
type kind func(s *starts)

func short(*starts) {}

func blocks(s *starts) { <-s.all }

// spins computes for d.
func spins(d time.Duration) kind {
	return func(*starts) { _ = compute(compare.SpinsFor(d)) }
}

// starts tells when the last of the tasks started.
type starts struct {
	begun   time.Time
	tasks   int64
	started atomic.Int64
	last    atomic.Int64 // nanoseconds since begun; 0 before all have started
	all     chan struct{}
}

func (s *starts) start() {
	if s.started.Add(1) == s.tasks {
		s.last.Store(max(1, int64(time.Since(s.begun))))
		close(s.all)
	}
}

// late measures, for a runner, how long after its call the last of the tasks starts.
func late(run runner, k kind) Side {
	return func(m *Meter) error {
		for range m.Runs {
			arrive()
			s := &starts{tasks: int64(m.Tasks), all: make(chan struct{})}
			f := formOf(func() error {
				s.start()
				k(s)
				return nil
			})
			m.Clock.StartTimer()
			s.begun = time.Now()
			err := run(m.Context, m.Tasks, f)
			m.Clock.StopTimer()
			if err != nil {
				return err
			}
			if err := m.did(s.started.Load()); err != nil {
				return err
			}
			m.record(float64(s.last.Load()))
		}
		return nil
	}
}

// arrive waits as a request does that comes at any time: whoever measures in a loop begins each run with what the last one left of a
// time slice.
func arrive() { time.Sleep(time.Duration(1 + rand.IntN(int(5*time.Millisecond)))) }

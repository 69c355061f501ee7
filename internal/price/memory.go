package price

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate/failfast"
)

// memoryRows are what many tasks take of the memory at most.
func memoryRows() []Row {
	return []Row{
		{Name: "memory", Work: "peak memory of %s tasks at limit 8, by Go", Tasks: 10_000_000, Quick: 300_000, Figure: PeakMemory,
			Beside: "errgroup SetLimit(8)", AtMost: 1,
			Ours: passing(under(failfast.Strategy{Limit: 8})), Theirs: passing(byErrgroup(8))},
		{Name: "memory-blocked", Work: "peak memory of %s tasks that all block", Tasks: 100_000, Quick: 20_000, Figure: PeakMemory,
			Beside: errgroupName, AtMost: 1,
			Ours: piled(under(failfast.Strategy{})), Theirs: piled(byErrgroup(0))},
	}
}

// passing looks at the memory from inside every so manyth of tasks that end at once.
func passing(run runner) Side {
	return func(m *Meter) error {
		every := int64(max(1, m.Tasks/500))
		return m.memory(func(p *peak) error {
			var ran atomic.Int64
			err := run(m.Context, m.Tasks, formOf(func() error {
				n := ran.Add(1)
				if n%every == 0 {
					p.look()
					if m.Context.Err() != nil {
						return m.Context.Err() // the run was interrupted: one of the sides takes seconds
					}
				}
				return nil
			}))
			if err != nil {
				return err
			}
			return m.did(ran.Load())
		})
	}
}

// piled looks at the memory when all tasks have started and none can end.
func piled(run runner) Side {
	return func(m *Meter) error {
		return m.memory(func(p *peak) error {
			var started atomic.Int64
			gate := make(chan struct{})
			err := run(m.Context, m.Tasks, formOf(func() error {
				if started.Add(1) == int64(m.Tasks) {
					p.look()
					close(gate)
				}
				<-gate
				return nil
			}))
			if err != nil {
				return err
			}
			return m.did(started.Load())
		})
	}
}

// memory measures how much more memory work has in use at most than there was before.
func (m *Meter) memory(work func(p *peak) error) error {
	for range m.Runs {
		runtime.GC()
		runtime.GC() // what the first one only found to be garbage
		p := &peak{before: inUse()}
		m.Clock.StartTimer()
		err := work(p)
		m.Clock.StopTimer()
		if err != nil {
			return err
		}
		m.record(p.most)
	}
	return nil
}

// A peak is the most that was seen of the memory in use beyond what was in use before.
type peak struct {
	before float64
	mu     sync.Mutex
	most   float64
}

func (p *peak) look() {
	now := inUse() - p.before
	p.mu.Lock()
	p.most = max(p.most, now)
	p.mu.Unlock()
}

// inUse is how many bytes of heap and stacks are in use: spans as a whole, garbage not yet collected included.
func inUse() float64 {
	s := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
	}
	metrics.Read(s)
	sum := 0.0
	for _, one := range s {
		sum += float64(one.Value.Uint64())
	}
	return sum
}

package soak

import (
	"fmt"
	"runtime"
	"time"
)

// lookForGoroutines waits until no more goroutines are there than in the beginning. Those of finished episodes are just
// about to be gone. What hangs has been told, and is not told again.
func (s *soak) lookForGoroutines(first uint64) {
	deadline := time.Now().Add(min(s.Patience, 10*time.Second))
	for runtime.NumGoroutine() > s.baseline {
		if s.stopped() {
			return
		}
		if time.Now().After(deadline) {
			s.fault(Fault{"", s.Seed, first, fmt.Sprintf("%d goroutines are left, of %d in the beginning:\n%s",
				runtime.NumGoroutine(), s.baseline, stacks())})
			s.halt() // they would be found again and again
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// memory looks every few rounds at what has stayed on the heap. It is allowed to grow somewhat: the runtime itself keeps a record for each
// goroutine of the largest crowd that there has been.
type memory struct{ first, last uint64 }

const (
	roundsPerLook = 8 // a look takes two collections
	growth        = 16 << 20
)

// look returns what there is to say about the memory after the round, if it is worth a fault.
func (m *memory) look(round uint64) (grown string) {
	if round%roundsPerLook != roundsPerLook-1 {
		return ""
	}
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // what the first has put out of pools
	runtime.ReadMemStats(&stats)
	m.last = stats.HeapAlloc
	if m.first == 0 {
		m.first = m.last
	}
	if m.last > m.first+growth {
		return fmt.Sprintf("%d bytes stay on the heap, and %d did after the first %d rounds", m.last, m.first, roundsPerLook)
	}
	return ""
}

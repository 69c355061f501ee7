package emit

import (
	"fmt"
	"strings"
)

// Stats counts the values of one [Emitter]. At any moment
//
//	Accepted = Delivered + Failed + Lost + Waiting + InFlight
//
// and after Close, Waiting and InFlight are 0.
type Stats struct {
	Accepted  uint64 // Emit returned true
	Dropped   uint64 // Emit returned false: the buffer was full, or the emitter closed
	Delivered uint64 // in batches for which the sink returned nil
	Failed    uint64 // in batches for which it returned an error, panicked, or called runtime.Goexit
	Lost      uint64 // given up by Close: not handed to the sink, or in the sink call that Close cut short
	Waiting   uint64 // in the buffer
	InFlight  uint64 // in the sink call that is running
	Batches   uint64 // sink calls, with the one that is running
}

// String lists the counts that are not zero: "accepted 5, dropped 1, delivered 5, batches 2".
func (s Stats) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "accepted %d", s.Accepted)
	for _, c := range []struct {
		name string
		n    uint64
	}{
		{"dropped", s.Dropped}, {"delivered", s.Delivered}, {"failed", s.Failed}, {"lost", s.Lost},
		{"waiting", s.Waiting}, {"in flight", s.InFlight}, {"batches", s.Batches},
	} {
		if c.n > 0 {
			fmt.Fprintf(&b, ", %s %d", c.name, c.n)
		}
	}
	return b.String()
}

// Stats returns the counts as they are now.
func (e *Emitter[T]) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.stats
	s.Dropped = e.dropped.Load()
	s.Waiting = uint64(e.buffer.waiting)
	return s
}

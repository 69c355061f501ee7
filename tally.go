package fate

import (
	"fmt"
	"strings"
)

// A Tally counts the tasks of one group. Once Wait has returned,
//
//	Offered = OK + Failed + Panicked + Exited + Cancelled + Skipped + Shed
//
// and at any moment the difference is Held + Running.
type Tally struct {
	Offered   uint64 // tasks the group was asked to run
	Held      uint64 // accepted, and waiting until the strategy admits them
	Running   uint64 // admitted and not ended, whether or not a goroutine has picked the task up yet
	OK        uint64 // returned nil
	Failed    uint64 // returned an error
	Panicked  uint64 // panicked
	Exited    uint64 // called runtime.Goexit
	Cancelled uint64 // cancelled on purpose, or cut short by the group's stop and returned no more than that
	Skipped   uint64 // accepted or offered, but never started because the group had stopped
	Shed      uint64 // refused at the limit
	Restarted uint64 // runs beyond the first of a task; they are not counted anywhere else

	// Expected is how many tasks will have been offered in all, once that is known: by Map from its start, by ForEach and Stream
	// when their input has ended, by Do when its body has returned. What tasks offer themselves after that comes on top. It is 0 while it is not known.
	Expected uint64
}

// Failures is the number of tasks that failed, panicked or exited.
func (t Tally) Failures() uint64 { return t.Failed + t.Panicked + t.Exited }

// Ended is the number of tasks of which the group will hear no more.
func (t Tally) Ended() uint64 {
	return t.OK + t.Failures() + t.Cancelled + t.Skipped + t.Shed
}

// String lists the counts that are not zero: "offered 5, running 2, ok 3". While more are expected than were offered it begins
// with "offered 5 of 9".
func (t Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "offered %d", t.Offered)
	if t.Expected > t.Offered {
		fmt.Fprintf(&b, " of %d", t.Expected)
	}
	for _, c := range []struct {
		name string
		n    uint64
	}{
		{"held", t.Held}, {"running", t.Running}, {"ok", t.OK}, {"failed", t.Failed}, {"panicked", t.Panicked},
		{"exited", t.Exited}, {"cancelled", t.Cancelled}, {"skipped", t.Skipped}, {"shed", t.Shed}, {"restarted", t.Restarted},
	} {
		if c.n > 0 {
			fmt.Fprintf(&b, ", %s %d", c.name, c.n)
		}
	}
	return b.String()
}

// count adds one task that ended with the kind.
func (t *Tally) count(k Kind) { *t.of(k)++ }

// uncount is the reverse of count.
func (t *Tally) uncount(k Kind) { *t.of(k)-- }

func (t *Tally) of(k Kind) *uint64 {
	switch k {
	case OK:
		return &t.OK
	case Failed:
		return &t.Failed
	case Panicked:
		return &t.Panicked
	case Exited:
		return &t.Exited
	}
	return &t.Cancelled
}

package observe

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
)

// Counts counts what becomes of tasks, of all groups that are given its [Counts.Observer] together. The zero value is ready; it must not be
// copied once it is in use. Its fields may be read at any time. Each by itself is exact; while groups are running, several of them that are
// read one after the other need not add up.
//
// It is a variable of package expvar, to be published where the program starts:
//
//	var fetches observe.Counts
//
//	func init() { expvar.Publish("fetches", &fetches) }
//
// Package observe does not do that by itself because expvar registers an HTTP handler when it is imported, and a name for good.
type Counts struct {
	Running   atomic.Int64 // tasks that have started and not ended, now
	Started   atomic.Int64 // runs that have started
	Restarted atomic.Int64 // runs that have ended, and are to be followed by another of the same task

	// The ends of tasks, as a Tally counts them.
	OK, Failed, Panicked, Exited, Cancelled, Skipped, Shed atomic.Int64

	Late    atomic.Int64 // times that a child had not ended when its Grace was over
	Stopped atomic.Int64 // groups that have stopped, for whatever cause
}

// Observer returns an observer that counts in c. It may be called any number of times.
func (c *Counts) Observer() fate.Observer {
	return fate.Observer{
		Start: func(*fate.Group, fate.Event) { c.Started.Add(1); c.Running.Add(1) },
		End:   func(_ *fate.Group, e fate.Event) { c.ended(e.Kind).Add(1); c.Running.Add(-1) },
		Skip: func(_ *fate.Group, e fate.Event) {
			if e.Kind == fate.Cancelled {
				c.Cancelled.Add(1)
			} else {
				c.Skipped.Add(1)
			}
		},
		Shed:    func(*fate.Group, fate.Event) { c.Shed.Add(1) },
		Restart: func(*fate.Group, fate.Event, time.Duration) { c.Restarted.Add(1); c.Running.Add(-1) },
		Late:    func(*fate.Group, fate.Event, time.Duration) { c.Late.Add(1) },
		Stop:    func(*fate.Group, error) { c.Stopped.Add(1) },
	}
}

func (c *Counts) ended(k fate.Kind) *atomic.Int64 {
	switch k {
	case fate.OK:
		return &c.OK
	case fate.Panicked:
		return &c.Panicked
	case fate.Exited:
		return &c.Exited
	case fate.Cancelled:
		return &c.Cancelled
	}
	return &c.Failed
}

// String returns all counts as a JSON object.
func (c *Counts) String() string {
	var b strings.Builder
	sep := "{"
	for _, f := range []struct {
		name string
		n    *atomic.Int64
	}{
		{"running", &c.Running}, {"started", &c.Started}, {"restarted", &c.Restarted}, {"ok", &c.OK}, {"failed", &c.Failed}, {"panicked", &c.Panicked},
		{"exited", &c.Exited}, {"cancelled", &c.Cancelled}, {"skipped", &c.Skipped}, {"shed", &c.Shed}, {"late", &c.Late}, {"stopped", &c.Stopped},
	} {
		fmt.Fprintf(&b, "%s%q: %d", sep, f.name, f.n.Load())
		sep = ", "
	}
	return b.String() + "}"
}

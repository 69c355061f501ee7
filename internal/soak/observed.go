package soak

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
)

// An observed is what an observer of one group was told.
type observed struct {
	mu       sync.Mutex
	open     map[uint64]bool // guarded by mu: has started, and not ended
	wrong    string          // guarded by mu: what it was told in the wrong order
	ends     [fate.Cancelled + 1]atomic.Uint64
	starts   atomic.Uint64
	restarts atomic.Uint64
	panics   atomic.Uint64
	skips    atomic.Uint64 // of those that never started
	dropped  atomic.Uint64 // cancelled before they started
	sheds    atomic.Uint64
	stops    atomic.Uint64
}

// observe draws whether a group is observed, and returns nil if it is not.
func observe(sc *Scene, opts []fate.Option) ([]fate.Option, *observed) {
	if !sc.chance(40) {
		return opts, nil
	}
	o := &observed{open: make(map[uint64]bool)}
	return append(opts, fate.Observe(sc.Observer(fate.Observer{
		Start: func(_ *fate.Group, e fate.Event) {
			o.starts.Add(1)
			o.turn(e, "Start", true)
		},
		End: func(_ *fate.Group, e fate.Event) {
			o.turn(e, "End", false)
			o.ends[e.Kind].Add(1)
		},
		Restart: func(_ *fate.Group, e fate.Event, _ time.Duration) {
			o.turn(e, "Restart", false)
			o.restarts.Add(1)
		},
		Skip: func(_ *fate.Group, e fate.Event) {
			if e.Kind == fate.Cancelled {
				o.dropped.Add(1)
			} else {
				o.skips.Add(1)
			}
		},
		Shed:  func(*fate.Group, fate.Event) { o.sheds.Add(1) },
		Panic: func(*fate.Group, fate.Event) { o.panics.Add(1) },
		Stop:  func(*fate.Group, error) { o.stops.Add(1) },
	}))), o
}

// turn notes that a task has started, or ended.
func (o *observed) turn(e fate.Event, what string, starts bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open[e.ID] == starts {
		o.wrong = fmt.Sprintf("%s of task %d, run %d, out of turn", what, e.ID, e.Attempt)
	}
	o.open[e.ID] = starts
}

// judge says what is wrong with what an observer was told, beside the tally at the end.
func (o *observed) judge(t fate.Tally) string {
	if o == nil {
		return ""
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var ends uint64
	for kind := range o.ends {
		ends += o.ends[kind].Load()
	}
	wrong := func(what string, n uint64) string { return fmt.Sprintf("observers were told of %d %s", n, what) }
	switch {
	case o.wrong != "":
		return "observers were told of " + o.wrong
	case o.starts.Load() != ends+o.restarts.Load():
		return wrong(fmt.Sprintf("ends and %d restarts, and %d starts", o.restarts.Load(), o.starts.Load()), ends)
	case o.ends[fate.OK].Load() != t.OK:
		return wrong("that ended well", o.ends[fate.OK].Load())
	case o.ends[fate.Failed].Load() != t.Failed:
		return wrong("failed", o.ends[fate.Failed].Load())
	case o.ends[fate.Panicked].Load() != t.Panicked:
		return wrong("that panicked", o.ends[fate.Panicked].Load())
	case o.ends[fate.Exited].Load() != t.Exited:
		return wrong("that exited", o.ends[fate.Exited].Load())
	case o.ends[fate.Cancelled].Load()+o.dropped.Load() != t.Cancelled:
		return wrong("cancelled", o.ends[fate.Cancelled].Load()+o.dropped.Load())
	case o.skips.Load() != t.Skipped:
		return wrong("skipped", o.skips.Load())
	case o.sheds.Load() != t.Shed:
		return wrong("shed", o.sheds.Load())
	case o.panics.Load() < t.Panicked:
		return wrong("panics", o.panics.Load())
	case o.stops.Load() > 1:
		return wrong("stops", o.stops.Load())
	}
	return ""
}

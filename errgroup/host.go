package errgroup

import "github.com/sharedfate/fate/internal/engine"

// host is the Group as the engine sees it. It is a type of its own to keep these methods out of Group's.
type host Group

func (h *host) Run(t task) error { return t.f() }

// Caught panics again, and the process dies with the function's frames in the trace. After runtime.Goexit there is no error.
func (h *host) Caught(_ task, v any) error {
	if v != nil {
		panic(v)
	}
	return nil
}

// Settle records the first error, and frees the slot.
//
// The slot of a function that failed is free only when the context has been cancelled: with a limit of 1 the next function can rely on
// seeing that the one before has failed. That goes also for one that fails while the cancelling is under way.
func (h *host) Settle(t task, o engine.Outcome) (after func()) {
	g := (*Group)(h)
	if o.Err != nil {
		if g.err == nil {
			g.err = o.Err
			if g.cancel != nil {
				g.cancelling = true
				after = g.stop
			}
		}
		if g.cancelling {
			if t.slot != nil {
				t.slot.owed++
			}
			return after
		}
	}
	g.free(t.slot, 1)
	return nil
}

// stop cancels the context because of the first error. It does so without the lock: a context may call anybody's code. That may also call
// runtime.Goexit, or panic.
func (g *Group) stop() {
	defer g.stopped()
	g.cancel(g.err) // which doesn't change any more
}

// stopped frees the slots of the functions that have failed.
func (g *Group) stopped() {
	g.eng.Lock()
	g.cancelling = false
	if l := g.limit; l != nil {
		n := l.owed
		l.owed = 0
		g.free(l, n)
	}
	g.eng.Release()
}

// Fault can't come: Settle calls nobody's code.
func (h *host) Fault(v any) (after func()) { panic(v) }

// pools have what Groups that have been waited for hand on to others.
var pools engine.Pools

func (h *host) Pools() *engine.Pools { return &pools }

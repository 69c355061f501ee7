package emit

import (
	"context"
	"slices"
)

// flusher is a Flush that waits.
type flusher struct {
	upTo uint64        // how many values, from the first on
	over chan struct{} // closed when err is final
	err  error
}

// Flush hands over what was accepted before it, without waiting for a full batch or for Options.Age, and returns nil once the sink has
// returned for all of it, and Options.OnError if the sink failed. It does not say whether the sink failed: Stats and OnError do. What is
// accepted while it waits may be handed over with the rest, and is not waited for.
//
// If ctx ends first, Flush returns an *[OutstandingError]; the values are still delivered. If a Close gave up on some of them, it
// returns that Close's *[LostError]. Called by the sink with its own context, it returns [ErrInSink]; with another, it waits until that
// ends. It panics if ctx is nil.
func (e *Emitter[T]) Flush(ctx context.Context) error {
	if ctx == nil {
		panic("emit: Flush: the context is nil")
	}
	if e.calledBySink(ctx) {
		return ErrInSink
	}
	e.mu.Lock()
	f := &flusher{upTo: e.stats.Accepted}
	if e.concluded || e.passed >= f.upTo {
		defer e.mu.Unlock()
		return e.result // nil before the end
	}
	f.over = make(chan struct{})
	e.flushers = append(e.flushers, f)
	e.flushTo = f.upTo
	e.mu.Unlock()
	e.rouse()

	select {
	case <-f.over:
		return f.err
	case <-ctx.Done():
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.Index(e.flushers, f)
	if i < 0 {
		return f.err // it was over at the same moment
	}
	e.flushers = slices.Delete(e.flushers, i, i+1)
	return &OutstandingError{Values: f.upTo - e.passed, Err: context.Cause(ctx)}
}

// release, under the lock, ends those flushes that have what they waited for.
func (e *Emitter[T]) release() {
	e.flushers = slices.DeleteFunc(e.flushers, func(f *flusher) bool {
		if f.upTo > e.passed {
			return false
		}
		close(f.over)
		return true
	})
}

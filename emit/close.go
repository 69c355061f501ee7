package emit

import (
	"context"
	"slices"
	"time"
)

// Close ends the emitter. From now on Emit returns false; what was accepted before is delivered, without waiting for full batches or
// for Options.Age. Close returns nil once all of it has been handed to the sink and the sink has returned; batches in which it failed
// are in Stats.Failed, and Options.OnError was told.
//
// If ctx ends first, Close gives up: what waits is lost, and the context of the running sink call is cancelled, with a cause that is
// [ErrClosed] and ctx's own. Close waits for that call, for Options.Grace at most. If it succeeds all the same, its values are delivered;
// otherwise they are lost too. Close then returns a *[LostError] that says how many values were lost, and unwraps to ctx's cause, or
// nil if none were.
//
// When Close has returned, the emitter's goroutine has ended, and neither the sink nor OnError is called again. The one exception is a sink
// call, or an OnError, that has not returned within Grace: nothing can end it, so its goroutine ends when it returns. Its values have been
// counted as lost by then, whatever it returns; should it fail, OnError is told even so, for a panic must not vanish.
//
// Close may be called again, and by several goroutines: all get the same answer, and the context that ends first gives up for
// all. Called by the sink with its own context, Close does nothing and returns [ErrInSink]: a sink that wants an end starts a
// goroutine that calls it. With another context it waits until that ends, or for ever. It panics if ctx is nil.
func (e *Emitter[T]) Close(ctx context.Context) error {
	if ctx == nil {
		panic("emit: Close: the context is nil")
	}
	if e.calledBySink(ctx) {
		return ErrInSink
	}
	e.mu.Lock()
	e.closed = true
	e.shut.Store(true)
	switch {
	case e.stats.Accepted == 0:
		e.conclude() // there is no goroutine, and now there never will be
	case ctx.Err() != nil:
		e.giveUp(context.Cause(ctx)) // before the goroutine can take another batch
	}
	e.mu.Unlock()
	if e.ended() {
		e.cancel(e.why())
		return e.result
	}
	e.rouse()

	select {
	case <-e.over:
		return e.result
	case <-ctx.Done():
	}
	e.mu.Lock()
	e.giveUp(context.Cause(ctx))
	e.mu.Unlock()
	e.cancel(e.why())
	e.rouse()
	e.join()
	return e.result
}

// giveUp, under the lock, loses what waits.
func (e *Emitter[T]) giveUp(cause error) {
	if e.concluded || e.gaveUp {
		return
	}
	e.gaveUp, e.cause = true, cause
	e.stats.Lost += uint64(e.buffer.waiting)
	e.buffer = buffer[T]{} // what was in it is let go
}

// join waits for the goroutine to end, for Options.Grace at most, and ends the emitter without it after that.
func (e *Emitter[T]) join() {
	grace := time.NewTimer(e.opts.Grace)
	defer grace.Stop()
	select {
	case <-e.over:
	case <-grace.C:
		e.mu.Lock()
		e.conclude()
		e.mu.Unlock()
	}
}

// conclude, under the lock, ends the emitter: what the sink still has is lost. Only the first call counts. The caller cancels the
// context after the lock.
func (e *Emitter[T]) conclude() {
	if e.concluded {
		return
	}
	e.concluded = true
	e.buffer = buffer[T]{}
	e.stats.Lost += e.stats.InFlight
	e.stats.InFlight = 0
	if e.stats.Lost > 0 {
		e.result = &LostError{Values: e.stats.Lost, Err: e.cause}
	}
	for _, f := range e.flushers {
		f.err = e.result
		close(f.over)
	}
	e.flushers = slices.Delete(e.flushers, 0, len(e.flushers))
	close(e.over)
}

func (e *Emitter[T]) ended() bool {
	select {
	case <-e.over:
		return true
	default:
		return false
	}
}

// why is the cause with which the sink's context ends.
func (e *Emitter[T]) why() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.gaveUp {
		return &closedError{e.cause}
	}
	return ErrClosed
}

package emit

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/sharedfate/fate"
)

// stage is how far a batch has got that the sink was given.
type stage uint8

const (
	handed  stage = iota // the sink has it, or ended by runtime.Goexit
	counted              // the sink has returned, and the stats say so
	told                 // OnError was told, or need not be
)

// run is the emitter's goroutine. A runtime.Goexit in the sink or in OnError ends it; another one then goes on where it was.
//
// A fate.Group would catch panic and Goexit as well. But one for each batch would start a goroutine for each, and one for all
// would have to be told of each batch from within Emit.
func (e *Emitter[T]) run() {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			// OnError's. It is recovered only because it can't be told from Goexit otherwise: the process ends, with OnError's frames in the trace.
			panic(v)
		}
		go e.run()
	}()
	if e.timer == nil {
		e.timer = time.NewTimer(e.opts.Age)
	}
	e.settle()
	for e.take() {
		e.err = fate.ErrGoexit // stays, if deliver does not return
		e.err = e.deliver()
		e.settle()
	}
	e.timer.Stop()
	e.cancel(e.why())
	returned = true
	e.mu.Lock()
	e.conclude() // the last thing, for Close returns then
	e.mu.Unlock()
}

// take waits until a batch is due, and takes it for the sink. It is false if there will be none.
func (e *Emitter[T]) take() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for !e.gaveUp {
		left, due := e.due()
		if due {
			e.wakeAt = 0
			e.out, e.stage = e.buffer.take(), handed
			e.shut.Store(e.closed)
			e.stats.InFlight = uint64(len(e.out.values))
			e.stats.Batches++
			return true
		}
		if e.closed {
			return false // nothing waits, and nothing will
		}
		e.await(left)
	}
	return false
}

// due, under the lock, reports whether the oldest batch is to be handed over now. If it isn't, left is how long it may wait, or 0 if
// nothing waits.
func (e *Emitter[T]) due() (left time.Duration, due bool) {
	oldest, full := e.buffer.next()
	switch {
	case full:
		return 0, true
	case e.buffer.waiting == 0:
		return 0, false
	case e.closed || e.stats.Accepted-uint64(e.buffer.waiting) < e.flushTo:
		return 0, true
	}
	left = e.opts.Age - time.Since(oldest.since)
	return left, left <= 0
}

// await, with the lock, gives it back until there may be something to do: until left has passed, if there is one.
func (e *Emitter[T]) await(left time.Duration) {
	var aged <-chan time.Time
	if left > 0 {
		// The first value has said that it is there. The others need not, until they are a batch.
		e.wakeAt = e.opts.Batch
		e.timer.Reset(left)
		aged = e.timer.C
	} else {
		e.wakeAt = 1
		e.timer.Stop()
	}
	e.mu.Unlock()
	select {
	case <-e.wake:
	case <-aged:
	}
	e.mu.Lock()
}

// deliver calls the sink with what was taken.
func (e *Emitter[T]) deliver() (err error) {
	ctx := e.ctx
	if d := e.opts.Timeout; d > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, d, &timeoutError{d})
		defer cancel()
		ctx = limited
	}
	defer func() {
		if v := recover(); v != nil {
			err = &fate.PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	values := e.out.values
	return e.sink(ctx, values[:len(values):len(values)]) // an append of the sink's makes a slice of its own
}

// settle counts how the sink ended, tells OnError, and releases those who waited for it, as far as that has not been done.
func (e *Emitter[T]) settle() {
	if e.out == nil {
		return
	}
	n := len(e.out.values)
	if e.stage == handed {
		e.stage = counted
		e.mu.Lock()
		e.count(uint64(n))
		e.mu.Unlock()
	}
	if e.stage == counted {
		e.stage = told
		if e.err != nil && e.opts.OnError != nil {
			e.opts.OnError(&SinkError{Values: n, Err: e.err})
		}
	}
	e.out.reset()
	e.mu.Lock()
	if !e.cut {
		e.passed += uint64(n)
		e.release()
	}
	e.mu.Unlock()
	e.out, e.err = nil, nil
}

// count, under the lock, counts a batch of n by how the sink ended.
func (e *Emitter[T]) count(n uint64) {
	if e.concluded {
		e.cut = true // Close has not waited for it, and has counted it as lost
		return
	}
	e.stats.InFlight = 0
	switch {
	case e.err == nil:
		e.stats.Delivered += n
	case e.gaveUp:
		e.cut = true
		e.stats.Lost += n
	default:
		e.stats.Failed += n
	}
}

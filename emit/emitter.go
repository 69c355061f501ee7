package emit

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// An Emitter hands values to a sink in batches, without ever making the caller of Emit wait for the sink. It is made by [New] and
// ended by [Emitter.Close]; without a Close its goroutine is never ended. All its methods may be called by several goroutines at
// once; the sink itself may call Emit and Stats, and is refused by Flush and Close: see [ErrInSink].
//
// Values are handed over in the order in which they were accepted, each once. A batch that failed is not offered again:
// a sink that wants to retry does so itself.
type Emitter[T any] struct {
	sink func(context.Context, []T) error
	opts Options // with the defaults in place

	ctx    context.Context // the sink's; ends with the emitter
	cancel context.CancelCauseFunc

	start sync.Once     // of the goroutine
	wake  chan struct{} // has room for one: tells the goroutine to look again
	over  chan struct{} // closed once the emitter has ended, and result is final

	shut    atomic.Bool // the buffer is full or the emitter closed; changed under mu
	dropped atomic.Uint64

	mu        sync.Mutex
	buffer    buffer[T] // guarded by mu, as all below
	wakeAt    int       // Emit wakes the goroutine when as many values wait; 0 while it is awake
	stats     Stats     // without Dropped and Waiting
	passed    uint64    // values whose sink call is over, with OnError: the others come after these
	flushTo   uint64    // as many values, from the first on, are to be handed over without waiting for a full batch
	flushers  []*flusher
	closed    bool
	gaveUp    bool  // Close has: nothing more is handed over
	cause     error // why it did
	concluded bool
	result    error // what Close returns

	// The rest is the goroutine's own.
	out   *batch[T] // what the sink was given, until that is settled
	err   error     // how the sink ended
	stage stage     // how far settling out has got
	cut   bool      // Close has cut the last call short: its values are lost
	timer *time.Timer
}

// New makes an emitter for the sink. It starts nothing: the goroutine is started by the first Emit.
//
// The sink is called by that goroutine, one call at a time, with 1 to Options.Batch values. The slice is the sink's until it returns, and is
// used again after: a sink that keeps values copies them. Its context ends when Options.Timeout has passed, when Close gives up, and
// when the emitter has ended; context.Cause tells, see [ErrClosed]. An error, a panic or a runtime.Goexit fails the batch and
// nothing else: it is counted, Options.OnError is told, and the next batch follows.
//
// New panics if the sink is nil, or with the error of options that are wrong.
func New[T any](sink func(ctx context.Context, batch []T) error, opts Options) *Emitter[T] {
	if sink == nil {
		panic("emit: New: the sink is nil")
	}
	if err := opts.Validate(); err != nil {
		panic(fmt.Errorf("emit: New: %w", err))
	}
	opts = opts.filled()
	e := &Emitter[T]{
		sink:   sink,
		opts:   opts,
		wake:   make(chan struct{}, 1),
		over:   make(chan struct{}),
		buffer: newBuffer[T](opts.Buffer, opts.Batch),
		wakeAt: 1,
	}
	e.ctx, e.cancel = context.WithCancelCause(context.WithValue(context.Background(), inside[T]{e}, true))
	return e
}

// inside is the key that marks the contexts of an emitter's sink.
type inside[T any] struct{ e *Emitter[T] }

// calledBySink reports whether ctx is the sink's.
func (e *Emitter[T]) calledBySink(ctx context.Context) bool { return ctx.Value(inside[T]{e}) != nil }

// Emit hands v over to be delivered, and reports whether it was accepted. It is not if Options.Buffer values are waiting
// already, or after Close: v is then dropped, and counted. An accepted value is delivered, or counted in Stats.Failed or
// Stats.Lost.
//
// Emit never waits for the sink, and allocates nothing. It takes a lock that is only ever held for a few instructions.
func (e *Emitter[T]) Emit(v T) bool {
	if e.shut.Load() {
		// Producers that nobody can keep up with must not slow down the goroutine that tries to.
		e.dropped.Add(1)
		return false
	}
	e.mu.Lock()
	if e.closed || e.buffer.full() {
		e.mu.Unlock()
		e.dropped.Add(1)
		return false
	}
	e.buffer.push(v)
	e.stats.Accepted++
	if e.buffer.full() {
		e.shut.Store(true)
	}
	wake := e.buffer.waiting == e.wakeAt
	e.mu.Unlock()
	if wake {
		e.rouse()
	}
	return true
}

// rouse makes the goroutine look at what there is to do, and starts it if it has not been.
func (e *Emitter[T]) rouse() {
	e.start.Do(func() { go e.run() })
	select {
	case e.wake <- struct{}{}:
	default: // it has been told and has not looked yet
	}
}

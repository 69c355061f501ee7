package emit

import (
	"fmt"
	"time"
)

// What an [Emitter] does where the [Options] say nothing.
const (
	DefaultBuffer = 1024                   // values
	DefaultBatch  = 128                    // values
	DefaultAge    = time.Second            // how late a metric may be
	DefaultGrace  = 100 * time.Millisecond // enough for a sink that looks at its context
)

// Options change an [Emitter]. The zero value is right for metrics of small size; a field that is 0 has its default.
type Options struct {
	// Buffer is how many values may wait for the sink, beside those that the running sink call has; when as many wait, Emit
	// drops. The default is DefaultBuffer, or two batches if that is more. New allocates room for Buffer and two batches.
	Buffer int

	// Batch is how many values the sink is given at once, at most. It can't be more than Buffer. The default is DefaultBatch, or
	// Buffer if that is less. A Batch of 1 hands over each value by itself, as soon as the sink is free.
	Batch int

	// Age is how long the oldest value of a batch waits, at most, before the batch is handed over although it is not full; longer
	// only while the sink is busy. The default is DefaultAge. With an Age of a nanosecond the sink is given whatever is there as soon as it
	// is free.
	Age time.Duration

	// Timeout ends the context of a sink call that takes longer, with a cause that is a context.DeadlineExceeded. A sink that
	// doesn't look at its context goes on, and the next batch waits for it. The default is none.
	Timeout time.Duration

	// Grace is how long Close waits, once its own context has ended, for the sink call that it then cancels. The default is
	// DefaultGrace.
	Grace time.Duration

	// OnError is told what went wrong in a sink call, as a *[SinkError]. It is called by the emitter's goroutine, one call at a time,
	// before Flush or Close return that wait for the batch, and the next batch waits for it. It may call Emit and Stats; Flush and Close
	// would wait for it. A panic in it is not caught, and ends the process. The default is nobody: failures are counted only.
	OnError func(error)
}

// Validate returns an error that names the field, its value and what is allowed, or nil. [New] panics with it.
func (o Options) Validate() error {
	switch {
	case o.Buffer < 0:
		return fmt.Errorf("emit: Buffer is %d: must be 0 (the default, %d) or more", o.Buffer, DefaultBuffer)
	case o.Batch < 0:
		return fmt.Errorf("emit: Batch is %d: must be 0 (the default, %d) or more", o.Batch, DefaultBatch)
	case o.Buffer > 0 && o.Batch > o.Buffer:
		return fmt.Errorf("emit: Batch is %d: must be no more than Buffer, %d, or it would never be full", o.Batch, o.Buffer)
	case o.Age < 0:
		return fmt.Errorf("emit: Age is %v: must be 0 (the default, %v) or more", o.Age, DefaultAge)
	case o.Timeout < 0:
		return fmt.Errorf("emit: Timeout is %v: must be 0 (none) or more", o.Timeout)
	case o.Grace < 0:
		return fmt.Errorf("emit: Grace is %v: must be 0 (the default, %v) or more", o.Grace, DefaultGrace)
	}
	return nil
}

// filled returns the options with their defaults in place.
func (o Options) filled() Options {
	if o.Buffer == 0 {
		o.Buffer = max(DefaultBuffer, 2*o.Batch)
	}
	if o.Batch == 0 {
		o.Batch = min(DefaultBatch, o.Buffer)
	}
	if o.Age == 0 {
		o.Age = DefaultAge
	}
	if o.Grace == 0 {
		o.Grace = DefaultGrace
	}
	return o
}

package soak

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate/emit"
)

// emitted is the episode of an emitter: several producers, a sink that may be slow or fail in any way, calls of Flush, and a Close that gives
// up perhaps.
func emitted(sc *Scene) {
	c := &channel{sc: sc, seen: make(map[Value]bool), last: make(map[int]int)}
	o := emit.Options{
		Buffer: 1 + sc.few(100),
		Age:    among(sc, time.Nanosecond, 100*time.Microsecond, time.Millisecond),
		OnError: func(err error) {
			var e *emit.SinkError
			if !errors.As(err, &e) {
				sc.Fault("OnError is told %T: %v", err, err)
				return
			}
			c.told.Add(uint64(e.Values))
		},
	}
	o.Batch = 1 + sc.few(o.Buffer-1)
	if sc.chance(20) {
		o.Timeout = 200 * time.Microsecond
	}
	c.batch = o.Batch
	for range 50 {
		c.sinks = append(c.sinks, sinking{sc.end(), sc.brief(), sc.chance(3)})
	}
	producers, each := 1+sc.few(4), sc.few(500)
	gap := sc.brief()
	flushes := sc.few(4)
	flushFor := time.Duration(100+sc.few(2000)) * time.Microsecond
	closers := among(sc, 1, 1, 2)
	early := sc.chance(30) // Close beside the producers
	within := time.Duration(0)
	if sc.chance(30) {
		within = time.Duration(sc.few(500)) * time.Microsecond
	}
	c.hurried = within > 0

	c.e = sc.Emitter(c.sink, o)
	var emitting, closing, flushing sync.WaitGroup
	for p := range producers {
		emitting.Go(func() {
			for i := range each {
				c.emit(Value{p, i})
				if i%50 == 49 {
					gap.pass(context.Background(), nil)
				}
			}
		})
	}
	for range flushes {
		flushing.Go(func() { c.flush(flushFor) })
	}
	if !early {
		emitting.Wait()
	}
	errs := make([]error, closers)
	for i := range errs {
		closing.Go(func() { errs[i] = c.close(within) })
	}
	closing.Wait()
	c.closed.Store(true)
	emitting.Wait()
	flushing.Wait()
	c.check(errs)
}

// A sinking is what the sink does with one batch.
type sinking struct {
	end   end
	pause pause
	emits bool
}

// A channel is one emitter, and what became of its values.
type channel struct {
	sc      *Scene
	e       Emitter
	batch   int // values at once, at most
	sinks   []sinking
	hurried bool        // a Close may give up
	closed  atomic.Bool // a Close has returned

	accepted, refused atomic.Uint64
	told              atomic.Uint64 // values in which the sink failed, as OnError was told
	calls             atomic.Int32  // of the sink, under way
	flushes           atomic.Int32

	mu        sync.Mutex
	seen      map[Value]bool // guarded by mu, as all below: handed to the sink
	last      map[int]int    // the last of each producer
	batches   int
	delivered uint64
}

func (c *channel) emit(v Value) {
	if c.e.Emit(v) {
		c.accepted.Add(1)
	} else {
		c.refused.Add(1)
	}
}

func (c *channel) sink(ctx context.Context, batch []Value) error {
	if c.calls.Add(1) > 1 {
		c.sc.Fault("two calls of the sink at once")
	}
	defer c.calls.Add(-1)
	if c.closed.Load() {
		c.sc.Fault("the sink is called after Close has returned")
	}
	n := len(batch)
	if n < 1 || n > c.batch {
		c.sc.Fault("the sink is given %d values, and may be given %d", n, c.batch)
	}
	c.mu.Lock()
	how := c.sinks[c.batches%len(c.sinks)]
	number := c.batches
	c.batches++
	for _, v := range batch {
		last, some := c.last[v.Producer]
		if c.seen[v] || some && v.Number <= last {
			c.sc.Fault("the sink is given %v after %d of the same producer", v, last)
		}
		c.seen[v], c.last[v.Producer] = true, v.Number
	}
	c.mu.Unlock()
	if how.emits {
		c.emit(Value{-1, number})
	}
	how.pause.pass(ctx, nil)
	end := how.end
	if end == heeds {
		end = echoes
	}
	if end == exits {
		runtime.Goexit()
	}
	err := end.finish(ctx, nil, func() *mishap { return &mishap{number, 1} })
	if err == nil {
		c.mu.Lock()
		c.delivered += uint64(n)
		c.mu.Unlock()
	}
	return err
}

// flush emits a value as a producer of its own, and waits until it is delivered.
func (c *channel) flush(within time.Duration) {
	v := Value{-1 - int(c.flushes.Add(1)), 0}
	taken := c.e.Emit(v)
	if taken {
		c.accepted.Add(1)
	} else {
		c.refused.Add(1)
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	err := c.e.Flush(ctx)
	var later *emit.OutstandingError
	var lost *emit.LostError
	c.mu.Lock()
	seen := c.seen[v]
	c.mu.Unlock()
	switch {
	case err == nil && taken && !seen:
		c.sc.Fault("Flush has returned, and the sink was not given %v", v)
	case err != nil && !errors.As(err, &later) && !(c.hurried && errors.As(err, &lost)):
		c.sc.Fault("Flush returned a %T: %v", err, err)
	}
}

func (c *channel) close(within time.Duration) error {
	if within == 0 {
		return c.e.Close(context.Background())
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	return c.e.Close(ctx)
}

func (c *channel) check(errs []error) {
	s := c.e.Stats()
	c.sc.Count("values emitted", s.Accepted+s.Dropped)
	c.sc.Count("values delivered", s.Delivered)
	fault := func(format string, args ...any) {
		c.sc.Fault("an emitter, closed in a hurry %v: %s\n%v", c.hurried, fmt.Sprintf(format, args...), s)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var lost *emit.LostError
	switch {
	case s.Accepted != s.Delivered+s.Failed+s.Lost || s.Waiting+s.InFlight > 0:
		fault("the counts do not add up")
	case s.Accepted != c.accepted.Load() || s.Dropped != c.refused.Load():
		fault("%d were accepted and %d refused", c.accepted.Load(), c.refused.Load())
	case s.Delivered != c.delivered:
		fault("%d were delivered", c.delivered)
	case s.Batches != uint64(c.batches):
		fault("the sink was called %d times", c.batches)
	case c.told.Load() < s.Failed || s.Lost == 0 && c.told.Load() != s.Failed:
		fault("OnError was told of %d", c.told.Load())
	case uint64(len(c.seen)) > s.Accepted || uint64(len(c.seen)) < s.Delivered+s.Failed:
		fault("the sink was given %d", len(c.seen))
	case !c.hurried && s.Lost > 0:
		fault("nobody gave up")
	}
	for _, err := range errs {
		if (err == nil) != (s.Lost == 0) || err != errs[0] && err.Error() != errs[0].Error() ||
			err != nil && (!errors.As(err, &lost) || lost.Values != s.Lost) {
			fault("Close returned %v", err)
		}
	}
}

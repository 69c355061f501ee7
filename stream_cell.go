package fate

import (
	"context"
	"runtime/debug"
	"sync/atomic"
)

// cell is one item on its way through a stream.
type cell[T, R any] struct {
	st     *stream[T, R]
	item   T
	n      uint64 // its place in the input, which is its ID
	result R
	err    error

	missing bool        // was cut off by the stop: it has neither a result nor a failure of its own
	over    atomic.Bool // has ended: nothing of this is written any more, but by the reader
}

const chunkLen = 32

// chunk is many cells in a row, because each by itself would be an allocation.
type chunk[T, R any] struct {
	at    uint64 // the place of the first
	cells [chunkLen]cell[T, R]
	next  *chunk[T, R]
}

// feed pulls the input and offers each item.
func (st *stream[T, R]) feed() {
	var offered *cell[T, R] // on its way into the group
	returned := false
	offer := st.offer
	if st.crew != nil {
		offer = st.crew.push
	}
	defer func() {
		if st.crew != nil {
			st.crew.end()
		}
		if !returned {
			st.broke(recover(), offered)
		}
		st.mu.Lock()
		st.ended = true
		st.moved.Broadcast()
		st.mu.Unlock()
		close(st.fed)
	}()
	st.g.opts.named.label()
	for x := range st.in {
		c := st.append(x)
		if c == nil {
			break
		}
		offered = c
		more := offer(c)
		offered = nil
		if !more {
			break
		}
	}
	returned = true
	st.g.expectNoMore()
}

// broke notes that the feeder panicked with v, or called runtime.Goexit if v is nil: in the input's code, or in the strategy's if a
// cell was being offered.
func (st *stream[T, R]) broke(v any, offered *cell[T, R]) {
	if offered != nil {
		offered.finish(nil, true) // the group has stopped, and knows why
		return
	}
	st.mu.Lock()
	if v == nil {
		st.exited = true
	} else {
		st.fault = &PanicError{Value: v, Stack: debug.Stack(), where: "the stream's input"}
	}
	st.mu.Unlock()
	if v != nil {
		st.g.Stop(st.fault)
	}
}

// append puts a cell at the end, once there is room. It returns nil if the reader has left: then the group will stop, but until it
// has, much could be pulled for nothing.
func (st *stream[T, R]) append(x T) *cell[T, R] {
	n := st.appended.Load()
	if n-st.shown.Load() >= StreamAhead && !st.pause() {
		return nil
	}
	if n%chunkLen == 0 && n > 0 {
		st.last.next = &chunk[T, R]{at: n}
		st.last = st.last.next
	}
	c := &st.last.cells[n%chunkLen]
	c.st, c.item, c.n = st, x, n
	st.appended.Store(n + 1)
	return c
}

// pause waits while too many results are finished and not read. It reports whether the reader is still there.
func (st *stream[T, R]) pause() bool {
	finished := st.g.Tally().Ended() // before the lock, which is taken under the group's
	st.mu.Lock()
	defer st.mu.Unlock()
	for finished-st.shown.Load() >= StreamAhead && finished > st.shown.Load() && !st.closed && !st.halted {
		// Not as soon as one has been read: each time costs the reader as much as reading many.
		enough := finished - StreamAhead + chunkLen
		st.resume.Store(enough)
		if st.shown.Load() < enough { // else the reader has passed by, and may not have seen it
			st.moved.Wait()
		}
		st.resume.Store(0)
	}
	return !st.closed
}

// work runs an item for the feed.
func (st *stream[T, R]) work(ctx context.Context, c *cell[T, R]) (err error) {
	if c.result, err = st.f(ctx, c.item); err == nil {
		c.finish(nil, false)
	}
	return err
}

// told is told by the feed how an item ended that was no success.
func (st *stream[T, R]) told(c *cell[T, R], o outcome) { c.ended(st.g, o) }

// offer offers a cell to the group as a job. It reports whether another may come.
func (st *stream[T, R]) offer(c *cell[T, R]) bool {
	switch st.g.offer(c, true) {
	case shed:
		c.finish(c.whyShed(), false)
	case refused:
		c.finish(nil, true)
		return false
	}
	return true
}

func (c *cell[T, R]) accepted(*Group, uint64) {}

func (c *cell[T, R]) run(g *Group) (err error) {
	c.result, err = c.st.f(&g.ctx, c.item)
	return err
}

func (c *cell[T, R]) ended(_ *Group, o outcome) func() {
	if o.err == ErrShed && !o.started {
		c.finish(c.whyShed(), false)
		return nil
	}
	c.finish(o.err, !o.started || o.kind == Cancelled)
	return nil
}

// whyShed is the error of an item that was shed: if the input gave an error in its place, that is not lost.
func (c *cell[T, R]) whyShed() error {
	if e, ok := any(&c.item).(interface{ shed() error }); ok {
		return e.shed()
	}
	return ErrShed
}

// finish says how the item ended, and wakes the reader if it waits for this one.
func (c *cell[T, R]) finish(err error, missing bool) {
	st, n := c.st, c.n
	var none T
	c.item, c.err, c.missing = none, err, missing // the item is done with; only its result waits for the reader
	c.over.Store(true)
	if st.awaited.Load() == n+1 {
		st.mu.Lock()
		st.moved.Broadcast()
		st.mu.Unlock()
	}
}

func (c *cell[T, R]) name() string  { return "" }
func (c *cell[T, R]) excused() bool { return false }

package fate

import "runtime/debug"

// cell is one item on its way through a stream.
type cell[T, R any] struct {
	st     *stream[T, R]
	item   T
	result R
	id     uint64

	// Guarded by the stream's lock until over.
	next    *cell[T, R]
	err     error
	over    bool // has ended
	missing bool // was cut off by the stop: it has neither a result nor a failure of its own
}

// feed pulls the input and offers each item.
func (st *stream[T, R]) feed() {
	var offered *cell[T, R] // on its way into the group
	returned := false
	defer func() {
		if !returned {
			st.broke(recover(), offered)
		}
		st.mu.Lock()
		st.ended = true
		st.moved.Broadcast()
		st.mu.Unlock()
		close(st.fed)
	}()
	for x := range st.in {
		offered = &cell[T, R]{st: st, item: x}
		more := st.offer(offered)
		offered = nil
		if !more {
			break
		}
	}
	returned = true
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

// offer appends the cell and offers it to the group. It reports whether another may come.
func (st *stream[T, R]) offer(c *cell[T, R]) bool {
	if !st.append(c) {
		return false
	}
	switch st.g.offer(c, true) {
	case shed:
		c.finish(ErrShed, false)
	case refused:
		c.finish(nil, true)
		return false
	}
	return true
}

// append puts the cell at the end, once there is room. It reports whether the reader is still there: if not, the group will stop, but
// until it has, much could be pulled for nothing.
func (st *stream[T, R]) append(c *cell[T, R]) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	for st.unread >= StreamAhead && !st.closed && !st.halted {
		st.moved.Wait()
	}
	if st.closed {
		return false
	}
	if st.last == nil {
		st.first = c
	} else {
		st.last.next = c
	}
	st.last = c
	return true
}

func (c *cell[T, R]) accepted(_ *Group, id uint64) { c.id = id }

func (c *cell[T, R]) run(g *Group) (err error) {
	c.result, err = c.st.f(&g.ctx, c.item)
	return err
}

func (c *cell[T, R]) ended(_ *Group, o outcome) func() {
	skipped := !o.started && o.err != ErrShed
	c.finish(o.err, skipped || o.kind == Cancelled)
	return nil
}

func (c *cell[T, R]) finish(err error, missing bool) {
	c.st.mu.Lock()
	c.err, c.missing, c.over = err, missing, true
	c.st.unread++
	c.st.moved.Broadcast()
	c.st.mu.Unlock()
}

func (c *cell[T, R]) name() string  { return "" }
func (c *cell[T, R]) excused() bool { return false }

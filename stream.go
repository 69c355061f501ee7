package fate

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
)

// StreamAhead is how many results of a [Stream] may be finished and not yet read before it pauses its input.
const StreamAhead = 1024

// Stream runs f for each item of in and yields each item's result and error, in input order, as soon as they and all before
// them are there. Each loop over the Stream runs in anew with a group of its own; a strategy that remembers is for one loop only.
//
// If the group stops, items that had not started, or that only returned the stop's echo, leave a gap: nothing after the first gap is
// yielded. Once a group has stopped there is one last pair, of the zero R and what [Group.Wait] returned, unless that is nil or a
// failure already yielded. If it has not stopped, the last pair comes only for an error that no item had, such as a quorum
// missed. An item that was shed is yielded with ErrShed.
//
// in runs in a goroutine of its own, so that results are yielded also while it waits. It is pulled as far ahead as by [ForEach], and
// paused when [StreamAhead] results are finished and not read, until some have been.
//
// Breaking the loop stops the group and waits for its tasks, and for in to come back from the item it is at. The loop panics with a
// *[PanicError] if in panicked, and as Wait does under Panics(Rethrow). If in called runtime.Goexit, so does the loop.
//
// Stream panics if in or f is nil, and as [New] does.
func Stream[T, R any](ctx context.Context, s Strategy, in iter.Seq[T], f func(context.Context, T) (R, error), opts ...Option) iter.Seq2[R, error] {
	if in == nil {
		panic("fate: Stream: the input is nil")
	}
	if f == nil {
		panic("fate: Stream: the function is nil")
	}
	check("Stream", ctx, s)
	return func(yield func(R, error) bool) { newStream(newGroup(ctx, s, opts), in, f).loop(yield) }
}

// stream is one loop over a Stream: the feeder's goroutine appends cells, the group's tasks finish them in any order, and the loop reads
// them in theirs. All three go on without a lock while none has to wait for another.
type stream[T, R any] struct {
	g     *Group
	in    iter.Seq[T]
	f     func(context.Context, T) (R, error)
	fed   chan struct{}      // closed when the feeder has ended
	crew  *feed[*cell[T, R]] // nil if the strategy must be asked about each item
	watch func() bool        // ends the registration with the group's context

	_        apart
	appended atomic.Uint64 // cells that have come; set by the feeder
	last     *chunk[T, R]  // the feeder's place
	_        apart
	shown    atomic.Uint64 // cells that have been read, whose IDs are below this; set by the reader
	first    *chunk[T, R]  // the reader's place
	_        apart
	awaited  atomic.Uint64 // the reader sleeps until the cell before this one has ended; 0 if it is awake
	resume   atomic.Uint64 // the feeder sleeps until so many cells have been read; 0 if it is awake
	_        apart

	mu     sync.Mutex
	moved  sync.Cond   // something below has changed, or above, and somebody sleeps for it
	ended  bool        // no more cells will come
	halted bool        // the group has stopped
	closed bool        // the reader has left
	fault  *PanicError // the input's panic, set before the group is stopped for it
	exited bool        // the input called runtime.Goexit
}

func newStream[T, R any](g *Group, in iter.Seq[T], f func(context.Context, T) (R, error)) *stream[T, R] {
	st := &stream[T, R]{g: g, in: in, f: f, fed: make(chan struct{})}
	st.first = new(chunk[T, R])
	st.last = st.first
	st.moved.L = &st.mu
	if g.fitsCrew() {
		st.crew = newFeed(g, st.work, st.told)
	}
	st.watch = context.AfterFunc(&g.ctx, st.wake)
	return st
}

var errLeft = errors.New("fate: the stream's reader has left")

// loop is one loop over the stream, from its first item to when nothing of it runs any more.
func (st *stream[T, R]) loop(yield func(R, error) bool) {
	go st.feed()
	read := false
	defer func() {
		st.close()
		if read { // and no panic of the loop's body is on its way
			st.surface()
		}
	}()
	st.read(yield)
	read = true
}

// read yields what comes until the end, a gap, or a break.
func (st *stream[T, R]) read(yield func(R, error) bool) {
	gap := false
	for !gap {
		c := st.next()
		if c == nil {
			break
		}
		if gap = c.missing; gap {
			break
		}
		result, err := st.take(c)
		if !yield(result, err) {
			return
		}
	}
	ended, broken := st.state()
	if broken {
		return // what became of the input comes first
	}
	if !ended {
		gap = true
		st.g.cutShort() // the stop came while the input was still to give
	}
	st.unwatch()
	st.g.join()
	gap = gap || st.g.halted // by the last item perhaps: whether the input was over then can't be known
	if err := st.rest(gap); err != nil && st.g.rethrow() == nil {
		var zero R
		yield(zero, err)
	}
}

// rest is what there is to say after the items: the group's error, unless the reader knows it already.
func (st *stream[T, R]) rest(gap bool) error {
	err := st.g.result
	if err == nil || st.g.failedWith(err, st.shown.Load()) {
		return nil
	}
	if list, ok := err.(*Errors); ok && list.Cause == nil && !gap {
		return nil // each of them was yielded with its item
	}
	return err
}

// next returns the next cell in input order once it has ended, or nil if none will come.
func (st *stream[T, R]) next() *cell[T, R] {
	n := st.shown.Load()
	for {
		if c := st.over(n); c != nil {
			return c
		}
		if !st.sleep(n) {
			return nil
		}
	}
}

// over returns the nth cell, which the reader has come to, if it is there and has ended.
func (st *stream[T, R]) over(n uint64) *cell[T, R] {
	if n >= st.appended.Load() {
		return nil
	}
	if n%chunkLen == 0 && n > 0 && st.first.at != n {
		st.first = st.first.next // was there before the cell was
	}
	if c := &st.first.cells[n%chunkLen]; c.over.Load() {
		return c
	}
	return nil
}

// sleep waits until the nth cell has ended, and reports false if there will be none.
func (st *stream[T, R]) sleep(n uint64) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.awaited.Store(n + 1)
	defer st.awaited.Store(0)
	if st.resume.Load() > 0 {
		st.moved.Broadcast() // nothing will be read for a while: is that enough for the feeder?
	}
	for st.over(n) == nil {
		if (st.ended || st.halted) && n >= st.appended.Load() {
			return false
		}
		st.moved.Wait()
	}
	return true
}

// take takes out what the reader's cell holds.
func (st *stream[T, R]) take(c *cell[T, R]) (R, error) {
	result, err := c.result, c.err
	*c = cell[T, R]{} // those beside it may stay for long
	n := st.shown.Add(1)
	if n == st.resume.Load() {
		st.mu.Lock()
		st.moved.Broadcast()
		st.mu.Unlock()
	}
	return result, err
}

// state says whether the input has ended, and whether it did so by a panic or Goexit.
func (st *stream[T, R]) state() (ended, broken bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.ended, st.fault != nil || st.exited
}

// wake runs in a goroutine of package context's when the group's context ends.
func (st *stream[T, R]) wake() {
	defer func() { // an observer may call runtime.Goexit
		st.mu.Lock()
		st.halted = true
		st.moved.Broadcast()
		st.mu.Unlock()
	}()
	st.g.notice()
}

// unwatch ends the registration with the group's context, and waits for wake if that is already running.
func (st *stream[T, R]) unwatch() {
	if st.watch == nil {
		return
	}
	if !st.watch() {
		st.mu.Lock()
		for !st.halted {
			st.moved.Wait()
		}
		st.mu.Unlock()
	}
	st.watch = nil
}

// close ends everything that still runs.
func (st *stream[T, R]) close() {
	st.unwatch()
	st.mu.Lock()
	st.closed = true
	st.moved.Broadcast()
	st.mu.Unlock()
	st.g.Stop(errLeft)
	st.g.join()
	<-st.fed
}

// surface passes on what the input or the tasks did instead of returning.
func (st *stream[T, R]) surface() {
	if st.fault != nil {
		panic(st.fault)
	}
	if st.exited {
		runtime.Goexit()
	}
	st.g.Wait()
}

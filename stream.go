package fate

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"
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
// in runs in a goroutine of its own, so that results are yielded also while it waits. It is pulled no further ahead than the
// strategy's limit and the backlog allow, and paused while [StreamAhead] results are finished and not read.
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
	return func(yield func(R, error) bool) {
		st := &stream[T, R]{g: newGroup(ctx, s, opts), in: in, f: f, fed: make(chan struct{})}
		st.moved.L = &st.mu
		st.watch = context.AfterFunc(&st.g.ctx, st.wake)
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
}

type stream[T, R any] struct {
	g     *Group
	in    iter.Seq[T]
	f     func(context.Context, T) (R, error)
	fed   chan struct{} // closed when the feeder has ended
	watch func() bool   // ends the registration with the group's context

	mu     sync.Mutex
	moved  sync.Cond   // something below has changed
	first  *cell[T, R] // the cells not yet read, in input order
	last   *cell[T, R]
	unread int         // how many of them have ended
	ended  bool        // no more cells will come
	halted bool        // the group has stopped
	closed bool        // the reader has left
	fault  *PanicError // the input's panic, set before the group is stopped for it
	exited bool        // the input called runtime.Goexit
}

var errLeft = errors.New("fate: the stream's reader has left")

// read yields what comes until the end, a gap, or a break.
func (st *stream[T, R]) read(yield func(R, error) bool) {
	gap := false
	shown := uint64(0) // the items with an ID below this have been yielded
	for !gap {
		c := st.take()
		if c == nil {
			break
		}
		if gap = c.missing; gap {
			break
		}
		shown = max(shown, c.id+1)
		if !yield(c.result, c.err) {
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
	if err := st.rest(gap, shown); err != nil && st.g.rethrow() == nil {
		var zero R
		yield(zero, err)
	}
}

// rest is what there is to say after the items: the group's error, unless the reader knows it already.
func (st *stream[T, R]) rest(gap bool, shown uint64) error {
	err := st.g.result
	if err == nil || st.g.failedWith(err, shown) {
		return nil
	}
	if list, ok := err.(*Errors); ok && list.Cause == nil && !gap {
		return nil // each of them was yielded with its item
	}
	return err
}

// take returns the next cell in input order once it has ended, or nil if none will come.
func (st *stream[T, R]) take() *cell[T, R] {
	st.mu.Lock()
	defer st.mu.Unlock()
	for {
		c := st.first
		switch {
		case c != nil && c.over:
			if st.first = c.next; st.first == nil {
				st.last = nil
			}
			c.next = nil // whoever still has this one does not keep those behind it
			st.unread--
			st.moved.Broadcast()
			return c
		case c == nil && (st.ended || st.halted):
			return nil
		}
		st.moved.Wait()
	}
}

// state says whether the input has ended, and whether it did so by a panic or Goexit.
func (st *stream[T, R]) state() (ended, broken bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.ended, st.fault != nil || st.exited
}

// wake runs in a goroutine of package context's when the group's context ends.
func (st *stream[T, R]) wake() {
	st.g.notice()
	st.mu.Lock()
	st.halted = true
	st.moved.Broadcast()
	st.mu.Unlock()
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

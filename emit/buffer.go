package emit

import "time"

// buffer holds the values that wait, cut into batches from the start: a batch is filled where it stands and handed to the sink from
// there. So nothing is copied or allocated, and both ends need the lock for a few instructions only, however large a batch is.
//
// A channel was the other candidate. It wakes its receiver for each value as long as the receiver keeps up, it takes a lock as
// well, and what surrounds it, that an accepted value is never forgotten by a Close at the same moment and that the counts add up
// at any moment, needs more atomic operations for each value than a lock of our own has. BenchmarkEmit and BenchmarkEmitParallel
// have one beside this. A sketch of a ring that producers share without a lock was a few nanoseconds quicker on two processors; but a
// producer that is interrupted halfway then leaves a gap that all later values wait behind, and how many wait is not
// known while that lasts.
type buffer[T any] struct {
	ring    []batch[T]
	first   int // of the batches that wait, the oldest
	filling int // the batch that is not full yet; it may be empty
	size    int // of a full batch
	waiting int // values, in all of them
	limit   int // of waiting
}

type batch[T any] struct {
	values []T
	since  time.Time // when its first value came; not known of batches of one
}

// newBuffer makes a buffer. Beside the full batches, there is one that is being filled and one that the sink has.
func newBuffer[T any](limit, size int) buffer[T] {
	n := limit/size + 2
	room := make([]T, n*size)
	b := buffer[T]{ring: make([]batch[T], n), size: size, limit: limit}
	for i := range b.ring {
		b.ring[i].values = room[i*size : i*size : (i+1)*size]
	}
	return b
}

func (b *buffer[T]) full() bool { return b.waiting == b.limit }

// push adds a value. The buffer must not be full.
func (b *buffer[T]) push(v T) {
	last := &b.ring[b.filling]
	if len(last.values) == 0 && b.size > 1 {
		last.since = time.Now() // the one clock reading per batch
	}
	last.values = append(last.values, v)
	b.waiting++
	if len(last.values) == b.size {
		b.filling = b.after(b.filling)
	}
}

// next returns the oldest batch, and whether it is full. It is empty if nothing waits.
func (b *buffer[T]) next() (oldest *batch[T], full bool) {
	return &b.ring[b.first], b.first != b.filling
}

// take removes the oldest batch. Its place in the ring is not used again before another has been taken, which is when the sink is
// done with it.
func (b *buffer[T]) take() *batch[T] {
	oldest, full := b.next()
	b.first = b.after(b.first)
	if !full {
		b.filling = b.first
	}
	b.waiting -= len(oldest.values)
	return oldest
}

// reset makes a batch that was taken empty, and forgets what was in it.
func (b *batch[T]) reset() {
	clear(b.values)
	b.values = b.values[:0]
}

func (b *buffer[T]) after(i int) int {
	if i++; i < len(b.ring) {
		return i
	}
	return 0
}

package engine

import "sync"

// queue is a line of up to 2^32-1 items: an admitted prefix, then a held rest. It begins with a small buffer that somebody lends it. What
// doesn't fit stands in buffers of one size, which queues hand on to each other when they have emptied them: beside short tasks,
// allocating and collecting those would be a third of what a task costs, and to copy all into ever larger ones another.
type queue[T any] struct {
	len      uint32
	admitted uint32
	last     *ring[T] // where the next item goes
	front    ring[T]  // the oldest items
	more     []*ring[T]
}

// ring is a part of a queue.
type ring[T any] struct {
	buf  []T // a power of two long
	head uint32
	len  uint32
}

// Buffers of these lengths are handed on from queue to queue.
const (
	small = 128
	large = 1024
)

// init gives the queue its first buffer.
func (q *queue[T]) init(buf []T) {
	*q = queue[T]{front: ring[T]{buf: buf}}
	q.last = &q.front
}

func (r *ring[T]) at(i uint32) *T { return &r.buf[(r.head+i)&(uint32(len(r.buf))-1)] }

func (r *ring[T]) full() bool { return r.len == uint32(len(r.buf)) }

// pop takes the oldest item out of a ring that has one.
func (r *ring[T]) pop() T {
	p := r.at(0)
	item := *p
	var zero T
	*p = zero // nothing is kept alive that has been given away
	r.head = (r.head + 1) & (uint32(len(r.buf)) - 1)
	r.len--
	return item
}

// push appends an item. spare has the buffers of other queues.
func (q *queue[T]) push(item T, admitted bool, spare *sync.Pool) {
	if q.last.full() {
		q.grow(spare)
	}
	r := q.last
	*r.at(r.len) = item
	r.len++
	q.len++
	if admitted {
		if q.admitted != q.len-1 {
			panic("engine: admitted item pushed behind a held one")
		}
		q.admitted++
	}
}

// grow adds a buffer. The small one is emptied into it, and not used again.
func (q *queue[T]) grow(spare *sync.Pool) {
	r := &ring[T]{}
	if b, ok := spare.Get().(*[large]T); ok {
		r.buf = b[:]
	} else {
		r.buf = make([]T, large)
	}
	if len(q.front.buf) < large {
		for q.front.len > 0 {
			*r.at(r.len) = q.front.pop()
			r.len++
		}
		q.front = *r
		return
	}
	q.more = append(q.more, r)
	q.last = r
}

// advance hands an empty front on if there is more behind it.
func (q *queue[T]) advance(spare *sync.Pool) {
	if q.front.len > 0 || len(q.more) == 0 {
		return
	}
	q.leave(spare)
	q.front = *q.more[0]
	q.more[0] = nil
	if q.more = q.more[1:]; len(q.more) == 0 {
		q.last = &q.front
	}
}

// leave hands the front's buffer on, which is empty, if it is one that others may want.
func (q *queue[T]) leave(spare *sync.Pool) {
	if len(q.front.buf) == large {
		spare.Put((*[large]T)(q.front.buf))
	}
}

func (q *queue[T]) held() uint32 { return q.len - q.admitted }

func (q *queue[T]) admit() {
	if q.held() == 0 {
		panic("engine: nothing is held")
	}
	q.admitted++
}

// take returns the oldest item if it is admitted.
func (q *queue[T]) take(spare *sync.Pool) (item T, ok bool) {
	if q.admitted == 0 {
		return item, false
	}
	q.len--
	q.admitted--
	item = q.front.pop()
	if q.front.len == 0 && len(q.more) > 0 {
		q.advance(spare)
	}
	return item, true
}

func (q *queue[T]) dropHeld(spare *sync.Pool) (item T) {
	oldest := q.admitted
	if q.held() == 0 {
		panic("engine: nothing is held")
	}
	i := uint32(0)
	q.remove(func(T) bool { i++; return i-1 == oldest }, func(x T, _ bool) { item = x }, spare)
	return item
}

// remove passes every item from the front to the end once, but for those that match.
func (q *queue[T]) remove(match func(T) bool, drop func(T, bool), spare *sync.Pool) {
	n, admitted := q.len, q.admitted
	q.len, q.admitted = 0, 0
	for i := range n {
		item := q.front.pop()
		q.advance(spare)
		if match(item) {
			drop(item, i < admitted)
			continue
		}
		q.push(item, i < admitted, spare)
	}
}

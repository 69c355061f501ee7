package engine

import "sync"

// queue is a ring of up to 2^31 items: an admitted prefix, then a held rest. It grows and never shrinks; a group is
// short-lived beside what it would save. The step to large is taken with a buffer that another queue has left, if there is
// one: beside short tasks, allocating and collecting those would be a third of what a task costs.
type queue[T any] struct {
	len      uint32
	head     uint32
	admitted uint32 // how many from head are admitted
	buf      []T    // a power of two long, or nil
}

// Buffers of these lengths are handed on from queue to queue.
const (
	small = 128
	large = 1024
)

func (q *queue[T]) at(i uint32) *T { return &q.buf[(q.head+i)&(uint32(len(q.buf))-1)] }

func (q *queue[T]) full() bool { return q.len == uint32(len(q.buf)) }

func (q *queue[T]) push(item T, admitted bool) {
	*q.at(q.len) = item
	q.len++
	if admitted {
		if q.admitted != q.len-1 {
			panic("engine: admitted item pushed behind a held one")
		}
		q.admitted++
	}
}

func (q *queue[T]) grow(spare *sync.Pool) {
	buf := q.larger(spare)
	n := copy(buf, q.buf[q.head:])
	copy(buf[n:], q.buf[:q.head])
	clear(q.buf) // left behind now, and kept as long as the queue, or by the next one
	q.leave(spare)
	q.buf, q.head = buf, 0
}

// larger returns an empty buffer of the next size.
func (q *queue[T]) larger(spare *sync.Pool) []T {
	if len(q.buf) >= large {
		return make([]T, 4*len(q.buf))
	}
	if b, ok := spare.Get().(*[large]T); ok {
		return b[:]
	}
	return make([]T, large)
}

// leave hands the buffer on, which is empty, if it is one that others may want.
func (q *queue[T]) leave(spare *sync.Pool) {
	if len(q.buf) == large {
		spare.Put((*[large]T)(q.buf))
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
func (q *queue[T]) take() (item T, ok bool) {
	if q.admitted == 0 {
		return item, false
	}
	p := q.at(0)
	item = *p
	var zero T
	*p = zero // the queue keeps nothing alive that it has given away
	q.head = (q.head + 1) & (uint32(len(q.buf)) - 1)
	q.len--
	q.admitted--
	return item, true
}

func (q *queue[T]) dropHeld() (item T) {
	oldest := q.admitted
	if q.held() == 0 {
		panic("engine: nothing is held")
	}
	i := uint32(0)
	q.remove(func(T) bool { i++; return i-1 == oldest }, func(x T, _ bool) { item = x })
	return item
}

func (q *queue[T]) remove(match func(T) bool, drop func(T, bool)) {
	var kept, admitted uint32
	for i := range q.len {
		item := *q.at(i)
		in := i < q.admitted
		if match(item) {
			drop(item, in)
			continue
		}
		*q.at(kept) = item
		kept++
		if in {
			admitted++
		}
	}
	var zero T
	for i := kept; i < q.len; i++ {
		*q.at(i) = zero
	}
	q.len, q.admitted = kept, admitted
}

package engine

import "sync"

// Queue is the queue by itself, for the test against its model.
type Queue struct {
	q     queue[int]
	spare *sync.Pool
}

func NewQueue() *Queue {
	q := &Queue{spare: new(sync.Pool)}
	q.q.buf = make([]int, small)
	return q
}

func (q *Queue) Push(x int, admitted bool) {
	if q.q.full() {
		q.q.grow(q.spare)
	}
	q.q.push(x, admitted)
}
func (q *Queue) Take() (int, bool)                              { return q.q.take() }
func (q *Queue) Admit()                                         { q.q.admit() }
func (q *Queue) DropHeld() int                                  { return q.q.dropHeld() }
func (q *Queue) Remove(match func(int) bool, d func(int, bool)) { q.q.remove(match, d) }
func (q *Queue) Held() int                                      { return int(q.q.held()) }

// Items lists what is in the queue, oldest first, and how many of them are admitted.
func (q *Queue) Items() (items []int, admitted int) {
	for i := range q.q.len {
		items = append(items, *q.q.at(i))
	}
	return items, int(q.q.admitted)
}

// Spare lists what stands in the places that hold no item.
func (q *Queue) Spare() (spare []int) {
	for i := q.q.len; int(i) < len(q.q.buf); i++ {
		spare = append(spare, *q.q.at(i))
	}
	return spare
}

// Next returns another queue, to which this one has left its buffer.
func (q *Queue) Next() *Queue {
	q.q.leave(q.spare)
	next := NewQueue()
	next.spare = q.spare
	return next
}

package engine

import "sync"

// Queue is the queue by itself, for the test against its model.
type Queue struct {
	q     queue[int]
	first []int
	spare *sync.Pool
}

func NewQueue() *Queue {
	q := &Queue{spare: new(sync.Pool), first: make([]int, small)}
	q.q.init(q.first)
	return q
}

func (q *Queue) Push(x int, admitted bool)                      { q.q.push(x, admitted, q.spare) }
func (q *Queue) Take() (int, bool)                              { return q.q.take(q.spare) }
func (q *Queue) Admit()                                         { q.q.admit() }
func (q *Queue) DropHeld() int                                  { return q.q.dropHeld(q.spare) }
func (q *Queue) Remove(match func(int) bool, d func(int, bool)) { q.q.remove(match, d, q.spare) }
func (q *Queue) Held() int                                      { return int(q.q.held()) }

func (q *Queue) rings() []*ring[int] { return append([]*ring[int]{&q.q.front}, q.q.more...) }

// Items lists what is in the queue, oldest first, and how many of them are admitted.
func (q *Queue) Items() (items []int, admitted int) {
	for _, r := range q.rings() {
		for i := range r.len {
			items = append(items, *r.at(i))
		}
	}
	return items, int(q.q.admitted)
}

// Spare lists what stands in the places that hold no item.
func (q *Queue) Spare() (spare []int) {
	for _, r := range q.rings() {
		for i := r.len; int(i) < len(r.buf); i++ {
			spare = append(spare, *r.at(i))
		}
	}
	if len(q.q.front.buf) > small {
		spare = append(spare, q.first...)
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

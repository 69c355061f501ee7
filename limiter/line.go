package limiter

import (
	"math"
	"math/bits"
)

// waiter is one who waits for weight. Who makes room for it takes the weight in its name, so that it may take its time to wake up and
// the limiter's figures are true at any moment.
type waiter struct {
	n          int64
	byHand     bool
	err        error         // why it is not let in; set before answered is closed
	answered   chan struct{} // closed when it has left the line by somebody else's doing
	prev, next *waiter
}

// line is those that wait, oldest first. It is a doubly linked list, so that one who gives up leaves it in constant time.
type line struct {
	first, last *waiter
	len         int
	sum         [2]uint64 // of the weights, the upper half first: a few large ones are more than an int64 holds
}

func (l *line) push(w *waiter) {
	w.prev = l.last
	if l.last == nil {
		l.first = w
	} else {
		l.last.next = w
	}
	l.last = w
	l.len++
	var carry uint64
	l.sum[1], carry = bits.Add64(l.sum[1], uint64(w.n), 0)
	l.sum[0] += carry
}

func (l *line) remove(w *waiter) {
	if w.prev == nil {
		l.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		l.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next = nil, nil
	l.len--
	var borrow uint64
	l.sum[1], borrow = bits.Sub64(l.sum[1], uint64(w.n), 0)
	l.sum[0] -= borrow
}

// weight is the sum of the weights, or math.MaxInt64 if that is less.
func (l *line) weight() int64 {
	if l.sum[0] > 0 {
		return math.MaxInt64
	}
	return int64(min(l.sum[1], math.MaxInt64))
}

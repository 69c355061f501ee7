// Package lend is how a package of this module offers a group a task that holds something, such as weight of a limiter, which is to be
// given back when the task is over.
//
// Only the group knows of every end: a task that was accepted may be skipped by a stop, or shed from the backlog by its strategy, and
// nobody is told of either; a context.AfterFunc for each task would cost more than the task, and see only the stop. That is why
// this is not built on what package fate exports. It is not exported itself because a [Lender] is called under the group's lock.
//
// Package fate, which may not be imported here, sets the functions.
package lend

import "context"

// A Lender gets back what a task held.
type Lender interface {
	// GiveBack is called once for each task, when it has ended or when it is known that it never will start, mostly under the lock of
	// its group: it must be short, and must not call the group.
	GiveBack(n int64)
}

var (
	// Offer offers the group, a *fate.Group, a task that holds n of what the lender has, as its Go does, or its TryGo if wait is false.
	// It returns nil if the task was accepted, else the error of a child that is refused, and n has been given back then.
	Offer func(group any, t func(context.Context) error, from Lender, n int64, wait bool) error

	// Refuse counts a task that is not offered, for it could not be lent what it needs, as one that the group refused: shed, or skipped if
	// the group has stopped. It returns the error of a child that is refused.
	Refuse func(group any) error
)

package limiter

import (
	"errors"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/internal/lend"
)

// Go waits until the weight n is free and all who came before have been let in, by whatever group, and then offers the task to g, as
// [fate.Group.Go] does, which may wait at the group's own limit. It returns nil if the task was accepted: it will run
// exactly once, unless the group stops before it starts. The weight is given back before the group's Wait returns: when the task has ended,
// in whatever way, or as soon as the group knows that it never will start, because it has stopped or its strategy has shed the task.
//
// Else it returns why not, and holds nothing:
//
//   - a [*TooHeavyError] if n is above the size, or becomes so by a Resize while it waits; the group never hears of the task;
//   - [fate.ErrStopped] and the group's cause, as soon as the group or its parent stops, or after its Wait has returned; the task is
//     counted as skipped;
//   - [fate.ErrShed] if the group's strategy refused it; it is counted as shed.
//
// A group that is being stopped in order ends its context last, so a child that waits here holds that stop up for as long as its Grace is.
//
// Those that are let in at the same moment may start in any order. From inside a task that holds weight, Go may wait for what only the end of
// that very task would free; TryGo does not.
//
// It panics if g or t is nil or n is negative. Beyond what fate.Group.Go costs, there is one allocation for the task, the limiter's
// lock twice, and if it waits two more allocations and, once, the group's context. The first task that the group holds back makes it listen
// to its parent, which costs one registration for all of them.
func (l *Limiter) Go(g *fate.Group, n int64, t fate.Task) error {
	check("Go", g, n, t)
	if err := l.acquire(g.Context(), n, false); err != nil {
		if _, ok := errors.AsType[*TooHeavyError](err); ok {
			return err
		}
		return lend.Refuse(g)
	}
	return lend.Offer(g, t, (*account)(l), n, true)
}

// TryGo is Go that never waits, neither for weight nor at the group's limit: where Go would wait, or n is above the size, it returns false, and
// the task counts as shed; or as skipped, if the group has stopped.
func (l *Limiter) TryGo(g *fate.Group, n int64, t fate.Task) bool {
	check("TryGo", g, n, t)
	if !l.tryAcquire(n, false) {
		_ = lend.Refuse(g) // who wants to know why takes Go
		return false
	}
	return lend.Offer(g, t, (*account)(l), n, false) == nil
}

func check(call string, g *fate.Group, n int64, t fate.Task) {
	if g == nil {
		panic("limiter: " + call + ": the group is nil")
	}
	checkWeight(call, n)
	if t == nil {
		panic("limiter: " + call + ": the task is nil")
	}
}

// account is the limiter as a group sees it. It is a type of its own to keep its method out of Limiter's.
type account Limiter

// GiveBack takes a task's weight back. It wakes who may go on, and does not wait for them.
func (a *account) GiveBack(n int64) { (*Limiter)(a).giveBack(n) }

// giveBack takes back what a task held.
func (l *Limiter) giveBack(n int64) {
	if n == 0 {
		return
	}
	l.mu.Lock()
	l.give(n, false)
	l.mu.Unlock()
}

// Package fatetest checks that a [fate.Strategy] keeps what a group needs of it and what its users rely on: a kit that any
// strategy must pass, those of this module and those of others. It needs nothing but a constructor:
//
//	func TestStrategy(t *testing.T) {
//		fatetest.Test(t, func() fate.Strategy { return mine.Strategy{Limit: 4} })
//	}
//
// Call it once for each configuration that matters: no limit and a small one, each mode. One call takes a fraction of a second.
//
// # What is checked
//
// A strategy is a few functions over plain values, so most of it is checked without running anything. A model counts as a
// group does, and every short history of a group (tasks are offered, end in each way, run again if the strategy says so, are
// cancelled; the group is stopped from outside; a [fate.Expecter] is told how many there will be), and some long ones, are played
// against a fresh strategy. Each answer is held against laws, such as:
//
//   - While nothing is running, Admit never answers Hold: a task that has ended, in any way, takes no slot.
//   - If tasks failed and none succeeded, Wait returns an error, and it leads to something that happened.
//   - A strategy that is a value answers from its arguments alone; one that must remember is a pointer.
//   - What is restarted and fails in the end is told; a Restart.With says whom it takes along, and why.
//   - A call returns at once, does not panic, and starts no goroutine.
//
// Then groups run with the strategy, in bubbles of package testing/synctest: scripted scenes, and random ones whose seeds are
// always the same. What a strategy restarts for ever is stopped from outside in the end. What each task did, what the strategy was
// shown and what Wait gave must agree.
//
// A law that is broken is reported as its sentence, the shortest history that breaks it, and what was seen:
//
//	fatetest: While nothing is running, Admit never answers Hold: nobody would ever ask again. ...
//		after: (offer, exited) ×8, offer
//		saw:   Admit(offered 8, exited 8) = hold
//
// # What is not
//
// The laws are those that every sane strategy keeps, so they do not say what a strategy is for: that a quorum counts to the right
// number, or which failure comes first, is for its own tests. One that refuses by the clock, a rate limiter, does not pass: it sheds
// while nothing is running.
package fatetest

// Package engine is the mechanism under package fate: a queue of items, the goroutines that run them, and the join. It knows
// no policy and no context; its [Host] decides what is admitted and what an item's end means.
//
// # The protocol
//
// Starting a goroutine costs far more than running a short task, so items are started from a queue, with as few
// goroutines as they allow:
//
//   - Push puts an item in the queue. The queue has an admitted prefix, which may run now, and a held rest.
//   - A runner is a goroutine that takes admitted items, oldest first, until there is none.
//   - Before a runner runs an item it makes sure that, if another item is admitted, another runner is on its way. One on its
//     way is enough: while it waits for a processor the first goes on, and when it arrives it sends the next. Once, a caller
//     who waits in Join is woken in its place, to send it if it is still needed then.
//
// So items that block get a goroutine each, as with a go statement, and short ones share a few. No item waits for another
// item to end, only for a runner to arrive.
//
// Everything but running an item happens under one lock. An item's end, what the host makes of it and the taking of the next item
// are one critical section.
//
// Two roads are not taken. Several runners on their way at once, when starts are late: beside busy neighbours the one is placed next on
// its sender's processor, and a chain of a hundred was measured to run through in a fraction of a millisecond; with short items the
// others would come to find nothing. Items taken several at a time under one turn of the lock: by the profile a seventh of an item is the
// lock, and an item in hand would wait behind a slow one unless others can take it back. The crew of ForEach does that, where an item
// is a few nanoseconds.
//
// Launch is for an item that was run before and is run again: it keeps its place among those that run, and so must not wait in the queue
// behind held ones.
//
// An item that panics or calls runtime.Goexit takes its runner with it: one deferred function per runner, not per
// item, tells the two apart, settles the item, and sends a new runner if one is needed.
//
// What an item leaves on its goroutine (a locked OS thread, profiler labels) is still there for the next item of that
// runner. An item that locked its thread and can't unlock it should end by runtime.Goexit.
package engine

import (
	"runtime"
	"sync"
	"time"
)

// A Host owns an Engine and decides. Methods marked locked are called with the engine's lock held.
type Host[T any] interface {
	// Run runs the item.
	Run(T) error

	// Caught is called in the goroutine of the item that panicked with v, or called runtime.Goexit if v is nil. The item's
	// frames are still on the stack. It returns the error that Settle is to see, or panics to end the process.
	Caught(item T, v any) error

	// Settle (locked) is told how an item ended. What it returns is called next, without the lock, before the runner takes
	// another item or leaves; it may be nil.
	Settle(T, Outcome) (after func())

	// Fault (locked) is told that Settle panicked with v, or called runtime.Goexit if v is nil. What it returns is called
	// as with Settle, and the runner leaves.
	Fault(v any) (after func())

	// Pools are where engines of this type leave what others can use.
	Pools() *Pools
}

// How says how an item ended.
type How uint8

const (
	Returned How = iota
	Panicked
	Exited // runtime.Goexit
)

// An Outcome is how an item ended.
type Outcome struct {
	Err  error         // what Run or Caught returned
	Took time.Duration // how long it ran, with what its runner did to get to it; 0 unless the engine is timed
	How  How
}

// An Engine runs items of type T. It must not be copied after Init.
//
// Fields that change with every item stand together, and last, so that processors which share the engine pass as few
// cache lines to and fro as can be.
type Engine[T any] struct {
	host Host[T]
	kit  *kit[T]   // nil before the first Push, and from Retire to the next
	idle sync.Cond // a joiner's wait for the last runner to leave, and Await's

	mu       sync.Mutex
	runners  int32 // guarded by mu, as all below: runners that have not left, those on their way included
	starting int32 // who is on the way: runners, and a scout
	joiners  int32 // callers in Join
	timed    bool  // constant
	scout    bool  // a joiner has been woken to send a runner if one is still needed when it comes
	scouted  bool  // one has been before
}

// Init makes the engine ready. A timed one reads the clock around each item.
func (e *Engine[T]) Init(h Host[T], timed bool) {
	e.host, e.timed = h, timed
	e.idle.L = &e.mu
}

// Lock takes the engine's lock.
func (e *Engine[T]) Lock() { e.mu.Lock() }

// Unlock releases the lock where nothing was pushed or admitted; otherwise use Release.
func (e *Engine[T]) Unlock() { e.mu.Unlock() }

// Release releases the lock and sends a runner on its way if one is needed.
func (e *Engine[T]) Release() {
	send := e.need()
	e.mu.Unlock()
	if send {
		// After the lock: a go statement takes longer than all that is done under it.
		go e.kit.loop()
	}
}

// need says whether a runner must be sent on its way, and counts it if so.
//
// The first time that somebody is in Join it is he who is sent, as a scout: to wake him is cheaper than a new goroutine, and if the
// items are short they are done when he comes, and he had to be woken anyway. Not a second time: with items that block, each
// would take two steps to start.
func (e *Engine[T]) need() bool {
	if e.starting > 0 || e.kit == nil || e.kit.queue.admitted == 0 {
		return false
	}
	e.starting++
	if e.joiners > 0 && !e.scouted {
		e.scout, e.scouted = true, true
		e.idle.Broadcast()
		return false
	}
	e.runners++
	return true
}

// runner is what a runner notes of the item it is at, for what is done at its end, also by the deferred function.
type runner[T any] struct {
	item  T
	err   error
	began time.Duration
	how   How
	state state
}

// clock returns how long the item took. Where it ends the next one begins: to read the clock a second time costs as much as all else
// that is done for an item, and what lies between them is less.
func (r *runner[T]) clock() time.Duration {
	began := r.began
	r.began = now()
	return r.began - began
}

type state uint8

const (
	left    state = iota // owes nothing
	running              // in Host.Run
	settles              // in Host.Settle, with the lock
	after                // in what Settle returned, without it
)

func (e *Engine[T]) run() {
	var r runner[T]
	defer e.rescue(&r)
	e.mu.Lock()
	e.starting--
	if e.timed {
		r.began = now()
	}
	for {
		var ok bool
		if r.item, ok = e.kit.queue.take(&e.kit.pools.large); !ok {
			break
		}
		send := e.need()
		e.mu.Unlock()
		if send {
			go e.kit.loop()
		}
		r.state, r.err = running, nil // the error before is not kept alive by what runs now
		r.err = e.host.Run(r.item)
		// This is settle, written out: a frame less on the stack of an item, of which package fate needs all there is (see exit there).
		var took time.Duration
		if e.timed {
			took = r.clock()
		}
		e.lockAfter(&r)
		r.state = settles
		if f := e.host.Settle(r.item, Outcome{r.err, took, r.how}); f != nil {
			e.after(&r, f)
		}
	}
	r.state = left
	e.leave()
}

// Launch (locked) runs an item past the queue, on a goroutine that is sent for it and leaves when it has ended.
func (e *Engine[T]) Launch(item T) {
	e.runners++
	go e.launched(item)
}

func (e *Engine[T]) launched(item T) {
	var r runner[T]
	defer e.rescue(&r)
	if e.timed {
		r.began = now()
	}
	r.item, r.state = item, running
	r.err = e.host.Run(item)
	e.settle(&r)
	r.state = left
	e.leave()
}

// settle hands an item's end to the host. It takes the lock and keeps it.
func (e *Engine[T]) settle(r *runner[T]) {
	var took time.Duration
	if e.timed {
		took = r.clock()
	}
	e.lockAfter(r)
	r.state = settles
	if f := e.host.Settle(r.item, Outcome{r.err, took, r.how}); f != nil {
		e.after(r, f)
	}
}

// lockAfter takes the lock, for a runner that has run an item. If somebody has the lock, the runner gives way: it stays away for some
// microseconds. With an error it does not: it may stop the group.
//
// While producers and runners of short items come to the lock in turn, each finds what it needs in another processor's cache, and that is
// most of what an item costs. So the one that can wait does, and the others do many in a row: 1000 tasks of one producer cost a
// quarter less, and 8000 of eight producers two thirds less. To try again and again meanwhile is of no use, as that takes the cache line away, too.
//
//go:noinline
func (e *Engine[T]) lockAfter(r *runner[T]) {
	if !e.mu.TryLock() {
		if r.err == nil {
			wait()
			if e.timed {
				r.began = now() // that is no part of the next item
			}
		}
		e.mu.Lock()
	}
}

// aside is how many multiplications take some 3 us, or a few times that on a small processor. Half as long was measured to be half as
// good, and twice as long to be little better.
const aside = 3000

// wait takes a moment. It doesn't look at the time, which in a test may stand still.
//
//go:noinline
func wait() {
	x := uint64(1)
	for range aside {
		x = x*6364136223846793005 + 1442695040888963407 // each has to wait for the one before
	}
	runtime.KeepAlive(x)
}

// after calls f without the lock.
func (e *Engine[T]) after(r *runner[T], f func()) {
	r.state = after
	e.Release() // what was admitted meanwhile need not wait for f
	f()
	e.mu.Lock()
	if e.timed {
		r.began = now() // f is no part of an item
	}
}

// rescue is the deferred function of a runner. It has nothing to do for one that left by itself.
func (e *Engine[T]) rescue(r *runner[T]) {
	switch r.state {
	case left:
		return
	case running:
		// Recovered only because a panic can't be told from Goexit otherwise. Caught panics again to crash, and the process
		// then dies with the item's frames in the trace.
		v := recover()
		r.err, r.how = e.host.Caught(r.item, v), Exited
		if v != nil {
			r.how = Panicked
		}
		defer e.rescue(r) // Settle may fail here, too
		e.settle(r)
	case settles:
		if f := e.host.Fault(recover()); f != nil {
			e.after(r, f)
		}
	case after:
		if v := recover(); v != nil {
			panic(v) // a fault of ours: the process ends before Join can return
		}
		e.mu.Lock() // Goexit
	}
	r.state = left
	e.leave()
}

// leave ends a runner, sends another in its place if one is needed, and releases the lock.
func (e *Engine[T]) leave() {
	send := e.need()
	e.runners--
	if e.runners == 0 && e.joiners > 0 {
		e.idle.Broadcast()
	}
	e.mu.Unlock()
	if send {
		go e.kit.loop()
	}
}

// Join (locked) returns, with the lock held, when the queue is empty and no runner is left.
func (e *Engine[T]) Join() {
	e.joiners++
	for {
		// Also by one who has only just come: the joiner that was woken may not have the lock yet, and there may be no runner.
		if e.scout {
			e.scout = false
			e.starting--
			if e.need() {
				e.mu.Unlock()
				go e.kit.loop()
				e.mu.Lock()
			}
		}
		if e.runners == 0 {
			break
		}
		e.idle.Wait()
	}
	e.joiners--
}

// Await (locked) waits for an Announce, or for a little less: the caller looks again at what it waits for.
func (e *Engine[T]) Await() { e.idle.Wait() }

// Announce (locked) wakes everybody in Await.
func (e *Engine[T]) Announce() { e.idle.Broadcast() }

// Joining (locked) reports whether somebody is in Join.
func (e *Engine[T]) Joining() bool { return e.joiners > 0 }

// Push (locked) puts an item at the queue's end. An admitted one must not be pushed behind a held one.
func (e *Engine[T]) Push(item T, admitted bool) {
	if e.kit == nil {
		e.kit = outfit(e)
	}
	e.kit.queue.push(item, admitted, &e.kit.pools.large)
}

// Retire (locked) hands on what the engine needs no more. The queue is empty and no runner left, as after Join under the same lock. If
// something is pushed later all the same, the engine takes what it needs anew.
func (e *Engine[T]) Retire() {
	if e.kit != nil {
		e.kit.leave()
		e.kit = nil
	}
}

// Admit (locked) admits the oldest held item.
func (e *Engine[T]) Admit() { e.kit.queue.admit() }

// DropHeld (locked) takes the oldest held item out of the queue.
func (e *Engine[T]) DropHeld() T { return e.kit.queue.dropHeld(&e.kit.pools.large) }

// Remove (locked) takes the items for which match is true out of the queue and hands each to drop, oldest first. It
// takes time in proportion to the queue. Neither function may change the queue.
func (e *Engine[T]) Remove(match func(T) bool, drop func(item T, admitted bool)) {
	if e.kit != nil {
		e.kit.queue.remove(match, drop, &e.kit.pools.large)
	}
}

var epoch = time.Now()

// now is cheaper than time.Now, which also reads the wall clock.
func now() time.Duration { return time.Since(epoch) }

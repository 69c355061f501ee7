// Package limiter is one limit for the tasks of several groups, which may weigh differently.
//
//	l := limiter.New(64 << 20) // bytes of images in memory at once
//	if err := l.Go(g, img.Size, func(ctx context.Context) error { return resize(ctx, img) }); err != nil {
//		return err // the image is larger than all, or the group has stopped
//	}
//
// Take it where something that several groups share bears only so much: memory, a connection pool, a service downstream. For a
// limit of one group whose tasks are all alike, the Limit of its strategy is less to write and cheaper.
//
// There are two ways to put a task under the limit. What each holds while it waits for weight is the difference:
//
//   - [Limiter.Go] waits in the producer, before the task is offered to its group. It holds that producer up, and nothing else: no
//     goroutine, no slot of the group. It is for tasks that a loop starts one by one.
//   - [Limiter.Task], [Each] and [Func] wait in the task, after its group has started it. Each that waits holds a slot of
//     its group's limit and a goroutine with its stack. They fit wherever fate takes a function: Spawn, ForEach, Map, Stream. Give
//     the group a limit there, or all of the tasks wait at once. With one that is no more than what the weights let in, few of them wait, and
//     short tasks cost less than by Go, whose producer changes places with the tasks again and again.
//
// A group's own limit counts beside the weight. A task that came by Go and is held back by its group's limit keeps its weight from the
// others, so Go is best used with groups without a limit. In a group with one, use either Go or Task, not both, nor Go beside tasks that
// call Acquire: one that has the last slot would wait for weight that is held by one that waits for the slot, until the group is stopped.
//
// # Weights
//
// A weight is any number of 0 or more; what it stands for is the program's. One above the limiter's size can never be let in, and fails
// at once with a [*TooHeavyError]. Weight 0 never waits. A negative weight panics.
//
// Who came first is let in first, whatever the weights and the groups: a large weight is not starved by small ones, and those behind it
// wait although there is room for them. One whose context ends gives its place up, and those behind it go on.
//
// # Beside golang.org/x/sync/semaphore
//
// Order and weights are those of semaphore.Weighted, which tests here use as the reference, and which is all that is needed where
// the size never changes and a task is a function that acquires and releases by itself. The limiter is not built on it because a
// semaphore can't be made smaller while somebody waits: its TryAcquire then takes nothing, also of what is free, and when who waits
// gives up, more is let in than the new size.
package limiter

import (
	"context"
	"fmt"
	"sync"
)

// A Limiter lets weights in as long as they do not exceed its size together. Its methods may be called by several goroutines at once.
//
// The zero Limiter has the size 0, so that whatever weighs something is too heavy for it, until [Limiter.Resize]. A Limiter must not be
// copied.
type Limiter struct {
	mu     sync.Mutex
	size   int64 // guarded by mu, as all below
	inUse  int64
	byHand int64 // the part of inUse that came by Acquire and TryAcquire
	line   line  // those that wait
}

// New makes a limiter of a size. It panics if that is below 1: of size 0 everything would be too heavy, so that a size that
// somebody forgot to set would look like tasks that are.
func New(size int64) *Limiter {
	checkSize("New", size)
	return &Limiter{size: size}
}

func checkSize(call string, size int64) {
	if size < 1 {
		panic(fmt.Sprintf("limiter: %s: the size is %d: must be 1 or more", call, size))
	}
}

func checkWeight(call string, n int64) {
	if n < 0 {
		panic(fmt.Sprintf("limiter: %s: the weight is %d: must be 0 or more", call, n))
	}
}

// Acquire waits until the weight n is free and all who came before have been let in, and takes it; [Limiter.Release] gives it back. It
// returns ctx.Err(), and takes nothing, if the context has ended before; and a [*TooHeavyError], at once, if n is above the size, or a
// Resize makes the size smaller than n while it waits.
//
// It panics if ctx is nil or n is negative. To wait costs two allocations.
func (l *Limiter) Acquire(ctx context.Context, n int64) error {
	if ctx == nil {
		panic("limiter: Acquire: the context is nil")
	}
	checkWeight("Acquire", n)
	return l.acquire(ctx, n, true)
}

// TryAcquire takes the weight n and returns true, if Acquire would not have to wait; it never waits. It is false also if n is above the
// size. It panics if n is negative.
func (l *Limiter) TryAcquire(n int64) bool {
	checkWeight("TryAcquire", n)
	return l.tryAcquire(n, true)
}

// Release gives back a weight that Acquire or TryAcquire has taken, or a part of it, and lets in whoever there is room for now. It panics if
// n is negative, or more than is held so. What tasks hold does not count here: they give it back themselves.
func (l *Limiter) Release(n int64) {
	checkWeight("Release", n)
	l.mu.Lock()
	if n > l.byHand {
		held := l.byHand
		l.mu.Unlock()
		panic(fmt.Sprintf("limiter: Release: the weight is %d: must not be more than is held, which is %d", n, held))
	}
	l.give(n, true)
	l.mu.Unlock()
}

// Resize changes the size. A larger one lets in at once whoever there is room for. A smaller one takes nothing from those who have it: if
// more is in use, nothing more is let in until enough has been given back. Those that wait for more than the new size are
// sent away, with a [*TooHeavyError], so to make a limiter smaller takes time in proportion to how many wait. It never waits.
//
// It panics if the size is below 1: to halt everything is for the context of those who wait.
func (l *Limiter) Resize(size int64) {
	checkSize("Resize", size)
	l.mu.Lock()
	defer l.mu.Unlock()
	smaller := size < l.size
	l.size = size
	for w := l.line.first; w != nil && smaller; {
		next := w.next
		if w.n > size {
			w.err = &TooHeavyError{Weight: w.n, Size: size}
			l.line.remove(w)
			close(w.answered)
		}
		w = next
	}
	l.serve()
}

// Stats are the figures of a limiter at one moment.
type Stats struct {
	Size    int64 // as New or Resize set it
	InUse   int64 // the weight that has been let in and not given back; more than Size only after a Resize
	Waiting int   // how many wait
	Wanted  int64 // the weight they wait for together; math.MaxInt64 if it is more than that
}

// Stats returns the limiter's figures as they are now.
func (l *Limiter) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Stats{Size: l.size, InUse: l.inUse, Waiting: l.line.len, Wanted: l.line.weight()}
}

func (s Stats) String() string {
	text := fmt.Sprintf("%d of %d in use", s.InUse, s.Size)
	if s.Waiting > 0 {
		text += fmt.Sprintf(", %d waiting for %d", s.Waiting, s.Wanted)
	}
	return text
}

// A TooHeavyError is the error of a weight that is above the limiter's size, and so could never be let in.
type TooHeavyError struct {
	Weight int64
	Size   int64 // the limiter's at that moment
}

func (e *TooHeavyError) Error() string {
	return fmt.Sprintf("limiter: the weight %d is above the limit's size %d", e.Weight, e.Size)
}

func (l *Limiter) acquire(ctx context.Context, n int64, byHand bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if n == 0 {
		return nil
	}
	l.mu.Lock()
	if l.fits(n) {
		l.take(n, byHand)
		l.mu.Unlock()
		return nil
	}
	if size := l.size; n > size {
		l.mu.Unlock()
		return &TooHeavyError{Weight: n, Size: size}
	}
	// Not one that has waited before, as a group does it: a limiter may be a global variable, and a channel made in one test's bubble
	// can't be used in the next.
	w := &waiter{n: n, byHand: byHand, answered: make(chan struct{})}
	l.line.push(w)
	l.mu.Unlock()

	// Called without the lock, for it may be anybody's code, and only by those that wait, for it may have to be made first.
	done := ctx.Done()
	select {
	case <-w.answered:
		if w.err != nil {
			return w.err
		}
		select {
		case <-done: // both, and nothing says in which order: then nobody starts what has been cancelled
			l.mu.Lock()
			l.give(n, byHand)
			l.mu.Unlock()
			return ctx.Err()
		default:
			return nil
		}
	case <-done:
		l.leave(w)
		return ctx.Err()
	}
}

// leave is for one whose context ended while it waited.
func (l *Limiter) leave(w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-w.answered:
		if w.err == nil {
			l.give(w.n, w.byHand)
		}
	default:
		l.line.remove(w)
		l.serve() // those behind may have waited for this one only
	}
}

func (l *Limiter) tryAcquire(n int64, byHand bool) bool {
	if n == 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	ok := l.fits(n)
	if ok {
		l.take(n, byHand)
	}
	return ok
}

// fits, under the lock, reports whether one who comes now is let in at once.
func (l *Limiter) fits(n int64) bool { return l.line.first == nil && l.room(n) }

// room, under the lock, reports whether n is free. The sum of what is in use and n might be too large for an int64; the difference
// never is.
func (l *Limiter) room(n int64) bool { return n <= l.size-l.inUse }

func (l *Limiter) take(n int64, byHand bool) {
	l.inUse += n
	if byHand {
		l.byHand += n
	}
}

// give, under the lock, takes a weight back and lets in whoever there is room for.
func (l *Limiter) give(n int64, byHand bool) {
	l.inUse -= n
	if byHand {
		l.byHand -= n
	}
	l.serve()
}

// serve, under the lock, lets in those that wait, in their order, as far as there is room.
func (l *Limiter) serve() {
	for w := l.line.first; w != nil && l.room(w.n); w = l.line.first {
		l.line.remove(w)
		l.take(w.n, w.byHand)
		close(w.answered)
	}
}

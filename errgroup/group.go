package errgroup

import (
	"context"

	"github.com/sharedfate/fate/internal/engine"
)

// A Group runs functions that are parts of one job. The zero value is ready: without a limit, and without a context to cancel. It must
// not be copied after its first Go. Its methods may be called by several goroutines at once, and by its own functions; only a
// Wait inside one of them would wait for itself.
//
// A Group is meant for one job. If it is used again after Wait, the first error stays, and so does the end of the context.
//
// A Group without a Wait keeps no goroutine once its functions have ended. The context of [WithContext] then stays registered with its
// parent until one of them fails.
type Group struct {
	cancel context.CancelCauseFunc // nil without a context; constant

	// Guarded by eng's lock, as all below but eng.
	self       *Group // nil before the first Go
	err        error  // the first
	limit      *limit // nil if there is none
	line       line   // the Go's that wait for a slot
	cancelling bool   // cancel is being called because of err

	eng engine.Engine[task]
}

// task is a function in the queue.
type task struct {
	f    func() error
	slot *limit // the limit that it takes a slot of; nil if there was none when it started
}

// WithContext returns a Group, and a context derived from ctx. The context ends when the first of the Group's functions returns an
// error, or when Wait returns, whichever is first, or with ctx. context.Cause tells that error; after a Wait
// without one it is context.Canceled.
func WithContext(ctx context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	return &Group{cancel: cancel}, ctx
}

// Go runs f in another goroutine. It returns at once, or, if as many functions are active as [Group.SetLimit] allows, when one of them has
// ended and f takes its slot; those that wait are served in their order. Without a limit f starts though all others block.
//
// The first function to return an error cancels the Group's context, if it has one, with that error as the cause, and Wait returns
// it. The error is known, and the context cancelled, before the function's slot is free. Go runs f also after that, and after
// Wait; f can look at the context.
//
// If f panics, the process ends at once, with f's stack: see the package of the same name in golang.org/x/sync for why a panic
// that Wait throws later would be worse. If f calls runtime.Goexit, it ends as if it had returned nil. A nil f panics in the caller.
//
// A first Go happens before Wait, or Wait may not see it. Go costs no allocation beyond the closure f, but that of
// some 100 bytes where several wait for a slot at once.
func (g *Group) Go(f func() error) {
	g.enter("Go", f)
	if g.full() {
		g.wait(f)
		g.eng.Unlock()
		return
	}
	g.start(f)
	g.eng.Release()
}

// TryGo runs f as [Group.Go] does, unless as many functions are active as [Group.SetLimit] allows. It reports whether it does, and never
// waits. Without a limit it is always true; with a limit of 0, always false. A nil f panics in the caller, also at the limit.
func (g *Group) TryGo(f func() error) bool {
	g.enter("TryGo", f)
	if g.full() {
		g.eng.Unlock()
		return false
	}
	g.start(f)
	g.eng.Release()
	return true
}

// Wait returns when no function is active any more, those included that were started meanwhile. It returns the first error that one of
// them returned, by time and as it is, or nil. The Group's context, if it has one, has ended then. Every later Wait returns the
// same error, once there is one.
func (g *Group) Wait() error {
	g.eng.Lock()
	g.checkCopy()
	g.eng.Join()
	g.eng.Retire()
	err := g.err
	g.eng.Unlock()
	if g.cancel != nil {
		g.cancel(err)
	}
	return err
}

// enter takes the lock, and makes the engine ready when it is the first to do so.
func (g *Group) enter(call string, f func() error) {
	if f == nil {
		panic("errgroup: " + call + ": the function is nil")
	}
	g.eng.Lock()
	g.checkCopy()
	if g.self == nil {
		g.self = g
		g.eng.Init((*host)(g), false)
	}
}

// checkCopy, under the lock, panics if the Group is a copy. It would run functions, and the original be told of their ends.
func (g *Group) checkCopy() {
	if g.self != g && g.self != nil {
		g.eng.Unlock()
		panic("errgroup: the Group was copied after its first Go")
	}
}

// start, under the lock, queues f. The caller releases the lock.
func (g *Group) start(f func() error) {
	if g.limit != nil {
		g.limit.used++
	}
	g.eng.Push(task{f, g.limit}, true)
}

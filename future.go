package fate

import "context"

// A Future is the typed result of a task started by [Go]. Its methods may be called by several goroutines at once.
type Future[T any] struct {
	f     func(context.Context) (T, error)
	value T
	end   end
}

// Go offers f as a task, as [Group.Go] offers one, and returns its result to come. The group treats f's error as that of any
// other task. If the task was refused, the future has ended with ErrShed, or with ErrStopped and the group's cause.
//
// It panics if g or f is nil.
func Go[T any](g *Group, f func(context.Context) (T, error)) *Future[T] {
	if g == nil {
		panic("fate: Go: the group is nil")
	}
	if f == nil {
		panic("fate: Go: the task is nil")
	}
	fu := &Future[T]{f: f}
	switch g.offer(fu, true) {
	case shed:
		fu.end.set(ErrShed)
	case refused:
		fu.end.set(g.whyStopped())
	}
	return fu
}

// Wait waits until the task has ended or was refused, and returns what it returned; a *PanicError or ErrGoexit if it did not
// return. A task that waits for one that is held behind it waits for ever.
func (fu *Future[T]) Wait() (T, error) {
	<-fu.end.done()
	return fu.value, fu.end.error()
}

// Value waits as Wait does and returns the value alone, for use after the group's Wait has returned nil.
func (fu *Future[T]) Value() T {
	v, _ := fu.Wait()
	return v
}

// Done returns a channel that is closed when the task has ended or was refused. One that is held when the parent ends is told so
// when the group next looks: at the end of a running task, an offer, or a Stop.
func (fu *Future[T]) Done() <-chan struct{} { return fu.end.done() }

func (fu *Future[T]) accepted(*Group, uint64) {}

func (fu *Future[T]) run(g *Group) (err error) {
	fu.value, err = fu.f(&g.ctx)
	return err
}

func (fu *Future[T]) ended(_ *Group, o outcome) func() {
	fu.f = nil // what it holds on to is not kept as long as the result
	fu.end.set(o.err)
	return nil
}

func (*Future[T]) name() string  { return "" }
func (*Future[T]) excused() bool { return false }

package fate

import (
	"context"
	"iter"
)

// ForEach runs f for each item of in, and returns what [Group.Wait] returns. It pulls items in the caller's goroutine, no further
// ahead than the strategy's limit and [DefaultBacklog] or [Backlog] allow; without a Backlog, while items take some microseconds at
// most, up to [Ahead]. It stops pulling when the group stops: one that it has in hand then is skipped. An item that is shed is
// counted and left out.
//
// With a strategy whose [Hints] say that it need not be asked about each item, as those of this module do that wait at the limit, an
// item costs no allocation and next to no locking, so that a microsecond of work is worth running in parallel; several at once may
// start somewhat out of order. It is a job of its own, as a task is, for any other strategy.
//
// If in panics or calls runtime.Goexit, the group stops, its tasks are waited for, and the panic or exit goes on.
//
// It panics if in or f is nil, and as [New] does.
func ForEach[T any](ctx context.Context, s Strategy, in iter.Seq[T], f func(context.Context, T) error, opts ...Option) error {
	if in == nil {
		panic("fate: ForEach: the input is nil")
	}
	if f == nil {
		panic("fate: ForEach: the function is nil")
	}
	check("ForEach", ctx, s)
	g := newGroup(ctx, s, opts)
	return do(g, func(g *Group) error {
		if g.fitsCrew() {
			newFeed(g, f, nil).all(in)
			return nil
		}
		push := pushJobs(g, f)
		for x := range in {
			if !push(x) {
				break
			}
		}
		return nil
	})
}

// pushJobs returns a function that offers each item as a job of its own, and reports whether another may come.
func pushJobs[T any](g *Group, f func(context.Context, T) error) func(T) bool {
	var some []each[T] // many at a time, because each by itself would be an allocation
	return func(x T) bool {
		if len(some) == 0 {
			some = make([]each[T], 32)
		}
		j := &some[0]
		some = some[1:]
		j.f, j.item = f, x
		return g.offer(j, true) != refused
	}
}

// each is one item of ForEach as a job.
type each[T any] struct {
	f    func(context.Context, T) error
	item T
}

func (e *each[T]) accepted(*Group, uint64) {}
func (e *each[T]) run(g *Group) error      { return e.f(&g.ctx, e.item) }
func (e *each[T]) name() string            { return "" }
func (e *each[T]) excused() bool           { return false }

func (e *each[T]) ended(*Group, outcome) func() {
	*e = each[T]{} // those beside it are still needed
	return nil
}

package fate

import (
	"context"
	"iter"
)

// ForEach runs f for each item of in, and returns what [Group.Wait] returns. It pulls items in the caller's goroutine, and no
// further ahead than the strategy's limit and the backlog allow. It stops pulling when the group stops: one that it has in hand then
// is skipped. An item that is shed is counted and left out.
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
	return do(newGroup(ctx, s, opts), func(g *Group) error {
		for x := range in {
			if g.offer(plain(func(ctx context.Context) error { return f(ctx, x) }), true) == refused {
				break
			}
		}
		return nil
	})
}

// Map runs f for each item of in and returns the results by index, and what [Group.Wait] returns. Results are kept also beside
// failures; the result of an item that did not run is the zero R. It costs two allocations for all items together.
//
// It panics if f is nil, and as [New] does.
func Map[T, R any](ctx context.Context, s Strategy, in []T, f func(context.Context, T) (R, error), opts ...Option) ([]R, error) {
	if f == nil {
		panic("fate: Map: the function is nil")
	}
	check("Map", ctx, s)
	out := make([]R, len(in))
	jobs := make([]mapped[T, R], len(in))
	err := do(newGroup(ctx, s, opts), func(g *Group) error {
		for i := range in {
			j := &jobs[i]
			j.f, j.in, j.out = f, &in[i], &out[i]
			if g.offer(j, true) == refused {
				break
			}
		}
		return nil
	})
	return out, err
}

// mapped is one item of Map.
type mapped[T, R any] struct {
	f   func(context.Context, T) (R, error)
	in  *T
	out *R
}

func (m *mapped[T, R]) accepted(*Group, uint64) {}

func (m *mapped[T, R]) run(g *Group) (err error) {
	*m.out, err = m.f(&g.ctx, *m.in)
	return err
}

func (m *mapped[T, R]) ended(*Group, outcome) func() { return nil }
func (m *mapped[T, R]) name() string                 { return "" }
func (m *mapped[T, R]) excused() bool                { return false }

package quorum

import (
	"context"
	"fmt"
	"sync"

	"github.com/sharedfate/fate"
)

// First is a race: it calls all functions at once and returns the value of the first that succeeds. The contexts of the others are
// cancelled with [ErrReached] as the cause, and have ended when First returns: a function that does not look at its context keeps it
// waiting. What they return, values too, is dropped.
//
// If none succeeds, or there is no function, it returns the zero T and a *[MissedError] with all errors in the order of the functions. A
// value that comes after ctx has ended counts; functions that have not started by then are not called.
//
// A panic in a function ends the process, as under [fate.New]; runtime.Goexit is a failure. First panics if ctx or a function is nil.
// It costs a group and about a closure for each function.
func First[T any](ctx context.Context, fs ...func(context.Context) (T, error)) (T, error) {
	values, err := collect("First", ctx, 1, fs)
	if err != nil {
		var zero T
		return zero, err
	}
	return values[0], nil
}

// Of is [First] for several: it returns the values of the need functions that succeed first, in the order in which they did. It
// gives up, and cancels what runs, as soon as too few are left that could; with fewer functions than need, none is called.
//
// Beside the *[MissedError] it returns the values there are. Of panics if need is less than 1, and if ctx or a function is nil.
func Of[T any](ctx context.Context, need int, fs ...func(context.Context) (T, error)) ([]T, error) {
	if need < 1 {
		panic(fmt.Sprintf("quorum: Of: need is %d: must be 1 or more", need))
	}
	return collect("Of", ctx, need, fs)
}

func collect[T any](call string, ctx context.Context, need int, fs []func(context.Context) (T, error)) ([]T, error) {
	if ctx == nil {
		panic("quorum: " + call + ": the context is nil")
	}
	for i, f := range fs {
		if f == nil {
			panic(fmt.Sprintf("quorum: %s: function %d of %d is nil", call, i+1, len(fs)))
		}
	}
	s := Strategy{Need: need}
	if n := uint64(len(fs)); len(fs) < need {
		return nil, s.Conclude(fate.Summary{Tally: fate.Tally{Offered: n, Skipped: n, Expected: n}})
	}
	w := winners[T]{values: make([]T, 0, need)}
	err := fate.Do(ctx, s, func(g *fate.Group) error {
		for _, f := range fs {
			g.Go(func(ctx context.Context) error {
				v, err := f(ctx)
				if err == nil {
					w.add(v)
				}
				return err
			})
		}
		return nil
	})
	return w.values, err
}

// winners are the values of those that succeeded first.
type winners[T any] struct {
	mu     sync.Mutex
	values []T // no longer than it was made: who comes later has lost
}

func (w *winners[T]) add(v T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.values) < cap(w.values) {
		w.values = append(w.values, v)
	}
}

package fate

import (
	"context"
	"errors"
	"iter"
	"strconv"
)

// A Source gives items, one loop at a time, each of which may be an error instead. It should end when its context does: a method that runs
// a query and returns an iterator over the rows is one. [From] and [From2] make one of an iterator, and [Stage] of another Source.
type Source[T any] = func(context.Context) iter.Seq2[T, error]

// From makes a Source of an iterator that can't fail. It does not look at the context: a stage that ends waits for it to come back from
// the item it is at.
func From[T any](in iter.Seq[T]) Source[T] {
	if in == nil {
		panic("fate: From: the input is nil")
	}
	return func(context.Context) iter.Seq2[T, error] {
		return func(yield func(T, error) bool) {
			for x := range in {
				if !yield(x, nil) {
					return
				}
			}
		}
	}
}

// From2 is [From] for an iterator that can fail.
func From2[T any](in iter.Seq2[T, error]) Source[T] {
	if in == nil {
		panic("fate: From2: the input is nil")
	}
	return func(context.Context) iter.Seq2[T, error] { return in }
}

// Stage runs f for each item of a Source, as [Stream] does for an input that can't fail, and is a Source itself: of the results, in
// order. So stage comes after stage, each with a strategy of its own, and the context is given to the last, where the results are read:
//
//	pages := fate.Stage(fate.From(urls), failfast.Strategy{Limit: 8}, download)
//	texts := fate.Stage(pages, collectall.Strategy{Limit: 2}, extract)
//	for text, err := range texts(ctx) {
//
// An error that in gives is an item that fails in its place, as an *[InputError], without f being called: so s decides what it means
// for this stage, whatever it meant for the one before. Under failfast it stops the stage; under collectall it stands between
// the results, and the others go on. The next stage does the same, so that it comes to the last reader with one InputError around it
// for each stage that it passed; the last stage's own errors come without. The value beside an error is left out. As any
// item, an error is skipped if the stage has stopped before its turn; if it is shed, it is yielded all the same, joined with ErrShed.
// Where errors are to be dealt with between two stages, filter them out there, in a Source of your own.
//
// The context that in gets is that of the stage's group. So when a stage stops, all before it are told at once, and those after it
// are not: they end with what has come to them. The same when the reader breaks the loop, or its context ends. The loop ends
// only when all stages have been joined, and their Sources have ended.
//
// Each stage pulls the one before as Stream pulls its input. What they hold is bounded by their limits, backlogs and [StreamAhead],
// however many items come. A panic of a Source, and under Panics(Rethrow) of f, goes on from stage to stage, as a *[PanicError]
// that the last loop panics with; a Source that calls runtime.Goexit ends the last loop so too.
//
// Stage panics if in or f is nil, and as [New] does; the Source that it returns, if the context is nil.
func Stage[T, R any](in Source[T], s Strategy, f func(context.Context, T) (R, error), opts ...Option) Source[R] {
	if in == nil {
		panic("fate: Stage: the input is nil")
	}
	if f == nil {
		panic("fate: Stage: the function is nil")
	}
	check("Stage", context.Background(), s)
	// Errors go the way of items, and not beside it, so that there is one order and one strategy to ask.
	one := func(ctx context.Context, e entry[T]) (R, error) {
		if e.err != nil {
			var zero R
			return zero, e.err
		}
		return f(ctx, e.item)
	}
	return func(ctx context.Context) iter.Seq2[R, error] {
		check("Stage", ctx, s)
		return func(yield func(R, error) bool) {
			g := newGroup(ctx, s, opts)
			newStream(g, entries(g, in), one).loop(yield)
		}
	}
}

// entry is what a Source gives a stage: an item, or an error in its place.
type entry[T any] struct {
	item T
	err  *InputError
}

// entries makes a Source the input of a stage's group. The Source is called in the feeder's goroutine, because it is free to do all its
// work there and then.
func entries[T any](g *Group, in Source[T]) iter.Seq[entry[T]] {
	return func(yield func(entry[T]) bool) {
		n := uint64(0)
		for x, err := range in(&g.ctx) {
			e := entry[T]{item: x}
			if err != nil {
				e = entry[T]{err: &InputError{ID: n, Stage: g.opts.name, Err: err}}
			}
			if !yield(e) {
				return
			}
			n++
		}
	}
}

// shed is what is yielded for an entry that was shed.
func (e *entry[T]) shed() error {
	if e.err == nil {
		return ErrShed
	}
	return errors.Join(ErrShed, e.err)
}

// An InputError is an error that the input of a [Stage] gave. An error from several stages before is in as many of them, the one that is
// nearest to the reader outside.
type InputError struct {
	ID    uint64 // its place in the input, from 0, which is its ID in the stage
	Stage string // whose input it was, as [Name] says; empty if the stage has no name
	Err   error  // what the input gave
}

func (e *InputError) Error() string {
	text := "input " + strconv.FormatUint(e.ID, 10)
	if e.Stage != "" {
		text += " of " + e.Stage
	}
	return text + ": " + e.Err.Error()
}

func (e *InputError) Unwrap() error { return e.Err }

package soak

import (
	"context"
	"iter"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/emit"
	"github.com/sharedfate/fate/errgroup"
	"github.com/sharedfate/fate/limiter"
	"github.com/sharedfate/fate/quorum"
	"github.com/sharedfate/fate/supervise"
)

// Subjects are what the episodes try. All come from [Ours], but for tests of the checks, which break one of them.
type Subjects struct {
	Strategy func(fate.Strategy) fate.Strategy // what a group is made with, instead of the strategy that is watched
	Task     func(fate.Task) fate.Task         // what a group is offered, instead of the task

	ForEach func(context.Context, fate.Strategy, iter.Seq[int], func(context.Context, int) error, ...fate.Option) error
	Map     func(context.Context, fate.Strategy, []int, func(context.Context, int) (int, error), ...fate.Option) ([]int, error)
	Stream  func(context.Context, fate.Strategy, iter.Seq[int], func(context.Context, int) (int, error), ...fate.Option) iter.Seq2[int, error]
	Stage   func(fate.Source[int], fate.Strategy, func(context.Context, int) (int, error), ...fate.Option) fate.Source[int]

	First func(context.Context, ...func(context.Context) (int, error)) (int, error)
	Of    func(context.Context, int, ...func(context.Context) (int, error)) ([]int, error)

	Supervise func(context.Context, *supervise.Strategy, ...fate.Option) error

	Limiter  func(size int64) Limiter
	Emitter  func(func(context.Context, []Value) error, emit.Options) Emitter
	Errgroup func(context.Context) (Errgroup, context.Context)
}

// Ours are this module's.
func Ours() *Subjects {
	return &Subjects{
		Strategy:  func(s fate.Strategy) fate.Strategy { return s },
		Task:      func(t fate.Task) fate.Task { return t },
		ForEach:   fate.ForEach[int],
		Map:       fate.Map[int, int],
		Stream:    fate.Stream[int, int],
		Stage:     fate.Stage[int, int],
		First:     quorum.First[int],
		Of:        quorum.Of[int],
		Supervise: supervise.Run,
		Limiter:   func(size int64) Limiter { return limiter.New(size) },
		Emitter: func(sink func(context.Context, []Value) error, o emit.Options) Emitter {
			return emit.New(sink, o)
		},
		Errgroup: func(ctx context.Context) (Errgroup, context.Context) { return errgroup.WithContext(ctx) },
	}
}

// A Limiter is what a *limiter.Limiter is.
type Limiter interface {
	Acquire(context.Context, int64) error
	TryAcquire(int64) bool
	Release(int64)
	Go(*fate.Group, int64, fate.Task) error
	TryGo(*fate.Group, int64, fate.Task) bool
	Task(int64, fate.Task) fate.Task
	Resize(int64)
	Stats() limiter.Stats
}

// A Value is what is emitted: the producer, and how many it had emitted before.
type Value struct{ Producer, Number int }

// An Emitter is what an *emit.Emitter is.
type Emitter interface {
	Emit(Value) bool
	Flush(context.Context) error
	Close(context.Context) error
	Stats() emit.Stats
}

// An Errgroup is what an *errgroup.Group is.
type Errgroup interface {
	Go(func() error)
	TryGo(func() error) bool
	SetLimit(int)
	Wait() error
}

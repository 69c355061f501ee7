package soak

import (
	"context"
	"iter"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/daemon"
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
	Observer func(fate.Observer) fate.Observer // who is told, instead of the one that counts

	ForEach func(context.Context, fate.Strategy, iter.Seq[int], func(context.Context, int) error, ...fate.Option) error
	Map     func(context.Context, fate.Strategy, []int, func(context.Context, int) (int, error), ...fate.Option) ([]int, error)
	Stream  func(context.Context, fate.Strategy, iter.Seq[int], func(context.Context, int) (int, error), ...fate.Option) iter.Seq2[int, error]
	Stage   func(fate.Source[int], fate.Strategy, func(context.Context, int) (int, error), ...fate.Option) fate.Source[int]

	First func(context.Context, ...func(context.Context) (int, error)) (int, error)
	Of    func(context.Context, int, ...func(context.Context) (int, error)) ([]int, error)

	Limiter  func(size int64) Limiter
	Emitter  func(func(context.Context, []Value) error, emit.Options) Emitter
	Errgroup func(context.Context) (Errgroup, context.Context)

	Supervise func(context.Context, *supervise.Strategy) error
	Service   func(...daemon.Part) Service
}

// Ours are this module's.
func Ours() *Subjects {
	return &Subjects{
		Strategy: func(s fate.Strategy) fate.Strategy { return s },
		Task:     func(t fate.Task) fate.Task { return t },
		Observer: func(o fate.Observer) fate.Observer { return o },
		ForEach:  fate.ForEach[int],
		Map:      fate.Map[int, int],
		Stream:   fate.Stream[int, int],
		Stage:    fate.Stage[int, int],
		First:    quorum.First[int],
		Of:       quorum.Of[int],
		Limiter:  func(size int64) Limiter { return limiter.New(size) },
		Emitter: func(sink func(context.Context, []Value) error, o emit.Options) Emitter {
			return emit.New(sink, o)
		},
		Errgroup:  func(ctx context.Context) (Errgroup, context.Context) { return errgroup.WithContext(ctx) },
		Supervise: func(ctx context.Context, s *supervise.Strategy) error { return supervise.Run(ctx, s) },
		Service: func(parts ...daemon.Part) Service {
			return daemon.Config{Options: []fate.Option{fate.Panics(fate.Return)}}.New(parts...)
		},
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

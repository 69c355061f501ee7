package limiter

import (
	"context"

	"github.com/sharedfate/fate"
)

// Task returns t as a task that waits for the weight n before it calls t, and gives it back when t has ended, in whatever way. If the
// task's context ends first it returns ctx.Err(), as a task that was cut short does, and t is not called; if n is above the
// size, it fails with a [*TooHeavyError].
//
// While it waits it is running, as far as its group knows: it holds a slot of the group's limit and a goroutine. Its group's limit should
// leave a slot to those that have weight, if they need one to end. It may be started any number of times.
//
// It panics if t is nil or n is negative.
func (l *Limiter) Task(n int64, t fate.Task) fate.Task {
	checkWeight("Task", n)
	if t == nil {
		panic("limiter: Task: the task is nil")
	}
	return func(ctx context.Context) error {
		if err := l.acquire(ctx, n, false); err != nil {
			return err
		}
		defer l.giveBack(n)
		return t(ctx)
	}
}

// Each returns f, a function for [fate.ForEach], under the limit: each call waits for the weight of its item, as a
// [Limiter.Task] does. It panics if an argument is nil; a call panics if weight is negative.
func Each[T any](l *Limiter, weight func(T) int64, f func(context.Context, T) error) func(context.Context, T) error {
	checkItems("Each", l, weight == nil, f == nil)
	return func(ctx context.Context, x T) error {
		n, err := enter(ctx, "Each", l, weight, x)
		if err != nil {
			return err
		}
		defer l.giveBack(n)
		return f(ctx, x)
	}
}

// Func is [Each] for functions that have a result, as [fate.Map] and [fate.Stream] take them. The result of an item that was not let
// in is the zero R.
func Func[T, R any](l *Limiter, weight func(T) int64, f func(context.Context, T) (R, error)) func(context.Context, T) (R, error) {
	checkItems("Func", l, weight == nil, f == nil)
	return func(ctx context.Context, x T) (r R, err error) {
		n, err := enter(ctx, "Func", l, weight, x)
		if err != nil {
			return r, err
		}
		defer l.giveBack(n)
		return f(ctx, x)
	}
}

func checkItems(call string, l *Limiter, noWeight, noFunc bool) {
	switch {
	case l == nil:
		panic("limiter: " + call + ": the limiter is nil")
	case noWeight:
		panic("limiter: " + call + ": the weight is nil")
	case noFunc:
		panic("limiter: " + call + ": the function is nil")
	}
}

// enter waits for an item's weight.
func enter[T any](ctx context.Context, call string, l *Limiter, weight func(T) int64, x T) (n int64, err error) {
	n = weight(x)
	checkWeight(call, n)
	return n, l.acquire(ctx, n, false)
}

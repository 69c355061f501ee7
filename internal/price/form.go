package price

import (
	"context"
	"sync/atomic"
)

// A form is one function value that serves all tasks of a run, in the signature that each side wants: where tasks are empty nothing is to be
// measured but the groups, and an adapter would cost some of them a closure.
type form struct {
	task  func(context.Context) error
	erred func() error
	plain func()
}

// formOf makes the forms of f.
func formOf(f func() error) form {
	return form{
		task:  func(context.Context) error { return f() },
		erred: f,
		plain: func() { _ = f() },
	}
}

// nothing is the empty task.
var nothing = form{
	task:  func(context.Context) error { return nil },
	erred: func() error { return nil },
	plain: func() {},
}

// A runner starts so many tasks of a form and joins them.
type runner func(ctx context.Context, tasks int, f form) error

// empty measures a runner with tasks that do nothing, once it has shown that it runs them all.
func empty(run runner) Side {
	return func(m *Meter) error {
		var ran atomic.Int64
		count := formOf(func() error { ran.Add(1); return nil })
		return m.Loop(func() error {
			if err := run(m.Context, m.Tasks, count); err != nil {
				return err
			}
			return m.did(ran.Load())
		}, func() error { return run(m.Context, m.Tasks, nothing) })
	}
}

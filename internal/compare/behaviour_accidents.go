package compare

import (
	"context"
	"errors"
	"runtime"
)

func accidentBehaviours() []Behaviour {
	return []Behaviour{
		{
			Name:     "panic in a task",
			Question: "A task panics while another runs: does the process crash at once, does Wait panic, or is it an error?",
			Isolated: true, Observe: panicInTask,
		},
		{
			Name:     "Goexit in a task",
			Question: "A task calls runtime.Goexit, as testing.T.FailNow does: what does Wait return?",
			Isolated: true, Observe: goexitInTask,
		},
		{
			Name:     "nil task",
			Question: "A nil task is given to Go: does Go panic in the caller, or does the process crash elsewhere?",
			Isolated: true, Observe: nilTask,
		},
	}
}

var errPanic = errors.New("the panic")

// panics is a function of its own so that a crash's stack can be seen to be the task's.
func panics(context.Context) error { panic(errPanic) }

func panicInTask(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	release := make(chan struct{})
	g.Go(blocks(release, nil))
	g.Go(panics)
	settle() // a process that crashes at once is gone by now
	close(release)
	var err error
	if p := attempt(func() { err = g.Wait() }); p != nil {
		value, _ := p.(error)
		if errors.Is(value, errPanic) {
			return answer("at Wait", "Wait panicked with a %T that wraps the task's value", p)
		}
		return answer("at Wait", "Wait panicked with a %T, which is not the task's value", p)
	}
	if err == nil {
		return answer("lost", "Wait returned nil")
	}
	return answer("error", "Wait returned a %T", err)
}

func goexitInTask(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	g.Go(func(context.Context) error {
		runtime.Goexit()
		return nil
	})
	var err error
	if p := attempt(func() { err = g.Wait() }); p != nil {
		return answer("at Wait", "Wait panicked: %v", p)
	}
	if err == nil {
		return answer("nil", "Wait returned nil, as if the task had succeeded")
	}
	return answer("error", "Wait returned %s", text(err))
}

func nilTask(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	if p := attempt(func() { g.Go(nil) }); p != nil {
		return answer("in Go", "Go panicked in the caller: %v", p)
	}
	settle()
	var err error
	if p := attempt(func() { err = g.Wait() }); p != nil {
		return answer("at Wait", "Wait panicked")
	}
	return answer("taken", "Go took it, and Wait returned %s", text(err))
}

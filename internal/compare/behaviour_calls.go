package compare

import (
	"context"
	"errors"
	"sync/atomic"
)

func callBehaviours() []Behaviour {
	return []Behaviour{
		{
			Name:     "Go in a task",
			Question: "Wait waits, and a task gives another one to Go: does it work?",
			Isolated: true, Observe: goInTask,
		},
		{
			Name:     "Go after Wait",
			Question: "Wait has returned and a task is given to Go: does it run?",
			Isolated: true, Observe: goAfterWait,
		},
		{
			Name:     "second Wait",
			Question: "A task has failed and Wait is called twice: is the second answer the same?",
			Isolated: true, Observe: secondWait,
		},
	}
}

func goInTask(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	var (
		ran      atomic.Bool
		panicked any
	)
	waits := make(chan struct{})
	g.Go(func(context.Context) error {
		<-waits
		panicked = attempt(func() {
			g.Go(func(context.Context) error {
				ran.Store(true)
				return nil
			})
		})
		return nil
	})
	go func() {
		settle() // the caller is in Wait
		close(waits)
	}()
	g.Wait()
	switch {
	case panicked != nil:
		return answer("panics", "Go panicked: %v", panicked)
	case ran.Load():
		return answer("works", "the task had run when Wait returned")
	default:
		return answer("refused", "the task had not run when Wait returned")
	}
}

func goAfterWait(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	g.Go(returns(nil))
	g.Wait()
	var (
		ran  atomic.Bool
		dead error
	)
	if p := attempt(func() {
		g.Go(func(ctx context.Context) error {
			dead = ctx.Err()
			ran.Store(true)
			return nil
		})
	}); p != nil {
		return answer("panics", "Go panicked: %v", p)
	}
	settle()
	switch {
	case !ran.Load():
		return answer("refused", "the task never ran")
	case dead != nil:
		return answer("runs", "the task ran, with a context that had ended")
	default:
		return answer("runs", "the task ran")
	}
}

func secondWait(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	g.Go(returns(errors.New("the failure")))
	first := g.Wait()
	var second error
	if p := attempt(func() { second = g.Wait() }); p != nil {
		return answer("panics", "the second Wait panicked: %v", p)
	}
	if text(first) != text(second) {
		return answer("differs", "Wait returned %s, then %s", text(first), text(second))
	}
	return answer("same", "Wait returned %s both times", text(first))
}

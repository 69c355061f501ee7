package compare

import (
	"context"
	"errors"
	"sync/atomic"
)

func stopBehaviours() []Behaviour {
	return []Behaviour{
		{
			Name:     "failure stops others",
			Question: "One task fails and another runs: is that one's context cancelled?",
			Isolated: true, Observe: failureStopsOthers,
		},
		{
			Name:     "context.Cause",
			Question: "One task has failed: what is context.Cause of the tasks' context after Wait?",
			Observe:  causeOfContext,
		},
		{
			Name:     "context after Wait",
			Question: "No task has failed and Wait has returned: has the tasks' context ended, so that what hangs on it is let go?",
			Observe:  contextAfterWait,
		},
		{
			Name:     "echoes of a stop",
			Question: "The tasks that a failure cancels return ctx.Err(): does Wait's error show it, or ever show it instead?",
			Isolated: true, Observe: echoesOfStop,
		},
		{
			Name:     "task after a failure",
			Question: "A task has failed and another is given to Go: does it run?",
			Isolated: true, Observe: taskAfterFailure,
		},
		{
			Name:     "parent cancelled before",
			Question: "The parent is cancelled, then a task that would return nil is given to Go: what does Wait return?",
			Isolated: true, Observe: parentCancelled,
		},
	}
}

func failureStopsOthers(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	release := make(chan struct{})
	contexts := make(chan context.Context, 1)
	g.Go(func(ctx context.Context) error {
		contexts <- ctx
		<-release
		return nil
	})
	other := <-contexts
	g.Go(returns(errors.New("the failure")))
	settle()
	err := other.Err()
	close(release)
	g.Wait()
	if err != nil {
		return answer("yes", "the other's context was cancelled")
	}
	return answer("no", "the other's context stayed live")
}

// contextOf runs one task that returns err. It returns the task's context after Wait, nil if that is the parent.
func contextOf(parent context.Context, c Contender, err error) (own context.Context) {
	g := openFree(parent, c)
	g.Go(func(ctx context.Context) error {
		own = ctx
		return err
	})
	g.Wait()
	if own == parent {
		return nil
	}
	return own
}

const noContext = "tasks are handed the parent's context"

func causeOfContext(ctx context.Context, c Contender) Answer {
	failure := errors.New("the failure")
	own := contextOf(ctx, c, failure)
	if own == nil {
		return noQuestion(noContext)
	}
	switch cause := context.Cause(own); {
	case cause == failure:
		return answer("the error", "context.Cause is the task's error")
	case cause == context.Canceled:
		return answer("Canceled", "context.Cause is context.Canceled and nothing more")
	case errors.Is(cause, failure):
		return answer("wrapped", "context.Cause is a %T that wraps the task's error", cause)
	default:
		return answer("other", "context.Cause is %s", text(cause))
	}
}

func contextAfterWait(ctx context.Context, c Contender) Answer {
	own := contextOf(ctx, c, nil)
	switch {
	case own == nil:
		return noQuestion(noContext)
	case own.Err() != nil:
		return answer("ended", "the context has ended: %v", context.Cause(own))
	default:
		return answer("live", "the context has not ended")
	}
}

func echoesOfStop(ctx context.Context, c Contender) Answer {
	const rounds, siblings = 20, 16
	failure := errors.New("the failure")
	for range rounds {
		g := openFree(ctx, c)
		release := make(chan struct{})
		var cancelled atomic.Int32
		for range siblings {
			g.Go(func(ctx context.Context) error {
				select {
				case <-ctx.Done():
					cancelled.Add(1)
					return ctx.Err()
				case <-release:
					return nil
				}
			})
		}
		g.Go(returns(failure))
		settle()
		close(release)
		err := g.Wait()
		switch {
		case cancelled.Load() == 0:
			return noQuestion("a failure cancels nobody")
		case !errors.Is(err, failure):
			return answer("instead", "Wait returned %s, and not the failure", text(err))
		case errors.Is(err, context.Canceled):
			return answer("shown", "Wait's error holds context.Canceled beside the failure")
		}
	}
	return answer("hidden", "Wait's error holds the failure alone")
}

func taskAfterFailure(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	g.Go(returns(errors.New("the failure")))
	settle()
	var ran atomic.Bool
	g.Go(func(context.Context) error {
		ran.Store(true)
		return nil
	})
	g.Wait()
	if ran.Load() {
		return answer("runs", "the task ran")
	}
	return answer("skipped", "the task never ran")
}

func parentCancelled(ctx context.Context, c Contender) Answer {
	cause := errors.New("the cause")
	ctx, cancel := context.WithCancelCause(ctx)
	cancel(cause)
	g := openFree(ctx, c)
	var ran atomic.Bool
	g.Go(func(context.Context) error {
		ran.Store(true)
		return nil
	})
	err := g.Wait()
	did := "the task never ran"
	if ran.Load() {
		did = "the task ran"
	}
	switch {
	case err == nil:
		return answer("nil", "%s and Wait returned nil", did)
	case errors.Is(err, cause):
		return answer("cause", "%s and Wait returned the parent's cause", did)
	case errors.Is(err, context.Canceled):
		return answer("Canceled", "%s and Wait returned context.Canceled", did)
	default:
		return answer("other", "%s and Wait returned %s", did, text(err))
	}
}

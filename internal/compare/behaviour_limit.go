package compare

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
)

func limitBehaviours() []Behaviour {
	return []Behaviour{
		{
			Name:     "Go at the limit",
			Question: "At a limit of 1 more tasks are given to Go while one blocks: does Go wait, and how many does it accept?",
			Isolated: true, Observe: goAtLimit,
		},
		{
			Name:     "TryGo at the limit",
			Question: "At a limit of 1 tasks are given to TryGo while one blocks: is it false at once?",
			Isolated: true, Observe: tryGoAtLimit,
		},
		{
			Name:     "Go waits, group stops",
			Question: "Go waits at the limit and the parent is cancelled: does Go return while the limit is still reached?",
			Isolated: true, Observe: waitingGo,
		},
		{
			Name:     "Go in a task at limit 1",
			Question: "The only task that may run gives another to Go and ends: do both run?",
			Isolated: true, Observe: nestedAtLimit,
		},
		{
			Name:     "slot after Goexit",
			Question: "At a limit of 2 two tasks call runtime.Goexit: how many can run at once after that?",
			Isolated: true, Observe: slotAfterGoexit,
		},
		{
			Name:     "limit of 0",
			Question: "The limit is set to 0 and a task is given to Go: what happens?",
			Isolated: true, Observe: limitOfZero,
		},
	}
}

const noLimit = "it has no limit"

// crowd gives n tasks to g that block until they are released, and counts.
type crowd struct {
	gave    atomic.Int32 // calls of Go that returned
	running atomic.Int32
	ran     atomic.Int32
	release chan struct{}
	done    chan struct{} // closed when all calls of Go have returned
}

// many is more than any contender accepts beyond its limit.
const many = 200

// gather returns when as many of the tasks run, and as many calls of Go have returned, as will.
func gather(g Group) *crowd {
	c := &crowd{release: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		for range many {
			g.Go(c.task)
			c.gave.Add(1)
		}
	}()
	settle()
	return c
}

func (c *crowd) task(context.Context) error {
	c.running.Add(1)
	<-c.release
	c.running.Add(-1)
	c.ran.Add(1)
	return nil
}

// disperse lets all tasks end, also those still to come.
func (c *crowd) disperse(g Group) {
	close(c.release)
	<-c.done
	g.Wait()
}

func goAtLimit(ctx context.Context, c Contender) Answer {
	if !c.Limits {
		return noQuestion(noLimit)
	}
	g := c.Open(ctx, Options{Limit: 1})
	all := gather(g)
	running, gave := all.running.Load(), all.gave.Load()
	all.disperse(g)
	switch ran := all.ran.Load(); {
	case running > 1:
		return answer("exceeds", "%d tasks ran at once", running)
	case gave == many && ran < many:
		return answer("refuses", "Go never waited; %d of %d tasks ran", ran, many)
	case gave == many:
		return answer("accepts", "Go never waited; all %d tasks ran later", many)
	case gave > 1:
		return answer(fmt.Sprintf("holds %d", gave-1), "Go accepted %d tasks beyond the limit, then waited", gave-1)
	default:
		return answer("waits", "Go waited for the task to end")
	}
}

func tryGoAtLimit(ctx context.Context, c Contender) Answer {
	if !c.Limits {
		return noQuestion(noLimit)
	}
	g := c.Open(ctx, Options{Limit: 1})
	t, ok := g.(Tryer)
	if !ok {
		return answer("no TryGo", "it has no TryGo")
	}
	release := make(chan struct{})
	g.Go(blocks(release, nil))
	var accepted, tried atomic.Int32
	tries := make(chan struct{})
	go func() {
		defer close(tries)
		for range many {
			if t.TryGo(blocks(release, nil)) {
				accepted.Add(1)
			}
			tried.Add(1)
		}
	}()
	settle()
	waited := tried.Load() < many
	close(release)
	<-tries
	g.Wait()
	switch n := accepted.Load(); {
	case waited:
		return answer("waits", "TryGo waited")
	case n > 0:
		return answer(fmt.Sprintf("holds %d", n), "TryGo accepted %d tasks to be run later, then was false", n)
	default:
		return answer("false", "TryGo was false at once")
	}
}

func waitingGo(ctx context.Context, c Contender) Answer {
	if !c.Limits {
		return noQuestion(noLimit)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	g := c.Open(ctx, Options{Limit: 1})
	all := gather(g)
	if all.gave.Load() == many {
		all.disperse(g)
		cancel(nil)
		return noQuestion("Go does not wait")
	}
	cancel(errors.New("the cause"))
	settle()
	gave := all.gave.Load()
	all.disperse(g)
	if gave == many {
		return answer("returns", "Go returned when the group stopped")
	}
	return answer("waits on", "Go went on waiting until a task ended")
}

func nestedAtLimit(ctx context.Context, c Contender) Answer {
	if !c.Limits {
		return noQuestion(noLimit)
	}
	g := c.Open(ctx, Options{Limit: 1})
	var returned, ran atomic.Bool
	g.Go(func(context.Context) error {
		g.Go(func(context.Context) error {
			ran.Store(true)
			return nil
		})
		returned.Store(true)
		return nil
	})
	settle()
	switch {
	case ran.Load():
		return answer("works", "both ran")
	case returned.Load():
		return answer("refused", "the second was refused and the first went on")
	default:
		return answer("hangs", "Go waits for the slot of the task that called it")
	}
}

func slotAfterGoexit(ctx context.Context, c Contender) Answer {
	if !c.Limits {
		return noQuestion(noLimit)
	}
	const limit = 2
	g := c.Open(ctx, Options{Limit: limit})
	for range limit {
		g.Go(func(context.Context) error {
			runtime.Goexit()
			return nil
		})
	}
	settle()
	all := gather(g) // if no slot is left they never run: nobody waits for them, the process ends with the answer
	switch n := all.running.Load(); {
	case n == limit:
		return answer("kept", "%d could run at once", n)
	case n > limit:
		return answer("exceeded", "%d ran at once", n)
	case all.gave.Load() == many:
		return noQuestion("it is a failure and stopped the group")
	default:
		return answer("lost", "%d could run at once, and Go waits", n)
	}
}

func limitOfZero(ctx context.Context, c Contender) Answer {
	open := limitedToZero(c)
	if open == nil {
		return noQuestion("it has no limit of its own")
	}
	var g Group
	if p := attempt(func() { g = open(ctx) }); p != nil {
		return answer("panics", "setting the limit panics: %v", p)
	}
	const tasks = 10
	var running atomic.Int32
	release := make(chan struct{})
	for range tasks {
		g.Go(func(context.Context) error {
			running.Add(1)
			<-release
			return nil
		})
	}
	settle()
	n := running.Load()
	close(release)
	g.Wait()
	if n == tasks {
		return answer("no limit", "%d tasks ran at once", n)
	}
	return answer(fmt.Sprintf("limit %d", n), "%d of %d tasks ran at once", n, tasks)
}

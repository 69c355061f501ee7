package price

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"golang.org/x/sync/errgroup"
)

// spawnRows are what a context of its own costs each task. How much of it is made depends on what the task asks of it, so there are three.
func spawnRows() []Row {
	row := func(name, looks string, atMost float64, look func(context.Context) error) Row {
		return Row{
			Name: "spawn-" + name, Work: "%s Spawn, each with its own context, " + looks, Tasks: 100,
			Beside: "errgroup + WithCancelCause", AtMost: atMost,
			Ours: spawning(look), Theirs: spawningErrgroup(look),
		}
	}
	return []Row{
		row("err", "which looks at ctx.Err()", 0.5, func(ctx context.Context) error { return ctx.Err() }),
		row("done", "which takes ctx.Done()", 0, func(ctx context.Context) error {
			if ctx.Done() == nil {
				return errors.New("price: the context can't end")
			}
			return nil
		}),
		row("blind", "which does not look at it", 0, func(context.Context) error { return nil }),
	}
}

// spawned measures work in which each task calls f. It shows first that all are called.
func (m *Meter) spawned(look func(context.Context) error, work func(task func(context.Context) error) error) error {
	var ran atomic.Int64
	return m.Loop(func() error {
		err := work(func(ctx context.Context) error {
			ran.Add(1)
			return look(ctx)
		})
		if err != nil {
			return err
		}
		return m.did(ran.Load())
	}, func() error { return work(look) })
}

func spawning(look func(context.Context) error) Side {
	return func(m *Meter) error {
		return m.spawned(look, func(task func(context.Context) error) error {
			g := fate.New(m.Context, failfast.Strategy{})
			for range m.Tasks {
				g.Spawn("child", task)
			}
			return g.Wait()
		})
	}
}

func spawningErrgroup(look func(context.Context) error) Side {
	return func(m *Meter) error {
		return m.spawned(look, func(task func(context.Context) error) error {
			g, ctx := errgroup.WithContext(m.Context)
			for range m.Tasks {
				child, cancel := context.WithCancelCause(ctx)
				g.Go(func() error {
					defer cancel(nil)
					return task(child)
				})
			}
			return g.Wait()
		})
	}
}

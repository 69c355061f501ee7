package compare

import (
	"context"

	"github.com/hashicorp/go-multierror"
)

func multierrors() []Contender {
	return []Contender{{
		Name:   "multierror",
		What:   "multierror.Group, ErrorOrNil; a channel as semaphore",
		Lack:   "nothing is cancelled; no limit of its own; errors in order of completion",
		Limits: true,
		Tries:  true,
		Keeps:  Every,
		Open: func(ctx context.Context, o Options) Group {
			return &multierrorGroup{ctx: ctx, slots: newSlots(o.Limit)}
		},
	}}
}

type multierrorGroup struct {
	ctx   context.Context
	slots slots
	g     multierror.Group
}

func (g *multierrorGroup) Context() context.Context { return g.ctx }

func (g *multierrorGroup) Go(task func(context.Context) error) {
	g.slots.acquire()
	g.start(task)
}

func (g *multierrorGroup) TryGo(task func(context.Context) error) bool {
	if !g.slots.try() {
		return false
	}
	g.start(task)
	return true
}

func (g *multierrorGroup) start(task func(context.Context) error) {
	g.g.Go(func() error {
		defer g.slots.release()
		return task(g.ctx)
	})
}

func (g *multierrorGroup) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		g.slots.acquire()
		g.g.Go(func() error {
			defer g.slots.release()
			return task(g.ctx, i)
		})
	}
}

func (g *multierrorGroup) TryEach(n int, task func(context.Context, int) error) (taken int) {
	for i := range n {
		if !g.slots.try() {
			continue
		}
		taken++
		g.g.Go(func() error {
			defer g.slots.release()
			return task(g.ctx, i)
		})
	}
	return taken
}

// Wait asks ErrorOrNil: what the group's own Wait returns is a typed nil if there was no error, which as an error is not nil.
func (g *multierrorGroup) Wait() error { return g.g.Wait().ErrorOrNil() }

package compare

import "context"

func serial() []Contender {
	return []Contender{{
		Name:     "serial",
		What:     "a plain loop that calls each task and ends at the first error: what there is to gain over no goroutine at all",
		Lack:     "one task at a time; only for tasks that wait for nobody",
		Keeps:    First,
		Serial:   true,
		CostOnly: true,
		Open: func(ctx context.Context, _ Options) Group {
			return &serialGroup{ctx: ctx}
		},
	}}
}

type serialGroup struct {
	ctx context.Context
	err error // of the task that ended the loop
}

func (g *serialGroup) Context() context.Context { return g.ctx }
func (g *serialGroup) Wait() error              { return g.err }

func (g *serialGroup) Go(task func(context.Context) error) {
	if g.err == nil {
		g.err = task(g.ctx)
	}
}

func (g *serialGroup) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		if g.err = task(g.ctx, i); g.err != nil {
			return
		}
	}
}

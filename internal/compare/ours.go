package compare

import (
	"context"
	"fmt"
	"math"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// plainFailfast is failfast that holds nothing beyond its limit, as the peers do.
const plainFailfast = "failfast-b0"

func ours() []Contender {
	holds := fmt.Sprintf("; holds up to %d tasks beyond the limit", fate.DefaultBacklog)
	return []Contender{
		{
			Name:    "failfast",
			Ours:    true,
			What:    "fate.New with failfast.Strategy" + holds,
			Lack:    "all errors but the first are lost",
			Limits:  true,
			Tries:   true,
			Cancels: true,
			Keeps:   First,
			Open:    open(func(o Options) fate.Strategy { return failfast.Strategy{Limit: o.Limit} }),
		},
		{
			Name:       plainFailfast,
			Ours:       true,
			What:       "failfast with fate.Backlog(0): at the limit Go waits, as the peers' does; without a limit it is failfast, and left out",
			Lack:       "all errors but the first are lost",
			Limits:     true,
			NeedsLimit: true,
			Tries:      true,
			Cancels:    true,
			Keeps:      First,
			CostOnly:   true,
			Open: open(func(o Options) fate.Strategy { return failfast.Strategy{Limit: o.Limit} },
				fate.Backlog(0)),
		},
		{
			Name:   "collectall",
			Ours:   true,
			What:   "fate.New with collectall.Strategy" + holds,
			Lack:   "nothing is cancelled, unless by StopAfter",
			Limits: true,
			Tries:  true,
			Keeps:  Every,
			Open:   open(func(o Options) fate.Strategy { return collectall.Strategy{Limit: o.Limit} }),
		},
		{
			Name:   "shed",
			Ours:   true,
			What:   "fate.New with shed.Strategy, whose Limit is beyond reach if the work has none",
			Lack:   "drops what comes at the limit; nothing is cancelled, unless by Then",
			Limits: true,
			Tries:  true,
			Sheds:  true,
			Keeps:  Every,
			Open: open(func(o Options) fate.Strategy {
				if o.Limit == 0 {
					return shed.Strategy{Limit: math.MaxInt}
				}
				return shed.Strategy{Limit: o.Limit}
			}),
		},
		{
			Name:   "selective",
			Ours:   true,
			What:   "fate.New with selective.Strategy, Scope nobody" + holds,
			Lack:   "nothing is cancelled, unless by another Scope",
			Limits: true,
			Tries:  true,
			Keeps:  Every,
			Open:   open(func(o Options) fate.Strategy { return selective.Strategy{Limit: o.Limit} }),
		},
	}
}

func open(strategy func(Options) fate.Strategy, with ...fate.Option) func(context.Context, Options) Group {
	return func(ctx context.Context, o Options) Group {
		if o.Exact {
			return &fateGroup{fate.New(ctx, strategy(o), fate.Backlog(0))}
		}
		return &fateGroup{fate.New(ctx, strategy(o), with...)}
	}
}

type fateGroup struct{ g *fate.Group }

func (g *fateGroup) Context() context.Context                    { return g.g.Context() }
func (g *fateGroup) Go(task func(context.Context) error)         { g.g.Go(task) }
func (g *fateGroup) TryGo(task func(context.Context) error) bool { return g.g.TryGo(task) }
func (g *fateGroup) Wait() error                                 { return g.g.Wait() }

// Each goes on when a task is refused: a group that has stopped refuses at once, and one that sheds may take the next.
func (g *fateGroup) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		g.g.Go(func(ctx context.Context) error { return task(ctx, i) })
	}
}

func (g *fateGroup) TryEach(n int, task func(context.Context, int) error) (taken int) {
	for i := range n {
		if g.g.TryGo(func(ctx context.Context) error { return task(ctx, i) }) {
			taken++
		}
	}
	return taken
}

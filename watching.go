package fate

import "github.com/sharedfate/fate/internal/engine"

// watching is the host of a group that has a name or observers. It is a type of its own so that all other groups pay nothing for them.
type watching struct{ *host }

// watch makes a new group one that is watched.
func (g *Group) watch() {
	if g.opts.name != "" {
		g.opts.named = newNamed(g.ctx.parent, g.opts.name)
		g.ctx.parent = g.opts.named.ctx
	}
	if len(g.opts.watchers) > 0 {
		g.opts.observers = &observers{all: g.opts.watchers}
		g.untimed = false // which also keeps it from a crew, that does not see each item
	}
	g.eng.Init(watching{(*host)(g)}, !g.untimed)
}

func (w watching) group() *Group { return (*Group)(w.host) }

func (w watching) Run(it item) error {
	g := w.group()
	if g.ctx.over.Load() != nil || g.ctx.parent.Err() != nil {
		return errSkipped
	}
	g.observeStart(it)
	if n := g.opts.named; n != nil {
		return n.run(g, it.job)
	}
	return it.job.run(g)
}

func (w watching) Caught(it item, v any) error {
	g := w.group()
	if v != nil && g.opts.panics == Crash {
		g.observeCrash(it, v)
	}
	err := w.host.Caught(it, v)
	g.opts.named.label()
	return err
}

func (w watching) Settle(it item, o engine.Outcome) (after func()) {
	g := w.group()
	if _, ok := it.job.(plain); ok && o.Err == nil && g.quiet && g.opts.observers != nil {
		// The strategy need not see it, so what follows doesn't look at it.
		g.reportEnd(&exit{item: it, cause: g.causeFor(it.job), took: o.Took, started: true})
	}
	return finally(w.host.Settle(it, o), g.deliveries())
}

func (w watching) Fault(v any) (after func()) {
	return finally(w.host.Fault(v), w.group().deliveries())
}

// finally chains two functions, either of which may be nil. The second is called also if the first does not return.
func finally(a, b func()) func() {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return func() {
		defer b()
		a()
	}
}

// perform calls f, which may be nil.
func perform(f func()) {
	if f != nil {
		f()
	}
}

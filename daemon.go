package fate

// Daemon makes a child that serves the others: Wait does not wait for it to end by itself but cancels it, once all others
// have ended, and joins it. The error it then returns is not a failure; an earlier one is.
//
// It takes a slot of the strategy's limit like any other: as many daemons as there are slots leave none for those they serve, and
// Wait then waits for held tasks that never start.
func Daemon() ChildOption { return func(c *Child) { c.daemon = true } }

// onlyDaemons, under the lock, reports whether nothing but daemons is left.
func (g *Group) onlyDaemons() bool {
	return g.tally.Held+g.tally.Running == g.children.daemons
}

// idleDaemons, under the lock, reports whether somebody waits for nothing but daemons.
func (g *Group) idleDaemons() bool {
	return g.children != nil && g.children.daemons > 0 && g.waited && g.onlyDaemons()
}

// endDaemons cancels every daemon.
func (g *Group) endDaemons() {
	g.Cancel(nil, func(c *Child) bool { return c.daemon })
}

package fate

// Cancel cancels this child only: its context ends with the cause (context.Canceled if that is nil), and the error it then
// returns is not a failure. A child that has not started never will, and it is not restarted, whatever the strategy says. A child that has ended is not changed.
func (c *Child) Cancel(cause error) { c.group.cancelAll([]*Child{c}, cause) }

// Cancel cancels those children for which which is true, as [Child.Cancel] does, and returns how many it reached: those
// that had neither ended nor been cancelled. A nil which means every child. It is called for each child in spawn order, without
// any lock.
func (g *Group) Cancel(cause error, which func(*Child) bool) int {
	g.eng.Lock()
	children := g.children.list()
	g.eng.Unlock()
	return g.cancelAll(pick(children, which), cause)
}

func pick(children []*Child, which func(*Child) bool) []*Child {
	if which == nil {
		return children
	}
	var picked []*Child
	for _, c := range children {
		if which(c) {
			picked = append(picked, c)
		}
	}
	return picked
}

// cancelAll cancels children and returns how many it reached. Those still in the queue end here and now, whatever the others do.
func (g *Group) cancelAll(children []*Child, cause error) int {
	why := stopping(cause)
	var reached []*taskContext
	var after func()
	queued := false
	g.eng.Lock()
	if g.sealed { // and all have ended; a parent that ends now is no news
		g.eng.Unlock()
		return 0
	}
	halted := g.halted
	stopped := g.stopped() // then all have been cancelled, and not on purpose
	for _, c := range children {
		if c.listed && !c.purposely && !stopped {
			c.purposely = true
			c.ctx.end(why)
			reached = append(reached, c.ctx)
			queued = queued || !c.started.Load()
			c.wake()
		}
	}
	if queued {
		after = g.dropCancelled(why.cause)
	}
	if g.halted && !halted {
		after = then(g.ctx.cancel, after)
	}
	after = finally(after, g.deliveries())
	g.eng.Release()
	for _, ctx := range reached {
		ctx.cancel()
	}
	if after != nil {
		after()
	}
	return len(reached)
}

// dropCancelled, under the lock, ends the cancelled children that are still in the queue.
func (g *Group) dropCancelled(cause error) (after func()) {
	type place struct {
		item
		admitted bool
	}
	var dropped []place
	g.eng.Remove(
		func(it item) bool { c, ok := it.job.(*Child); return ok && c.purposely },
		func(it item, admitted bool) { dropped = append(dropped, place{it, admitted}) })
	end := func() exit { // one by one: the strategy sees a tally that adds up at each
		p := dropped[0]
		dropped = dropped[1:]
		g.leaveQueue(p.admitted)
		return exit{item: p.item, kind: Cancelled, err: cause}
	}
	g.notFull() // before anybody can see an end
	asked := false
	defer func() {
		if asked {
			return
		}
		for len(dropped) > 0 { // the strategy is asked no more, but these have ended all the same
			g.tally.count(Cancelled)
			x := end()
			x.cause = g.causeFor(x.job)
			g.over(&x)
		}
		g.caught(recover())
	}()
	for len(dropped) > 0 {
		x := end()
		after = then(after, g.settle(&x))
	}
	after = g.freed(g.halted, after)
	asked = true
	return after
}

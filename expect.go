package fate

// An Expecter is a strategy that is told as soon as it is known how many tasks there will be, so that it can stop a group
// that can no longer come to what it wants.
type Expecter interface {
	// Expect is asked once Tally.Expected is known: by Map before its first item, by ForEach and Stream when their input has ended,
	// and by Do when its body has returned. It is called as Settle is, and its verdict is obeyed like that of Settle; there is no
	// task that it could restart. It is not asked of a group that has stopped, nor of one made by New.
	Expect(Tally) Verdict
}

// expect notes how many tasks there will be.
func (g *Group) expect(total uint64) { g.expecting(func() uint64 { return total }) }

// expectNoMore notes that none will come from outside any more.
func (g *Group) expectNoMore() { g.expecting(func() uint64 { return g.tally.Offered }) }

// expecting does so once: Map has known it before Do does.
func (g *Group) expecting(total func() uint64) {
	g.eng.Lock()
	if g.sealed || g.expected {
		g.eng.Unlock()
		return
	}
	var after func()
	halted := g.halted
	if !g.stopped() {
		g.count()
		g.tally.Expected, g.expected = total(), true
		if e, ok := g.strategy.(Expecter); ok {
			after = g.askExpect(e)
		}
	}
	after = finally(g.freedAside(halted, after), g.deliveries())
	g.eng.Release()
	perform(after)
}

// askExpect, under the lock, asks the strategy in the goroutine of a caller.
func (g *Group) askExpect(e Expecter) (after func()) {
	asked := false
	defer func() {
		if !asked {
			g.caught(recover())
		}
	}()
	v := e.Expect(g.tally)
	if v.op == opRestart {
		panic("fate: Expect answers " + v.String() + ": there is no task to restart")
	}
	asked = true
	return g.obey(v, plain(nil))
}

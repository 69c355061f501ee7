package fate

import "errors"

// Wait waits until no task is running or held, and returns what the strategy concludes. Then the group's context is cancelled and
// the group accepts nothing more. It may be called more than once and from several goroutines: all get the same answer.
//
// Daemons are cancelled once all others have ended. Under Panics(Rethrow), if a task panicked, Wait panics with a
// *[RethrownError] instead; so it does, unless under Panics(Return), if the strategy itself panicked.
func (g *Group) Wait() error {
	g.join()
	if r := g.rethrow(); r != nil {
		panic(r)
	}
	return g.result
}

// join waits for the end of all tasks and concludes, once.
func (g *Group) join() {
	g.eng.Lock()
	defer g.eng.Unlock()
	g.waited = true
	for !g.sealed {
		if g.idleDaemons() {
			g.eng.Unlock()
			g.endDaemons()
			g.eng.Lock()
		}
		g.eng.Join()
		g.count()
		if g.tally.Running == 0 && g.leaving() && !g.stopped() {
			g.halt(g.children.leaving) // what is held never starts, and who stops the children is just about to say so
		}
		if g.tally.Held+g.tally.Running > 0 {
			continue // offered while we woke up: there is a runner for it
		}
		if !g.sealed {
			g.stopped() // or the context of a group whose parent has ended would not say so
			if g.catchUp() {
				continue
			}
			g.notFull()
			g.count()
			g.sealed = true
			g.eng.Retire()
			g.conclude()
		}
	}
	for !g.settled {
		g.eng.Await()
	}
}

// conclude, under the lock, asks the strategy for the answer. It lets go of the lock meanwhile: nothing changes any more.
func (g *Group) conclude() {
	g.unwatch()
	g.eng.Unlock()
	g.ctx.cancel() // so that, if the group has stopped, its context says why
	defer func() {
		// Deferred: Conclude is the strategy's code, and may call runtime.Goexit.
		g.ctx.end(stopping(g.result))
		g.ctx.cancel()
		g.opts.named.end()
		g.eng.Lock()
		g.settled = true
		g.eng.Announce()
	}()
	sum := g.summary()
	if g.lost == nil || g.lost.fault == nil {
		g.result = g.askConclude(sum)
	}
	if g.stalled && !is(g.result, ErrStalled) {
		g.result = errors.Join(ErrStalled, g.result)
	}
	g.surface(sum)
}

func (g *Group) askConclude(s Summary) (err error) {
	asked := false
	defer func() {
		if !asked {
			g.fault(recover(), "the strategy")
			g.surface(s) // if it called runtime.Goexit, this goroutine unwinds
		}
	}()
	err = g.strategy.Conclude(s)
	asked = true
	return err
}

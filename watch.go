package fate

import "context"

// watch is the registration with the parent context, made when somebody has to wait for room.
type watch struct {
	state watchState
	stop  func() bool
}

type watchState uint8

const (
	unwatched watchState = iota
	watching
	watched // the parent has ended, and we know
)

// watchParent, under the lock, makes the parent able to wake those that wait. Registering calls the parent's code, so it is done without
// the lock.
func (g *Group) watchParent() {
	g.watch.state = watching
	g.eng.Release()
	stop := context.AfterFunc(g.ctx.parent, g.parentEnded)
	g.eng.Lock()
	g.watch.stop = stop
	if g.sealed { // nobody else will end the registration any more
		g.unwatch()
	}
}

// parentEnded runs in a goroutine of package context's.
func (g *Group) parentEnded() {
	g.notice()
	g.eng.Lock()
	g.watch.state = watched
	g.eng.Announce()
	g.eng.Unlock()
}

// notice makes the group see that its parent has ended.
func (g *Group) notice() {
	g.eng.Lock()
	if !g.sealed {
		g.stopped()
	}
	g.eng.Unlock()
}

// unwatch, under the lock, ends the registration, and waits for its goroutine if that is already running.
func (g *Group) unwatch() {
	if g.watch.state == unwatched || g.watch.stop == nil {
		return
	}
	stop := g.watch.stop
	g.eng.Unlock()
	idle := stop()
	g.eng.Lock()
	for !idle && g.watch.state != watched {
		g.eng.Await()
	}
}

package fate

import "context"

// openRoom, under the lock, makes the group's room, and the parent able to wake those that wait there. Registering calls the parent's
// code, so it is done without the lock.
func (g *Group) openRoom() {
	g.room = new(room)
	g.eng.Release()
	unhook := context.AfterFunc(g.ctx.parent, g.parentEnded)
	g.eng.Lock()
	g.room.unhook = unhook
	if g.sealed { // nobody else will end the registration any more
		g.unwatch()
	}
}

// parentEnded runs in a goroutine of package context's.
func (g *Group) parentEnded() {
	defer func() { // an observer may call runtime.Goexit
		g.eng.Lock()
		g.room.hooked = true
		g.eng.Announce()
		g.eng.Unlock()
	}()
	g.notice()
}

// notice makes the group see that its parent has ended.
func (g *Group) notice() {
	g.eng.Lock()
	if !g.sealed {
		g.stopped()
	}
	deliver := g.deliveries()
	g.eng.Unlock()
	perform(deliver)
}

// unwatch, under the lock, ends the registration with the parent, and waits for its goroutine if that is already running.
func (g *Group) unwatch() {
	if g.room == nil || g.room.unhook == nil {
		return
	}
	unhook := g.room.unhook
	g.eng.Unlock()
	idle := unhook()
	g.eng.Lock()
	for !idle && !g.room.hooked {
		g.eng.Await()
	}
}

package soak

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A gauge knows how many are inside, and how many there were at most.
type gauge struct{ now, most atomic.Int64 }

func (g *gauge) enter() { g.add(1) }
func (g *gauge) leave() { g.now.Add(-1) }

// add lets a weight in, and returns how much is in there with it.
func (g *gauge) add(weight int64) int64 {
	n := g.now.Add(weight)
	for most := g.most.Load(); n > most && !g.most.CompareAndSwap(most, n); most = g.most.Load() {
	}
	return n
}

// trigger calls a function in a goroutine of its own when it has been pulled so many times.
type trigger struct {
	after int64
	pulls atomic.Int64
	fire  chan struct{}
	over  chan struct{}
	done  sync.WaitGroup
}

// when makes a trigger that calls f: late perhaps, or, if it is closed first, never.
func when(after int, f func()) *trigger {
	t := &trigger{after: int64(after), fire: make(chan struct{}), over: make(chan struct{})}
	t.done.Go(func() {
		select {
		case <-t.fire:
			f()
		case <-t.over:
		}
	})
	return t
}

func (t *trigger) pull() {
	if t.pulls.Add(1) == t.after {
		close(t.fire)
	}
}

// close ends the trigger, once, and waits for what it has set off.
func (t *trigger) close() {
	close(t.over)
	t.done.Wait()
}

// A pause is how a task lets time pass.
type pause struct {
	how  uint8 // one of those below
	long time.Duration
}

const (
	atOnce uint8 = iota
	sleeps
	spins
	yields
	blocks // until its context or over ends
)

func (p pause) pass(ctx context.Context, over <-chan struct{}) {
	switch p.how {
	case sleeps:
		time.Sleep(p.long)
	case spins:
		for end := time.Now().Add(p.long); time.Now().Before(end); {
		}
	case yields:
		runtime.Gosched()
	case blocks:
		select {
		case <-ctx.Done():
		case <-over:
		}
	}
}

// brief draws a pause that ends by itself: mostly none.
func (sc *Scene) brief() pause {
	long := time.Duration(sc.few(200)) * time.Microsecond
	if sc.chance(5) {
		return pause{among(sc, sleeps, spins, yields), long}
	}
	return pause{}
}

// pause draws any, for a task that somebody lets go in the end. In a crowd most of them block.
func (sc *Scene) pause(crowd bool) pause {
	if sc.chance(1) || crowd && sc.chance(80) {
		return pause{how: blocks}
	}
	return sc.brief()
}

// aside calls f in a goroutine of its own, waits for it, and says how it ended: what it panicked with, or that it exited.
func aside(f func()) (panicked any, exited bool) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		exited = true
		defer func() {
			if panicked = recover(); panicked != nil {
				exited = false
			}
		}()
		f()
		exited = false
	}()
	<-done
	return panicked, exited
}

package soak

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// A Scene is what an episode is given: dice, and somebody to tell of faults.
type Scene struct {
	Dice *rand.Rand // for the episode's own goroutine: what happens is drawn before it happens

	soak   *soak
	kind   string
	number uint64
	once   sync.Once
}

// Fault says that a promise was not kept. Only the first of an episode is told: others mostly follow from it.
func (sc *Scene) Fault(format string, args ...any) {
	sc.once.Do(func() {
		sc.soak.fault(Fault{sc.kind, sc.soak.Seed, sc.number, fmt.Sprintf(format, args...)})
	})
}

// chance is true n times of a hundred.
func (sc *Scene) chance(n int) bool { return sc.Dice.IntN(100) < n }

// among draws one of the values.
func among[T any](sc *Scene, values ...T) T { return values[sc.Dice.IntN(len(values))] }

// few draws a number up to most, small ones more often.
func (sc *Scene) few(most int) int { return sc.Dice.IntN(1 + sc.Dice.IntN(most+1)) }

// A gauge knows how many are inside, and how many there were at most.
type gauge struct{ now, most atomic.Int64 }

func (g *gauge) enter() {
	n := g.now.Add(1)
	for most := g.most.Load(); n > most && !g.most.CompareAndSwap(most, n); most = g.most.Load() {
	}
}

func (g *gauge) leave() { g.now.Add(-1) }

// trigger calls f in a goroutine of its own when it has been pulled n times; close ends one that was not.
type trigger struct {
	after int64
	pulls atomic.Int64
	fire  chan struct{}
	done  sync.WaitGroup
	stop  func()
}

// when makes a trigger. f may be called late, or, if the trigger is closed first, never.
func when(after int, f func()) *trigger {
	t := &trigger{after: int64(after), fire: make(chan struct{})}
	over := make(chan struct{})
	t.done.Go(func() {
		select {
		case <-t.fire:
			f()
		case <-over:
		}
	})
	t.stop = sync.OnceFunc(func() { close(over) })
	return t
}

func (t *trigger) pull() {
	if t.pulls.Add(1) == t.after {
		close(t.fire)
	}
}

// close ends the trigger, and waits for what it has set off.
func (t *trigger) close() {
	t.stop()
	t.done.Wait()
}

// pass lets time go by, in one way or another, for about so long.
func pass(how uint8, long time.Duration) {
	switch how % 3 {
	case 0:
	case 1:
		time.Sleep(long)
	case 2:
		for end := time.Now().Add(long); time.Now().Before(end); {
		}
	}
}

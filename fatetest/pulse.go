package fatetest

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A pulse is what can be seen of an examination from outside, in case a call never returns.
type pulse struct {
	begun   atomic.Uint64 // calls
	within  atomic.Int64  // those of them that have not returned
	where   atomic.Pointer[place]
	givenUp atomic.Bool // nobody waits for the examination any more
}

// A place is where calls are made: for a model, or in a scene.
type place struct {
	calls *calls
	scene *scene
}

func (p *place) violation(l law, saw string) violation {
	if p.scene != nil {
		return violation{law: l, after: p.scene.title, saw: saw}
	}
	return p.calls.violation(l, saw)
}

// begin notes that a call begins. Once nobody waits any more, it ends the goroutine instead.
func (j *judge) begin(p *place) time.Time {
	if j.givenUp.Load() {
		runtime.Goexit()
	}
	if j.where.Load() != p {
		j.where.Store(p)
	}
	j.within.Add(1)
	j.begun.Add(1)
	if j.bubble {
		return time.Now()
	}
	return time.Time{}
}

// end notes that a call is over, and returns how long it took, in a bubble.
func (j *judge) end(began time.Time) time.Duration {
	j.within.Add(-1)
	if j.bubble {
		return time.Since(began)
	}
	return 0
}

// patience is how long the examination, which asks the strategy thousands of times a second, may go on without a new
// question. Time is measured nowhere else.
var patience = 20 * time.Second

// await waits for the end of the examination, or until it makes no progress any more.
func (j *judge) await(ended <-chan struct{}) {
	for {
		begun := j.begun.Load()
		select {
		case <-ended:
			return
		case <-time.After(patience):
		}
		if j.begun.Load() == begun {
			j.givenUp.Store(true)
			j.hangs("nothing has happened for " + patience.String())
			return
		}
	}
}

package fatetest

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A pulse is what can be seen of an examination from outside, in case a call never returns.
type pulse struct {
	begun   atomic.Uint64 // calls
	within  atomic.Int64  // those of them that have not returned
	where   atomic.Pointer[place]
	givenUp atomic.Bool // nobody waits for the examination any more
	gate    sync.Mutex  // held while a bubble is entered, and while the examination is given up
}

// A place is where calls are made: for a model, or in a scene.
type place struct {
	calls *calls
	scene *scene
}

func (p *place) violation(l law, saw string) violation {
	if p == nil { // nothing has been asked yet
		return violation{law: l, saw: saw}
	}
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

// patience is how much somebody else in this process gets done while the examination, which asks the strategy thousands of times a
// second, asks nothing: pieces of work that take some seconds of a processor's. It is not a time, because a machine that is slow, or was
// asleep, is no fault of the strategy's: then the other is as slow.
var patience = 50_000

// worked keeps the compiler from leaving the work out.
var worked atomic.Uint64

// await waits for the end of the examination, or until it makes no progress any more. Then the examination may go on, should the
// call return after all, but it asks nothing, and doesn't touch the test any more: that has ended.
func (j *judge) await(ended <-chan struct{}) {
	for {
		begun := j.begun.Load()
		select {
		case <-ended:
			return
		case <-time.After(time.Second): // most examinations are over by then, and none has to share its processor
		}
		if j.outlasted(begun, ended) {
			j.gate.Lock()
			j.givenUp.Store(true)
			j.gate.Unlock()
			j.hangs("it asks nothing any more")
			return
		}
	}
}

// outlasted reports whether the examination still does nothing when the patience is at its end.
func (j *judge) outlasted(begun uint64, ended <-chan struct{}) bool {
	x := uint64(1)
	for range patience {
		for range 100_000 { // without memory: others count what is allocated, and the race detector would watch
			x = x*6364136223846793005 + 1442695040888963407
		}
		worked.Store(x)
		select {
		case <-ended:
			return false
		default:
		}
		if j.begun.Load() != begun {
			return false
		}
	}
	return true
}

package soak

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
)

// end is how a task ends.
type end uint8

const (
	ends end = iota // well
	fails
	panics
	exits
	echoes // returns its context's error, if that has ended
	heeds  // waits for its context's end and returns that
)

// A task is one task of a group, and what became of it.
type task struct {
	number int
	play   *play
	way    way
	how    uint8 // how it lets time pass
	long   time.Duration
	ends   []end   // run by run; the last is for all after it
	nested []*task // offered by the first run

	runs    atomic.Int64
	inside  atomic.Int32
	refused atomic.Bool   // Go or TryGo has said no
	last    atomic.Uint32 // the end of the last run

	mu       sync.Mutex
	returned []*mishap // guarded by mu: what runs ended with
}

func (t *task) run(ctx context.Context) error {
	p := t.play
	n := t.runs.Add(1)
	if t.inside.Add(1) > 1 {
		p.sc.Fault("two runs of task %d at once", t.number)
	}
	if p.waited.Load() {
		p.sc.Fault("task %d begins after Wait has returned", t.number)
	}
	p.inside.enter()
	p.began.pull()
	defer func() {
		t.inside.Add(-1)
		p.inside.leave()
	}()
	if n == 1 {
		for _, inner := range t.nested {
			p.offer(inner)
		}
	}
	pass(t.how, t.long)
	e := t.ends[min(int(n), len(t.ends))-1]
	t.last.Store(uint32(e))
	switch e {
	case fails:
		return t.mishap(n)
	case panics:
		panic(t.mishap(n))
	case exits:
		runtime.Goexit()
	case echoes:
		return ctx.Err()
	case heeds:
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.over:
		}
	}
	return nil
}

func (t *task) mishap(run int64) *mishap {
	m := &mishap{t.number, run}
	t.mu.Lock()
	t.returned = append(t.returned, m)
	t.mu.Unlock()
	return m
}

// A way is how a task is offered.
type way uint8

const (
	byGo way = iota
	byTryGo
	bySpawn
	byDaemon
	byFuture
	ways
)

// offer offers a task.
func (p *play) offer(t *task) {
	p.offered.Add(1)
	switch t.way {
	case byGo:
		t.refused.Store(!p.g.Go(t.run))
	case byTryGo:
		t.refused.Store(!p.g.TryGo(t.run))
	case byFuture:
		fate.Go(p.g, func(ctx context.Context) (int, error) { return t.number, t.run(ctx) })
	default:
		opts := []fate.ChildOption{fate.DependsOn(p.name(t.number - 1)), fate.Grace(t.long)}
		if t.way == byDaemon {
			opts = append(opts, fate.Daemon())
		}
		c := p.g.Spawn(p.name(t.number), t.run, opts...)
		p.mu.Lock()
		p.children = append(p.children, c)
		p.mu.Unlock()
	}
}

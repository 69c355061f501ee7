package soak

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate"
)

// end is how a task ends.
type end uint8

const (
	succeeds end = iota
	fails
	panics
	exits
	echoes // returns its context's error, if that has ended
	heeds  // waits for its context's end and returns that
)

// end draws how a task ends that may do anything.
func (sc *Scene) end() end {
	if sc.chance(10) {
		return among(sc, fails, panics, exits, echoes, heeds)
	}
	return succeeds
}

// finish ends a task in its way: it returns, panics or exits. A mishap is made by failed. heeds waits for the context's end, or over.
func (e end) finish(ctx context.Context, over <-chan struct{}, failed func() *mishap) error {
	switch e {
	case fails:
		return failed()
	case panics:
		panic(failed())
	case exits:
		runtime.Goexit()
	case echoes:
		return ctx.Err()
	case heeds:
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over:
		}
	}
	return nil
}

// mishaps are those that happened.
type mishaps struct {
	mu  sync.Mutex
	all []*mishap // guarded by mu
}

func (ms *mishaps) make(task int, run int64) *mishap {
	m := &mishap{task, run}
	ms.mu.Lock()
	defer ms.mu.Unlock()
	ms.all = append(ms.all, m)
	return m
}

// list is what has happened so far.
func (ms *mishaps) list() []*mishap {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	return slices.Clone(ms.all)
}

// A task is one task of a group, and what became of it.
type task struct {
	number int
	play   *play
	way    way
	pause  pause
	ends   []end   // run by run; the last is for all after it
	nested []*task // offered by the first run

	runs    atomic.Int64
	inside  atomic.Int32
	refused atomic.Bool // Go or TryGo has said no
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
	t.pause.pass(ctx, p.over)
	e := t.ends[min(int(n), len(t.ends))-1]
	switch e {
	case succeeds:
		p.succeeded.Add(1)
	case exits:
		p.exited.Add(1)
	}
	return e.finish(ctx, p.over, func() *mishap { return p.mishaps.make(t.number, n) })
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
	run := p.sc.Task(t.run)
	switch t.way {
	case byGo:
		t.refused.Store(!p.g.Go(run))
	case byTryGo:
		t.refused.Store(!p.g.TryGo(run))
	case byFuture:
		f := fate.Go(p.g, func(ctx context.Context) (int, error) { return t.number, run(ctx) })
		p.mu.Lock()
		p.futures = append(p.futures, promise{t, f})
		p.mu.Unlock()
	default:
		opts := []fate.ChildOption{fate.DependsOn(p.name(t.number - 1)), fate.Grace(t.pause.long)}
		if t.way == byDaemon {
			opts = append(opts, fate.Daemon())
		}
		c := p.g.Spawn(p.name(t.number), run, opts...)
		p.mu.Lock()
		p.children = append(p.children, c)
		p.mu.Unlock()
	}
}

// A promise is a task whose result is to come.
type promise struct {
	*task
	*fate.Future[int]
}

package soak

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// errgroups is the episode of the drop-in for errgroup: a limit, several producers, functions that start functions, and use after Wait.
func errgroups(sc *Scene) {
	e := &errgrouped{sc: sc, limit: -1}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	e.g, e.ctx = sc.Errgroup(ctx)
	if sc.chance(50) {
		e.limit = 1 + sc.few(20)
		e.g.SetLimit(e.limit)
	}
	for range 1 + sc.few(3) {
		e.job(cancel)
	}
}

// An errgrouped is one group, which does one job after the other.
type errgrouped struct {
	sc      *Scene
	g       Errgroup
	ctx     context.Context
	limit   int // below 0 there is none
	inside  gauge
	mishaps mishaps
	first   error // of the jobs before
}

// A function is one that the group runs.
type function struct {
	end    end
	pause  pause
	try    bool
	nested []*function
	runs   atomic.Int64
	taken  atomic.Bool
}

func (e *errgrouped) draw(depth int, crowd bool, all *[]*function) *function {
	sc := e.sc
	f := &function{end: succeeds, pause: sc.pause(crowd && e.limit < 0), try: sc.chance(30)}
	if sc.chance(2) {
		f.end = among(sc, fails, exits, echoes)
	}
	*all = append(*all, f)
	if depth > 0 && sc.chance(5) {
		for range sc.few(4) {
			inner := e.draw(depth-1, crowd, all)
			inner.try = inner.try || e.limit > 0 // or all may wait for one another
			f.nested = append(f.nested, inner)
		}
	}
	return f
}

func (e *errgrouped) job(cancel context.CancelCauseFunc) {
	sc := e.sc
	var all, top []*function
	crowd := sc.chance(15)
	for range sc.few(600) {
		top = append(top, e.draw(2, crowd, &all))
	}
	over := make(chan struct{})
	cut := sc.chance(10)
	began := when(1+sc.few(len(all)), func() {
		if cut {
			cancel(errParent)
		}
	})
	var offer func(*function)
	offer = func(f *function) {
		body := func() error {
			n := f.runs.Add(1)
			e.inside.enter()
			defer e.inside.leave()
			began.pull()
			for _, inner := range f.nested {
				offer(inner)
			}
			f.pause.pass(e.ctx, over)
			if f.end == exits {
				runtime.Goexit()
			}
			return f.end.finish(e.ctx, over, func() *mishap { return e.mishaps.make(0, n) })
		}
		if f.try {
			f.taken.Store(e.g.TryGo(body))
			return
		}
		f.taken.Store(true)
		e.g.Go(body)
	}
	producers := among(sc, 1, 1, 3)
	var offering sync.WaitGroup
	for i := range producers {
		offering.Go(func() {
			for j := i; j < len(top); j += producers {
				offer(top[j])
			}
		})
	}
	if e.limit > 0 {
		close(over) // the producers wait for those that block
	}
	offering.Wait()
	if e.limit <= 0 {
		close(over)
	}
	err := e.g.Wait()
	began.close()
	e.check(all, err)
}

func (e *errgrouped) check(all []*function, err error) {
	var ran uint64
	for _, f := range all {
		n := f.runs.Load()
		ran += uint64(n)
		if n != 1 && f.taken.Load() || n != 0 && !f.taken.Load() {
			e.sc.Fault("errgroup, limit %d: a function was accepted %v, and ran %d times", e.limit, f.taken.Load(), n)
		}
	}
	e.sc.Count("functions of errgroup", ran)
	m, _ := err.(*mishap)
	switch {
	case e.inside.now.Load() != 0:
		e.sc.Fault("errgroup, limit %d: %d functions run after Wait", e.limit, e.inside.now.Load())
	case e.limit > 0 && e.inside.most.Load() > int64(e.limit):
		e.sc.Fault("errgroup, limit %d: %d ran at once", e.limit, e.inside.most.Load())
	case e.ctx.Err() == nil:
		e.sc.Fault("errgroup: the context has not ended after Wait")
	case e.first != nil && err != e.first:
		e.sc.Fault("errgroup: Wait is %v, and was %v before", err, e.first)
	case err == nil && len(e.mishaps.list()) > 0:
		e.sc.Fault("errgroup: %v failed, and Wait is nil", e.mishaps.list()[0])
	case m != nil && !slices.Contains(e.mishaps.list(), m):
		e.sc.Fault("errgroup: Wait is %v, which no function returned", err)
	case err != nil && m == nil && err != context.Canceled:
		e.sc.Fault("errgroup: Wait is %v, which no function returned", err)
	}
	e.first = err
}

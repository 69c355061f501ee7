package soak

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate/supervise"
)

// supervised is the episode of children that are restarted, with supervisors among them.
func supervised(sc *Scene) {
	h := &house{sc: sc, over: make(chan struct{})}
	s := h.draw(2)
	ctx, cancel := context.WithCancelCause(context.Background())
	end := time.AfterFunc(time.Duration(200+sc.few(3000))*time.Microsecond, func() { cancel(errParent) })
	err := sc.Supervise(ctx, s)
	cut := context.Cause(ctx)
	h.ended.Store(true)
	end.Stop()
	cancel(nil)
	close(h.over)
	if left := h.inside.now.Load(); left != 0 {
		sc.Fault("%v: %d children run after Run", s, left)
	}
	h.check(s, err, cut)
	sc.Count("runs of supervised children", uint64(h.runs.Load()))
}

// A house is all that supervisors within supervisors share.
type house struct {
	sc     *Scene
	over   chan struct{}
	ended  atomic.Bool // the Run around all has returned
	inside gauge
	runs   atomic.Int64
	all    []*ward
}

// A ward is one supervised child.
type ward struct {
	*house
	name    string
	restart supervise.Restart
	ends    []end // run by run; the last is for all after it
	pause   pause
	within  *supervise.Strategy // it is a supervisor itself

	now  atomic.Int32 // runs of it that go on
	runs atomic.Int64 // all of them
}

// draw makes up a supervisor, with others as its children down to some depth.
func (h *house) draw(depth int) *supervise.Strategy {
	sc := h.sc
	backoff := time.Duration(sc.few(200)) * time.Microsecond
	s := &supervise.Strategy{
		Restart:   among(sc, supervise.Transient, supervise.Permanent, supervise.Temporary),
		Radius:    among(sc, supervise.Itself, supervise.Later, supervise.All),
		Intensity: among(sc, supervise.Unbounded, 1+sc.few(20), 200),
		Backoff:   func(attempt int) time.Duration { return backoff * time.Duration(attempt+1) },
	}
	for i := range 1 + sc.few(6) {
		w := &ward{house: h, name: fmt.Sprint("child ", i), restart: s.Restart, pause: sc.brief()}
		if sc.chance(30) {
			w.restart = among(sc, supervise.Transient, supervise.Permanent, supervise.Temporary)
		}
		for range 1 + sc.few(4) {
			w.ends = append(w.ends, among(sc, succeeds, fails, panics, exits, echoes, heeds, heeds))
		}
		if depth > 0 && sc.chance(15) {
			w.within = h.draw(depth - 1)
		}
		h.all = append(h.all, w)
		s.Children = append(s.Children, supervise.Child{
			Name: w.name, Run: sc.Task(w.run), Restart: w.restart, Grace: time.Duration(sc.few(3)) * time.Second, Daemon: sc.chance(5),
		})
	}
	return s
}

func (w *ward) run(ctx context.Context) error {
	n := w.runs.Add(1)
	w.house.runs.Add(1)
	if w.now.Add(1) > 1 {
		w.sc.Fault("two runs of %q at once", w.name)
	}
	w.inside.enter()
	defer func() {
		w.inside.leave()
		w.now.Add(-1)
	}()
	if w.ended.Load() {
		w.sc.Fault("%q runs after Run has returned", w.name)
	}
	if w.within != nil {
		return w.within.Task()(ctx)
	}
	w.pause.pass(ctx, w.over)
	return w.ends[min(int(n), len(w.ends))-1].finish(ctx, w.over, func() *mishap { return &mishap{-1, n} })
}

// check holds what Run returned against what is known of it.
func (h *house) check(s *supervise.Strategy, err, cut error) {
	var gaveUp *supervise.GaveUpError
	switch {
	case errors.As(err, &gaveUp) && uint64(gaveUp.Restarts) > uint64(h.runs.Load()):
		h.sc.Fault("%v: it gave up after %d restarts, and there were %d runs: %v", s, gaveUp.Restarts, h.runs.Load(), err)
	case err != nil && cut == nil && !h.mayEnd(fails, panics, exits) && !h.mayRestart():
		h.sc.Fault("%v: nothing can fail or be restarted, and Run returned %v", s, err)
	}
	for _, w := range h.all {
		if len(h.all) == len(s.Children) && w.restart == supervise.Temporary && w.runs.Load() > 1 {
			h.sc.Fault("%v: the temporary %q ran %d times", s, w.name, w.runs.Load()) // nobody starts its supervisor anew
		}
	}
}

// mayEnd reports whether a child may end in one of these ways.
func (h *house) mayEnd(ways ...end) bool {
	return slices.ContainsFunc(h.all, func(w *ward) bool {
		return slices.ContainsFunc(w.ends, func(e end) bool { return slices.Contains(ways, e) })
	})
}

// mayRestart reports whether a child may be restarted though nothing fails.
func (h *house) mayRestart() bool {
	return slices.ContainsFunc(h.all, func(w *ward) bool { return w.restart == supervise.Permanent })
}

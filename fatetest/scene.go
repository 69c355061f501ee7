package fatetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
)

// Causes of the stops of a scene.
var (
	errStop   = errors.New("fatetest: Stop was called")
	errParent = errors.New("fatetest: the parent was cancelled")
	errChild  = errors.New("fatetest: a child was cancelled on purpose")
)

// A scene is one group in a bubble, with the strategy in it, and all that happens there noted.
type scene struct {
	judge  *judge
	title  string
	place  place
	rec    *recorder
	group  *fate.Group
	mode   fate.PanicMode
	parent context.CancelCauseFunc
	over   chan struct{} // closed when tasks are to wait no longer

	begun, again atomic.Int64 // task bodies: of tasks that run for the first time, and the others
	inside       atomic.Int64 // those that run now
	heeding      atomic.Int64 // those that wait for their context's end
	stopped      atomic.Bool  // from outside
	stopping     atomic.Bool  // or just about to be
	cancelling   atomic.Bool  // children are cancelled on purpose, or just about to be
	waited       atomic.Bool  // a Wait has returned
	early        bool         // Wait was called while tasks were offered from outside

	mu     sync.Mutex
	probes []*probe // guarded by mu
	waits  []waited // guarded by mu: what Wait gave
	actors sync.WaitGroup
}

// waited is what one Wait gave.
type waited struct {
	err      error
	panicked any
}

// open begins a scene. It is called in a bubble.
func (j *judge) open(title string, mode fate.PanicMode, opts ...fate.Option) *scene {
	s, ctx := j.prepare(title, mode)
	s.group = fate.New(ctx, s.rec, append(opts, fate.Panics(mode))...)
	return s
}

// prepare makes a scene that has no group yet, and the context for it.
func (j *judge) prepare(title string, mode fate.PanicMode) (*scene, context.Context) {
	s := &scene{judge: j, title: title, mode: mode, over: make(chan struct{})}
	s.place.scene = s
	s.rec = &recorder{strategy: j.subject(), scene: s, of: map[uint64][]int{}}
	ctx, cancel := context.WithCancelCause(context.Background())
	s.parent = cancel
	return s, ctx
}

func (s *scene) report(l law, format string, args ...any) {
	s.judge.report(s.place.violation(l, fmt.Sprintf(format, args...)))
}

// offer offers a task, and notes whether it was accepted.
func (s *scene) offer(w way, p plan) *probe {
	pr := &probe{scene: s, plan: p, way: w}
	s.mu.Lock()
	s.probes = append(s.probes, pr)
	n := len(s.probes)
	s.mu.Unlock()
	switch w {
	case byGo:
		pr.accepted = s.group.Go(pr.run)
	case byTryGo:
		pr.accepted = s.group.TryGo(pr.run)
	case bySpawn, byDaemon:
		// Each depends on the one offered before it, if that is a child.
		opts := []fate.ChildOption{fate.DependsOn(fmt.Sprintf("child-%d", n-1))}
		if w == byDaemon {
			s.cancelling.Store(true) // when all others have ended
			opts = append(opts, fate.Daemon())
		}
		pr.child = s.group.Spawn(fmt.Sprintf("child-%d", n), pr.run, opts...)
		err := pr.child.Err()
		pr.accepted = !errors.Is(err, fate.ErrShed) && !errors.Is(err, fate.ErrStopped)
	}
	pr.answered.Store(true)
	return pr
}

// act lets something else happen at the same time.
func (s *scene) act(f func()) { s.actors.Go(f) }

// A stopper stops a scene's group from outside.
type stopper struct {
	name string
	stop func(*scene)
}

var stoppers = []stopper{
	{"Stop", func(s *scene) {
		s.stopping.Store(true)
		s.group.Stop(errStop)
		s.stopped.Store(true)
	}},
	{"the parent's cancellation", func(s *scene) {
		s.stopping.Store(true)
		s.parent(errParent)
		s.stopped.Store(true)
	}},
}

func fromOutside(cause error) bool { return cause == errStop || cause == errParent }

// wait calls Wait in a goroutine of its own.
func (s *scene) wait() { go s.note(s.group.Wait) }

// note calls a Wait, or what ends as one, and keeps what it gives.
func (s *scene) note(wait func() error) {
	var w waited
	defer func() {
		w.panicked = recover()
		s.waited.Store(true)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waits = append(s.waits, w)
	}()
	w.err = wait()
}

func (s *scene) checkJoined() {
	if s.waited.Load() {
		s.report(joins, "Wait has returned, and a task runs")
	}
}

// checkStopped looks whether a stop has reached everybody, when nothing moves any more.
func (s *scene) checkStopped() {
	ctx := s.group.Context()
	if _, own := s.rec.stop(); !own && !s.stopped.Load() {
		return
	}
	select {
	case <-ctx.Done():
	default:
		s.report(contextEnds, "the group has stopped, and its context has not ended")
	}
	if n := s.heeding.Load(); n > 0 {
		s.report(contextEnds, "the group has stopped, and %d tasks still wait for the end of their contexts", n)
	}
}

// close ends a scene and compares the notes.
func (s *scene) close() {
	if s.join() {
		s.verify()
		time.Sleep(time.Hour) // for what may still begin
	}
	s.parent(nil)
}

// join lets whatever waits go on, and waits for the group. It reports false if the group is never done.
func (s *scene) join() bool {
	quiet := func() {
		synctest.Wait()
		time.Sleep(time.Hour) // no task of a scene sleeps so long
	}
	quiet()
	s.checkStopped()
	if !s.early {
		close(s.over)
		s.actors.Wait()
	}
	for range 3 {
		s.wait()
	}
	quiet()
	if s.early {
		close(s.over)
		s.actors.Wait()
		quiet()
	}
	if s.rec.again.Load() > 0 && !s.done() {
		stoppers[0].stop(s) // or something is restarted for ever
		quiet()
	}
	if s.done() {
		return true
	}
	s.report(waitReturns, "it has not returned though no task waits any more; the tally is %v", s.group.Tally())
	return false
}

// done reports whether every Wait has returned.
func (s *scene) done() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waits) >= 3
}

// cancel cancels children on purpose.
func (s *scene) cancel(which func(*fate.Child) bool) {
	s.cancelling.Store(true)
	s.group.Cancel(errChild, which)
}

// undisturbed reports whether nobody from outside has stopped the group or cancelled children.
func (s *scene) undisturbed() bool { return !s.stopping.Load() && !s.cancelling.Load() }

package soak

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/supervise"
)

// supervised is the episode of children that are started again, some of which are supervisors themselves.
func supervised(sc *Scene) {
	w := &ward{sc: sc, over: make(chan struct{})}
	root := w.draw(sc.Dice.IntN(3))
	// Whoever is started again without end is stopped from outside.
	within := time.Duration(sc.few(3000)) * time.Microsecond
	ctx, cancel := context.WithCancelCause(context.Background())
	w.cut = sc.chance(40) || root.endless()
	end := time.AfterFunc(within, func() {
		close(w.over)
		if w.cut {
			cancel(errParent)
		}
	})
	err := sc.Supervise(ctx, root.strategy)
	w.left.Store(true)
	if end.Stop() {
		close(w.over)
	}
	cancel(nil)
	runs := root.check(err)
	sc.Count("runs of supervised children", runs)
}

// A ward is all that supervisors within supervisors share.
type ward struct {
	sc   *Scene
	over chan struct{}
	left atomic.Bool // the outermost Run has returned
	cut  bool
}

// A boss is one supervisor.
type boss struct {
	*ward
	strategy  *supervise.Strategy
	intensity int // below 0 there is no bound
	children  []*child

	worthy atomic.Int64 // ends that were perhaps followed by a restart, in the run of it that is going on
	stops  atomic.Bool  // a child has asked for the end of all
}

// A child is one child of a supervisor, or a supervisor itself.
type child struct {
	*boss
	policy supervise.Restart
	within *boss // nil if it is a task
	ends   []end
	extra  []error // what it returns instead, if not nil
	pause  pause

	runs   atomic.Int64
	inside atomic.Int32
	last   atomic.Int32 // how the last run ended: one of those below
}

const (
	endedWell int32 = iota + 1
	endedBadly
	endedTold // its context had ended
)

func (w *ward) draw(depth int) *boss {
	sc := w.sc
	b := &boss{ward: w, intensity: 1 + sc.few(6)}
	if sc.chance(10) {
		b.intensity = supervise.Unbounded
	}
	first := time.Duration(sc.few(100)) * time.Microsecond
	b.strategy = &supervise.Strategy{
		Radius:    among(sc, supervise.Itself, supervise.Later, supervise.All),
		Restart:   among(sc, supervise.Default, supervise.Permanent, supervise.Temporary),
		Intensity: b.intensity, Period: time.Hour, // so that no restart is forgotten
		Backoff: supervise.Exponential(first, 4*first),
	}
	for i := range 1 + sc.few(6) {
		c := &child{boss: b, policy: among(sc, supervise.Default, supervise.Default, supervise.Transient, supervise.Permanent, supervise.Temporary), pause: sc.brief()}
		for range 1 + sc.few(3) {
			c.ends = append(c.ends, among(sc, succeeds, fails, panics, exits, echoes, heeds, heeds))
			c.extra = append(c.extra, among(sc, nil, nil, nil, nil, nil, nil, nil, supervise.ErrDone, supervise.ErrStopAll))
		}
		run := c.run
		if depth > 0 && sc.chance(40) {
			c.within = w.draw(depth - 1)
			inner := c.within
			run = func(ctx context.Context) error {
				inner.worthy.Store(0)
				return inner.strategy.Task(fate.Panics(fate.Return))(ctx)
			}
			run = c.watch(run)
		}
		b.children = append(b.children, c)
		b.strategy.Children = append(b.strategy.Children, supervise.Child{
			Name: fmt.Sprint("child ", i), Run: run, Restart: c.policy, Grace: 10 * time.Second, Daemon: sc.chance(10),
		})
	}
	return b
}

// endless reports whether it, or one within it, may start children again for ever.
func (b *boss) endless() bool {
	for _, c := range b.children {
		if c.within != nil && c.within.endless() {
			return true
		}
	}
	return b.intensity < 0
}

func (c *child) effective() supervise.Restart {
	policy := c.policy
	if policy == supervise.Default {
		policy = c.strategy.Restart
	}
	if policy == supervise.Default {
		policy = supervise.Transient
	}
	return policy
}

// watch is run with what must hold of each run.
func (c *child) watch(run fate.Task) fate.Task {
	return func(ctx context.Context) (err error) {
		c.runs.Add(1)
		if c.inside.Add(1) > 1 {
			c.sc.Fault("two runs of a supervised child at once")
		}
		if c.left.Load() {
			c.sc.Fault("a supervised child begins after Run has returned")
		}
		returned := false
		defer func() {
			bad := !returned || err != nil && !errors.Is(err, supervise.ErrDone)
			switch {
			case bad && returned && ctx.Err() != nil:
				c.last.Store(endedTold)
			case bad:
				c.last.Store(endedBadly)
			default:
				c.last.Store(endedWell)
			}
			if bad || c.effective() == supervise.Permanent {
				c.worthy.Add(1)
			}
			if errors.Is(err, supervise.ErrStopAll) {
				c.stops.Store(true)
			}
			c.inside.Add(-1)
		}()
		err = run(ctx)
		returned = true
		return err
	}
}

func (c *child) run(ctx context.Context) error {
	return c.watch(func(ctx context.Context) error {
		n := c.runs.Load()
		c.pause.pass(ctx, c.over)
		i := min(int(n), len(c.ends)) - 1
		if err := c.extra[i]; err != nil {
			return err
		}
		if c.ends[i] == exits {
			runtime.Goexit()
		}
		return c.ends[i].finish(ctx, c.over, func() *mishap { return &mishap{i, n} })
	})(ctx)
}

// check looks at what became of the outermost, and of what is in it. It returns how many runs there were.
func (b *boss) check(err error) (runs uint64) {
	fault := func(format string, args ...any) {
		b.sc.Fault("supervised, intensity %d, %v, %v, ended from outside: %v: %s", b.intensity, b.strategy.Radius, b.strategy.Restart, b.cut, fmt.Sprintf(format, args...))
	}
	gave := gaveUp(err)
	stopped := false
	var visit func(*boss, bool)
	visit = func(b *boss, outer bool) {
		stopped = stopped || b.stops.Load()
		for _, c := range b.children {
			n := c.runs.Load()
			runs += uint64(n)
			switch {
			case c.inside.Load() != 0:
				fault("a child runs after Run has returned")
			case outer && c.effective() == supervise.Temporary && n > 1:
				fault("a temporary child has run %d times", n)
			}
			if c.within != nil {
				visit(c.within, false)
			}
		}
	}
	visit(b, true)
	switch {
	case gave != nil && (gave.Restarts != b.intensity || b.worthy.Load() <= int64(b.intensity)):
		fault("it gave up after %d ends: %v", b.worthy.Load(), err)
	case errors.Is(err, supervise.ErrStopAll) && !stopped:
		fault("nobody has asked for the end of all: %v", err)
	case errors.Is(err, errParent) && !b.cut:
		fault("the parent has not ended: %v", err)
	}
	if gave != nil || stopped || b.cut {
		return runs
	}
	for i, c := range b.children {
		if b.strategy.Children[i].Daemon {
			continue // it may be waiting to be started again when all others have ended
		}
		switch last := c.last.Load(); {
		case c.runs.Load() == 0:
			fault("child %d was never started: %v", i, err)
		case c.effective() == supervise.Permanent && last == endedWell && !c.done():
			fault("child %d is permanent, has ended and was not started again: %v", i, err)
		case c.effective() == supervise.Transient && last == endedBadly:
			fault("child %d has failed and was not started again: %v", i, err)
		case c.effective() == supervise.Temporary && last == endedBadly && err == nil:
			fault("child %d has failed, and Run returned nil", i)
		}
	}
	return runs
}

// gaveUp is what Run returned because it gave up itself: a supervisor within may have, too, which is a child's failure.
func gaveUp(err error) *supervise.GaveUpError {
	if g, ok := err.(*supervise.GaveUpError); ok {
		return g
	}
	if _, failures := err.(*fate.Errors); failures {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if g := gaveUp(err); g != nil {
				return g
			}
		}
	}
	return nil
}

// done reports whether the last run of a child returned ErrDone.
func (c *child) done() bool {
	return c.within != nil || c.extra[min(int(c.runs.Load()), len(c.extra))-1] == supervise.ErrDone
}

package fate

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/sharedfate/fate/internal/engine"
)

// A Group runs tasks under one [Strategy]. It is made by [New], used until Wait has returned, and not used again. All its
// methods may be called by several goroutines at once, and by its own tasks; only a Wait inside a task of the same group
// would wait for itself.
//
// A group without a Wait keeps resources of its parent context, as a context that is never cancelled does.
//
// Short tasks share goroutines. What a task leaves behind on its goroutine stays there: one that locks its OS thread
// unlocks it before it returns, or ends by runtime.Goexit.
type Group struct {
	// What makes a group large makes it slow, for those that run three tasks and are gone. So what only some need is behind a
	// pointer, nil until they do.
	ctx      taskContext
	strategy Strategy
	opts     *options    // shared by all groups that were given none
	keep     int         // by the strategy's hints, as the next four
	most     uint64      // how many may run at once; 0 if it must be asked
	atLimit  Admission   // what it answers when they do
	quiet    bool        // it need not see successes
	untimed  bool        // it does not look at times
	full     atomic.Bool // an offer that doesn't wait is refused: see refusals
	refusals atomic.Pointer[refusals]
	result   error      // guarded by eng's lock, as all below but eng
	lost     *losses    // what has gone wrong
	room     *room      // the Go's that wait for room
	children *childList // the named ones
	crew     roster     // works through the items of a ForEach, Map or Stream
	eng      engine.Engine[item]
	tally    Tally // next to eng, for the reason given there
	halted   bool  // ctx has ended or its parent has; nothing starts any more
	effect   bool  // the halt kept a task from running, or cut one short
	waited   bool  // somebody is in Wait, or was
	sealed   bool  // Wait is concluding, or has: nothing is accepted or counted any more
	settled  bool  // result is final
	expected bool  // tally.Expected is known
	stalled  bool  // the strategy held tasks while none was running
}

// item is one task in the queue.
type item struct {
	id  uint64
	job job
}

// job is what a group runs: a plain task, a child, an item of a stream. Its methods but run are called under the group's
// lock.
type job interface {
	accepted(g *Group, id uint64)
	run(g *Group) error
	// ended is called once for each accepted job, with what release is to do after the lock, or nil. started is
	// false for one that was skipped, shed or cancelled in the queue.
	ended(g *Group, o outcome) (release func())
	name() string
	// excused reports whether an error of this job's is no failure because it was cancelled on purpose.
	excused() bool
}

// outcome is how a job ended, also one that never started.
type outcome struct {
	kind    Kind
	err     error
	started bool
}

// plain is a task with nothing beside its function. As a function is a pointer, making it a job costs no allocation.
type plain Task

func (plain) accepted(*Group, uint64)      {}
func (t plain) run(g *Group) error         { return t(&g.ctx) }
func (plain) ended(*Group, outcome) func() { return nil }
func (plain) name() string                 { return "" }
func (plain) excused() bool                { return false }

// New makes a group whose context is derived from ctx. Nothing is started and nothing registered with ctx until the group
// needs it. It panics if ctx or s is nil, or with the error of a strategy that is a [Validator] and wrong.
func New(ctx context.Context, s Strategy, opts ...Option) *Group {
	check("New", ctx, s)
	return newGroup(ctx, s, opts)
}

// check panics in the name of the call that was given a context or a strategy no group can be made of.
func check(call string, ctx context.Context, s Strategy) {
	if ctx == nil {
		panic("fate: " + call + ": the context is nil")
	}
	if s == nil {
		panic("fate: " + call + ": the strategy is nil")
	}
	if err := Validate(s); err != nil {
		panic(fmt.Errorf("fate: %s: %w", call, err))
	}
}

func newGroup(ctx context.Context, s Strategy, opts []Option) *Group {
	g := &Group{strategy: s, opts: &defaults}
	g.ctx.parent = ctx
	if len(opts) > 0 {
		own := defaults
		for _, o := range opts {
			o(&own)
		}
		g.opts = &own
	}
	if h, ok := s.(Hinter); ok {
		g.heed(h.Hints())
	}
	if g.opts.name == "" && len(g.opts.watchers) == 0 {
		g.eng.Init((*host)(g), !g.untimed)
	} else {
		g.watch()
	}
	return g
}

// heed takes the strategy's hints.
func (g *Group) heed(h Hints) {
	if h.Limit < 0 || h.AtLimit > Shed {
		panic(fmt.Sprintf("fate: the strategy's Hints are Limit %d, AtLimit %v: must be 0 or more, and run, hold or shed", h.Limit, h.AtLimit))
	}
	g.keep, g.quiet, g.untimed, g.atLimit = h.Keep, h.FailuresOnly, h.Untimed, h.AtLimit
	if h.AtLimit != Run {
		g.most = uint64(h.Limit)
		if h.Limit == 0 {
			g.most = math.MaxUint64
		}
	}
}

// Context returns the context that tasks get. It ends when the group stops, when its parent ends, or when Wait returns;
// context.Cause says which: the strategy's or Stop's cause, the parent's cause, or after an undisturbed Wait its error, or
// context.Canceled if there was none.
func (g *Group) Context() context.Context { return &g.ctx }

// Tally returns the counts as they are now.
func (g *Group) Tally() Tally {
	g.eng.Lock()
	defer g.eng.Unlock()
	g.count()
	return g.tally
}

// Stop stops the group: its context is cancelled with the cause, tasks that have not started are skipped and counted, and Go
// returns false from now on. It does not wait; Wait still joins the running tasks. If the stop kept a task from running
// or cut one short, strategies that promise it show the cause in Wait's error. A nil cause means context.Canceled. Stopping a
// group that has stopped changes nothing.
func (g *Group) Stop(cause error) {
	g.eng.Lock()
	if !g.sealed && !g.stopped() {
		g.halt(stopping(cause))
	}
	deliver := g.deliveries()
	g.eng.Unlock()
	g.ctx.cancel()
	perform(deliver)
}

// String describes the group: its name, strategy and tally.
func (g *Group) String() string {
	g.eng.Lock() // for a strategy that remembers
	defer g.eng.Unlock()
	g.count()
	return fmt.Sprintf("group %q (%v): %v", g.opts.name, g.strategy, g.tally)
}

// count, under the lock, takes into the tally what is counted elsewhere.
func (g *Group) count() {
	if g.sealed {
		return // the tally is final, and read without the lock
	}
	g.countRefusals()
	if g.crew != nil {
		g.crew.sync(0)
	}
}

func stopping(cause error) *ending {
	if cause == nil {
		return finished
	}
	return &ending{err: context.Canceled, cause: cause}
}

// stopped, under the lock, reports whether the group has stopped, by itself or through its parent. The parent is asked here, each
// time, because being told costs a goroutine and a registration that most groups can do without.
func (g *Group) stopped() bool {
	if g.halted {
		return true
	}
	if err := g.ctx.parent.Err(); err != nil {
		g.halt(&ending{err: err, cause: context.Cause(g.ctx.parent), inherited: true})
		return true
	}
	return false
}

// halt, under the lock, records the stop and skips what has not started. The caller cancels the context after the lock.
func (g *Group) halt(e *ending) {
	g.halted = true
	g.notFull()
	g.ctx.end(e)
	g.reportStop(e.cause)
	if g.crew != nil {
		g.crew.halt()
	}
	g.skipQueued()
}

// skipQueued, under the lock, skips what is in the queue and turns away those that wait.
func (g *Group) skipQueued() {
	g.eng.Remove(func(item) bool { return true }, func(it item, admitted bool) {
		if r, ok := it.job.(relay); ok {
			r.recall()
			return
		}
		g.leaveQueue(admitted)
		g.skip(it)
	})
	g.turnAway()
}

// why, under the lock, is the cause of the stop that has happened or, one by one, has begun.
func (g *Group) why() error {
	if end := g.ctx.over.Load(); end != nil {
		return end.cause
	}
	return g.children.leaving.cause
}

// skip, under the lock and after the halt, ends a job that has not started and never will.
func (g *Group) skip(it item) {
	g.tally.Skipped++
	g.effect = true
	g.reportSkip(it.id, it.job)
	it.job.ended(g, outcome{err: &stoppedError{g.why()}})
}

// leaveQueue, under the lock, takes a job that never started out of the counts of what is held or running.
func (g *Group) leaveQueue(admitted bool) {
	if admitted {
		g.tally.Running--
	} else {
		g.tally.Held--
	}
}

package fate

import (
	"slices"
	"sync/atomic"
	"time"
)

// A Child is a named task with a context of its own, made by [Group.Spawn]. Its methods may be called by several goroutines at once,
// also from a strategy's selector, but not from a strategy's own methods.
type Child struct {
	group   *Group
	label   string
	task    Task
	needs   []string
	daemon  bool
	timeout time.Duration
	grace   time.Duration
	first   taskContext
	started atomic.Bool
	id      uint64 // set before anybody else sees the child
	end     end

	// Guarded by the group's lock.
	ctx        *taskContext  // of the run that is, or is to come; run may read it without the lock
	attempt    int           // which run that is
	idle       bool          // it waits to be run again
	woken      chan struct{} // ends that wait
	err        error         // what the run before ended with
	prev, next *Child        // the group's list of children that have not ended
	listed     bool
	late       []*standing // verdicts given before it came, on what it needs
	purposely  bool        // cancelled on purpose: an error is no failure
	asked      bool        // its run was cancelled by a stop in order, or for a restart: only an echo is no failure
	told       bool        // observers have been told that a stop in order was too long for it
	round      *round      // the restart of several that it takes part in
}

// A ChildOption changes one child.
type ChildOption func(*Child)

// DependsOn names children that this one depends on. It is for strategies to look at, as selective's Dependents does: the child
// does not wait for them to start or to end. If one of them has already failed, and the strategy's verdict was to cancel some
// children, the new one is put to that verdict as if it had been there. For this the group remembers the names of the children
// that fell so, each once, until a child of the name is spawned anew.
func DependsOn(names ...string) ChildOption {
	return func(c *Child) { c.needs = append(c.needs, names...) }
}

// Timeout ends the child's context when it has run for d, with a *[TimeoutError] as the cause. Waiting for a slot does not
// count, and each run of a child that is restarted has d for itself. The error that the child then returns is a failure like any other; a child that does not look at its context runs on.
// It panics if d is not positive.
func Timeout(d time.Duration) ChildOption {
	if d <= 0 {
		panic("fate: Timeout is " + d.String() + ": must be more than 0")
	}
	return func(c *Child) { c.timeout = d }
}

// Spawn offers a task as a named child, as [Group.Go] offers one: it waits at the limit, or is shed. The child's context is
// derived from the group's and can be cancelled by itself. Names need not be unique, but DependsOn means all of a name.
//
// Spawn never returns nil. A child that was refused has ended, and its Err says why: it is ErrShed, or ErrStopped and
// the group's cause. It panics if t is nil.
func (g *Group) Spawn(name string, t Task, opts ...ChildOption) *Child {
	if t == nil {
		panic("fate: Spawn: the task is nil")
	}
	c := &Child{group: g, label: name, task: t, grace: DefaultGrace}
	c.first.parent = g.childParent(name)
	c.ctx = &c.first
	for _, o := range opts {
		o(c)
	}
	switch g.offer(c, true) {
	case shed:
		c.end.set(ErrShed)
	case refused:
		c.end.set(g.whyStopped())
	case accepted:
		for _, s := range c.late {
			s.put([]*Child{c})
		}
	}
	return c
}

// whyStopped is the error of what was refused because the group has stopped.
func (g *Group) whyStopped() error {
	cause := g.ctx.reason()
	if cause == nil {
		g.eng.Lock()
		if g.leaving() {
			cause = g.children.leaving.cause
		}
		g.eng.Unlock()
	}
	if cause != nil {
		return &stoppedError{cause}
	}
	return ErrStopped
}

// Name returns the name the child was spawned with.
func (c *Child) Name() string { return c.label }

// ID returns the child's place in the group's order of submission, from 0, as an [Event] has it. It is 0 for a child that was
// refused.
func (c *Child) ID() uint64 { return c.id }

// Needs returns the names given by [DependsOn].
func (c *Child) Needs() []string { return slices.Clone(c.needs) }

// Done returns a channel that is closed when the child has ended, or was refused. One that is held when the parent ends is told so
// when the group next looks: at the end of a running task, an offer, or a Stop.
func (c *Child) Done() <-chan struct{} { return c.end.done() }

// Err returns nil while the child is running and after it has succeeded, else the error it ended with.
func (c *Child) Err() error { return c.end.error() }

// What follows makes a child a job.

func (c *Child) accepted(g *Group, id uint64) {
	c.id = id
	if g.children == nil {
		g.children = new(childList)
	}
	g.children.add(c)
	c.late = g.standings(c)
}

func (c *Child) run(*Group) error {
	c.started.Store(true)
	if end := c.ctx.over.Load(); end != nil {
		return end.cause // it was cancelled after it had been taken from the queue, and before it started
	}
	if c.timeout > 0 {
		c.ctx.limit(c.timeout, &TimeoutError{c.label, c.timeout})
	}
	return c.task(c.ctx)
}

func (c *Child) ended(g *Group, o outcome) (release func()) {
	g.children.remove(c)
	c.round.poke()
	c.round = nil
	c.task = nil // what it holds on to is not kept as long as the child
	c.end.set(o.err)
	if !o.started {
		return nil // nobody has its context
	}
	return c.retire(g)
}

// retire, under the lock, ends the context of a run that has ended.
func (c *Child) retire(g *Group) (release func()) {
	c.ctx.retire(&g.ctx)
	if c.ctx.real.Load() == nil {
		return nil
	}
	return c.ctx.cancel
}

func (c *Child) name() string { return c.label }

func (c *Child) excused() bool { return c.purposely }

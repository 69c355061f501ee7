package fate

import (
	"iter"
	"slices"
	"sync"
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
	ctx     taskContext
	started atomic.Bool
	id      uint64 // set before anybody else sees the child
	end     end

	// Guarded by the group's lock.
	prev, next *Child // the group's list of children that have not ended
	listed     bool
	late       []*standing // verdicts given before it came, on what it needs
	purposely  bool        // cancelled on purpose: an error is no failure
}

// A ChildOption changes one child.
type ChildOption func(*Child)

// DependsOn names children that this one depends on. It is for strategies to look at, as selective's Dependents does: the child
// does not wait for them to start or to end. If one of them has already failed, and the strategy's verdict was to cancel some
// children, the new one is put to that verdict as if it had been there.
func DependsOn(names ...string) ChildOption {
	return func(c *Child) { c.needs = append(c.needs, names...) }
}

// Daemon makes a child that serves the others: Wait does not wait for it to end by itself but cancels it, once all others
// have ended, and joins it. The error it then returns is not a failure; an earlier one is.
//
// It takes a slot of the strategy's limit like any other: as many daemons as there are slots leave none for those they serve.
func Daemon() ChildOption { return func(c *Child) { c.daemon = true } }

// Timeout ends the child's context when it has run for d, with a *[TimeoutError] as the cause. Waiting for a slot does not
// count. The error that the child then returns is a failure like any other; a child that does not look at its context runs on.
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
	c := &Child{group: g, label: name, task: t}
	c.ctx.parent = &g.ctx
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
	if cause := g.ctx.reason(); cause != nil {
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

// Done returns a channel that is closed when the child has ended, or was refused.
func (c *Child) Done() <-chan struct{} { return c.end.done() }

// Err returns nil while the child is running and after it has succeeded, else the error it ended with.
func (c *Child) Err() error { return c.end.error() }

// Cancel cancels this child only: its context ends with the cause (context.Canceled if that is nil), and the error it then
// returns is not a failure. A child that has not started never will. A child that has ended is not changed.
func (c *Child) Cancel(cause error) { c.group.cancelAll([]*Child{c}, cause) }

// Children returns the named children that have not ended, in spawn order, as they are when the loop begins.
func (g *Group) Children() iter.Seq[*Child] {
	return func(yield func(*Child) bool) {
		g.eng.Lock()
		children := g.children.list()
		g.eng.Unlock()
		for _, c := range children {
			if !yield(c) {
				return
			}
		}
	}
}

// Cancel cancels those children for which which is true, as [Child.Cancel] does, and returns how many it reached: those
// that had neither ended nor been cancelled. A nil which means every child. It is called for each child in spawn order, without
// any lock.
func (g *Group) Cancel(cause error, which func(*Child) bool) int {
	g.eng.Lock()
	children := g.children.list()
	g.eng.Unlock()
	return g.cancelAll(pick(children, which), cause)
}

func pick(children []*Child, which func(*Child) bool) []*Child {
	if which == nil {
		return children
	}
	var picked []*Child
	for _, c := range children {
		if which(c) {
			picked = append(picked, c)
		}
	}
	return picked
}

// cancelAll cancels children and returns how many it reached. Those still in the queue end here and now, whatever the others do.
func (g *Group) cancelAll(children []*Child, cause error) int {
	why := stopping(cause)
	var reached []*Child
	var after func()
	queued := false
	g.eng.Lock()
	halted := g.halted
	stopped := g.stopped() // then all have been cancelled, and not on purpose
	for _, c := range children {
		if c.listed && !c.purposely && !stopped {
			c.purposely = true
			c.ctx.end(why)
			reached = append(reached, c)
			queued = queued || !c.started.Load()
		}
	}
	if queued {
		after = g.dropCancelled(why.cause)
	}
	if g.halted && !halted {
		after = then(g.ctx.cancel, after)
	}
	g.eng.Release()
	for _, c := range reached {
		c.ctx.cancel()
	}
	if after != nil {
		after()
	}
	return len(reached)
}

// dropCancelled, under the lock, ends the cancelled children that are still in the queue.
func (g *Group) dropCancelled(cause error) (after func()) {
	type place struct {
		item
		admitted bool
	}
	var dropped []place
	g.eng.Remove(
		func(it item) bool { c, ok := it.job.(*Child); return ok && c.purposely },
		func(it item, admitted bool) { dropped = append(dropped, place{it, admitted}) })
	next := func() item { // one by one: the strategy sees a tally that adds up at each
		p := dropped[0]
		dropped = dropped[1:]
		g.leaveQueue(p.admitted)
		return p.item
	}
	asked := false
	defer func() {
		if asked {
			return
		}
		for len(dropped) > 0 { // the strategy is asked no more, but these have ended all the same
			it := next()
			g.tally.count(Cancelled)
			it.job.ended(g, outcome{Cancelled, cause, false})
		}
		g.caught(recover())
	}()
	for len(dropped) > 0 {
		after = then(after, g.settle(next(), Cancelled, cause, 0, false))
	}
	if g.tally.Held > 0 && !g.halted {
		g.promote()
	}
	g.serve()
	if g.idleDaemons() {
		after = then(after, g.endDaemons)
	}
	asked = true
	return after
}

func (c *Child) accepted(g *Group, id uint64) {
	c.id = id
	g.children.add(c)
	c.late = g.standings(c)
	if c.daemon {
		g.daemons++
	}
}

func (c *Child) run(*Group) error {
	c.started.Store(true)
	if c.timeout > 0 {
		c.ctx.limit(c.timeout, &TimeoutError{c.label, c.timeout})
	}
	return c.task(&c.ctx)
}

func (c *Child) ended(g *Group, o outcome) (release func()) {
	g.children.remove(c)
	if c.daemon {
		g.daemons--
	}
	c.end.set(o.err)
	if !o.started {
		return nil // nobody has its context
	}
	c.ctx.retire(&g.ctx)
	if c.ctx.real.Load() == nil {
		return nil
	}
	return c.ctx.cancel
}

func (c *Child) name() string  { return c.label }
func (c *Child) excused() bool { return c.purposely }

// onlyDaemons, under the lock, reports whether nothing but daemons is left.
func (g *Group) onlyDaemons() bool {
	return g.tally.Held+g.tally.Running == uint64(g.daemons)
}

// idleDaemons, under the lock, reports whether somebody waits for nothing but daemons.
func (g *Group) idleDaemons() bool {
	return g.daemons > 0 && g.waited && g.onlyDaemons()
}

// endDaemons cancels every daemon.
func (g *Group) endDaemons() {
	g.Cancel(nil, func(c *Child) bool { return c.daemon })
}

// childList is a doubly linked list, so that a child leaves it in constant time.
type childList struct{ first, last *Child }

func (l *childList) add(c *Child) {
	c.prev, c.listed = l.last, true
	if l.last == nil {
		l.first = c
	} else {
		l.last.next = c
	}
	l.last = c
}

func (l *childList) remove(c *Child) {
	if c.prev == nil {
		l.first = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		l.last = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.prev, c.next, c.listed = nil, nil, false
}

func (l *childList) list() (all []*Child) {
	for c := l.first; c != nil; c = c.next {
		all = append(all, c)
	}
	return all
}

// end is how something ended: an error and a channel that is closed, made only if somebody asks for it.
type end struct {
	mu   sync.Mutex
	ch   chan struct{}
	over bool
	err  error
}

func (e *end) set(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over, e.err = true, err
	if e.ch != nil {
		close(e.ch)
	}
}

func (e *end) done() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ch == nil {
		e.ch = make(chan struct{})
		if e.over {
			close(e.ch)
		}
	}
	return e.ch
}

func (e *end) error() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

package fate

import (
	"context"
	"runtime/pprof"
	"runtime/trace"
)

// The keys of the labels that profiles have of a group with a [Name]. They are of this package by their names, so that they stand beside
// those that a program sets itself and do not replace them.
const (
	GroupLabel = "fate.group" // the group's name
	ChildLabel = "fate.child" // the name of a child; what is no child has no such label of its own
)

// Name names the group, in what it prints of itself and in profiles. By default, and with the empty name, it has none.
//
// What a named group runs has the labels [GroupLabel] and [ChildLabel], beside those that the context given to New carries. CPU profiles and
// goroutine profiles show them, and pprof.Label and pprof.Do find them in the task's context; goroutines that a task starts
// inherit them. A group in a task of another is below that one: it replaces the group's label, and keeps the child's. A task that sets
// labels and leaves them does so for itself alone, which without a name is not so. The input of a [Stream] has the group's labels, because
// its goroutine is the group's; that of [ForEach], which runs in the caller's, has not.
//
// The group is a task of runtime/trace, which begins with New and ends with Wait, and whatever it runs while tracing is on is a
// region in it. The task and the regions have the group's name, but for a child's, which is "group/child".
//
// A name costs the group six allocations, and each child five. A task or an item costs none, but
// some nanoseconds to set the labels; with tracing on, a region besides. A group without a name pays nothing.
func Name(name string) Option { return func(o *options) { o.name = name } }

// Name returns the group's [Name], empty if it has none.
func (g *Group) Name() string { return g.opts.name }

// named is what a group with a name keeps for profiles. A nil one is that of a group without.
type named struct {
	name string
	ctx  context.Context // the parent of the group's context, with the labels and the trace's task
	task *trace.Task
}

// newNamed makes what a group below the parent needs for its name. The trace's task is made also while tracing is off: it may be on when
// the group's tasks run, and these regions are to be told from those of others.
func newNamed(parent context.Context, name string) *named {
	ctx, task := trace.NewTask(parent, name)
	return &named{name, pprof.WithLabels(ctx, pprof.Labels(GroupLabel, name)), task}
}

// childParent returns what a child's context is derived from.
func (g *Group) childParent(name string) context.Context {
	if g.opts.named == nil || name == "" {
		return &g.ctx
	}
	return pprof.WithLabels(&g.ctx, pprof.Labels(ChildLabel, name))
}

// label gives the calling goroutine, which is one of the group's, the group's labels.
func (n *named) label() {
	if n != nil {
		pprof.SetGoroutineLabels(n.ctx)
	}
}

// end ends the trace's task.
func (n *named) end() {
	if n != nil {
		n.task.End()
	}
}

// run runs a job under its labels. They are set before each, whoever was on this goroutine before and whatever it left there.
func (n *named) run(g *Group, j job) error {
	c, ok := j.(*Child)
	if !ok {
		n.label()
		if trace.IsEnabled() {
			return n.traced(g, j)
		}
		return j.run(g)
	}
	if c.label != "" {
		pprof.SetGoroutineLabels(c.ctx.parent)
	} else {
		n.label() // the same, but does not need the context made
	}
	var err error
	if trace.IsEnabled() {
		err = n.traced(g, j)
	} else {
		err = j.run(g)
	}
	n.label() // what comes until the next job is none of the child's
	return err
}

// traced runs a job in a region. It is a function of its own for the sake of the stack, as judge is.
//
//go:noinline
func (n *named) traced(g *Group, j job) error {
	if _, ok := j.(relay); ok {
		return j.run(g) // each of its items has a region
	}
	name := n.name
	if child := j.name(); child != "" {
		name += "/" + child
	}
	defer trace.StartRegion(n.ctx, name).End()
	return j.run(g)
}

// labelled returns do as a crew is to call it for each item.
func labelled[T any](n *named, do func(context.Context, T) error) func(context.Context, T) error {
	if n == nil {
		return do
	}
	traced := func(ctx context.Context, x T) error {
		defer trace.StartRegion(n.ctx, n.name).End()
		return do(ctx, x)
	}
	return func(ctx context.Context, x T) error {
		n.label()
		if trace.IsEnabled() {
			return traced(ctx, x)
		}
		return do(ctx, x)
	}
}

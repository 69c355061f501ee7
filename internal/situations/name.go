package situations

import (
	"context"
	"runtime/pprof"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"golang.org/x/sync/errgroup"
)

// Row 18: profiles and traces are to say whose task it was that ran. What that costs shows beside the same group without a name.

func nameWorks() []Work {
	const (
		unnamed = "no labels, regions or trace task: a profile does not tell one group's tasks from another's"
		ofDo    = "labels alone: no trace task and no regions; each task must be wrapped; runtime.Goexit is taken for success"
		bare    = "the same as unnamed, and runtime.Goexit is taken for success"
	)
	want := func(n int) Done { return Done{Sum: sumOf(n, always), Told: (n + looks - 1) / looks} }
	return []Work{
		{
			Row: 18, Name: "name", About: "%s short tasks, labelled by group", Tasks: 1000, Want: want,
			Sides: []Side{
				{Name: "fate.Name", Do: func(ctx context.Context, n int) Done { return named(ctx, n, group, fate.Name(group)) }},
				{Name: "unnamed", Less: unnamed, Do: func(ctx context.Context, n int) Done { return named(ctx, n, "") }},
				{Name: "by hand", Less: ofDo, Do: func(ctx context.Context, n int) Done { return namedByHand(ctx, n, false) }},
				{Name: "errgroup", Less: bare, Do: namedErrgroup},
			},
		},
		{
			Row: 18, Name: "name-children", About: "%s short children, labelled by group and child", Tasks: 1000, Want: want,
			Sides: []Side{
				{Name: "fate.Name", Do: func(ctx context.Context, n int) Done { return namedChildren(ctx, n, group, fate.Name(group)) }},
				{Name: "unnamed", Less: unnamed, Do: func(ctx context.Context, n int) Done { return namedChildren(ctx, n, "") }},
				{Name: "by hand", Less: ofDo, Do: func(ctx context.Context, n int) Done { return namedByHand(ctx, n, true) }},
				{Name: "errgroup", Less: bare, Do: namedErrgroup},
			},
		},
	}
}

const group, child = "thumbnails", "thumbnail"

// looks is of how many tasks one looks at its labels: a look costs about as much as a task.
const looks = 64

// labels are tasks some of which look at their labels. Told counts those that find the ones that their side promises, which may be none.
type labels struct {
	slots
	seen         []bool
	group, child string
}

func newLabels(n int, group, child string) labels {
	return labels{make(slots, n), make([]bool, (n+looks-1)/looks), group, child}
}

func (l labels) task(ctx context.Context, i int) {
	if i%looks == 0 {
		group, _ := pprof.Label(ctx, fate.GroupLabel)
		child, _ := pprof.Label(ctx, fate.ChildLabel)
		l.seen[i/looks] = group == l.group && child == l.child
	}
	l.put(i)
}

func (l labels) done(err error) Done {
	d := Done{Sum: l.sum(), Cut: l.missing(), Err: err}
	for _, seen := range l.seen {
		if seen {
			d.Told++
		}
	}
	return d
}

func named(ctx context.Context, n int, group string, opts ...fate.Option) Done {
	all := newLabels(n, group, "")
	g := fate.New(ctx, failfast.Strategy{}, opts...)
	for i := range n {
		g.Go(func(ctx context.Context) error { all.task(ctx, i); return nil })
	}
	return all.done(g.Wait())
}

// namedChildren have a name also in a group without one, but no label.
func namedChildren(ctx context.Context, n int, group string, opts ...fate.Option) Done {
	all := newLabels(n, group, child)
	if group == "" {
		all.child = ""
	}
	g := fate.New(ctx, failfast.Strategy{}, opts...)
	for i := range n {
		g.Spawn(child, func(ctx context.Context) error { all.task(ctx, i); return nil })
	}
	return all.done(g.Wait())
}

// namedByHand has pprof.Do around each task, with the labels that our group has.
func namedByHand(ctx context.Context, n int, children bool) Done {
	all := newLabels(n, group, "")
	set := pprof.Labels(fate.GroupLabel, group)
	if children {
		all.child = child
		set = pprof.Labels(fate.GroupLabel, group, fate.ChildLabel, child)
	}
	g, ctx := errgroup.WithContext(ctx)
	for i := range n {
		g.Go(func() error {
			pprof.Do(ctx, set, func(ctx context.Context) { all.task(ctx, i) })
			return nil
		})
	}
	return all.done(g.Wait())
}

func namedErrgroup(ctx context.Context, n int) Done {
	all := newLabels(n, "", "")
	g, ctx := errgroup.WithContext(ctx)
	for i := range n {
		g.Go(func() error { all.task(ctx, i); return nil })
	}
	return all.done(g.Wait())
}

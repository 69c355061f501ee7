package soak

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
)

// nested is the episode of groups within tasks of groups. What ends one around ends those within it, and what they then return says no
// more than that: it must not be taken for failures of theirs.
func nested(sc *Scene) {
	n := &nest{sc: sc, over: make(chan struct{})}
	root := n.draw(1 + sc.Dice.IntN(3))
	ctx, cancel := context.WithCancelCause(context.Background())
	by := among(sc, "", "Stop", "the parent")
	n.began = when(1+sc.few(n.leaves), func() {
		switch by {
		case "Stop":
			root.group.Load().Stop(errStop)
		case "the parent":
			cancel(errParent)
		}
	})
	n.cut = by != ""
	open := time.AfterFunc(time.Duration(sc.few(1000))*time.Microsecond, func() { close(n.over) })
	root.run(ctx)
	n.ended.Store(true)
	if open.Stop() {
		close(n.over)
	}
	n.began.close()
	cancel(nil)
	if left := n.inside.now.Load(); left != 0 {
		sc.Fault("%d tasks of nested groups run after Wait", left)
	}
}

// A nest is all that groups within groups share.
type nest struct {
	sc     *Scene
	over   chan struct{}
	began  *trigger
	ended  atomic.Bool // the Wait around all has returned
	inside gauge       // of tasks at the leaves
	leaves int
	cut    bool
}

// A node is a group whose tasks are groups, or, at the leaves, ends.
type node struct {
	*nest
	ledger *ledger
	groups []*node
	ends   []end
	pauses []pause

	group atomic.Pointer[fate.Group]
	mu    sync.Mutex
	own   map[*mishap]bool // guarded by mu, as the next: what has gone wrong in here
	whole uint64           // tasks that returned an error in which there is one of these
	echo  uint64           // tasks that returned another error
}

func (n *nest) draw(depth int) *node {
	sc := n.sc
	limit := 0
	if sc.chance(40) {
		limit = 1 + sc.few(8)
	}
	s := among[fate.Strategy](sc,
		failfast.Strategy{Limit: limit},
		collectall.Strategy{Limit: limit, StopAfter: sc.few(6)},
		selective.Strategy{Limit: limit, Scope: among(sc, selective.Nobody, selective.Group)},
	)
	d := &node{nest: n, ledger: newLedger(s, limit, sc.chance(25)), own: make(map[*mishap]bool)}
	if depth > 0 {
		for range 1 + sc.few(8) {
			d.groups = append(d.groups, n.draw(depth-1))
		}
		return d
	}
	for range sc.few(30) {
		d.ends = append(d.ends, among(sc, succeeds, sc.end(), sc.end(), heeds))
		d.pauses = append(d.pauses, sc.pause(false))
	}
	n.leaves += len(d.ends)
	return d
}

// run is the node's group from beginning to end. It returns what Wait did.
func (d *node) run(ctx context.Context) error {
	if d.ended.Load() {
		d.sc.Fault("a task with a group in it begins after the Wait around all")
	}
	g := fate.New(ctx, d.sc.Strategy(d.ledger), fate.Panics(fate.Return))
	d.group.Store(g)
	for _, within := range d.groups {
		g.Go(d.sc.Task(func(ctx context.Context) error {
			err := within.run(ctx)
			within.mu.Lock()
			own := contains(err, within.own)
			within.mu.Unlock()
			d.note(err, own)
			return err
		}))
	}
	for i, e := range d.ends {
		g.Go(d.sc.Task(func(ctx context.Context) (err error) {
			d.inside.enter()
			defer d.inside.leave()
			if d.ended.Load() {
				d.sc.Fault("a task of a nested group begins after the Wait around all")
			}
			d.began.pull()
			d.pauses[i].pass(ctx, d.over)
			if e == exits { // it would not be seen in what Wait returns whose exit it was
				e = succeeds
			}
			var m *mishap
			defer func() {
				if m != nil || err != nil {
					d.note(err, m != nil)
				}
			}()
			return e.finish(ctx, d.over, func() *mishap {
				m = &mishap{i, 1}
				d.mu.Lock()
				d.own[m] = true
				d.mu.Unlock()
				return m
			})
		}))
	}
	err := g.Wait()
	d.check(g.Tally(), err)
	return err
}

// note keeps what one of the tasks ended with.
func (d *node) note(err error, own bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case own:
		d.whole++
	case err != nil:
		d.echo++
	}
}

func (d *node) check(t fate.Tally, err error) {
	d.sc.group(t, t.OK+t.Failures()+t.Cancelled, 0)
	for _, within := range d.groups {
		for m := range within.own {
			d.own[m] = true
		}
	}
	fault := func(format string, args ...any) {
		d.sc.Fault("nested, %v: %s\n%v", d.ledger, fmt.Sprintf(format, args...), t)
	}
	wrong := d.ledger.judgeCounts(t)
	switch {
	case wrong != "":
		fault("%s", wrong)
	case t.Failed+t.Panicked != d.whole:
		fault("%d tasks had something of their own to tell", d.whole)
	case t.Cancelled != d.echo:
		fault("%d tasks told of a stop around them", d.echo)
	case err == nil && t.Failures()+t.Skipped > 0:
		fault("Wait is nil")
	case err != nil && t.Failures() == 0 && !d.explained(err):
		fault("nothing has failed in here, and Wait is %v", err)
	}
}

// explained reports whether an error may have come from around.
func (d *node) explained(err error) bool {
	if errors.Is(err, errStop) || errors.Is(err, errParent) {
		return d.cut
	}
	return d.group.Load().Context().Err() != nil
}

// contains reports whether one of the mishaps is in an error's tree.
func contains(err error, own map[*mishap]bool) bool {
	if m, ok := err.(*mishap); ok && own[m] {
		return true
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(e.Unwrap(), func(err error) bool { return contains(err, own) })
	case interface{ Unwrap() error }:
		return contains(e.Unwrap(), own)
	}
	return false
}

package fate

import (
	"context"
	"errors"
	"reflect"
	"slices"
)

// Do makes a group, hands it to body, and waits for the group once body has returned: no task outlives Do. It is a
// nursery in Trio's sense.
//
// If body returns an error, the group stops with that as its cause, and Do returns it: by itself, or inside Wait's error, or
// joined before it. Otherwise Do returns, or panics, as [Group.Wait] does. If body panics or calls runtime.Goexit, the group
// stops, Do waits for its tasks, and the panic or exit goes on.
//
// It panics if body is nil, and as [New] does.
func Do(ctx context.Context, s Strategy, body func(*Group) error, opts ...Option) error {
	if body == nil {
		panic("fate: Do: the body is nil")
	}
	check("Do", ctx, s)
	return do(newGroup(ctx, s, opts), body)
}

func do(g *Group, body func(*Group) error) error {
	returned := false
	defer func() {
		if !returned {
			g.Stop(errBody)
			g.join()
		}
	}()
	err := body(g)
	if err == nil {
		g.expectNoMore()
	}
	returned = true
	if err == nil {
		return g.Wait()
	}
	g.Stop(err)
	g.join()
	if r := g.rethrow(); r != nil {
		both := *r
		both.Err = with(err, r.Err)
		panic(&both)
	}
	return with(err, g.result)
}

var errBody = errors.New("fate: the group's function panicked")

// with returns all, with err joined before it unless it is in there.
func with(err, all error) error {
	switch {
	case all == nil:
		return err
	case holds(all, err):
		return all
	}
	return errors.Join(err, all)
}

// holds reports whether target itself is in the tree of err, as far as that can be seen. Is methods are not asked: it is about
// losing nothing, so likeness is not enough.
func holds(err, target error) (yes bool) {
	defer func() { _ = recover() }() // the Unwrap of a nil pointer in an error
	if same(err, target) {
		return true
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return holds(e.Unwrap(), target)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(e.Unwrap(), func(err error) bool { return holds(err, target) })
	}
	return false
}

// same reports whether two errors are one. It looks into those that can't be compared, where == would panic.
func same(a, b error) bool {
	if !reflect.ValueOf(a).Comparable() || !reflect.ValueOf(b).Comparable() {
		return reflect.DeepEqual(a, b)
	}
	return a == b
}

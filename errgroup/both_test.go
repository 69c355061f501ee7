package errgroup_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate/errgroup"
	xsync "golang.org/x/sync/errgroup"
)

// group is what both packages' Groups can do.
type group interface {
	Go(f func() error)
	TryGo(f func() error) bool
	SetLimit(n int)
	Wait() error
}

// implementation is one of the two packages.
type implementation struct {
	name        string
	zero        func() group
	withContext func(context.Context) (group, context.Context)
	clone       func(group) group
}

// implementations by the names that benchmarks give them.
var implementations = map[string]implementation{
	"errgroup": {
		name: "errgroup",
		zero: func() group { return new(errgroup.Group) },
		withContext: func(ctx context.Context) (group, context.Context) {
			return errgroup.WithContext(ctx)
		},
		clone: func(g group) group { return clone(g.(*errgroup.Group)) },
	},
	"x-sync": {
		name: "x-sync",
		zero: func() group { return new(xsync.Group) },
		withContext: func(ctx context.Context) (group, context.Context) {
			return xsync.WithContext(ctx)
		},
		clone: func(g group) group { return clone(g.(*xsync.Group)) },
	},
}

// names of the implementations, ours first.
var names = slices.Sorted(maps.Keys(implementations))

// both runs a test on both packages: what it says is golang.org/x/sync's behaviour, and ours.
func both(t *testing.T, test func(*testing.T, implementation)) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) { test(t, implementations[name]) })
	}
}

// bothInBubbles is both, each in a synctest bubble. A bubble does not end before its goroutines, and one that waits for ever fails.
func bothInBubbles(t *testing.T, test func(*testing.T, implementation)) {
	both(t, func(t *testing.T, impl implementation) {
		synctest.Test(t, func(t *testing.T) { test(t, impl) })
	})
}

// clone copies a value by a way that go vet can't see.
func clone[T any](p *T) *T {
	c := reflect.New(reflect.TypeFor[T]())
	c.Elem().Set(reflect.ValueOf(p).Elem())
	return c.Interface().(*T)
}

var (
	errFirst = errors.New("the first error")
	errLater = errors.New("a later error")
)

func succeeds() error { return nil }

func fails() error { return errFirst }

// mustPanic returns what f panics with, and fails the test if it does not.
func mustPanic(t *testing.T, f func()) (v any) {
	t.Helper()
	defer func() {
		if v = recover(); v == nil {
			t.Error("did not panic")
		}
	}()
	f()
	return nil
}

// checkEnded fails the test unless the context has ended with the cause.
func checkEnded(t *testing.T, ctx context.Context, cause error) {
	t.Helper()
	if ctx.Err() != context.Canceled || context.Cause(ctx) != cause {
		t.Errorf("the context's error is %v and its cause %v, want %v and %v", ctx.Err(), context.Cause(ctx), context.Canceled, cause)
	}
}

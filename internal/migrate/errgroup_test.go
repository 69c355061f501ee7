package migrate_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

type checker = func(context.Context, string) error

func contextBefore(ctx context.Context, urls []string, check checker) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, u := range urls {
		g.Go(func() error {
			return check(ctx, u)
		})
	}
	return g.Wait()
}

func contextAfter(ctx context.Context, urls []string, check checker) error {
	g := fate.New(ctx, failfast.Strategy{})
	for _, u := range urls {
		g.Go(func(ctx context.Context) error {
			return check(ctx, u)
		})
	}
	return g.Wait()
}

func TestWithContext(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the error", contextBefore(t.Context(), urls, check), contextAfter(t.Context(), urls, check))
		})
	}
}

func TestWithContextAndGoexit(t *testing.T) {
	if err := contextBefore(t.Context(), good, exits); err != nil {
		t.Error(err)
	}
	is(t, contextAfter(t.Context(), good, exits), fate.ErrGoexit)
}

func TestWithContextWhoseParentHasEnded(t *testing.T) {
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errStop)
	checked := 0
	careless := func(context.Context, string) error { checked++; return nil }
	if err := contextBefore(ended, good[:1], careless); err != nil || checked != 1 {
		t.Errorf("before: %v, %d checked", err, checked)
	}
	checked = 0
	if is(t, contextAfter(ended, good, careless), errStop); checked != 0 {
		t.Errorf("after: %d checked", checked)
	}
}

func TestWaitingGroupIsUsedAgain(t *testing.T) {
	ran := 0
	var before errgroup.Group
	_ = before.Wait()
	before.Go(func() error { ran++; return nil })
	if err := before.Wait(); err != nil || ran != 1 {
		t.Errorf("before: %v, %d have run", err, ran)
	}
	after := fate.New(t.Context(), failfast.Strategy{})
	_ = after.Wait()
	if after.Go(func(context.Context) error { ran++; return nil }) || ran != 1 {
		t.Errorf("after: %d have run", ran)
	}
}

func limitBefore(ctx context.Context, urls []string, check checker) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2)
	for _, u := range urls {
		g.Go(func() error {
			return check(ctx, u)
		})
	}
	return g.Wait()
}

func limitAfter(ctx context.Context, urls []string, check checker) error {
	g := fate.New(ctx, failfast.Strategy{Limit: 2})
	for _, u := range urls {
		if !g.Go(func(ctx context.Context) error {
			return check(ctx, u)
		}) {
			break
		}
	}
	return g.Wait()
}

func TestSetLimit(t *testing.T) {
	for _, urls := range [][]string{none, good, one} {
		synctest.Test(t, func(t *testing.T) {
			var before, after time.Duration
			var errBefore, errAfter error
			before = took(func() { errBefore = limitBefore(t.Context(), urls, check) })
			after = took(func() { errAfter = limitAfter(t.Context(), urls, check) })
			equal(t, "the error", errBefore, errAfter)
			equal(t, "the time", before, after)
		})
	}
}

func TestSetLimitAndWhatStartsAfterTheFailure(t *testing.T) {
	checked := func(f func(context.Context, []string, checker) error) int32 {
		var n atomic.Int32
		synctest.Test(t, func(t *testing.T) {
			err := f(t.Context(), append(slices.Clone(one), slices.Repeat([]string{"later"}, 100)...), func(ctx context.Context, name string) error {
				n.Add(1)
				return check(context.WithoutCancel(ctx), name)
			})
			is(t, err, errMissing)
		})
		return n.Load()
	}
	if before, after := checked(limitBefore), checked(limitAfter); before != 103 || after >= 103 {
		t.Errorf("checked %d before, %d after", before, after)
	}
}

func TestSetLimitOfZeroAndBelow(t *testing.T) {
	var g errgroup.Group
	g.SetLimit(0)
	if g.TryGo(func() error { return nil }) { // and Go would wait for ever
		t.Error("before: 0 lets one in")
	}
	g.SetLimit(-1)
	if !g.TryGo(func() error { return nil }) || g.Wait() != nil {
		t.Error("before: -1 is a limit")
	}
	after := fate.New(t.Context(), failfast.Strategy{Limit: 0})
	if !after.TryGo(func(context.Context) error { return nil }) || after.Wait() != nil {
		t.Error("after: 0 is a limit")
	}
	if err := fate.Validate(failfast.Strategy{Limit: -1}); err == nil || !strings.Contains(err.Error(), "Limit") {
		t.Errorf("after: -1 is %v", err)
	}
}

func TestSetLimitAndHowFarGoIsAhead(t *testing.T) {
	block := make(chan struct{})
	var g errgroup.Group
	g.SetLimit(2)
	before := 0
	for g.TryGo(func() error { <-block; return nil }) {
		before++
	}
	for _, after := range []struct {
		opts []fate.Option
		want int
	}{{[]fate.Option{fate.Backlog(0)}, before}, {nil, before + fate.DefaultBacklog}} {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 2}, after.opts...)
		n := 0
		for g.TryGo(func(context.Context) error { <-block; return nil }) {
			n++
		}
		equal(t, "accepted", after.want, n)
		defer func() { _ = g.Wait() }()
	}
	close(block)
	_ = g.Wait()
}

func tryBefore(jobs []string, run func(string) error) (dropped []string, err error) {
	var g errgroup.Group
	g.SetLimit(2)
	for _, j := range jobs {
		if !g.TryGo(func() error { return run(j) }) {
			dropped = append(dropped, j)
		}
	}
	err = g.Wait()
	return dropped, err
}

func tryAfter(ctx context.Context, jobs []string, run func(string) error) (dropped []string, err error) {
	g := fate.New(ctx, shed.Strategy{Limit: 2})
	for _, j := range jobs {
		if !g.Go(func(context.Context) error { return run(j) }) {
			dropped = append(dropped, j)
		}
	}
	err = g.Wait()
	return dropped, err
}

func TestTryGo(t *testing.T) {
	for _, jobs := range [][]string{none, good, many} {
		synctest.Test(t, func(t *testing.T) {
			before, err := tryBefore(jobs, deaf)
			after, all := tryAfter(t.Context(), jobs, deaf)
			equal(t, "dropped", before, after)
			equal(t, "failed", err != nil, all != nil)
		})
	}
}

func TestTryGoAndSeveralFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, before := tryBefore([]string{"no-b", "no-a"}, deaf)
		_, after := tryAfter(t.Context(), []string{"no-b", "no-a"}, deaf)
		if len(leaves(before)) != 1 {
			t.Errorf("before: %q", leaves(before))
		}
		equal(t, "all", []string{"no-b: no such page", "no-a: no such page"}, leaves(after))
		g := fate.New(t.Context(), shed.Strategy{Limit: 2, Then: failfast.Strategy{}})
		g.Go(func(ctx context.Context) error { return check(ctx, "no-abc") })
		g.Go(func(ctx context.Context) error { return check(ctx, "no-a") })
		equal(t, "the first by time", "no-a: no such page", g.Wait().Error())
	})
}

func zeroBefore(urls []string) error {
	var g errgroup.Group
	for _, u := range urls {
		g.Go(func() error { return deaf(u) })
	}
	return g.Wait()
}

func zeroAfter(ctx context.Context, urls []string) error {
	g := fate.New(ctx, collectall.Strategy{})
	for _, u := range urls {
		g.Go(func(context.Context) error { return deaf(u) })
	}
	return g.Wait()
}

func TestZeroGroup(t *testing.T) {
	for _, urls := range [][]string{none, good, one} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the failure", leaves(zeroBefore(urls)), leaves(zeroAfter(t.Context(), urls)))
		})
	}
}

func TestZeroGroupAndSeveralFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, after := zeroBefore(many), zeroAfter(t.Context(), many)
		equal(t, "the first by time", []string{"no-a: no such page"}, leaves(before))
		equal(t, "all in the order of urls", []string{"no-abc: no such page", "no-a: no such page", "no-ab: no such page"}, leaves(after))
		is(t, after, errMissing)
		if errors.Unwrap(zeroBefore(one)) != errMissing || errors.Unwrap(zeroAfter(t.Context(), one)) != nil {
			t.Error("a single failure is not bare before, or not joined after")
		}
	})
}

func indexBefore(ctx context.Context, urls []string) ([]string, error) {
	pages := make([]string, len(urls))
	g, ctx := errgroup.WithContext(ctx)
	for i, u := range urls {
		g.Go(func() (err error) {
			pages[i], err = get(ctx, u)
			return err
		})
	}
	err := g.Wait()
	return pages, err
}

func indexAfter(ctx context.Context, urls []string) ([]string, error) {
	s := failfast.Strategy{}
	return fate.Map(ctx, s, urls, get)
}

func TestResultsByIndex(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			before, errBefore := indexBefore(t.Context(), urls)
			after, errAfter := indexAfter(t.Context(), urls)
			equal(t, "the results", before, after)
			equal(t, "the error", errBefore, errAfter)
		})
	}
}

func varsBefore(ctx context.Context, a, b string) (string, int, error) {
	var text string
	var length int
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		text, err = get(ctx, a)
		return err
	})
	g.Go(func() (err error) {
		length, err = size(ctx, b)
		return err
	})
	err := g.Wait()
	return text, length, err
}

func varsAfter(ctx context.Context, a, b string) (string, int, error) {
	g := fate.New(ctx, failfast.Strategy{})
	text := fate.Go(g, func(ctx context.Context) (string, error) {
		return get(ctx, a)
	})
	length := fate.Go(g, func(ctx context.Context) (int, error) {
		return size(ctx, b)
	})
	err := g.Wait()
	return text.Value(), length.Value(), err
}

// size is another function over pages, with a result of another type.
func size(ctx context.Context, name string) (int, error) {
	page, err := get(ctx, name)
	return len(page), err
}

func TestVariables(t *testing.T) {
	for _, urls := range [][]string{{"a", "ab"}, {"no-a", "b"}, {"a", "no-b"}} {
		synctest.Test(t, func(t *testing.T) {
			text, length, err := varsBefore(t.Context(), urls[0], urls[1])
			textAfter, lengthAfter, errAfter := varsAfter(t.Context(), urls[0], urls[1])
			equal(t, "the text", text, textAfter)
			equal(t, "the length", length, lengthAfter)
			equal(t, "the error", err, errAfter)
		})
	}
}

package compare_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate/internal/compare"
)

// each runs f for every contender, in a bubble, so that it can wait until all else is blocked.
func each(t *testing.T, f func(t *testing.T, c compare.Contender)) {
	for _, c := range compare.Contenders() {
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, c) })
		})
	}
}

func TestContendersAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range compare.Contenders() {
		if c.Name == "" || c.What == "" || strings.ContainsAny(c.Name, " /=") {
			t.Errorf("contender %q (%q) can't stand in a benchmark's name, or says nothing", c.Name, c.What)
		}
		if seen[c.Name] {
			t.Errorf("two contenders are named %q", c.Name)
		}
		seen[c.Name] = true
		got, err := compare.ContenderByName(c.Name)
		if err != nil || got.What != c.What {
			t.Errorf("ContenderByName(%q) = %q, %v", c.Name, got.What, err)
		}
	}
	if first := compare.Contenders()[0].Name; first != compare.BaseName {
		t.Errorf("tables open with %q and not with the baseline", first)
	}
}

func TestPickKeepsTheOrderOfTables(t *testing.T) {
	picked, err := compare.Pick("errgroup", "failfast", "go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range picked {
		names = append(names, c.Name)
	}
	if got := fmt.Sprint(names); got != "[go failfast errgroup]" {
		t.Errorf("picked %s", got)
	}
}

func TestUnknownNamesAreToldWhatIsKnown(t *testing.T) {
	_, err := compare.ContenderByName("nosuch")
	for _, c := range compare.Contenders() {
		if err == nil || !strings.Contains(err.Error(), c.Name) || !strings.Contains(err.Error(), `"nosuch"`) {
			t.Errorf("the error %v does not name %s, or not what was asked for", err, c.Name)
		}
	}
	_, err = compare.PickWorkloads(compare.Workloads(), "empty", "nosuch")
	for _, w := range compare.Workloads() {
		if err == nil || !strings.Contains(err.Error(), w.Name) {
			t.Errorf("the error %v does not name %s", err, w.Name)
		}
	}
}

// The fields of a Contender are claims; the tests below run it.

func TestLimitsIsTrue(t *testing.T) {
	each(t, func(t *testing.T, c compare.Contender) {
		if !c.Limits {
			t.Skip("claims none")
		}
		const limit, tasks = 3, 20
		var running, most, ended atomic.Int64
		next := make(chan struct{})
		g := c.Open(t.Context(), compare.Options{Limit: limit, Tasks: tasks})
		waited := make(chan error)
		go func() {
			g.Each(tasks, func(context.Context, int) error {
				n := running.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				<-next
				running.Add(-1)
				ended.Add(1)
				return nil
			})
			waited <- g.Wait()
		}()
		synctest.Wait()
		if n := running.Load(); n != limit {
			t.Errorf("%d run at once, with a limit of %d", n, limit)
		}
		close(next)
		if err := <-waited; err != nil {
			t.Error(err)
		}
		if n := most.Load(); n > limit {
			t.Errorf("%d ran at once, with a limit of %d", n, limit)
		}
		if n := ended.Load(); c.Sheds != (n == limit) || (!c.Sheds && n != tasks) {
			t.Errorf("%d of %d tasks ran; Sheds is %v", n, tasks, c.Sheds)
		}
	})
}

func TestTriesIsTrue(t *testing.T) {
	each(t, func(t *testing.T, c compare.Contender) {
		const limit, tasks = 2, 5
		g := c.Open(t.Context(), compare.Options{Limit: limit, Tasks: tasks, Exact: true})
		tryer, ok := g.(compare.Tryer)
		if ok != c.Tries {
			t.Fatalf("Tries is %v, but that its group is a Tryer is %v", c.Tries, ok)
		}
		if !ok {
			return
		}
		next := make(chan struct{})
		var ran atomic.Int64
		block := func(context.Context, int) error { <-next; ran.Add(1); return nil }
		if n := tryer.TryEach(tasks, block); n != limit {
			t.Errorf("TryEach took %d tasks, with a limit of %d", n, limit)
		}
		if tryer.TryGo(func(ctx context.Context) error { return block(ctx, 0) }) {
			t.Error("TryGo is true at the limit")
		}
		close(next)
		synctest.Wait() // the slots are free
		if !tryer.TryGo(func(ctx context.Context) error { return block(ctx, 0) }) {
			t.Error("TryGo is false below the limit")
		}
		if err := g.Wait(); err != nil || ran.Load() != limit+1 {
			t.Errorf("%d tasks ran, and Wait returned %v", ran.Load(), err)
		}
	})
}

func TestShedsIsTrue(t *testing.T) {
	each(t, func(t *testing.T, c compare.Contender) {
		if !c.Limits {
			t.Skip("keeps no limit")
		}
		next := make(chan struct{})
		g := c.Open(t.Context(), compare.Options{Limit: 1, Exact: true})
		g.Go(func(context.Context) error { <-next; return nil })
		var ran, returned atomic.Bool
		finished := make(chan struct{})
		go func() {
			g.Go(func(context.Context) error { ran.Store(true); return nil })
			returned.Store(true)
			close(finished)
		}()
		synctest.Wait()
		if returned.Load() != c.Sheds {
			t.Errorf("that Go returned at the limit is %v; Sheds is %v", returned.Load(), c.Sheds)
		}
		close(next)
		<-finished
		if err := g.Wait(); err != nil || ran.Load() == c.Sheds {
			t.Errorf("that the task ran is %v; Sheds is %v; Wait returned %v", ran.Load(), c.Sheds, err)
		}
	})
}

func TestCancelsIsTrue(t *testing.T) {
	each(t, func(t *testing.T, c compare.Contender) {
		if c.Serial {
			t.Skip("runs no task beside another")
		}
		var cancelled atomic.Bool
		next := make(chan struct{})
		g := c.Open(t.Context(), compare.Options{Tasks: 2})
		g.Each(2, func(ctx context.Context, i int) error {
			if i == 1 {
				return errors.New("failed")
			}
			select {
			case <-ctx.Done():
				cancelled.Store(true)
			case <-next:
			}
			return nil
		})
		synctest.Wait()
		if cancelled.Load() != c.Cancels {
			t.Errorf("that a failure cancelled the other task is %v; Cancels is %v", cancelled.Load(), c.Cancels)
		}
		close(next)
		_ = g.Wait()
	})
}

func TestKeepsIsTrue(t *testing.T) {
	each(t, func(t *testing.T, c compare.Contender) {
		if c.Serial {
			t.Skip("runs no task beside another")
		}
		errs := []error{errors.New("0"), errors.New("1"), errors.New("2")}
		turn := make([]chan struct{}, len(errs))
		for i := range turn {
			turn[i] = make(chan struct{})
		}
		g := c.Open(t.Context(), compare.Options{}) // without the number of tasks, which must make no difference
		g.Each(len(errs), func(_ context.Context, i int) error {
			<-turn[i]
			return errs[i]
		})
		for _, i := range []int{1, 2, 0} { // the first by time is not the first by place
			close(turn[i])
			synctest.Wait()
		}
		err := g.Wait()
		var want []bool
		switch c.Keeps {
		case compare.None:
			want = []bool{false, false, false}
		case compare.First:
			want = []bool{false, true, false}
		case compare.Every:
			want = []bool{true, true, true}
		}
		for i := range errs {
			if errors.Is(err, errs[i]) != want[i] {
				t.Errorf("Keeps is %v, but of the errors in the order 1, 2, 0 Wait returned: %v", c.Keeps, err)
				break
			}
		}
		if (err == nil) != (c.Keeps == compare.None) {
			t.Errorf("Keeps is %v, but Wait returned %v", c.Keeps, err)
		}
	})
}

func TestSerialIsTrue(t *testing.T) {
	each(t, func(t *testing.T, c compare.Contender) {
		failure := errors.New("failed")
		g := c.Open(t.Context(), compare.Options{Limit: 1, Tasks: 4})
		var ran atomic.Int64
		next := make(chan struct{})
		if !c.Serial {
			g.Go(func(context.Context) error { <-next; return nil }) // had it been run by Go, nobody would open the gate
			close(next)
			_ = g.Wait()
			return
		}
		g.Go(func(context.Context) error { ran.Add(1); return nil })
		if ran.Load() != 1 {
			t.Error("Go returned before the task had run")
		}
		g.Each(3, func(_ context.Context, i int) error {
			ran.Add(1)
			if i == 1 {
				return failure
			}
			return nil
		})
		g.Go(func(context.Context) error { ran.Add(1); return nil })
		if err := g.Wait(); err != failure || ran.Load() != 3 {
			t.Errorf("%d tasks ran, not the 3 up to the failure; Wait returned %v", ran.Load(), err)
		}
	})
}

// A like-for-like row waits at its limit, without being told to be exact.
func TestFailfastWithoutBacklogWaitsAtItsLimit(t *testing.T) {
	for name, taken := range map[string]bool{"failfast": true, "failfast-b0": false} {
		c, err := compare.ContenderByName(name)
		if err != nil {
			t.Fatal(err)
		}
		next := make(chan struct{})
		g := c.Open(t.Context(), compare.Options{Limit: 1}).(compare.Tryer)
		g.Go(func(context.Context) error { <-next; return nil })
		if got := g.TryGo(func(context.Context) error { return nil }); got != taken {
			t.Errorf("%s: that it took a task beyond its limit is %v", name, got)
		}
		close(next)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	}
}

func TestGoAndEachHandTasksTheGroupsContext(t *testing.T) {
	type key struct{}
	each(t, func(t *testing.T, c compare.Contender) {
		ctx := context.WithValue(t.Context(), key{}, "the parent's")
		g := c.Open(ctx, compare.Options{Tasks: 3})
		var right atomic.Int64
		see := func(ctx context.Context) error {
			if ctx.Value(key{}) == "the parent's" && ctx.Err() == nil {
				right.Add(1)
			}
			return nil
		}
		if err := see(g.Context()); err != nil {
			t.Fatal(err)
		}
		g.Go(see)
		g.Each(2, func(ctx context.Context, _ int) error { return see(ctx) })
		if err := g.Wait(); err != nil || right.Load() != 4 {
			t.Errorf("%d of 4 contexts were live and had the parent's value; Wait returned %v", right.Load(), err)
		}
	})
}

package limiter_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
)

// A Task that waits holds a slot of its group, which one that waits in Go does not.
func TestAWaitingTaskHoldsASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := limiter.New(1)
		_ = l.TryAcquire(1)
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(0))
		g.Go(l.Task(1, succeeds))
		if g.TryGo(succeeds) {
			t.Error("the slot is free")
		}
		other, c := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(0)), newCallers(t)
		c.start("Go", func() error { return l.Go(other, 1, succeeds) })
		if !other.TryGo(succeeds) {
			t.Error("the slot is taken")
		}
		l.Release(1)
		c.want("Go")
		wantIs(t, g.Wait(), nil)
		wantIs(t, other.Wait(), nil)
		wantTally(t, g, fate.Tally{Offered: 2, OK: 1, Shed: 1})
		wantStats(t, l, limiter.Stats{Size: 1})
	})
}

// A Task whose context ends while it waits is not called, and is cut short and no failure if it was its group that ended it; one whose own
// time is over has failed, as any other child.
func TestATaskWhoseContextEndsWhileItWaits(t *testing.T) {
	never := func(context.Context) error { panic("called") }
	for name, c := range map[string]struct {
		stop func(*fate.Group, *fate.Child)
		opts []fate.ChildOption
		want error // Wait's
		how  fate.Tally
	}{
		"group stopped":   {stop: func(g *fate.Group, _ *fate.Child) { g.Stop(errCause) }, want: errCause, how: fate.Tally{Offered: 1, Cancelled: 1}},
		"child cancelled": {stop: func(_ *fate.Group, c *fate.Child) { c.Cancel(errCause) }, how: fate.Tally{Offered: 1, Cancelled: 1}},
		"timeout": {stop: func(*fate.Group, *fate.Child) { time.Sleep(time.Second) }, opts: []fate.ChildOption{fate.Timeout(time.Second)},
			want: context.DeadlineExceeded, how: fate.Tally{Offered: 1, Failed: 1}},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := limiter.New(1)
			_ = l.TryAcquire(1)
			g := fate.New(t.Context(), collectall.Strategy{})
			child := g.Spawn("child", l.Task(1, never), c.opts...)
			synctest.Wait()
			wantStats(t, l, limiter.Stats{Size: 1, InUse: 1, Waiting: 1, Wanted: 1})
			c.stop(g, child)
			synctest.Wait()
			wantStats(t, l, limiter.Stats{Size: 1, InUse: 1})
			if err := g.Wait(); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
				t.Errorf("%s: Wait's error is %v, want %v", name, err, c.want)
			}
			wantTally(t, g, c.how)
		})
	}
}

func TestATaskThatIsTooHeavyFails(t *testing.T) {
	l := limiter.New(4)
	g := fate.New(t.Context(), failfast.Strategy{})
	g.Go(l.Task(5, func(context.Context) error { t.Error("called"); return nil }))
	wantTooHeavy(t, g.Wait(), limiter.TooHeavyError{Weight: 5, Size: 4})
}

// A Task is a value: it may run many times, at once too.
func TestATaskMayRunManyTimes(t *testing.T) {
	l := limiter.New(4)
	var now, ran atomic.Int64
	task := l.Task(2, func(context.Context) error {
		if now.Add(2) > 4 {
			t.Error("the limit is exceeded")
		}
		ran.Add(1)
		now.Add(-2)
		return nil
	})
	g := fate.New(t.Context(), failfast.Strategy{})
	for range 100 {
		g.Go(task)
	}
	wantIs(t, g.Wait(), nil)
	if ran.Load() != 100 {
		t.Errorf("ran %d times", ran.Load())
	}
	wantStats(t, l, limiter.Stats{Size: 4})
}

// Items of every way to run one function over many keep the limit together, and begin in their order while they wait.
func TestItemsOfAllKindsKeepTheLimitTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 5
		l := limiter.New(size)
		var now, ran atomic.Int64
		weight := func(n int) int64 { return int64(n) }
		one := func(_ context.Context, n int) (int, error) {
			if now.Add(int64(n)) > size {
				t.Error("the limit is exceeded")
			}
			time.Sleep(time.Duration(n) * time.Millisecond)
			now.Add(-int64(n))
			ran.Add(1)
			return 10 * n, nil
		}
		each := limiter.Each(l, weight, func(ctx context.Context, n int) error { _, err := one(ctx, n); return err })
		items := slices.Collect(repeat([]int{0, 1, 2, 3, 4, 5}, 5))
		var want []int
		for _, n := range items {
			want = append(want, 10*n)
		}
		all := fate.New(t.Context(), collectall.Strategy{})
		s := failfast.Strategy{Limit: 4}
		all.Go(func(ctx context.Context) error { return fate.ForEach(ctx, s, slices.Values(items), each) })
		all.Go(func(ctx context.Context) error {
			return fate.ForEach(ctx, collectall.Strategy{}, slices.Values(items), each)
		})
		all.Go(func(ctx context.Context) error {
			got, err := fate.Map(ctx, s, items, limiter.Func(l, weight, one))
			if !slices.Equal(got, want) {
				t.Errorf("Map: %v", got)
			}
			return err
		})
		all.Go(func(ctx context.Context) error {
			var got []int
			for r, err := range fate.Stream(ctx, s, slices.Values(items), limiter.Func(l, weight, one)) {
				if err != nil {
					return err
				}
				got = append(got, r)
			}
			if !slices.Equal(got, want) {
				t.Errorf("Stream: %v", got)
			}
			return nil
		})
		wantIs(t, all.Wait(), nil)
		if int(ran.Load()) != 4*len(items) {
			t.Errorf("%d ran", ran.Load())
		}
		wantStats(t, l, limiter.Stats{Size: size})
	})
}

func repeat[T any](s []T, n int) iter.Seq[T] {
	return func(yield func(T) bool) {
		for range n {
			for _, x := range s {
				if !yield(x) {
					return
				}
			}
		}
	}
}

// An item that is not let in has the zero result and its error, and the others go on or not as the strategy says.
func TestAnItemThatIsTooHeavyFails(t *testing.T) {
	l := limiter.New(4)
	f := limiter.Func(l, func(n int) int64 { return int64(n) }, func(_ context.Context, n int) (int, error) { return n, errTask })
	got, err := fate.Map(t.Context(), collectall.Strategy{}, []int{4, 5, 1}, f)
	if !slices.Equal(got, []int{4, 0, 1}) {
		t.Errorf("the results are %v", got)
	}
	wantTooHeavy(t, err, limiter.TooHeavyError{Weight: 5, Size: 4})
	wantIs(t, err, errTask)
	err = fate.ForEach(t.Context(), failfast.Strategy{}, slices.Values([]int{9}),
		limiter.Each(l, func(n int) int64 { return int64(n) }, func(context.Context, int) error { t.Error("called"); return nil }))
	wantTooHeavy(t, err, limiter.TooHeavyError{Weight: 9, Size: 4})
	wantStats(t, l, limiter.Stats{Size: 4})
}

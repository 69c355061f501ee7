package fate_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

// How far ForEach and Stream pull their input, and what ForEach does when that does not simply end. For Stream, see
// stream_input_test.go.

func TestInputIsPulledABoundedWayAhead(t *testing.T) {
	for _, c := range []struct {
		name   string
		opts   []fate.Option
		limit  int
		pulled int64 // running, held, and one that waits to be accepted
	}{
		{"no backlog", []fate.Option{fate.Backlog(0)}, 3, 3 + 1},
		{"a backlog of 5", []fate.Option{fate.Backlog(5)}, 3, 3 + 5 + 1},
		{"the default backlog", nil, 3, 3 + fate.DefaultBacklog + 1},
	} {
		for _, s := range limited(c.limit) {
			synctest.Test(t, func(t *testing.T) {
				var pulled atomic.Int64
				block := func(ctx context.Context, _ int) error { <-ctx.Done(); return nil }
				check := func(what string) {
					t.Helper()
					synctest.Wait()
					if n := pulled.Swap(0); n != c.pulled {
						t.Errorf("%s, %v: %s pulled %d items while the first %d block, want %d", c.name, s, what, n, c.limit, c.pulled)
					}
				}
				ctx, cancel := context.WithCancel(t.Context())
				go fate.ForEach(ctx, s, endless(&pulled), block, c.opts...)
				check("ForEach")
				cancel()
				synctest.Wait()
				pulled.Store(0)
				ctx, cancel = context.WithCancel(t.Context())
				go collect(fate.Stream(ctx, s, endless(&pulled), withResult(block), c.opts...))
				check("Stream")
				cancel()
			})
		}
	}
}

func TestPullingStopsWithTheGroup(t *testing.T) {
	const failing = 100
	fail := func(_ context.Context, i int) error {
		if i == failing {
			return errItem
		}
		return nil
	}
	s := failfast.Strategy{Limit: 1}
	for _, c := range []struct {
		held int64
		opts []fate.Option
	}{{5, []fate.Option{fate.Backlog(5)}}, {fate.Ahead, nil}} {
		pullingStops(t, s, failing, failing+1+c.held+1, fail, c.opts...) // those before it, itself, those held, and one that waits to be accepted
	}
}

func pullingStops(t *testing.T, s fate.Strategy, failing int, most int64, fail func(context.Context, int) error, opts ...fate.Option) {
	t.Helper()
	var pulled atomic.Int64
	if err := fate.ForEach(t.Context(), s, endless(&pulled), fail, opts...); err != errItem {
		t.Errorf("ForEach returned %v, want the failure itself", err)
	}
	if n := pulled.Load(); n > most {
		t.Errorf("ForEach pulled %d items though item %d stopped it, want at most %d", n, failing, most)
	}
	pulled.Store(0)
	pairs := collect(fate.Stream(t.Context(), s, endless(&pulled), withResult(fail), opts...))
	if last := pairs[len(pairs)-1]; last.err != errItem {
		t.Errorf("Stream's last pair is %v, want the failure itself", last)
	}
	if n := pulled.Load(); n > most {
		t.Errorf("Stream pulled %d items though item %d stopped it, want at most %d", n, failing, most)
	}
}

func TestItemsThatAreShed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var ran atomic.Int32
		in := func(yield func(int) bool) {
			for i := range 5 {
				yield(i)
				synctest.Wait()
			}
			close(release)
		}
		err := fate.ForEach(t.Context(), shed.Strategy{Limit: 2}, in, func(context.Context, int) error { ran.Add(1); <-release; return nil })
		if err != nil || ran.Load() != 2 {
			t.Errorf("%d items ran and the error is %v, want 2 and nil: the rest is shed, and that is no error", ran.Load(), err)
		}
	})
}

func TestForEachWhoseInputPanics(t *testing.T) {
	var running atomic.Int32
	started := make(chan struct{})
	v := recovered(func() {
		fate.ForEach(t.Context(), collectall.Strategy{}, func(yield func(int) bool) {
			yield(0)
			<-started
			panic("the input")
		}, func(ctx context.Context, _ int) error {
			running.Add(1)
			defer running.Add(-1)
			close(started)
			<-ctx.Done()
			return nil
		})
	})
	if v != "the input" {
		t.Errorf("panicked with %v, want the input's panic", v)
	}
	if n := running.Load(); n != 0 {
		t.Errorf("%d tasks are running after the panic", n)
	}
}

func TestForEachWhoseInputExits(t *testing.T) {
	var running atomic.Int32
	started := make(chan struct{})
	exited := exits(func() {
		fate.ForEach(t.Context(), collectall.Strategy{}, func(yield func(int) bool) {
			yield(0)
			<-started
			runtime.Goexit()
		}, func(ctx context.Context, _ int) error {
			running.Add(1)
			defer running.Add(-1)
			close(started)
			<-ctx.Done()
			return nil
		})
	})
	if !exited {
		t.Error("ForEach returned though its input called runtime.Goexit")
	}
	if n := running.Load(); n != 0 {
		t.Errorf("%d tasks are running after the exit", n)
	}
}

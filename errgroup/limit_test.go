package errgroup_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// blockers start n functions that run until release is closed.
func blockers(g group, n int, release <-chan struct{}) {
	for range n {
		g.Go(func() error { <-release; return nil })
	}
}

// blocked reports whether a call has not returned when nothing in the bubble moves any more.
func blocked(call func()) (isBlocked func() bool) {
	var returned atomic.Bool
	go func() { call(); returned.Store(true) }()
	return func() bool { synctest.Wait(); return !returned.Load() }
}

// Edge 9: a negative limit is none.
func TestNegativeLimitIsNone(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		g.SetLimit(1)
		g.SetLimit(-1)
		release := make(chan struct{})
		blockers(g, 50, release)
		if !g.TryGo(succeeds) {
			t.Error("TryGo is false")
		}
		close(release)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// Edge 9: with a limit of 0 nothing starts, Wait has nothing to wait for, and the limit can be changed.
func TestLimitOfZeroStartsNothing(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		g.SetLimit(0)
		if g.TryGo(func() error { t.Error("runs"); return nil }) {
			t.Error("TryGo is true")
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		g.SetLimit(1)
		if !g.TryGo(fails) {
			t.Error("TryGo is false")
		}
		if err := g.Wait(); err != errFirst {
			t.Errorf("Wait is %v, want %v", err, errFirst)
		}
	})
}

// Edge 10: SetLimit while functions are active panics, with the number of them.
func TestSetLimitWhileActivePanics(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		g.SetLimit(3)
		release := make(chan struct{})
		blockers(g, 2, release)
		for _, n := range []int{0, 3, 8} {
			v := mustPanic(t, func() { g.SetLimit(n) })
			const want = "errgroup: modify limit while 2 goroutines in the group are still active"
			if err, ok := v.(error); !ok || err.Error() != want {
				t.Errorf("SetLimit(%d) panics with %v, want the error %q", n, v, want)
			}
		}
		// Nothing has changed.
		blockers(g, 1, release)
		if g.TryGo(succeeds) {
			t.Error("TryGo is true at the limit")
		}
		close(release)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		g.SetLimit(1) // now it may
	})
}

// A negative limit is allowed at any time.
func TestSetLimitMayLiftTheLimitWhileActive(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		g.SetLimit(1)
		release := make(chan struct{})
		blockers(g, 1, release)
		g.SetLimit(-1)
		blockers(g, 10, release)
		close(release)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// Edges 8 and 12: Go waits at the limit, also after a failure, and runs its function when a slot is free.
func TestGoWaitsAtTheLimit(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g, ctx := impl.withContext(t.Context())
		g.SetLimit(2)
		release := make(chan struct{})
		g.Go(fails)
		blockers(g, 2, release)
		ran := false
		waits := blocked(func() { g.Go(func() error { ran = true; return nil }) })
		if !waits() || ran {
			t.Error("Go does not wait at the limit")
		}
		checkEnded(t, ctx, errFirst)
		close(release)
		if waits() || !ran {
			t.Error("Go waits on though slots are free")
		}
		if err := g.Wait(); err != errFirst {
			t.Errorf("Wait is %v, want %v", err, errFirst)
		}
	})
}

// Those that wait are served in their order, and a TryGo does not pass them.
func TestWaitingGosAreServedInOrder(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		g.SetLimit(1)
		step := make(chan struct{})
		var started []int
		for i := range 10 {
			waits := blocked(func() {
				g.Go(func() error { started = append(started, i); <-step; return nil })
			})
			if waits() != (i > 0) {
				t.Fatalf("Go %d waits: %v", i, i == 0)
			}
		}
		for range 10 {
			if g.TryGo(succeeds) {
				t.Fatal("TryGo is true at the limit")
			}
			step <- struct{}{}
			synctest.Wait()
		}
		if err := g.Wait(); err != nil || fmt.Sprint(started) != "[0 1 2 3 4 5 6 7 8 9]" {
			t.Errorf("Wait is %v, and the functions started in the order %v", err, started)
		}
	})
}

// A limit is reached and never exceeded.
func TestLimitIsReachedAndNeverExceeded(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		for _, limit := range []int{1, 2, 7} {
			g := impl.zero()
			g.SetLimit(limit)
			var active, most, tried atomic.Int32
			body := func() error {
				n := active.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				active.Add(-1)
				return nil
			}
			var arrived atomic.Int32
			meet := make(chan struct{})
			for range limit { // all slots at once
				g.Go(func() error {
					n := active.Add(1)
					most.CompareAndSwap(n-1, n)
					if arrived.Add(1) == int32(limit) {
						close(meet)
					}
					<-meet
					active.Add(-1)
					return nil
				})
			}
			for i := range 500 {
				if i%3 == 0 {
					if g.TryGo(body) {
						tried.Add(1)
					}
					continue
				}
				g.Go(body)
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
			if int(most.Load()) > limit {
				t.Errorf("%d functions at once under a limit of %d", most.Load(), limit)
			}
		}
	})
}

// Edge 13: TryGo is false exactly when the limit is reached, and true means that the function runs; without a limit it is true.
func TestTryGoIsFalseExactlyWhenFull(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		for limit := range 5 {
			g := impl.zero()
			g.SetLimit(limit)
			release := make(chan struct{})
			ran := make(chan struct{}, 2*limit)
			body := func() error { <-release; ran <- struct{}{}; return nil }
			for i := range 8 {
				if got, want := g.TryGo(body), i < limit; got != want {
					t.Errorf("limit %d: TryGo %d is %v", limit, i, got)
				}
			}
			close(release)
			synctest.Wait()
			for i := range limit { // free again
				if !g.TryGo(body) {
					t.Errorf("limit %d: TryGo %d is false though slots are free", limit, i)
				}
				synctest.Wait()
			}
			if err := g.Wait(); err != nil || len(ran) != 2*limit {
				t.Errorf("limit %d: Wait is %v after %d functions", limit, err, len(ran))
			}
		}
		g, release := impl.zero(), make(chan struct{})
		for range 100 {
			if !g.TryGo(func() error { <-release; return nil }) {
				t.Error("TryGo is false without a limit")
			}
		}
		close(release)
		_ = g.Wait()
	})
}

// Edge 15: a Go inside a function, at the limit, waits until another function has ended.
func TestNestedGoAtTheLimitWaitsForAnother(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		g.SetLimit(2)
		release := make(chan struct{})
		blockers(g, 1, release)
		inner := false
		g.Go(func() error {
			g.Go(func() error { inner = true; return nil })
			return nil
		})
		synctest.Wait()
		if inner {
			t.Error("the limit was exceeded")
		}
		close(release)
		if err := g.Wait(); err != nil || !inner {
			t.Errorf("Wait is %v, the inner function ran: %v", err, inner)
		}
	})
}

// Edge 20: all slots are free once Wait has returned.
func TestSlotsAreFreeOnceWaitHasReturned(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		g, _ := impl.withContext(context.Background())
		g.SetLimit(3)
		for i := range 300 {
			for range 3 {
				if !g.TryGo(func() error { return [...]error{nil, errFirst}[i%2] }) {
					t.Fatalf("round %d: TryGo is false", i)
				}
			}
			_ = g.Wait()
		}
		g.SetLimit(1)
	})
}

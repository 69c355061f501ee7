package errgroup_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Each function starts though all others block: sharing goroutines never puts one behind another.
func TestEachFunctionStartsThoughAllOthersBlock(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		const n = 500
		g := impl.zero()
		last := make(chan struct{})
		for i := range n {
			if i%10 == 9 {
				g.Go(succeeds) // so that goroutines are shared
			}
			if i == n-1 {
				g.Go(func() error { close(last); return nil })
				break
			}
			g.Go(func() error { <-last; return nil })
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// Edge 14: Go from inside functions while Wait waits. Here each waits for the one that it starts.
func TestNestedFunctionsStartWhileWaitWaits(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		const depth = 200
		g := impl.zero()
		begin, ran := make(chan struct{}), 0
		var nest func(level int) error
		nest = func(level int) error {
			ran++
			if level == depth {
				return errFirst
			}
			ended := make(chan struct{})
			g.Go(func() error { defer close(ended); return nest(level + 1) })
			<-ended
			return nil
		}
		g.Go(func() error { <-begin; return nest(1) })
		waits := blocked(func() {
			if err := g.Wait(); err != errFirst {
				t.Errorf("Wait is %v, want %v", err, errFirst)
			}
		})
		if !waits() {
			t.Error("Wait has returned while a function is active")
		}
		close(begin)
		if waits() || ran != depth {
			t.Errorf("Wait waits, or %d functions ran and not %d", ran, depth)
		}
	})
}

// A tree of functions is waited for to its last leaf.
func TestTreesAreJoined(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		var leaves atomic.Int32
		var grow func(level int) func() error
		grow = func(level int) func() error {
			return func() error {
				if level == 0 {
					leaves.Add(1)
					return nil
				}
				for range 4 {
					g.Go(grow(level - 1))
				}
				return nil
			}
		}
		g.Go(grow(5))
		if err := g.Wait(); err != nil || leaves.Load() != 1024 {
			t.Errorf("Wait is %v after %d leaves, want 1024", err, leaves.Load())
		}
	})
}

// Edge 19: what was done before Go is seen by the function, and what it did is seen after Wait, without locks. At the limit, what an
// ended function did is seen by the one that takes its slot. The race detector is the judge.
func TestCallersAndFunctionsNeedNoLocks(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		for _, limit := range []int{-1, 1, 8} {
			g := impl.zero()
			g.SetLimit(limit)
			in, out := make([]int, 100), make([]int, 100)
			sum := 0
			for i := range in {
				in[i] = i
				g.Go(func() error {
					out[i] = in[i] * in[i]
					if limit == 1 {
						sum += i
					}
					return nil
				})
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
			for i := range out {
				if out[i] != i*i {
					t.Fatalf("limit %d: result %d is %d", limit, i, out[i])
				}
			}
			if limit == 1 && sum != 4950 {
				t.Errorf("the sum is %d, want 4950", sum)
			}
		}
	})
}

// Many goroutines use a Group at once while a function of it keeps it busy, and several wait for it.
func TestConcurrentUse(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		for _, limit := range []int{-1, 4} {
			g, ctx := impl.withContext(t.Context())
			g.SetLimit(limit)
			var ran, tried atomic.Int32
			body := func() error { ran.Add(1); return nil }
			var callers, waiters sync.WaitGroup
			release := make(chan struct{})
			g.Go(func() error { <-release; return errFirst })
			for range 4 {
				callers.Go(func() {
					for range 100 {
						g.Go(body)
						if g.TryGo(body) {
							tried.Add(1)
						}
					}
				})
				waiters.Go(func() {
					if err := g.Wait(); err != errFirst || int(ran.Load()) != 400+int(tried.Load()) {
						t.Errorf("Wait is %v after %d functions, want %v after %d", err, ran.Load(), errFirst, 400+tried.Load())
					}
					checkEnded(t, ctx, errFirst)
				})
			}
			callers.Wait()
			close(release)
			waiters.Wait()
		}
	})
}

// Time in a bubble moves on while functions sleep, side by side or as the limit lets them.
func TestTimeInABubble(t *testing.T) {
	bothInBubbles(t, func(t *testing.T, impl implementation) {
		for limit, want := range map[int]time.Duration{-1: time.Second, 1: 6 * time.Second, 2: 3 * time.Second} {
			g := impl.zero()
			g.SetLimit(limit)
			began := time.Now()
			for range 6 {
				g.Go(func() error { time.Sleep(time.Second); return nil })
			}
			if err := g.Wait(); err != nil || time.Since(began) != want {
				t.Errorf("limit %d: Wait is %v after %v, want %v", limit, err, time.Since(began), want)
			}
		}
	})
}

// A Group may be used in one bubble after the other, and outside of them, also one that has had a Go wait.
func TestGroupMayPassFromBubbleToBubble(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		g := impl.zero()
		g.SetLimit(1) // here, because a channel that was made in a bubble is of no use outside
		use := func(t *testing.T) {
			for range 5 {
				g.Go(func() error { time.Sleep(time.Nanosecond); return nil })
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		}
		use(t)
		bubble := func(t *testing.T) {
			// In a goroutine that ends: what waits on a channel from outside keeps the bubble's time from moving.
			for range 5 {
				g.Go(succeeds)
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		}
		synctest.Test(t, bubble)
		use(t)
		synctest.Test(t, bubble)
	})
}

// A Group that nobody waits for keeps no goroutine: the bubble ends, and the functions have run.
func TestGroupWithoutWaitLeavesNoGoroutine(t *testing.T) {
	ran := map[string]*atomic.Int32{}
	both(t, func(t *testing.T, impl implementation) {
		n := &atomic.Int32{}
		ran[t.Name()] = n
		synctest.Test(t, func(t *testing.T) {
			for _, limit := range []int{-1, 2} {
				g := impl.zero()
				g.SetLimit(limit)
				for i := range 20 {
					g.Go(func() error {
						if i%2 == 0 {
							time.Sleep(time.Second)
						}
						n.Add(1)
						return errFirst
					})
				}
			}
		})
	})
	for name, n := range ran {
		if n.Load() != 40 {
			t.Errorf("%s: %d functions ran, want 40", name, n.Load())
		}
	}
}

package engine_test

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate/internal/engine"
)

// joining starts a Join and returns a function that says, once everything else is at rest, whether it has returned.
func joining(h *host) (returned func() bool) {
	done := make(chan struct{})
	go func() { h.join(); close(done) }()
	return func() bool {
		synctest.Wait()
		select {
		case <-done:
			return true
		default:
			return false
		}
	}
}

func TestJoinOfAnEmptyEngineReturns(t *testing.T) {
	newHost(0).join()
}

func TestJoinReturnsWhenTheLastItemHasEnded(t *testing.T) {
	for _, limit := range []int{0, 1, 3} {
		synctest.Test(t, func(t *testing.T) {
			const n = 5
			h := newHost(limit)
			release := make(chan struct{})
			h.offer(numbered(n, func(int) error { <-release; return nil })...)
			returned := joining(h)
			for left := n; left > 0; left-- {
				if returned() {
					t.Fatalf("limit %d: Join returned with %d items left", limit, left)
				}
				release <- struct{}{}
			}
			if !returned() {
				t.Errorf("limit %d: Join did not return after the last item", limit)
			}
		})
	}
}

func TestJoinWaitsForAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		release := make(chan struct{})
		h.settle = func(item, engine.Outcome) func() { return func() { <-release } }
		h.offer(item{})
		returned := joining(h)
		if returned() {
			t.Error("Join returned before what Settle had returned was called")
		}
		close(release)
		if !returned() {
			t.Error("Join did not return")
		}
	})
}

func TestJoinWaitsForItemsPushedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		first, second := make(chan struct{}), make(chan struct{})
		h.offer(item{0, func() error { <-first; return nil }})
		returned := joining(h)
		synctest.Wait()
		h.offer(item{1, func() error { <-second; return nil }})
		close(first)
		if returned() {
			t.Error("Join returned while an item was running that was pushed after it had begun")
		}
		close(second)
		if !returned() {
			t.Error("Join did not return")
		}
	})
}

func TestAllJoinersReturn(t *testing.T) {
	h := newHost(0)
	release := make(chan struct{})
	h.offer(item{0, func() error { <-release; return nil }})
	var joiners sync.WaitGroup
	for range 5 {
		joiners.Go(h.join)
	}
	close(release)
	joiners.Wait()
}

func TestJoiningTellsOfACallerInJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		is := func() bool {
			synctest.Wait()
			h.Lock()
			defer h.Unlock()
			return h.Joining()
		}
		release := make(chan struct{})
		h.offer(item{0, func() error { <-release; return nil }})
		if is() {
			t.Error("Joining is true with nobody in Join")
		}
		go h.join()
		if !is() {
			t.Error("Joining is false with a caller in Join")
		}
		close(release)
		if is() {
			t.Error("Joining is true after Join has returned")
		}
	})
}

func TestAnnounceWakesEverybodyInAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		ready := false // guarded by the engine's lock
		var awake sync.WaitGroup
		for range 3 {
			awake.Go(func() {
				h.Lock()
				for !ready {
					h.Await()
				}
				h.Unlock()
			})
		}
		synctest.Wait()
		h.Lock()
		ready = true
		h.Announce()
		h.Unlock()
		awake.Wait() // the bubble fails if one of them waits on
	})
}

// A caller in Join is woken in a runner's place, once: what is pushed meanwhile starts all the same, though every item blocks.
func TestACallerInJoinSendsTheRunnerThatIsNeeded(t *testing.T) {
	for _, before := range []int{0, 1, 2} {
		synctest.Test(t, func(t *testing.T) {
			h := newHost(0)
			more, release := make(chan struct{}), make(chan struct{})
			started := 0 // guarded by the engine's lock
			block := func(int) error {
				h.Lock()
				started++
				h.Unlock()
				<-release
				return nil
			}
			h.offer(item{0, func() error { <-more; h.offer(numbered(5, block)...); return block(0) }})
			h.offer(numbered(before, block)...)
			returned := joining(h)
			synctest.Wait()
			close(more)
			synctest.Wait()
			h.Lock()
			if started != 6+before {
				t.Errorf("%d items have started, want all %d", started, 6+before)
			}
			h.Unlock()
			close(release)
			if !returned() {
				t.Error("Join did not return")
			}
		})
	}
}

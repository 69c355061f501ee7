package engine_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate/internal/engine"
)

// inRoom sends n callers into WaitRoom, one after the other, each of which writes its number down when it comes back.
func inRoom(h *host, n int) (back *[]int) {
	back = new([]int)
	for i := range n {
		go func() {
			h.Lock()
			h.WaitRoom()
			*back = append(*back, i)
			h.Unlock()
		}()
		synctest.Wait()
	}
	return back
}

func TestWakeRoomWakesInTheOrderOfComing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 5
		h := newHost(0)
		back := inRoom(h, n)
		for i := range n {
			h.Lock()
			if w := h.Waiting(); w != n-i {
				t.Errorf("%d callers are waiting, want %d", w, n-i)
			}
			h.WakeRoom()
			if w := h.Waiting(); w != n-i-1 {
				t.Errorf("%d callers are waiting after a WakeRoom, want %d", w, n-i-1)
			}
			h.Unlock()
			synctest.Wait()
			if !slices.Equal(*back, upTo(i+1)) {
				t.Errorf("after WakeRoom %d, the callers %v are back", i, *back)
			}
		}
	})
}

func TestEachWakeRoomWakesOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		back := inRoom(h, 5)
		h.Lock()
		h.WakeRoom()
		h.WakeRoom() // before the first has come back
		h.Unlock()
		synctest.Wait()
		slices.Sort(*back)
		if !slices.Equal(*back, upTo(2)) {
			t.Errorf("the callers %v are back, want 0 and 1", *back)
		}
		h.Lock()
		h.WakeAll()
		h.Unlock()
	})
}

func TestWakeAllWakesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		back := inRoom(h, 5)
		h.Lock()
		h.WakeRoom()
		h.WakeAll()
		if w := h.Waiting(); w != 0 {
			t.Errorf("%d callers are waiting after WakeAll", w)
		}
		h.Unlock()
		synctest.Wait()
		slices.Sort(*back)
		if !slices.Equal(*back, upTo(5)) {
			t.Errorf("the callers %v are back, want all five", *back)
		}
	})
}

func TestAWakeForNobodyIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		h.Lock()
		h.WakeRoom()
		h.WakeAll()
		h.Unlock()
		if back := inRoom(h, 1); len(*back) != 0 {
			t.Error("a caller came back from WaitRoom though nobody has woken it")
		}
		h.Lock()
		h.WakeRoom()
		h.Unlock()
	})
}

func TestJoinWaitsForCallersInWaitRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		inRoom(h, 2)
		returned := joining(h)
		for range 2 {
			if returned() {
				t.Error("Join returned with a caller in WaitRoom")
			}
			h.Lock()
			h.WakeRoom()
			h.Unlock()
		}
		if !returned() {
			t.Error("Join did not return after the last caller had left WaitRoom")
		}
	})
}

func TestJoinWaitsForWhatAWokenCallerPushes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(0)
		release := make(chan struct{})
		go func() {
			h.Lock()
			h.WaitRoom()
			h.put(item{0, func() error { <-release; return nil }})
			h.Release()
		}()
		synctest.Wait()
		returned := joining(h)
		synctest.Wait()
		h.Lock()
		h.WakeRoom()
		h.Unlock()
		if returned() {
			t.Error("Join returned before the item of a caller it had waited for")
		}
		close(release)
		if !returned() {
			t.Error("Join did not return")
		}
	})
}

// Producers that wait for room whenever too much is held, and one wake per end: all get through.
func TestNobodyIsLeftInWaitRoom(t *testing.T) {
	const producers, each, backlog = 8, 200, 3
	h := newHost(2)
	h.settle = func(item, engine.Outcome) func() {
		if h.held < backlog {
			h.WakeRoom()
		}
		return nil
	}
	var wg sync.WaitGroup
	for p := range producers {
		wg.Go(func() {
			for i := range each {
				h.Lock()
				for h.held >= backlog {
					h.WaitRoom()
				}
				h.put(item{p*each + i, nil})
				h.Release()
			}
		})
	}
	wg.Wait()
	h.join()
	if !slices.Equal(h.sorted(), upTo(producers*each)) {
		t.Errorf("%d items ended, want each of %d once", len(h.ends), producers*each)
	}
}

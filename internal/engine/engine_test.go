package engine_test

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate/internal/engine"
)

func TestEachItemRunsOnce(t *testing.T) {
	const pushers, each = 4, 300
	for _, limit := range []int{0, 1, 3} {
		h := newHost(limit)
		var ran [pushers * each]atomic.Int32
		var wg sync.WaitGroup
		for p := range pushers {
			wg.Go(func() {
				for i := range each {
					id := p*each + i
					h.offer(item{id, func() error { ran[id].Add(1); return nil }})
				}
			})
		}
		wg.Wait()
		h.join()
		for id := range ran {
			if n := ran[id].Load(); n != 1 {
				t.Fatalf("limit %d: item %d ran %d times, want once", limit, id, n)
			}
		}
		if !slices.Equal(h.sorted(), upTo(pushers*each)) {
			t.Errorf("limit %d: Settle was told of %d items, want each of %d once", limit, len(h.ends), pushers*each)
		}
	}
}

func TestOldestItemIsTakenFirst(t *testing.T) {
	h := newHost(1) // one at a time: the order of the ends is the order of the starts
	h.offer(numbered(100, func(int) error { return nil })...)
	h.join()
	if !slices.Equal(h.ids(), upTo(100)) {
		t.Errorf("items ended in the order %v, want 0 to 99", h.ids())
	}
}

// With several runners too, an item starts only after all older ones have: each waits here for the one before it.
func TestYoungerItemsDoNotOvertake(t *testing.T) {
	const n = 50
	h := newHost(4)
	var started [n]chan struct{}
	for i := range started {
		started[i] = make(chan struct{})
	}
	h.offer(numbered(n, func(id int) error {
		close(started[id])
		if id > 0 {
			<-started[id-1] // would wait for ever, with all four runners, if younger items went first
		}
		return nil
	})...)
	h.join()
}

func TestHeldItemsWaitUntilAdmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(2)
		release := make(chan struct{})
		var running atomic.Int32
		h.offer(numbered(5, func(int) error {
			running.Add(1)
			<-release
			running.Add(-1)
			return nil
		})...)
		for _, want := range []int32{2, 2, 2, 2, 1} {
			synctest.Wait()
			if n := running.Load(); n != want {
				t.Errorf("%d items are running, want %d", n, want)
			}
			release <- struct{}{}
		}
		h.join()
	})
}

// Whoever holds the lock sees an item that has ended together with the next one taken, never the one without the other.
func TestEndAndNextItemAreOneCriticalSection(t *testing.T) {
	const n = 300
	h := newHost(1)
	first := make(chan struct{})
	h.offer(numbered(n, func(id int) error {
		if id == 0 {
			close(first)
		}
		return nil
	})...)
	<-first
	for done := false; !done; {
		h.Lock()
		running := len(h.ends)
		h.Remove(
			func(it item) bool { return it.id == running },
			func(item, bool) { t.Error("the lock was free between an item's end and the taking of the next one") })
		done = running == n || t.Failed()
		h.Unlock()
	}
	h.join()
}

func TestOutcomeOfAnItemThatReturns(t *testing.T) {
	boom := errors.New("boom")
	h := newHost(1)
	h.offer(item{0, nil}, item{1, func() error { return boom }})
	h.join()
	want := []end{{0, engine.Outcome{}}, {1, engine.Outcome{Err: boom}}}
	if !slices.Equal(h.ends, want) {
		t.Errorf("Settle was told %v, want %v", h.ends, want)
	}
}

func TestAfterRunsWithoutTheLockBeforeTheNextItem(t *testing.T) {
	h := newHost(1)
	var order []string
	h.settle = func(it item, _ engine.Outcome) func() {
		if it.id != 0 {
			return nil
		}
		return func() {
			h.Lock()
			order = append(order, "after")
			h.Unlock()
		}
	}
	h.offer(item{0, func() error { order = append(order, "item"); return nil }})
	h.join()
	if want := []string{"item", "after"}; !slices.Equal(order, want) {
		t.Errorf("ran %v, want %v", order, want)
	}
}

func TestWhatSettleAdmitsDoesNotWaitForAfter(t *testing.T) {
	h := newHost(1)
	second := make(chan struct{})
	h.settle = func(it item, _ engine.Outcome) func() {
		if it.id != 0 {
			return nil
		}
		return func() { <-second }
	}
	h.offer(item{0, nil}, item{1, func() error { close(second); return nil }})
	h.join() // hangs if the second item waits for the first one's after
}

func TestRemovedItemsNeverRun(t *testing.T) {
	h := newHost(2)
	gate := make(chan struct{})
	var both sync.WaitGroup
	both.Add(2)
	h.offer(numbered(2, func(int) error { both.Done(); <-gate; return nil })...)
	both.Wait()
	h.Lock()
	for id := 2; id < 8; id++ {
		h.put(item{id, nil})
	}
	h.limit = 4
	h.admit() // 2 and 3, beside the two that run; 4 to 7 stay held
	type dropped struct {
		id       int
		admitted bool
	}
	var got []dropped
	h.Remove(
		func(it item) bool { return it.id%2 == 0 },
		func(it item, admitted bool) {
			got = append(got, dropped{it.id, admitted})
			if admitted {
				h.unfinished--
			} else {
				h.held--
			}
		})
	h.admit()
	h.Release()
	close(gate)
	h.join()
	if want := []dropped{{2, true}, {4, false}, {6, false}}; !slices.Equal(got, want) {
		t.Errorf("Remove dropped %v, want %v: oldest first, and none that runs", got, want)
	}
	if want := []int{0, 1, 3, 5, 7}; !slices.Equal(h.sorted(), want) {
		t.Errorf("%v ended, want %v", h.sorted(), want)
	}
}

func TestDropHeldTakesTheOldestHeldItem(t *testing.T) {
	h := newHost(1)
	h.Lock()
	for id := range 4 {
		h.put(item{id, nil})
	}
	it := h.DropHeld()
	h.held--
	h.Release()
	h.join()
	if it.id != 1 {
		t.Errorf("DropHeld took item %d, want 1", it.id)
	}
	if want := []int{0, 2, 3}; !slices.Equal(h.ids(), want) {
		t.Errorf("%v ended, want %v", h.ids(), want)
	}
}

func TestMisuseByTheHostPanics(t *testing.T) {
	e := newHost(0)
	e.Lock()
	defer e.Unlock()
	mustPanic(t, "Admit with nothing held", func() { e.Admit() })
	mustPanic(t, "DropHeld with nothing held", func() { e.DropHeld() })
	e.Push(item{}, false)
	mustPanic(t, "Push of an admitted item behind a held one", func() { e.Push(item{}, true) })
}

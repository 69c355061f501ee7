package engine_test

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
)

func TestItemsThatAllBlockGetAGoroutineEach(t *testing.T) {
	const n = 1000
	for _, limit := range []int{0, n} {
		h := newHost(limit)
		var all sync.WaitGroup
		all.Add(n)
		h.offer(numbered(n, func(int) error {
			all.Done()
			all.Wait() // each waits for all the others to have started
			return nil
		})...)
		h.join()
		if len(h.runners) != n {
			t.Errorf("limit %d: %d items that wait for each other had %d runners, want one each", limit, n, len(h.runners))
		}
	}
}

// However many items there are, there are no more runners in their whole life than are admitted at once: a runner leaves
// only when nothing is admitted.
func TestShortItemsShareRunners(t *testing.T) {
	for _, limit := range []int{1, 2, 7} {
		h := newHost(limit)
		h.offer(numbered(1000, func(int) error { return nil })...)
		h.join()
		if len(h.runners) > limit {
			t.Errorf("limit %d: 1000 items had %d runners, want at most %d", limit, len(h.runners), limit)
		}
	}
}

func TestNoRunnerWithoutAnItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := goroutines()
		count := func(when string, want int) {
			t.Helper()
			synctest.Wait()
			if n := goroutines() - before; n != want {
				t.Errorf("%s: %d goroutines more than before, want %d", when, n, want)
			}
		}
		h := newHost(3)
		count("made", 0)
		release := make(chan struct{})
		h.offer(numbered(2, func(int) error { <-release; return nil })...)
		count("2 items, limit 3", 2)
		h.offer(numbered(8, func(int) error { <-release; return nil })...)
		count("10 items, limit 3", 3)
		for range 8 {
			release <- struct{}{}
		}
		count("2 items left", 2)
		close(release)
		count("all ended, nobody waiting for it", 0)
		h.join()
	})
}

// Each item, before it ends, pushes the next one: the runner that ends the one may take the other, whoever is on its way.
func TestItemsMayPushItems(t *testing.T) {
	const n = 1000
	h := newHost(0)
	var push func(id int)
	push = func(id int) {
		h.offer(item{id, func() error {
			if id+1 < n {
				push(id + 1)
			}
			return nil
		}})
	}
	push(0)
	h.join()
	if len(h.ends) != n {
		t.Errorf("%d items ended, want %d", len(h.ends), n)
	}
}

func TestOneMoreItemAfterAnother(t *testing.T) {
	h := newHost(0)
	for i := range 200 {
		h.offer(item{i, nil})
		h.join()
		if len(h.ends) != i+1 {
			t.Fatalf("%d items ended, want %d", len(h.ends), i+1)
		}
	}
}

// goroutines counts those of the bubble it is called in, itself and two of the testing package's included. It counts them in a stack dump,
// because runtime.NumGoroutine counts one that has ended until the runtime has put it away.
func goroutines() (n int) {
	dump := make([]byte, 1<<18)
	dump = dump[:runtime.Stack(dump, true)]
	first, _, _ := bytes.Cut(dump, []byte("]:\n"))
	_, bubble, ok := bytes.Cut(first, []byte("synctest bubble "))
	if !ok {
		panic("goroutines: not in a bubble")
	}
	return bytes.Count(dump, fmt.Appendf(nil, "synctest bubble %s]:\n", bubble))
}

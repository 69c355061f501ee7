package engine_test

import (
	"sync"
	"sync/atomic"
	"testing"
)

// An engine that has retired serves again, whoever joins and retires it meanwhile.
func TestARetiredEngineMayBeUsedAgain(t *testing.T) {
	h := newHost(0)
	var ran, offered atomic.Int32
	body := func(int) error { ran.Add(1); return nil }
	retire := func() {
		h.Lock()
		h.Join()
		h.Retire()
		h.Unlock()
	}
	retire() // of nothing
	for _, n := range []int{1, 10, 5000} {
		h.offer(numbered(n, body)...)
		offered.Add(int32(n))
		retire()
		retire()
		if ran.Load() != offered.Load() {
			t.Fatalf("%d of %d items ran", ran.Load(), offered.Load())
		}
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for n := range 200 {
				h.offer(numbered(n%7, body)...)
				offered.Add(int32(n % 7))
			}
		})
		all.Go(func() {
			for range 200 {
				retire()
			}
		})
	}
	all.Wait()
	retire()
	if ran.Load() != offered.Load() {
		t.Errorf("%d of %d items ran", ran.Load(), offered.Load())
	}
}

package errgroup_test

import (
	"runtime"
	"testing"
	"weak"

	"github.com/sharedfate/fate/errgroup"
)

// collected reports whether the garbage collector finds what the pointer is to. The goroutine that ran a function may need a moment to let it go.
func collected[T any](p weak.Pointer[T]) bool {
	for range 200 {
		if runtime.GC(); p.Value() == nil {
			return true
		}
		runtime.Gosched()
	}
	return false
}

// What functions that have ended held is forgotten, though the Group is used on, and nobody waits for it.
func TestFunctionsThatHaveRunAreForgotten(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		for _, limit := range []int{-1, 1} {
			g := impl.zero()
			g.SetLimit(limit)
			var held [3]weak.Pointer[[4096]byte]
			for i := range held {
				big := new([4096]byte)
				held[i] = weak.Make(big)
				g.Go(func() error { big[0]++; return nil })
			}
			for i := range held {
				if !collected(held[i]) {
					t.Errorf("limit %d: function %d is still held", limit, i)
				}
			}
			g.Go(succeeds)
			_ = g.Wait()
		}
	})
}

// A Group that nobody waits for is collected once its functions have ended, and nobody has it.
func TestAGroupWithoutWaitIsCollected(t *testing.T) {
	forgotten := func() weak.Pointer[errgroup.Group] {
		g := new(errgroup.Group)
		for range 1000 {
			g.Go(fails)
		}
		return weak.Make(g)
	}
	if !collected(forgotten()) {
		t.Error("the Group is still held")
	}
}

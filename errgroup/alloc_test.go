package errgroup_test

import (
	"context"
	"errors"
	"runtime/debug"
	"testing"
)

// allocations of a group with n functions, each with a closure of its own.
func allocations(t *testing.T, impl implementation, n, limit int) float64 {
	return testing.AllocsPerRun(50, func() {
		g := impl.zero()
		g.SetLimit(limit)
		out := make([]int, n)
		for i := range out {
			g.Go(func() error { out[i]++; return nil })
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// A function costs the closure that its caller makes, and no more: two allocations at most, as in golang.org/x/sync, where it is that one
// and another. Nor does a Go that waits cost more.
func TestAFunctionCostsNoMoreAllocationsThanItsClosure(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it empties the pools
	for _, limit := range []int{-1, 1, 8} {
		per := map[string]float64{}
		for _, name := range names {
			impl := implementations[name]
			const n = 1000
			per[name] = (allocations(t, impl, 10+n, limit) - allocations(t, impl, 10, limit)) / n
			t.Logf("limit %d, %s: %.2f allocations each", limit, name, per[name])
			if per[name] > 2.1 {
				t.Errorf("limit %d, %s: %.2f allocations each, want at most 2", limit, name, per[name])
			}
		}
		if ours := per["errgroup"]; ours > 1.1 || ours > per["x-sync"] {
			t.Errorf("limit %d: %.2f allocations each, golang.org/x/sync has %.2f", limit, ours, per["x-sync"])
		}
	}
}

// A small Group costs fewer allocations than golang.org/x/sync's, also with a context, a failure, a limit: what it needs for its first
// function it takes from a Group that has been waited for.
func TestASmallGroupCostsFewerAllocations(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	stories := map[string]func(impl implementation){
		"zero": func(impl implementation) {
			g := impl.zero()
			for range 3 {
				g.Go(succeeds)
			}
			_ = g.Wait()
		},
		"context": func(impl implementation) {
			g, _ := impl.withContext(context.Background())
			for range 3 {
				g.Go(succeeds)
			}
			_ = g.Wait()
		},
		"failure": func(impl implementation) {
			g, ctx := impl.withContext(context.Background())
			g.Go(fails)
			g.Go(succeeds)
			g.Go(succeeds)
			if err := g.Wait(); !errors.Is(context.Cause(ctx), err) {
				panic(err)
			}
		},
		"limit": func(impl implementation) {
			g := impl.zero()
			g.SetLimit(3)
			for range 3 {
				g.Go(succeeds)
			}
			_ = g.Wait()
		},
	}
	for name, story := range stories {
		per := map[string]float64{}
		for _, impl := range names {
			per[impl] = testing.AllocsPerRun(200, func() { story(implementations[impl]) })
		}
		t.Logf("%s: %v", name, per)
		if per["errgroup"] > per["x-sync"]-2 {
			t.Errorf("%s: %v allocations, golang.org/x/sync has %v, want two fewer", name, per["errgroup"], per["x-sync"])
		}
	}
}

package errgroup_test

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/errgroup"
)

// Edge 11: functions that started without a limit are active when one is set. They are not counted, and nothing hangs.
func TestLimitSetWhileUnlimitedFunctionsAreActive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, before := range []int{-1, 2} {
			var g errgroup.Group
			g.SetLimit(before)
			old, release := make(chan struct{}), make(chan struct{})
			blockers(&g, 1, old)
			g.SetLimit(-1)
			blockers(&g, 2, old)
			g.SetLimit(2)
			blockers(&g, 2, release)
			waits := blocked(func() { blockers(&g, 1, release) })
			if !waits() || g.TryGo(succeeds) {
				t.Error("the new limit does not hold")
			}
			close(old) // they give back what they took, and no more
			if !waits() || g.TryGo(succeeds) {
				t.Error("functions of before have given a slot back that they never took")
			}
			close(release)
			if waits() {
				t.Error("Go waits on")
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
			for range 2 {
				if !g.TryGo(func() error { time.Sleep(time.Second); return nil }) {
					t.Error("a slot was lost")
				}
			}
			if g.TryGo(succeeds) {
				t.Error("there are three slots")
			}
			_ = g.Wait()
		}
	})
}

// A failure's slot is owed to the limit under which it was taken, also if that was changed while the context is being cancelled.
func TestLimitSetWhileTheContextIsBeingCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := newSlowParent()
		g, _ := errgroup.WithContext(parent)
		g.SetLimit(1)
		g.Go(fails)
		synctest.Wait()
		if v := mustPanic(t, func() { g.SetLimit(2) }); v == nil {
			t.Error("the failure's slot is free while the context is being cancelled")
		}
		g.SetLimit(-1)
		g.SetLimit(1)
		release := make(chan struct{})
		blockers(g, 1, release)
		close(parent.gate)
		synctest.Wait()
		if g.TryGo(succeeds) {
			t.Error("a slot of the former limit was given back to the new one")
		}
		close(release)
		if err := g.Wait(); err != errFirst {
			t.Errorf("Wait is %v, want %v", err, errFirst)
		}
	})
}

// Edges 9 and 12: a Go that waits goes on when the limit is raised from 0, or lifted, as far as the new limit lets it.
func TestWaitingGosGoOnWhenTheLimitLetsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g errgroup.Group
		g.SetLimit(0)
		release := make(chan struct{})
		var waits [3]func() bool
		for i := range waits {
			waits[i] = blocked(func() { blockers(&g, 1, release) })
			synctest.Wait()
		}
		g.SetLimit(0)
		want := func(what string, still ...bool) {
			t.Helper()
			for i := range waits {
				if waits[i]() != still[i] {
					t.Errorf("%s: Go %d waits: %v", what, i, !still[i])
				}
			}
		}
		want("limit 0", true, true, true)
		g.SetLimit(1)
		want("limit 1", false, true, true)
		g.SetLimit(-1)
		want("no limit", false, false, false)
		close(release)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// Edge 15: what hangs for ever in a nested Go at the limit can be freed by lifting it.
func TestNestedGoGoesOnWhenTheLimitIsLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g errgroup.Group
		g.SetLimit(1)
		g.Go(func() error { g.Go(fails); return nil })
		waits := blocked(func() {
			if err := g.Wait(); err != errFirst {
				t.Errorf("Wait is %v, want %v", err, errFirst)
			}
		})
		if !waits() {
			t.Error("Wait has returned though a function waits for a slot")
		}
		g.SetLimit(-1)
		if waits() {
			t.Error("Wait waits on")
		}
	})
}

// Edge 18: a nil function panics in the caller, naming the call, and changes nothing.
func TestNilFunctionPanicsInTheCaller(t *testing.T) {
	for _, limit := range []int{-1, 0, 1} {
		var g errgroup.Group
		g.SetLimit(limit)
		if v := mustPanic(t, func() { g.Go(nil) }); v != "errgroup: Go: the function is nil" {
			t.Errorf("Go(nil) panics with %v", v)
		}
		if v := mustPanic(t, func() { g.TryGo(nil) }); v != "errgroup: TryGo: the function is nil" {
			t.Errorf("TryGo(nil) panics with %v", v)
		}
		if got := g.TryGo(fails); got != (limit != 0) {
			t.Errorf("limit %d: TryGo is %v", limit, got)
		}
		if err := g.Wait(); (err == errFirst) != (limit != 0) {
			t.Errorf("limit %d: Wait is %v", limit, err)
		}
	}
}

// Go, TryGo and Wait may be called at once though nothing keeps the Group busy, and SetLimit beside them.
func TestWaitBesideGo(t *testing.T) {
	for range 20 {
		g, ctx := errgroup.WithContext(t.Context())
		var ran, accepted atomic.Int32
		var all sync.WaitGroup
		body := func() error { ran.Add(1); return nil }
		for range 2 {
			all.Go(func() {
				for range 50 {
					g.Go(body)
					accepted.Add(1)
					if g.TryGo(body) {
						accepted.Add(1)
					}
				}
			})
			all.Go(func() {
				for range 10 {
					if err := g.Wait(); err != nil {
						t.Error(err)
					}
					checkEnded(t, ctx, context.Canceled)
				}
			})
		}
		all.Go(func() {
			for range 10 {
				g.SetLimit(-1)
				runtime.Gosched()
			}
		})
		all.Wait()
		if err := g.Wait(); err != nil || ran.Load() != accepted.Load() {
			t.Fatalf("Wait is %v, and %d functions of %d ran", err, ran.Load(), accepted.Load())
		}
	}
}

// A copy of a Group that has been used panics.
func TestCopyOfAUsedGroupPanics(t *testing.T) {
	use := map[string]func(g *errgroup.Group){
		"Go":       func(g *errgroup.Group) { g.Go(succeeds) },
		"TryGo":    func(g *errgroup.Group) { g.TryGo(succeeds) },
		"SetLimit": func(g *errgroup.Group) { g.SetLimit(1) },
		"Wait":     func(g *errgroup.Group) { _ = g.Wait() },
	}
	for name, use := range use {
		var g errgroup.Group
		g.Go(fails)
		_ = g.Wait()
		copied := clone(&g)
		for range 2 { // it does not keep its lock
			if v := mustPanic(t, func() { use(copied) }); v != "errgroup: the Group was copied after its first Go" {
				t.Errorf("%s of a copy panics with %v", name, v)
			}
		}
		if err := g.Wait(); err != errFirst {
			t.Errorf("Wait of the original is %v, want %v", err, errFirst)
		}
	}
}

// A Group that has not been used may be copied, with its limit and its context.
func TestGroupMayBeCopiedBeforeItsFirstGo(t *testing.T) {
	both(t, func(t *testing.T, impl implementation) {
		g, ctx := impl.withContext(t.Context())
		g.SetLimit(1)
		g = impl.clone(g)
		synctest.Test(t, func(t *testing.T) {
			if !g.TryGo(fails) {
				t.Error("TryGo is false")
			}
			if err := g.Wait(); err != errFirst {
				t.Errorf("Wait is %v, want %v", err, errFirst)
			}
			checkEnded(t, ctx, errFirst)
		})
	})
}

// go vet reports copies of both packages' Groups.
func TestVetReportsCopies(t *testing.T) {
	out, err := exec.Command("go", "vet", "-copylocks", "./testdata/copies").CombinedOutput()
	if err == nil {
		t.Fatal("go vet found nothing")
	}
	for _, want := range []string{
		"ours passes lock by value: github.com/sharedfate/fate/errgroup.Group contains",
		"theirs passes lock by value: golang.org/x/sync/errgroup.Group contains",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("go vet does not say %q:\n%s", want, out)
		}
	}
}

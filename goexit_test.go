package fate_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

// Promise 6: runtime.Goexit is a failure, ErrGoexit.
// Edge 17: Goexit is a failure, cancels a fail-fast group, and Wait returns ErrGoexit.
func TestGoexitIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &witness{of: failfast.Strategy{}}
		g := fate.New(t.Context(), w)
		g.Spawn("sibling", untilDone)
		c := g.Spawn("child", func(context.Context) error {
			defer func() { recover() }() // recovers nothing: Goexit is no panic
			runtime.Goexit()
			return nil
		})
		if err := g.Wait(); err != fate.ErrGoexit {
			t.Errorf("Wait is %v", err)
		}
		wantIs(t, c.Err(), fate.ErrGoexit)
		wantIs(t, context.Cause(g.Context()), fate.ErrGoexit)
		wantKinds(t, w, fate.Exited, fate.Cancelled)
		wantTally(t, g, fate.Tally{Offered: 2, Exited: 1, Cancelled: 1})
	})
}

// Promise 6: runtime.Goexit (t.FailNow) never hangs anything: what testing's FailNow and SkipNow do.
func TestFailNowInATaskEndsTheTask(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	inner := new(testing.T)
	g.Go(func(context.Context) error { inner.FailNow(); return nil })
	wantIs(t, g.Wait(), fate.ErrGoexit)
	if !inner.Failed() {
		t.Error("the test did not fail")
	}
}

// Promise 6: Goexit never loses a slot. Edge 33: a worker lost to panic or Goexit is replaced; the slot is not lost.
func TestNoSlotIsLost(t *testing.T) {
	for name, end := range map[string]fate.Task{"Goexit": goexits, "panic": panicsNow, "error": fails} {
		for _, limit := range []int{1, 2, 3} {
			for _, backlog := range []int{0, 1, 64} {
				g := fate.New(t.Context(), collectall.Strategy{Limit: limit, Keep: 1}, fate.Panics(fate.Return), fate.Backlog(backlog))
				const n = 100
				for range n {
					if !g.Go(end) {
						t.Fatal("refused")
					}
				}
				// All slots can still be had at once.
				all := make(chan struct{})
				arrived := make(chan struct{}, limit)
				for range limit {
					g.Go(func(context.Context) error { arrived <- struct{}{}; <-all; return nil })
				}
				for range limit {
					<-arrived
				}
				close(all)
				_ = g.Wait()
				if tally := g.Tally(); tally.OK != uint64(limit) || tally.Failures() != n || !balanced(tally) {
					t.Errorf("%s, limit %d, backlog %d: tally is %v", name, limit, backlog, tally)
				}
			}
		}
	}
}

// Goexit under shed frees the slot before its end is seen.
func TestGoexitUnderShedFreesTheSlot(t *testing.T) {
	g := fate.New(t.Context(), shed.Strategy{Limit: 1})
	for range 100 {
		c := g.Spawn("child", goexits)
		<-c.Done()
		wantIs(t, c.Err(), fate.ErrGoexit)
	}
	wantIs(t, g.Wait(), fate.ErrGoexit)
	wantTally(t, g, fate.Tally{Offered: 100, Exited: 100})
}

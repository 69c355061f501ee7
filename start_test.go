package fate_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// Promise 9: Each task starts even if every earlier one blocks for ever (without a limit): sharing goroutines never
// serialises tasks.
func TestEachTaskStartsThoughAllBlock(t *testing.T) {
	const n = 5000
	g := fate.New(t.Context(), failfast.Strategy{})
	var all sync.WaitGroup
	all.Add(n)
	for range n {
		g.Go(func(context.Context) error {
			all.Done()
			all.Wait() // for every other
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// Promise 9, with tasks that come from tasks: each waits for one it has offered.
func TestEachTaskStartsThoughItsParentWaitsForIt(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	var descend func(level int) error
	descend = func(level int) error {
		if level == 0 {
			return nil
		}
		c := g.Spawn("deeper", func(context.Context) error { return descend(level - 1) })
		<-c.Done()
		return c.Err()
	}
	g.Go(func(context.Context) error { return descend(500) })
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// Promise 13: a task offered while the strategy admits it starts at once, never waits for a batch to fill, and never waits
// behind a slow neighbour while a slot is free.
func TestAnOfferedTaskStartsAtOnce(t *testing.T) {
	for _, s := range []fate.Strategy{failfast.Strategy{}, failfast.Strategy{Limit: 40}, collectall.Strategy{Limit: 21}} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), s)
			for i := range 20 {
				began, started := time.Now(), time.Time{}
				g.Go(endsAfter(time.Hour, nil)) // the slow neighbour
				g.Go(func(context.Context) error { started = time.Now(); return nil })
				synctest.Wait()
				if !started.Equal(began) {
					t.Fatalf("%v: task %d waits behind its neighbour", s, i)
				}
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Promise 13: a held task starts as soon as a slot is free, whichever of the running tasks freed it.
func TestAHeldTaskStartsWhenAnySlotIsFreed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{Limit: 3})
		began := time.Now()
		g.Go(endsAfter(time.Hour, nil))
		g.Go(endsAfter(time.Hour, nil))
		for i := range 50 { // all through the third slot
			g.Go(func(context.Context) error {
				if at, want := time.Since(began), time.Duration(i)*time.Second; at != want {
					t.Errorf("task %d started at %v, want %v", i, at, want)
				}
				time.Sleep(time.Second)
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took != time.Hour {
			t.Errorf("took %v", took)
		}
	})
}

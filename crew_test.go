package fate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// Promise 13: an item never waits behind a slow neighbour while a slot is free, however many quick ones have been taken at once
// before it.
func TestSlowItemsAfterManyQuickOnesRunSideBySide(t *testing.T) {
	const slow = 8
	eachWay(t, func(t *testing.T, run overItems) {
		for i, s := range append(limited(slow), unlimited()...) {
			quick := 5000
			if i == 0 {
				quick = 100_000
			}
			var all sync.WaitGroup
			all.Add(slow)
			err := run(t.Context(), s, quick+slow, func(_ context.Context, i int) error {
				if i >= quick {
					all.Done()
					all.Wait() // for ever, if one of them waited behind another
				}
				return nil
			})
			if err != nil {
				t.Errorf("%v: %v", s, err)
			}
		}
	})
}

// The same when the slow ones stand among quick ones, and those end while the slow ones wait.
func TestQuickItemsDoNotWaitBehindSlowOnes(t *testing.T) {
	const items, limit = 1000, 4 // fewer than a stream keeps that can't be read yet
	eachWay(t, func(t *testing.T, run overItems) {
		for _, s := range limited(limit) {
			synctest.Test(t, func(t *testing.T) {
				var quick atomic.Int32
				release := make(chan struct{})
				done := make(chan error)
				go func() {
					done <- run(t.Context(), s, items, func(_ context.Context, i int) error {
						if i%200 == 100 && i < (limit-1)*200 {
							<-release
							return nil
						}
						quick.Add(1)
						return nil
					}, fate.Backlog(items))
				}()
				synctest.Wait()
				if n := quick.Load(); n != items-(limit-1) {
					t.Errorf("%v: %d quick items have ended while %d slow ones have a slot each and one is free, want all %d", s, n, limit-1, items-(limit-1))
				}
				close(release)
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		}
	})
}

// Promise 13: an item that the input gave runs though the input then gives no more, however many came before it and how fast.
func TestAnItemRunsThoughTheInputWaits(t *testing.T) {
	for _, s := range append(limited(2), unlimited()...) {
		for _, before := range []int{0, 1, 7, 1000, 5000} {
			ran, given := make(chan struct{}), false
			in := func(yield func(int) bool) {
				for i := range before {
					yield(i)
				}
				yield(-1)
				<-ran // for ever, if the item waited for another to come
				given = true
			}
			err := fate.ForEach(t.Context(), s, in, func(_ context.Context, i int) error {
				if i < 0 {
					close(ran)
				}
				return nil
			})
			if err != nil || !given {
				t.Errorf("%v: %v", s, err)
			}
		}
	}
}

// Whatever the items do, each runs once or is skipped, every failure is told with its item's place, and the counts add up at every
// verdict.
func TestItemsOfEveryKindAddUp(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for seed := range uint64(40) {
			rng := rand.New(rand.NewPCG(seed, 1))
			n, limit := rng.IntN(3000), rng.IntN(5)
			one := 1 + rng.IntN(50) // of so many does something else than return nil
			ran := make([]atomic.Int32, n)
			s := &auditor{Strategy: collectall.Strategy{Limit: limit}, limit: uint64(limit)}
			err := run(t.Context(), s, n, func(_ context.Context, i int) error {
				ran[i].Add(1)
				switch (i*7919 + int(seed)) % (3 * one) {
				case 0:
					return fmt.Errorf("item %d", i)
				case 1:
					panic(fmt.Sprintf("item %d", i))
				case 2:
					runtime.Goexit()
				case 3:
					runtime.Gosched()
				}
				return nil
			}, fate.Panics(fate.Return))
			if (err == nil) != (s.failures == 0) {
				t.Errorf("seed %d: told %v after %d failures", seed, err, s.failures)
			}
			for i := range ran {
				if k := ran[i].Load(); k != 1 {
					t.Fatalf("seed %d: item %d of %d ran %d times", seed, i, n, k)
				}
			}
			for _, w := range s.wrong {
				t.Errorf("seed %d, limit %d: %s", seed, limit, w)
			}
		}
	})
}

// auditor checks what a strategy is shown.
type auditor struct {
	collectall.Strategy
	limit    uint64
	failures uint64
	wrong    []string
}

func (a *auditor) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	a.failures++
	a.check(t, "Settle")
	if want := fmt.Sprintf("item %d", e.ID); e.Kind == fate.Failed && e.Err.Error() != want {
		a.wrong = append(a.wrong, fmt.Sprintf("the failure of item %d is %q", e.ID, e.Err))
	}
	return a.Strategy.Settle(t, e)
}

func (a *auditor) Conclude(s fate.Summary) error {
	a.check(s.Tally, "Conclude")
	if s.Tally.Held+s.Tally.Running > 0 {
		a.wrong = append(a.wrong, fmt.Sprintf("at the end: %v", s.Tally))
	}
	return a.Strategy.Conclude(s)
}

func (a *auditor) check(t fate.Tally, where string) {
	if t.Offered != t.Ended()+t.Held+t.Running || t.Failures() != a.failures || a.limit > 0 && t.Running > a.limit {
		a.wrong = append(a.wrong, fmt.Sprintf("%s after %d failures is shown %v", where, a.failures, t))
	}
}

// A stop at any item leaves the rest skipped and counted, and lets nothing start that had not.
func TestAStopAtAnyItem(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for _, limit := range []int{0, 1, 3} {
			for _, at := range []int{0, 1, 5, 63, 64, 200, 1999} {
				var started atomic.Int64
				s := &auditor{Strategy: collectall.Strategy{Limit: limit, StopAfter: 1}, limit: uint64(limit)}
				err := run(t.Context(), s, 2000, func(ctx context.Context, i int) error {
					if ctx.Err() == nil {
						started.Add(1)
					}
					if i == at {
						return fmt.Errorf("item %d", i)
					}
					return nil
				})
				if err == nil || len(s.wrong) > 0 || s.failures != 1 {
					t.Errorf("limit %d, stopped at %d: told %v; %v", limit, at, err, s.wrong)
				}
				if limit == 1 && started.Load() != int64(at)+1 {
					t.Errorf("one at a time, stopped at %d: %d items started", at, started.Load())
				}
			}
		}
	})
}

// None of the three allocates for each item, whatever the strategy.
func TestItemsCostNoAllocation(t *testing.T) {
	const n = 10_000
	in := make([]int, n)
	f := func(context.Context, int) (int, error) { return 0, nil }
	g := func(context.Context, int) error { return nil }
	for _, s := range []fate.Strategy{failfast.Strategy{Limit: 4}, collectall.Strategy{Limit: 4}, failfast.Strategy{}, unhinted{failfast.Strategy{Limit: 4}}} {
		for name, run := range map[string]func(){
			"ForEach": func() { _ = fate.ForEach(t.Context(), s, numbers(n), g) },
			"Map":     func() { _, _ = fate.Map(t.Context(), s, in, f) },
			"Stream": func() {
				for range fate.Stream(t.Context(), s, numbers(n), f) {
				}
			},
		} {
			if per := testing.AllocsPerRun(3, run) / n; per > 0.1 {
				t.Errorf("%s, %v: %.2f allocations an item", name, s, per)
			}
		}
	}
}

// With Backlog the bound is kept to, also when items are quick.
func TestAheadIsBoundedByBacklog(t *testing.T) {
	for _, backlog := range []int{0, 1, 10} {
		const limit = 2
		var pulled, ended atomic.Int64
		in := func(yield func(int) bool) {
			for i := range 20_000 {
				if ahead := pulled.Add(1) - ended.Load(); ahead > int64(limit+backlog+1) {
					t.Fatalf("backlog %d: %d items pulled that have not ended", backlog, ahead)
				}
				if !yield(i) {
					return
				}
			}
		}
		err := fate.ForEach(t.Context(), failfast.Strategy{Limit: limit}, in, func(context.Context, int) error { ended.Add(1); return nil }, fate.Backlog(backlog))
		if err != nil {
			t.Error(err)
		}
	}
}

// A producer that is slower than the items, and one that comes in bursts, lose nothing and hang nothing.
func TestASlowInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range append(limited(3), unlimited()...) {
			sum := 0
			for v, err := range fate.Stream(t.Context(), s, func(yield func(int) bool) {
				for i := range 300 {
					if i%7 == 0 {
						time.Sleep(time.Millisecond)
					}
					if !yield(i) {
						return
					}
				}
			}, func(_ context.Context, i int) (int, error) {
				if i%11 == 0 {
					time.Sleep(3 * time.Millisecond)
				}
				return i, nil
			}) {
				if sum += v; err != nil {
					t.Error(err)
				}
			}
			if sum != 300*299/2 {
				t.Errorf("%v: the results add up to %d", s, sum)
			}
		}
	})
}

// The group stops at any moment of a producer that brings items without a lock: what is just coming is skipped, and nobody waits for it.
func TestALoopThatEndsWhileItemsCome(t *testing.T) {
	var busy atomic.Int64
	for i := range 1500 {
		in := func(yield func(int) bool) {
			for n := 0; yield(n); n++ {
				for range (i % 64) * 16 {
					busy.Add(1)
				}
			}
		}
		for range fate.Stream(t.Context(), failfast.Strategy{Limit: 2}, in, double) {
			break
		}
	}
}

// A producer that waits for room is told of a stop, though the items that run take no notice of it.
func TestAWaitingProducerIsToldOfAStop(t *testing.T) {
	for _, s := range []fate.Strategy{failfast.Strategy{Limit: 2}, collectall.Strategy{Limit: 2, StopAfter: 1}, unhinted{failfast.Strategy{Limit: 2}}} {
		synctest.Test(t, func(t *testing.T) {
			release, fail := make(chan struct{}), make(chan struct{})
			var told atomic.Bool
			done := make(chan error)
			go func() {
				done <- fate.ForEach(t.Context(), s, func(yield func(int) bool) {
					for yield(0) {
					}
					told.Store(true)
				}, func(context.Context, int) error {
					select {
					case <-release:
						return nil
					case <-fail:
						return errItem
					}
				}, fate.Backlog(8))
			}()
			synctest.Wait()
			fail <- struct{}{}
			synctest.Wait()
			if !told.Load() {
				t.Errorf("%v: the producer still waits", s)
			}
			close(release)
			if err := <-done; !errors.Is(err, errItem) {
				t.Errorf("%v: told %v", s, err)
			}
		})
	}
}

// The same when the stop is the strategy's fault.
func TestAWaitingProducerIsToldOfAFault(t *testing.T) {
	s := hinted{policy{settle: func(fate.Tally, fate.Event) fate.Verdict { panic(errFault) }}, failfast.Strategy{Limit: 1}.Hints()}
	synctest.Test(t, func(t *testing.T) {
		err := fate.ForEach(t.Context(), s, numbers(3), func(context.Context, int) error {
			synctest.Wait() // until the producer waits for room
			return errItem
		}, fate.Backlog(0), fate.Panics(fate.Return))
		if !errors.Is(err, errFault) || !errors.Is(err, errItem) {
			t.Errorf("told %v, want the fault and the item's error", err)
		}
	})
}

package limiter_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
)

// Edge 38: FIFO, a large waiter is not starved by small ones.
func TestWhoCameFirstIsLetInFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c, ctx := limiter.New(4), newCallers(t), t.Context()
		if !l.TryAcquire(3) {
			t.Fatal("refused where there is room")
		}
		c.start("large", func() error { return l.Acquire(ctx, 4) })
		c.start("small", func() error { return l.Acquire(ctx, 1) })
		c.start("small too", func() error { return l.Acquire(ctx, 1) })
		c.want()
		if l.TryAcquire(1) {
			t.Error("TryAcquire overtook those that wait")
		}
		wantStats(t, l, limiter.Stats{Size: 4, InUse: 3, Waiting: 3, Wanted: 6})
		l.Release(2)
		c.want() // there are 3 free, and the large one wants 4
		l.Release(1)
		c.want("large")
		wantStats(t, l, limiter.Stats{Size: 4, InUse: 4, Waiting: 2, Wanted: 2})
		l.Release(1)
		c.want("small")
		l.Release(1)
		c.want("small too")
		l.Release(4)
		wantStats(t, l, limiter.Stats{Size: 4})
	})
}

// Edge 38: a cancelled waiter gives its place back and lets those behind it go on, at once.
func TestOneThatGivesUpLetsThoseBehindItGoOn(t *testing.T) {
	for _, place := range []string{"first", "second", "third"} {
		synctest.Test(t, func(t *testing.T) {
			l, c := limiter.New(4), newCallers(t)
			_ = l.TryAcquire(2)
			ctx, cancel := context.WithCancelCause(t.Context())
			for _, w := range []struct {
				name string
				n    int64
			}{{"first", 3}, {"second", 2}, {"third", 2}} {
				of := t.Context()
				if w.name == place {
					of = ctx
				}
				c.start(w.name, func() error { return l.Acquire(of, w.n) })
			}
			cancel(errCause)
			switch place {
			case "first":
				synctest.Wait()
				c.wantErr("first", context.Canceled)
				c.wantErr("second", nil)
				wantStats(t, l, limiter.Stats{Size: 4, InUse: 4, Waiting: 1, Wanted: 2})
				l.Release(2)
			case "second":
				c.want("second")
				wantStats(t, l, limiter.Stats{Size: 4, InUse: 2, Waiting: 2, Wanted: 5})
				l.Release(1) // of the two, so that the first has room
				c.want("first")
				l.Release(1) // the one left
				l.Release(1) // of the first's three
				c.want("third")
			case "third":
				c.want("third")
				l.Release(2)
				c.want("first")
				l.Release(3)
				c.want("second")
			}
			synctest.Wait()
			l.Release(l.Stats().InUse)
			wantStats(t, l, limiter.Stats{Size: 4})
		})
	}
}

// Whoever's context has ended takes nothing, also if there is room, and also if it was let in before it saw that.
func TestNothingIsTakenForAContextThatHasEnded(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	l := limiter.New(2)
	for _, n := range []int64{0, 1, 2, 3} {
		if err := l.Acquire(ended, n); err != context.Canceled {
			t.Errorf("weight %d: the error is %v, want the context's", n, err)
		}
	}
	wantStats(t, l, limiter.Stats{Size: 2})
	for range 100 { // which of the two it looks at first is left to chance
		_ = l.TryAcquire(2)
		if err := l.Acquire(&endsWhileAsked{Context: t.Context(), meanwhile: func() { l.Release(2) }}, 1); err != context.Canceled {
			t.Errorf("the error is %v, want the context's", err)
		}
		wantStats(t, l, limiter.Stats{Size: 2})
	}
}

// endsWhileAsked is a context that ends when it is asked for its Done, after something else has happened.
type endsWhileAsked struct {
	context.Context
	meanwhile func()
	over      bool
}

func (c *endsWhileAsked) Done() <-chan struct{} {
	c.meanwhile()
	c.over = true
	return closed
}

func (c *endsWhileAsked) Err() error {
	if c.over {
		return context.Canceled
	}
	return nil
}

var closed = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// To wait costs two allocations, not to wait none.
func TestAllocationsOfAcquire(t *testing.T) {
	l := limiter.New(2)
	if n := testing.AllocsPerRun(100, func() {
		_ = l.Acquire(t.Context(), 1)
		_ = l.TryAcquire(1)
		l.Release(2)
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
	_ = l.TryAcquire(2)
	ctx := &endsWhileAsked{Context: t.Context(), meanwhile: func() {}}
	if n := testing.AllocsPerRun(100, func() {
		ctx.over = false
		_ = l.Acquire(ctx, 1)
	}); n != 2 {
		t.Errorf("%v allocations for one that waited, want 2", n)
	}
	l.Release(2)
	wantStats(t, l, limiter.Stats{Size: 2})
}

// Edge 38: a weight above the size fails at once.
func TestATooLargeWeightFailsAtOnce(t *testing.T) {
	l := limiter.New(4)
	_ = l.TryAcquire(4)
	wantTooHeavy(t, l.Acquire(t.Context(), 5), limiter.TooHeavyError{Weight: 5, Size: 4})
	wantTooHeavy(t, l.Acquire(t.Context(), math.MaxInt64), limiter.TooHeavyError{Weight: math.MaxInt64, Size: 4})
	g := fate.New(t.Context(), failfast.Strategy{})
	wantTooHeavy(t, l.Go(g, 5, succeeds), limiter.TooHeavyError{Weight: 5, Size: 4})
	wantTally(t, g, fate.Tally{}) // the group never hears of it
	if l.TryAcquire(5) || l.TryGo(g, 5, succeeds) {
		t.Error("let in")
	}
	wantTally(t, g, fate.Tally{Offered: 1, Shed: 1})
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	wantStats(t, l, limiter.Stats{Size: 4, InUse: 4})
}

// A Resize that makes the size smaller than what somebody waits for sends it away, and those behind it go on.
func TestResizeSendsAwayWhatHasBecomeTooHeavy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c, ctx := limiter.New(8), newCallers(t), t.Context()
		g := fate.New(ctx, failfast.Strategy{})
		_ = l.TryAcquire(3)
		c.start("8", func() error { return l.Acquire(ctx, 8) })
		c.start("7", func() error { return l.Go(g, 7, succeeds) })
		c.start("2", func() error { return l.Acquire(ctx, 2) })
		c.start("6", func() error { return l.Acquire(ctx, 6) })
		wantStats(t, l, limiter.Stats{Size: 8, InUse: 3, Waiting: 4, Wanted: 23})
		l.Resize(7)
		c.want("8")
		c.wantTooHeavy("8", limiter.TooHeavyError{Weight: 8, Size: 7})
		l.Resize(5)
		synctest.Wait()
		c.wantTooHeavy("7", limiter.TooHeavyError{Weight: 7, Size: 5})
		c.wantTooHeavy("6", limiter.TooHeavyError{Weight: 6, Size: 5})
		c.wantErr("2", nil) // the one between
		wantStats(t, l, limiter.Stats{Size: 5, InUse: 5})
		wantTally(t, g, fate.Tally{})
		l.Release(5)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// Edge 38: weight 0 never blocks, whoever waits and whatever is taken.
func TestWeightZeroNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(1), newCallers(t)
		_ = l.TryAcquire(1)
		c.start("waits", func() error { return l.Acquire(t.Context(), 1) })
		if err := l.Acquire(t.Context(), 0); err != nil || !l.TryAcquire(0) {
			t.Errorf("Acquire: %v, or TryAcquire is false", err)
		}
		l.Release(0)
		g := fate.New(t.Context(), failfast.Strategy{})
		if err := l.Go(g, 0, succeeds); err != nil || !l.TryGo(g, 0, succeeds) {
			t.Errorf("Go: %v, or TryGo is false", err)
		}
		g.Go(l.Task(0, succeeds))
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		wantTally(t, g, fate.Tally{Offered: 3, OK: 3})
		c.want()
		l.Release(1)
		c.want("waits")
		l.Release(1)
		if err := new(limiter.Limiter).Acquire(t.Context(), 0); err != nil {
			t.Errorf("with size 0: %v", err)
		}
	})
}

func TestMisusePanicsInTheCallerNamingTheCall(t *testing.T) {
	l := limiter.New(8)
	g := fate.New(t.Context(), failfast.Strategy{})
	one := func(int) int64 { return 1 }
	typed := func(context.Context, int) (int, error) { return 0, nil }
	negative := func(int) int64 { return -7 }
	f := func(context.Context, int) error { return nil }
	ctx := t.Context()
	var none context.Context
	for want, call := range map[string]func(){
		"limiter: New: the size is 0: must be 1 or more":                               func() { limiter.New(0) },
		"limiter: New: the size is -1: must be 1 or more":                              func() { limiter.New(-1) },
		"limiter: Resize: the size is 0: must be 1 or more":                            func() { l.Resize(0) },
		"limiter: Acquire: the context is nil":                                         func() { _ = l.Acquire(none, 1) },
		"limiter: Acquire: the weight is -1: must be 0 or more":                        func() { _ = l.Acquire(ctx, -1) },
		"limiter: TryAcquire: the weight is -2: must be 0 or more":                     func() { l.TryAcquire(-2) },
		"limiter: Release: the weight is -3: must be 0 or more":                        func() { l.Release(-3) },
		"limiter: Release: the weight is 1: must not be more than is held, which is 0": func() { l.Release(1) },
		"limiter: Go: the group is nil":                                                func() { _ = l.Go(nil, 1, succeeds) },
		"limiter: Go: the weight is -4: must be 0 or more":                             func() { _ = l.Go(g, -4, succeeds) },
		"limiter: Go: the task is nil":                                                 func() { _ = l.Go(g, 1, nil) },
		"limiter: TryGo: the group is nil":                                             func() { l.TryGo(nil, 1, succeeds) },
		"limiter: TryGo: the weight is -5: must be 0 or more":                          func() { l.TryGo(g, -5, succeeds) },
		"limiter: TryGo: the task is nil":                                              func() { l.TryGo(g, 1, nil) },
		"limiter: Task: the weight is -6: must be 0 or more":                           func() { l.Task(-6, succeeds) },
		"limiter: Task: the task is nil":                                               func() { l.Task(1, nil) },
		"limiter: Each: the limiter is nil":                                            func() { limiter.Each(nil, one, f) },
		"limiter: Each: the weight is nil":                                             func() { limiter.Each(l, nil, f) },
		"limiter: Each: the function is nil":                                           func() { limiter.Each(l, one, nil) },
		"limiter: Each: the weight is -7: must be 0 or more":                           func() { _ = limiter.Each(l, negative, f)(ctx, 1) },
		"limiter: Func: the weight is -7: must be 0 or more": func() {
			_, _ = limiter.Func(l, negative, typed)(ctx, 1)
		},
		"limiter: Func: the limiter is nil":  func() { limiter.Func[int, int](nil, one, nil) },
		"limiter: Func: the weight is nil":   func() { limiter.Func[int, int](l, nil, nil) },
		"limiter: Func: the function is nil": func() { limiter.Func[int, int](l, one, nil) },
	} {
		if got := recovered(call); got != want {
			t.Errorf("panics with %v, want %q", got, want)
		}
	}
	wantStats(t, l, limiter.Stats{Size: 8})
	wantTally(t, g, fate.Tally{})
	_ = g.Wait()
}

// What tasks hold can't be released by hand: it would be missing only when they end, in the group.
func TestReleaseOfMoreThanIsHeldPanicsThoughTasksHoldMore(t *testing.T) {
	l := limiter.New(8)
	g := fate.New(t.Context(), failfast.Strategy{})
	gate, started := make(chan struct{}), make(chan struct{})
	if err := l.Go(g, 3, until(gate)); err != nil {
		t.Fatal(err)
	}
	g.Go(l.Task(2, func(context.Context) error { close(started); <-gate; return nil }))
	<-started
	if err := l.Acquire(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if v, _ := recovered(func() { l.Release(3) }).(string); !strings.Contains(v, "which is 2") {
		t.Errorf("panics with %q", v)
	}
	l.Release(2)
	if recovered(func() { l.Release(1) }) == nil {
		t.Error("releases what tasks hold")
	}
	wantStats(t, l, limiter.Stats{Size: 8, InUse: 5})
	close(gate)
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	wantStats(t, l, limiter.Stats{Size: 8})
}

// Resize up lets in at once who there is room for, in their order.
func TestALargerSizeLetsInAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(4), newCallers(t)
		_ = l.TryAcquire(4)
		for _, n := range []int64{2, 3, 1} {
			c.start(fmt.Sprint(n), func() error { return l.Acquire(t.Context(), n) })
		}
		l.Resize(5)
		c.want()
		l.Resize(7) // room for 3, of which the first takes 2
		wantStats(t, l, limiter.Stats{Size: 7, InUse: 6, Waiting: 2, Wanted: 4})
		c.want("2")
		l.Resize(math.MaxInt64)
		wantStats(t, l, limiter.Stats{Size: math.MaxInt64, InUse: 10})
		synctest.Wait()
		l.Release(10)
	})
}

// Resize down below what is in use never waits, and lets nothing more in until enough has been given back.
func TestASmallerSizeIsADebtThatReleasesPay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(10), newCallers(t)
		_ = l.TryAcquire(9)
		l.Resize(4)
		wantStats(t, l, limiter.Stats{Size: 4, InUse: 9})
		c.start("waits", func() error { return l.Acquire(t.Context(), 1) })
		for range 5 {
			if l.TryAcquire(1) {
				t.Error("let in")
			}
			l.Release(1)
			c.want()
		}
		wantStats(t, l, limiter.Stats{Size: 4, InUse: 4, Waiting: 1, Wanted: 1})
		l.Release(1)
		c.want("waits")
		wantStats(t, l, limiter.Stats{Size: 4, InUse: 4})
		l.Release(4)
	})
}

// What is free may be taken back though somebody waits, and is not there for others when that one gives up. A semaphore can't do this: see
// TestASemaphoreCantBeMadeSmallerWhileSomebodyWaits.
func TestASmallerSizeTakesBackWhatIsFreeThoughSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(10), newCallers(t)
		ctx, cancel := context.WithCancel(t.Context())
		_ = l.TryAcquire(4)
		c.start("8", func() error { return l.Acquire(ctx, 8) })
		l.Resize(9)
		c.start("6", func() error { return l.Acquire(t.Context(), 6) })
		cancel()
		c.want("8")
		wantStats(t, l, limiter.Stats{Size: 9, InUse: 4, Waiting: 1, Wanted: 6})
		l.Release(1)
		c.want("6")
		l.Release(9)
	})
}

// The largest weights and sizes: no sum is larger than what holds it.
func TestNothingOverflows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = math.MaxInt64
		l, c := limiter.New(most), newCallers(t)
		if !l.TryAcquire(most-1) || l.TryAcquire(2) || l.TryAcquire(most) || !l.TryAcquire(1) || l.TryAcquire(1) {
			t.Error("wrongly let in or refused")
		}
		ctx, cancel := context.WithCancel(t.Context())
		for i := range 5 {
			c.start(fmt.Sprint(i), func() error { return l.Acquire(ctx, most) })
			wantStats(t, l, limiter.Stats{Size: most, InUse: most, Waiting: i + 1, Wanted: most})
		}
		c.start("small", func() error { return l.Acquire(t.Context(), 7) })
		cancel()
		synctest.Wait()
		wantStats(t, l, limiter.Stats{Size: most, InUse: most, Waiting: 1, Wanted: 7})
		l.Resize(8) // in use is now most-8 too much
		l.Release(most - 8)
		wantStats(t, l, limiter.Stats{Size: 8, InUse: 8, Waiting: 1, Wanted: 7})
		l.Resize(most)
		wantStats(t, l, limiter.Stats{Size: most, InUse: 15})
		synctest.Wait()
		l.Release(15)
	})
}

// The zero Limiter lets nothing in that weighs something, until it has a size.
func TestTheZeroLimiterHasSizeZero(t *testing.T) {
	var l limiter.Limiter
	wantTooHeavy(t, l.Acquire(t.Context(), 1), limiter.TooHeavyError{Weight: 1})
	if l.TryAcquire(1) {
		t.Error("let in")
	}
	l.Resize(1)
	if !l.TryAcquire(1) {
		t.Error("refused")
	}
	l.Release(1)
	wantStats(t, &l, limiter.Stats{Size: 1})
}

var global = limiter.New(1)

// A limiter may be a global variable, and be waited for in one test's bubble after the other.
func TestALimiterServesOneBubbleAfterTheOther(t *testing.T) {
	for range 3 {
		synctest.Test(t, func(t *testing.T) {
			c := newCallers(t)
			_ = global.TryAcquire(1)
			c.start("waits", func() error { return global.Acquire(t.Context(), 1) })
			global.Release(1)
			c.want("waits")
			global.Release(1)
		})
	}
}

func TestStatsString(t *testing.T) {
	for want, s := range map[string]limiter.Stats{
		"3 of 8 in use":                  {Size: 8, InUse: 3},
		"9 of 8 in use, 2 waiting for 5": {Size: 8, InUse: 9, Waiting: 2, Wanted: 5},
	} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

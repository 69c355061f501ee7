package limiter_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
	"github.com/sharedfate/fate/shed"
)

// FIFO among the producers of all groups, with one another and with those who call Acquire.
func TestProducersOfAllGroupsStandInOneLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(2), newCallers(t)
		groups := []*fate.Group{
			fate.New(t.Context(), failfast.Strategy{}), fate.New(t.Context(), collectall.Strategy{Limit: 1}), fate.New(t.Context(), shed.Strategy{Limit: 5}),
		}
		var ran []string
		_ = l.TryAcquire(2)
		var want []string
		for i := range 9 {
			name, g := fmt.Sprint(i), groups[i%3]
			want = append(want, name)
			switch {
			case i == 4:
				c.start(name, func() error { defer l.Release(2); return l.Acquire(t.Context(), 2) })
			case i == 5:
				g.Go(l.Task(2, func(context.Context) error { ran = append(ran, name); return nil }))
				synctest.Wait()
			default: // small among large ones
				c.start(name, func() error {
					return l.Go(g, int64(1+i%2), func(context.Context) error {
						ran = append(ran, name)
						time.Sleep(time.Millisecond)
						return nil
					})
				})
			}
		}
		c.want()
		wantStats(t, l, limiter.Stats{Size: 2, InUse: 2, Waiting: 9, Wanted: 14})
		if l.TryGo(groups[0], 1, succeeds) {
			t.Error("TryGo overtook those that wait")
		}
		// Weights 1 2 1 2 2 2 1 2 1: as no two neighbours fit together, one is let in after the other.
		l.Release(2)
		for _, g := range groups {
			synctest.Wait()
			time.Sleep(time.Second)
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		}
		want = slices.Delete(want, 4, 5)
		if !slices.Equal(ran, want) {
			t.Errorf("they ran in the order %q, want %q", ran, want)
		}
		wantStats(t, l, limiter.Stats{Size: 2})
	})
}

// The weight comes back when the task has ended, in whatever way, while its group lives on.
func TestTheWeightComesBackHoweverTheTaskEnds(t *testing.T) {
	ends := map[string]fate.Task{
		"nil":        succeeds,
		"an error":   func(context.Context) error { return errTask },
		"a panic":    func(context.Context) error { panic(errTask) },
		"Goexit":     func(context.Context) error { runtime.Goexit(); return nil },
		"panic(nil)": func(context.Context) error { panic(nil) },
	}
	for how, task := range ends {
		for _, mode := range []fate.PanicMode{fate.Rethrow, fate.Return} {
			for name, offer := range offers {
				synctest.Test(t, func(t *testing.T) {
					l := limiter.New(3)
					g := fate.New(t.Context(), collectall.Strategy{}, fate.Panics(mode))
					if err := offer(l, g, 2, task); err != nil {
						t.Fatal(err)
					}
					g.Go(func(context.Context) error { time.Sleep(time.Second); return nil })
					synctest.Wait()
					wantStats(t, l, limiter.Stats{Size: 3})
					_ = recovered(func() { _ = g.Wait() })
					if tally := g.Tally(); tally.Offered != 2 || tally.OK+tally.Failures() != 2 || (tally.OK == 2) != (how == "nil") {
						t.Errorf("%s, %v, %s: the tally is %v", how, mode, name, tally)
					}
				})
			}
		}
	}
}

// offers are the ways to run a task with a weight in a group.
var offers = map[string]func(*limiter.Limiter, *fate.Group, int64, fate.Task) error{
	"Go": func(l *limiter.Limiter, g *fate.Group, n int64, t fate.Task) error { return l.Go(g, n, t) },
	"TryGo": func(l *limiter.Limiter, g *fate.Group, n int64, t fate.Task) error {
		return offered(l.TryGo(g, n, t))
	},
	"Task": func(l *limiter.Limiter, g *fate.Group, n int64, t fate.Task) error {
		return offered(g.Go(l.Task(n, t)))
	},
	"Each": func(l *limiter.Limiter, g *fate.Group, n int64, t fate.Task) error {
		f := limiter.Each(l, func(fate.Task) int64 { return n }, func(ctx context.Context, t fate.Task) error { return t(ctx) })
		return offered(g.Go(func(ctx context.Context) error { return f(ctx, t) }))
	},
	"Func": func(l *limiter.Limiter, g *fate.Group, n int64, t fate.Task) error {
		f := limiter.Func(l, func(fate.Task) int64 { return n }, func(ctx context.Context, t fate.Task) (int, error) { return 1, t(ctx) })
		return offered(g.Go(func(ctx context.Context) error { _, err := f(ctx, t); return err }))
	},
}

func offered(ok bool) error {
	if !ok {
		return fate.ErrShed
	}
	return nil
}

var endings = []ending{
	{"Stop", errCause, func(time.Duration) (context.Context, func(*fate.Group)) {
		return context.Background(), func(g *fate.Group) { g.Stop(errCause) }
	}},
	{"a failure", errTask, func(time.Duration) (context.Context, func(*fate.Group)) {
		return context.Background(), func(g *fate.Group) { g.Spawn("fails", func(context.Context) error { return errTask }) }
	}},
	{"parent cancelled", errCause, func(time.Duration) (context.Context, func(*fate.Group)) {
		ctx, cancel := context.WithCancelCause(context.Background())
		return ctx, func(*fate.Group) { cancel(errCause) }
	}},
	{"parent's deadline", context.DeadlineExceeded, func(at time.Duration) (context.Context, func(*fate.Group)) {
		ctx, cancel := context.WithTimeout(context.Background(), at)
		return ctx, func(*fate.Group) { <-ctx.Done(); cancel() }
	}},
	{"parent of a foreign type", context.DeadlineExceeded, func(time.Duration) (context.Context, func(*fate.Group)) {
		ctx := newForeign()
		return ctx, func(*fate.Group) { ctx.end() }
	}},
	{"outer group", errCause, func(time.Duration) (context.Context, func(*fate.Group)) {
		outer := fate.New(context.Background(), failfast.Strategy{})
		return outer.Context(), func(*fate.Group) { outer.Stop(errCause) }
	}},
}

// What a group's stop does to a task with a weight, in each state that it can be in: what waits comes back at once with ErrStopped and the
// cause, what has not started gives its weight back at once, though a task that does not look at its context runs on, and what runs keeps it
// until it has ended.
func TestAStopInEachStateOfATask(t *testing.T) {
	type scene struct {
		l *limiter.Limiter
		g *fate.Group
		c *callers
	}
	states := []struct {
		name    string
		limit   int
		backlog int
		blocked bool // a task runs that does not look at its context
		full    int64
		inUse   int64 // before the stop, of 10
		after   int64 // and after it
		refused bool  // Go returns only then
	}{
		{"waits for its weight", 0, 0, false, 8, 8, 8, true},
		{"waits for its weight and is not the first", 0, 0, true, 8, 8, 8, true},
		{"waits for room in its group", 1, 0, true, 0, 3, 0, true},
		{"is held", 1, 5, true, 0, 3, 0, false},
		{"runs", 0, 0, true, 0, 3, 3, false},
	}
	for _, e := range endings {
		for _, s := range states {
			if e.name == "a failure" && s.limit > 0 {
				continue // the one that fails would have to wait
			}
			synctest.Test(t, func(t *testing.T) {
				what := e.name + " while it " + s.name
				parent, stop := e.begin(time.Second)
				sc := scene{limiter.New(10), fate.New(parent, failfast.Strategy{Limit: s.limit}, fate.Backlog(s.backlog)), newCallers(t)}
				gate := make(chan struct{})
				if s.blocked {
					sc.g.Go(until(gate))
				}
				_ = sc.l.TryAcquire(s.full)
				ahead := s.name == "waits for its weight and is not the first"
				inUse, others := s.inUse, 0
				if ahead {
					sc.c.start("ahead", func() error { return sc.l.Acquire(t.Context(), 10) })
					others++
				}
				ran := false
				sc.c.start("Go", func() error {
					return sc.l.Go(sc.g, 3, func(context.Context) error { ran = true; <-gate; return nil })
				})
				st := sc.l.Stats()
				if back, _ := sc.c.answer("Go"); back == s.refused || st.InUse != inUse || (st.Waiting > 0) != (s.full > 0) {
					t.Errorf("%s: before, Go has come back: %v, and the limiter has %v", what, back, st)
				}
				began := time.Now()
				time.Sleep(time.Second)
				stop(sc.g)
				synctest.Wait()
				if time.Since(began) != time.Second {
					t.Errorf("%s: it took %v", what, time.Since(began))
				}
				if st := sc.l.Stats(); st.InUse != s.after || st.Waiting != others {
					t.Errorf("%s: after the stop the limiter has %v", what, st)
				}
				if s.refused {
					sc.c.wantErr("Go", fate.ErrStopped)
					sc.c.wantErr("Go", e.cause)
				} else {
					sc.c.wantErr("Go", nil)
				}
				wantIs(t, sc.l.Go(sc.g, 1, succeeds), fate.ErrStopped) // and whatever comes later
				if sc.l.TryGo(sc.g, 1, succeeds) || sc.l.TryGo(sc.g, 10, succeeds) {
					t.Errorf("%s: accepted after the stop", what)
				}
				close(gate)
				err := sc.g.Wait()
				wantIs(t, err, e.cause)
				if tally := sc.g.Tally(); tally.Shed != 0 || tally.Skipped < 3 || ran != (s.name == "runs") {
					t.Errorf("%s: it ran: %v, and the tally is %v", what, ran, tally)
				}
				sc.l.Release(s.full)
				synctest.Wait()
				if ahead {
					sc.l.Release(10)
				}
				wantStats(t, sc.l, limiter.Stats{Size: 10})
				sc.l.Resize(1)
				time.Sleep(time.Hour) // let what was started end
			})
		}
	}
}

// One that has been accepted, and perhaps taken by a runner, when the stop comes.
func TestAStopAtTheMomentOfTheStart(t *testing.T) {
	for i := range 400 {
		for _, e := range endings {
			if e.name == "parent's deadline" {
				continue
			}
			l := limiter.New(3)
			parent, stop := e.begin(0)
			g := fate.New(parent, failfast.Strategy{Limit: 2 + i%2})
			var ran atomic.Int32
			for range 2 {
				wantIs(t, l.Go(g, 1, func(context.Context) error { ran.Add(1); return nil }), nil)
			}
			if i%3 > 0 {
				runtime.Gosched()
			}
			stop(g)
			err := g.Wait()
			tally := g.Tally()
			if tally.OK+tally.Skipped < 2 || tally.OK != uint64(ran.Load()) || tally.Skipped > 0 && err == nil {
				t.Fatalf("%s: %d ran, the tally is %v, Wait's error %v", e.name, ran.Load(), tally, err)
			}
			wantStats(t, l, limiter.Stats{Size: 3})
		}
	}
}

// Group A is stopped at each moment of a history in which it and B compete for the limit. B never notices more of it than that there
// is room.
func TestAStopAtEveryMoment(t *testing.T) {
	for _, e := range endings {
		for _, limit := range []int{0, 1, 2} {
			if e.name == "a failure" && limit > 0 {
				continue // the one that fails would have to wait
			}
			for _, backlog := range []int{0, 1, 64} {
				for _, heed := range []bool{true, false} {
					for ms := time.Duration(0); ms <= 12; ms++ {
						at := ms*time.Millisecond + 500*time.Microsecond
						synctest.Test(t, func(t *testing.T) {
							if wrong := compete(e, limit, backlog, heed, at); wrong != "" {
								t.Errorf("%s at %v, limit %d, backlog %d, heed %v: %s", e.name, at, limit, backlog, heed, wrong)
							}
						})
						if t.Failed() {
							return
						}
					}
				}
			}
		}
	}
}

// compete plays the history and says what is wrong with it, if anything.
func compete(e ending, limit, backlog int, heed bool, at time.Duration) (wrong string) {
	const size = 3
	weights := []int64{1, 2, 3, 1, 1, 2}
	say := func(format string, args ...any) {
		if wrong == "" {
			wrong = fmt.Sprintf(format, args...)
		}
	}
	l := limiter.New(size)
	parent, stop := e.begin(at)
	a := fate.New(parent, failfast.Strategy{Limit: limit}, fate.Backlog(backlog))
	b := fate.New(context.Background(), failfast.Strategy{})
	var running atomic.Int64 // the weight of the tasks that have begun and not ended
	task := func(n int64, heed bool) fate.Task {
		return func(ctx context.Context) error {
			if now := running.Add(n); now > size {
				say("a weight of %d is running", now)
			}
			defer running.Add(-n)
			done := ctx.Done()
			if !heed {
				done = nil
			}
			select {
			case <-time.After(2 * time.Millisecond):
				return nil
			case <-done:
				return ctx.Err()
			}
		}
	}
	began := time.Now()
	refused, accepted := 0, 0
	producers := make(chan struct{}, 2)
	go func() {
		defer func() { producers <- struct{}{} }()
		for _, n := range weights {
			called := time.Since(began)
			switch err := l.Go(a, n, task(n, heed)); {
			case err == nil:
				accepted++
			case !isStop(err, e.cause):
				say("A's producer is told %v", err)
			default:
				refused++
				if back := time.Since(began); back > max(at, called) {
					say("a refusal came %v late", back-max(at, called))
				}
			}
		}
	}()
	go func() {
		defer func() { producers <- struct{}{} }()
		for _, n := range weights {
			if err := l.Go(b, n, task(n, true)); err != nil {
				say("B's producer is told %v", err)
			}
		}
	}()
	time.Sleep(at)
	stop(a)
	synctest.Wait()
	// B's tasks start as soon as they are accepted, and A's don't wait any more.
	if st := l.Stats(); st.InUse != running.Load() {
		say("after the stop %v, and %d is running", st, running.Load())
	} else if st.Waiting == 1 && st.Wanted <= st.Size-st.InUse || st.Waiting > 1 {
		say("after the stop %v", st)
	}
	<-producers
	<-producers
	err := a.Wait()
	if err := b.Wait(); err != nil {
		say("B ends with %v", err)
	}
	if t := b.Tally(); t != (fate.Tally{Offered: 6, OK: 6}) {
		say("B's tally is %v", t)
	}
	extra := uint64(0)
	if e.name == "a failure" {
		extra = 1
	}
	t := a.Tally()
	switch allRan := t.OK == uint64(len(weights)) && extra == 0; {
	case t.Offered != uint64(len(weights))+extra || t.Ended() != t.Offered || t.Shed > 0:
		say("A's tally is %v", t)
	case t.Skipped < uint64(refused) || t.OK+t.Cancelled > uint64(accepted):
		say("%d were accepted and %d refused, and A's tally is %v", accepted, refused, t)
	case allRan != (err == nil):
		say("A's error is %v, and its tally %v", err, t)
	}
	if st := l.Stats(); st != (limiter.Stats{Size: size}) {
		say("at the end %v", st)
	}
	time.Sleep(time.Hour) // let what was started end
	return wrong
}

package fate_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
)

// ending is a way in which a group is stopped from outside.
type ending struct {
	name  string
	cause error
	// begin makes the group's parent, and a function that stops the group at that moment; the parent may do so by itself.
	begin func(at time.Duration) (parent context.Context, stop func(*fate.Group))
}

var endings = []ending{
	{"Stop", errCause, func(time.Duration) (context.Context, func(*fate.Group)) {
		return context.Background(), func(g *fate.Group) { g.Stop(errCause) }
	}},
	{"Stop without a cause", context.Canceled, func(time.Duration) (context.Context, func(*fate.Group)) {
		return context.Background(), func(g *fate.Group) { g.Stop(nil) }
	}},
	{"parent cancelled", errCause, func(time.Duration) (context.Context, func(*fate.Group)) {
		ctx, cancel := context.WithCancelCause(context.Background())
		return ctx, func(*fate.Group) { cancel(errCause) }
	}},
	{"grandparent cancelled", context.Canceled, func(time.Duration) (context.Context, func(*fate.Group)) {
		ctx, cancel := context.WithCancel(context.Background())
		return context.WithValue(ctx, contextKey{}, 1), func(*fate.Group) { cancel() }
	}},
	{"parent's deadline", context.DeadlineExceeded, func(at time.Duration) (context.Context, func(*fate.Group)) {
		ctx, cancel := context.WithTimeout(context.Background(), at)
		return ctx, func(*fate.Group) { <-ctx.Done(); cancel() }
	}},
	{"parent of a foreign type", errForeign, func(time.Duration) (context.Context, func(*fate.Group)) {
		ctx := newForeign(context.Background())
		return ctx, func(*fate.Group) { ctx.end() }
	}},
	{"outer group", errCause, func(time.Duration) (context.Context, func(*fate.Group)) {
		outer := fate.New(context.Background(), failfast.Strategy{})
		return outer.Context(), func(*fate.Group) { outer.Stop(errCause) }
	}},
}

// history is what happened to the tasks of a group that was stopped at some moment.
type history struct {
	refused     int
	ok, cut     int // ran to the end; cut short
	ran         atomic.Int32
	lastRefusal time.Duration
	waited      time.Duration // when Wait returned
	err         error
	tally       fate.Tally
}

// play offers six tasks of 2 ms each at once and two more after 5 ms, and stops the group at a moment that is no whole
// millisecond.
func play(s fate.Strategy, e ending, at time.Duration, heed bool, opts ...fate.Option) *history {
	var h history
	began := time.Now()
	parent, stop := e.begin(at)
	g := fate.New(parent, s, opts...)
	task := func(ctx context.Context) error {
		h.ran.Add(1)
		timer := time.NewTimer(2 * time.Millisecond)
		done := ctx.Done()
		if !heed {
			done = nil
		}
		select {
		case <-timer.C:
			return nil
		case <-done:
			return fmt.Errorf("cut short: %w", ctx.Err())
		}
	}
	go func() {
		time.Sleep(at)
		stop(g)
	}()
	offer := func() {
		if !g.Go(task) {
			h.refused++
			h.lastRefusal = time.Since(began)
		}
	}
	for range 6 {
		offer()
	}
	time.Sleep(5*time.Millisecond - time.Since(began))
	offer()
	g.Spawn("child", task)
	h.err = g.Wait()
	h.waited = time.Since(began)
	h.tally = g.Tally()
	time.Sleep(time.Second) // let what was started end
	h.ok, h.cut = int(h.tally.OK), int(h.tally.Cancelled)
	return &h
}

// Promise 2: Wait() == nil under failfast and collectall only if every task accepted ran and succeeded and none was refused
// because the group had stopped. A parent's cancellation or a Stop(cause) that kept a task from running, or cut one short,
// shows in the error (errors.Is the cause).
// Promise 14: Stopping is noticed by whoever waits (Go, Wait) also when no task ever looks at its context.
// Edge 7: parent cancelled and all tasks nil: promise 2. Edge 12: Go blocks at the limit; it wakes when the group stops.
func TestStopAtEveryMoment(t *testing.T) {
	strategies := []fate.Strategy{
		failfast.Strategy{}, failfast.Strategy{Limit: 1},
		collectall.Strategy{Limit: 3, Keep: 1}, selective.Strategy{Limit: 2},
	}
	for _, e := range endings {
		t.Run(e.name, func(t *testing.T) {
			for _, s := range strategies {
				for _, backlog := range []int{0, 1, 64} {
					for _, heed := range []bool{true, false} {
						for _, ms := range []time.Duration{0, 1, 2, 3, 4, 5, 6, 9, 17} {
							at := ms*time.Millisecond + 500*time.Microsecond
							synctest.Test(t, func(t *testing.T) {
								h := play(s, e, at, heed, fate.Backlog(backlog))
								if wrong := h.judge(e.cause, at, heed); wrong != "" {
									t.Errorf("%v, backlog %d, heed %v, stop at %v: %s\nWait is %v; %v", s, backlog, heed, at, wrong, h.err, h.tally)
								}
							})
							if t.Failed() {
								return
							}
						}
					}
				}
			}
		})
	}
}

// judge says what is wrong with a history, if anything.
func (h *history) judge(cause error, at time.Duration, heed bool) string {
	t := h.tally
	succeeded := h.refused == 0 && h.ok == 8
	switch {
	case !balanced(t) || t.Running+t.Held != 0 || t.Offered != 8:
		return "the tally does not add up"
	case int(h.ran.Load()) != h.ok+h.cut:
		return fmt.Sprintf("%d tasks ran", h.ran.Load())
	case t.Failed != 0 || t.Shed != 0 || !heed && h.cut != 0:
		return "a task is miscounted"
	case succeeded != (h.err == nil):
		return "the error does not say what happened"
	case !succeeded && !errors.Is(h.err, cause):
		return "the error lacks the cause"
	case h.refused > 0 && h.lastRefusal > max(at, 5*time.Millisecond):
		return fmt.Sprintf("a refusal came %v late", h.lastRefusal-at)
	case !succeeded && heed && h.waited > max(at, 5*time.Millisecond):
		return fmt.Sprintf("Wait returned at %v", h.waited)
	case !succeeded && h.waited > max(at, 5*time.Millisecond)+2*time.Millisecond:
		return fmt.Sprintf("Wait returned at %v: it waited for tasks that had not started", h.waited)
	}
	return ""
}

// Edge 8: native: Go after the cancel does not run the task; it is skipped and counted.
func TestOfferedAfterTheStopIsSkippedAndCounted(t *testing.T) {
	for _, e := range endings {
		if e.cause == context.DeadlineExceeded {
			continue // needs a bubble, and TestStopAtEveryMoment has it
		}
		t.Run(e.name, func(t *testing.T) {
			for _, s := range []fate.Strategy{failfast.Strategy{}, failfast.Strategy{Limit: 1}, collectall.Strategy{}} {
				parent, stop := e.begin(0)
				g := fate.New(parent, s)
				g.Spawn("child", untilDone)
				stop(g)
				never := func(context.Context) error { t.Error("a task ran after the stop"); return nil }
				if g.Go(never) || g.TryGo(never) {
					t.Errorf("%v: accepted after the stop", s)
				}
				c := g.Spawn("late", never)
				wantIs(t, c.Err(), fate.ErrStopped)
				wantIs(t, c.Err(), e.cause)
				_, err := fate.Go(g, func(ctx context.Context) (int, error) { return 0, never(ctx) }).Wait()
				wantIs(t, err, fate.ErrStopped)
				wantIs(t, err, e.cause)
				wantIs(t, g.Wait(), e.cause)
				tally := g.Tally()
				if tally.Offered != 5 || tally.Skipped < 4 || tally.Skipped+tally.Cancelled != 5 {
					t.Errorf("%v: tally is %v", s, tally)
				}
			}
		})
	}
}

// A stop that comes too late to keep a task from running or to cut one short does not show in the error.
func TestAStopWithoutEffectDoesNotShow(t *testing.T) {
	for _, e := range endings {
		t.Run(e.name, func(t *testing.T) {
			for _, s := range []fate.Strategy{failfast.Strategy{}, collectall.Strategy{Limit: 1}} {
				synctest.Test(t, func(t *testing.T) {
					parent, stop := e.begin(time.Second)
					g := fate.New(parent, s)
					g.Go(succeeds)
					g.Go(endsAfter(2*time.Second, nil))
					time.Sleep(time.Second)
					stop(g)
					synctest.Wait()
					if err := g.Wait(); err != nil {
						t.Errorf("%v: Wait is %v", s, err)
					}
					if cause := context.Cause(g.Context()); cause != e.cause {
						t.Errorf("%v: the context's cause is %v, want %v", s, cause, e.cause)
					}
					wantTally(t, g, fate.Tally{Offered: 2, OK: 2})
				})
			}
		})
	}
}

// The first stop counts: its cause stays, whatever else happens, and whether or not anybody has looked at the context yet.
func TestTheFirstCauseStays(t *testing.T) {
	parentCause := errors.New("the parent's cause")
	type scene struct {
		g      *fate.Group
		cancel context.CancelCauseFunc
		gate   chan struct{} // closed, it makes a task fail
	}
	ways := []struct {
		cause error
		do    func(scene)
	}{
		{errCause, func(s scene) { s.g.Stop(errCause) }},
		{parentCause, func(s scene) { s.cancel(parentCause) }},
		{errTask, func(s scene) { close(s.gate) }},
	}
	for i, first := range ways {
		for j, second := range ways {
			for look := range 3 {
				if i == j {
					continue
				}
				synctest.Test(t, func(t *testing.T) {
					parent, cancel := context.WithCancelCause(context.Background())
					s := scene{fate.New(parent, failfast.Strategy{}), cancel, make(chan struct{})}
					s.g.Go(func(context.Context) error { <-s.gate; return errTask })
					s.g.Go(endsAfter(time.Second, nil))
					synctest.Wait()
					for n, way := range []func(scene){first.do, second.do} {
						if look == n {
							_ = s.g.Context().Done()
						}
						way(s)
						synctest.Wait()
					}
					if i != 2 && j != 2 {
						close(s.gate)
					}
					_ = s.g.Wait()
					cancel(nil)
					if cause := context.Cause(s.g.Context()); cause != first.cause {
						t.Errorf("%v, then %v: the cause is %v", first.cause, second.cause, cause)
					}
				})
			}
		}
	}
}

// Promise 14: Stopping is noticed by whoever waits also when no task ever looks at its context: each Go that is blocked
// returns false, though the running task goes on.
// Promise 8: A blocked Go wakes when the group stops.
func TestBlockedGoWakesWhenTheGroupStops(t *testing.T) {
	for _, e := range endings {
		for _, backlog := range []int{0, 1, 64} {
			synctest.Test(t, func(t *testing.T) {
				parent, stop := e.begin(time.Second)
				g := fate.New(parent, failfast.Strategy{Limit: 1}, fate.Backlog(backlog))
				gate := make(chan struct{})
				for range backlog + 1 {
					if !g.Go(until(gate)) {
						t.Error("refused where there is room")
					}
				}
				var refused, hasEnded atomic.Int32
				for range 3 {
					go func() {
						if !g.Go(succeeds) {
							refused.Add(1)
						}
					}()
					go func() {
						c := g.Spawn("blocked", succeeds)
						<-c.Done()
						wantIs(t, c.Err(), e.cause)
						hasEnded.Add(1)
					}()
				}
				synctest.Wait()
				if refused.Load()+hasEnded.Load() != 0 {
					t.Error("Go did not wait")
				}
				time.Sleep(time.Second)
				stop(g)
				synctest.Wait()
				if refused.Load() != 3 || hasEnded.Load() != 3 {
					t.Errorf("%s, backlog %d: %d of 3 Go and %d of 3 Spawn came back", e.name, backlog, refused.Load(), hasEnded.Load())
				}
				close(gate)
				wantIs(t, g.Wait(), e.cause)
				wantTally(t, g, fate.Tally{Offered: uint64(backlog + 7), OK: 1, Skipped: uint64(backlog + 6)})
			})
		}
	}
}

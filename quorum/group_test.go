package quorum_test

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/quorum"
	"github.com/sharedfate/fate/shed"
)

// after is a task that ends with err after d, or with its context's error when that ends.
func after(d time.Duration, err error) fate.Task {
	return func(ctx context.Context) error { return rest(ctx, d, err) }
}

func rest(ctx context.Context, d time.Duration, err error) error {
	select {
	case <-time.After(d):
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// inBubble runs f in a bubble and checks how long it takes by the bubble's clock.
func inBubble(t *testing.T, want time.Duration, f func(*testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		began := time.Now()
		f(t)
		if took := time.Since(began); took != want {
			t.Errorf("it took %v; want %v", took, want)
		}
	})
}

// missed checks that the quorum was missed, with the tally and with all of the errors.
func missed(t *testing.T, err error, want fate.Tally, is ...error) {
	t.Helper()
	m, ok := errors.AsType[*quorum.MissedError](err)
	if !ok {
		t.Fatalf("got %v; want a *quorum.MissedError", err)
	}
	if m.Tally != want {
		t.Errorf("the tally is %v; want %v", m.Tally, want)
	}
	for _, e := range is {
		if !errors.Is(err, e) {
			t.Errorf("%v is not in: %v", e, err)
		}
	}
}

// gaveUp checks that the error says that, and when: with which tally.
func gaveUp(t *testing.T, err error, want fate.Tally) {
	t.Helper()
	u, ok := errors.AsType[*quorum.UnreachableError](err)
	if !ok || u.Tally != want {
		t.Errorf("got %v; want an *UnreachableError at %v", err, want)
	}
}

func TestReachedStopsTheOthers(t *testing.T) {
	inBubble(t, 3*time.Second, func(t *testing.T) {
		g := fate.New(t.Context(), quorum.Strategy{Need: 2, Limit: 4})
		var cause error
		g.Go(after(time.Second, errA))
		g.Go(func(ctx context.Context) error {
			<-ctx.Done()
			cause = context.Cause(ctx)
			return ctx.Err()
		})
		g.Go(after(3*time.Second, nil))
		g.Go(after(time.Hour, nil))
		g.Go(after(time.Second, nil)) // held for a second: succeeds after two
		g.Go(after(time.Hour, nil))
		g.Go(after(0, nil)) // held until the stop
		if err := g.Wait(); err != nil {
			t.Errorf("Wait returned %v", err)
		}
		if cause != quorum.ErrReached || context.Cause(g.Context()) != quorum.ErrReached {
			t.Errorf("the losers were told %v, and the group's context %v", cause, context.Cause(g.Context()))
		}
		if got, want := g.Tally(), (fate.Tally{Offered: 7, OK: 2, Failed: 1, Cancelled: 3, Skipped: 1}); got != want {
			t.Errorf("the tally is %v; want %v", got, want)
		}
	})
}

func TestSuccessesBeyondNeedAreFine(t *testing.T) {
	g := fate.New(t.Context(), quorum.Strategy{Need: 2})
	ready := make(chan struct{})
	for range 9 {
		g.Go(func(context.Context) error { <-ready; return nil })
	}
	close(ready)
	err := g.Wait()
	tally := g.Tally()
	if err != nil || tally.OK < 2 || tally.OK+tally.Skipped != 9 {
		t.Errorf("Wait returned %v, and the tally is %v", err, tally)
	}
}

// Three must succeed of five: with the third failure they can't.
func TestDoGivesUpAtTheEarliestMoment(t *testing.T) {
	inBubble(t, 3*time.Second, func(t *testing.T) {
		var cause error
		err := fate.Do(t.Context(), quorum.Strategy{Need: 3}, func(g *fate.Group) error {
			g.Go(after(3*time.Second, errB))
			g.Go(after(time.Second, errA))
			g.Go(after(time.Second, nil))
			g.Go(after(2*time.Second, errA))
			g.Go(func(ctx context.Context) error {
				<-ctx.Done()
				cause = context.Cause(ctx)
				return ctx.Err()
			})
			return nil
		})
		missed(t, err, fate.Tally{Offered: 5, OK: 1, Failed: 3, Cancelled: 1, Expected: 5}, errA, errB)
		gaveUp(t, cause, fate.Tally{Offered: 5, Running: 1, OK: 1, Failed: 3, Expected: 5})
		gaveUp(t, err, fate.Tally{Offered: 5, Running: 1, OK: 1, Failed: 3, Expected: 5})
		want := "quorum: 3 must succeed and 1 did: offered 5, ok 1, failed 3, cancelled 1\nb\na\na\n" +
			"stopped: quorum: 3 can't succeed any more: offered 5, running 1, ok 1, failed 3"
		if err.Error() != want {
			t.Errorf("the text is\n%v\nwant\n%v", err, want)
		}
	})
}

// Until the body has returned, it may offer more.
func TestDoGivesUpWhenItsBodyReturns(t *testing.T) {
	inBubble(t, 5*time.Second, func(t *testing.T) {
		err := fate.Do(t.Context(), quorum.Strategy{Need: 2}, func(g *fate.Group) error {
			g.Go(after(time.Second, errA))
			g.Go(after(2*time.Second, errB))
			g.Go(after(time.Hour, nil))
			time.Sleep(5 * time.Second)
			return nil
		})
		missed(t, err, fate.Tally{Offered: 3, Failed: 2, Cancelled: 1, Expected: 3}, errA, errB)
		gaveUp(t, err, fate.Tally{Offered: 3, Running: 1, Failed: 2, Expected: 3})
	})
}

// A child that is cancelled on purpose is no failure, and no success either.
func TestACancelledChildCanMakeTheQuorumUnreachable(t *testing.T) {
	inBubble(t, time.Second, func(t *testing.T) {
		err := fate.Do(t.Context(), quorum.Strategy{Need: 2}, func(g *fate.Group) error {
			g.Go(after(time.Hour, nil))
			c := g.Spawn("child", after(time.Hour, nil))
			g.Go(func(context.Context) error {
				time.Sleep(time.Second)
				c.Cancel(errA)
				return errB
			})
			return nil
		})
		missed(t, err, fate.Tally{Offered: 3, Failed: 1, Cancelled: 2, Expected: 3}, errB)
	})
}

// Tasks that a task offers count from when it offers them.
func TestTasksThatTasksOffer(t *testing.T) {
	nested := func(t *testing.T, early bool) error {
		return fate.Do(t.Context(), quorum.Strategy{Need: 3}, func(g *fate.Group) error {
			offered := make(chan struct{})
			g.Go(func(ctx context.Context) error {
				if early {
					g.Go(after(time.Second, nil))
					g.Go(after(2*time.Second, errA))
					close(offered)
				}
				if err := rest(ctx, time.Second, nil); err != nil {
					return err
				}
				g.Go(after(2*time.Second, nil)) // one more than was expected
				return nil
			})
			if early {
				<-offered
			} else {
				time.Sleep(time.Second / 2)
			}
			return nil
		})
	}
	inBubble(t, 3*time.Second, func(t *testing.T) {
		if err := nested(t, true); err != nil {
			t.Errorf("offered before the body returned: %v", err)
		}
	})
	inBubble(t, time.Second/2, func(t *testing.T) {
		missed(t, nested(t, false), fate.Tally{Offered: 1, Cancelled: 1, Expected: 1})
	})
}

func TestMapGivesUpAtTheEarliestMoment(t *testing.T) {
	// Item i fails after i+1 seconds, or all run one after another for a second each. 4 of 5 must succeed: two failures are too many.
	for _, c := range []struct {
		limit  int
		called int64
		tally  fate.Tally
	}{
		{0, 5, fate.Tally{Offered: 5, Failed: 2, Cancelled: 3, Expected: 5}},
		{1, 2, fate.Tally{Offered: 5, Failed: 2, Skipped: 3, Expected: 5}},
	} {
		for _, backlog := range []int{0, fate.DefaultBacklog} {
			inBubble(t, 2*time.Second, func(t *testing.T) {
				var called atomic.Int64
				began := time.Now()
				out, err := fate.Map(t.Context(), quorum.Strategy{Need: 4, Limit: c.limit}, make([]int, 5), func(ctx context.Context, _ int) (int, error) {
					n := called.Add(1)
					end := began.Add(time.Duration(n) * time.Second)
					return 7, rest(ctx, time.Until(end), errA)
				}, fate.Backlog(backlog))
				tally := c.tally
				if c.limit == 1 && backlog == 0 { // two have been offered, and the third is waiting for its place
					tally.Offered, tally.Skipped = 3, 1
				}
				missed(t, err, tally, errA)
				if called.Load() != c.called || len(out) != 5 {
					t.Errorf("limit %d: %d were called; want %d", c.limit, called.Load(), c.called)
				}
			})
		}
	}
}

// What can't succeed is not begun.
func TestMapOfFewerItemsThanNeedCallsNothing(t *testing.T) {
	for _, n := range []int{0, 1, 2} {
		inBubble(t, 0, func(t *testing.T) {
			_, err := fate.Map(t.Context(), quorum.Strategy{Need: 3}, make([]int, n), func(context.Context, int) (int, error) {
				t.Error("an item was called")
				return 0, nil
			})
			if _, ok := errors.AsType[*quorum.MissedError](err); !ok {
				t.Errorf("%d items: %v", n, err)
			}
		})
	}
}

// numbers yields the numbers below n, and ends after a pause.
func numbers(n int, pause time.Duration) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
		time.Sleep(pause)
	}
}

// How many there are is known when the input has ended. Item i fails after i+1 seconds of its own.
func TestForEachAndStreamGiveUpWhenTheInputHasEnded(t *testing.T) {
	do := func(ctx context.Context, i int) error { return rest(ctx, time.Duration(i+1)*time.Second, errA) }
	for name, run := range map[string]func(context.Context, fate.Strategy, iter.Seq[int], ...fate.Option) error{
		"ForEach": func(ctx context.Context, s fate.Strategy, in iter.Seq[int], opts ...fate.Option) error {
			return fate.ForEach(ctx, s, in, do, opts...)
		},
		"Stream": func(ctx context.Context, s fate.Strategy, in iter.Seq[int], opts ...fate.Option) error {
			var last error
			for _, err := range fate.Stream(ctx, s, in, func(ctx context.Context, i int) (int, error) { return i, do(ctx, i) }, opts...) {
				last = err
			}
			return last
		},
	} {
		for _, c := range []struct {
			story    string
			strategy quorum.Strategy
			pause    time.Duration // of the input, before it ends
			backlog  int
			want     time.Duration
		}{
			{"the second failure of four is one too many", quorum.Strategy{Need: 3}, 0, 64, 2 * time.Second},
			{"the same, and the input ends later", quorum.Strategy{Need: 3}, 3500 * time.Millisecond, 64, 3500 * time.Millisecond},
			{"the same one by one, with all held", quorum.Strategy{Need: 3, Limit: 1}, 0, 64, 3 * time.Second},
			{"one by one, with none held: the fourth is offered when three have failed", quorum.Strategy{Need: 3, Limit: 1}, 0, 0, 6 * time.Second},
			{"more are needed than there are", quorum.Strategy{Need: 5}, 0, 64, 0},
		} {
			t.Run(name+"/"+c.story, func(t *testing.T) {
				inBubble(t, c.want, func(t *testing.T) {
					err := run(t.Context(), c.strategy, numbers(4, c.pause), fate.Backlog(c.backlog))
					if err == nil {
						t.Error("no error")
					}
					if name == "ForEach" {
						if _, ok := errors.AsType[*quorum.MissedError](err); !ok {
							t.Errorf("got %v", err)
						}
					}
				})
			})
		}
	}
}

func TestForEachEndsWhenEnoughHaveSucceeded(t *testing.T) {
	inBubble(t, 2*time.Second, func(t *testing.T) {
		pulled := 0
		endless := func(yield func(int) bool) {
			for ; yield(pulled); pulled++ {
			}
		}
		err := fate.ForEach(t.Context(), quorum.Strategy{Need: 4, Limit: 2}, endless, func(ctx context.Context, i int) error {
			return rest(ctx, time.Second, nil)
		}, fate.Backlog(0))
		if err != nil || pulled > 6 {
			t.Errorf("got %v, and %d were pulled", err, pulled)
		}
	})
}

// More may be offered to a group made by New for as long as something runs.
func TestAGroupMadeByNewIsGivenTimeUntilWait(t *testing.T) {
	inBubble(t, time.Hour, func(t *testing.T) {
		g := fate.New(t.Context(), quorum.Strategy{Need: 2})
		g.Go(after(time.Second, errA))
		g.Go(after(time.Second, errB))
		g.Go(after(time.Hour, nil))
		missed(t, g.Wait(), fate.Tally{Offered: 3, OK: 1, Failed: 2}, errA, errB)
	})
}

func TestFewerAreOfferedThanNeed(t *testing.T) {
	inBubble(t, time.Second, func(t *testing.T) {
		g := fate.New(t.Context(), quorum.Strategy{Need: 3})
		g.Go(after(time.Second, nil))
		g.Go(after(0, nil))
		err := g.Wait()
		missed(t, err, fate.Tally{Offered: 2, OK: 2})
		if m, ok := errors.AsType[*quorum.MissedError](err); !ok || m.Err != nil {
			t.Errorf("got %v; want no other error in it", err)
		}
	})
	inBubble(t, time.Second, func(t *testing.T) {
		err := fate.Do(t.Context(), quorum.Strategy{Need: 3}, func(g *fate.Group) error {
			g.Go(after(time.Hour, nil))
			g.Go(after(time.Hour, nil))
			time.Sleep(time.Second) // until they have started
			return nil
		})
		missed(t, err, fate.Tally{Offered: 2, Cancelled: 2, Expected: 2})
		gaveUp(t, err, fate.Tally{Offered: 2, Running: 2, Expected: 2})
	})
	missed(t, fate.Do(t.Context(), quorum.Strategy{Need: 1}, func(*fate.Group) error { return nil }), fate.Tally{})
}

func TestTheParentEndsBefore(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errA)
	g := fate.New(ctx, quorum.Strategy{Need: 1})
	if g.Go(after(0, nil)) {
		t.Error("a task was accepted")
	}
	missed(t, g.Wait(), fate.Tally{Offered: 1, Skipped: 1}, errA)
}

func TestASuccessAfterTheParentsEndCounts(t *testing.T) {
	for name, stop := range map[string]func(*fate.Group, context.CancelCauseFunc){
		"the parent ended": func(_ *fate.Group, cancel context.CancelCauseFunc) { cancel(errA) },
		"Stop":             func(g *fate.Group, _ context.CancelCauseFunc) { g.Stop(errA) },
	} {
		for _, late := range []int{1, 2} { // how many of the two that are needed
			inBubble(t, 2*time.Second, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				g := fate.New(ctx, quorum.Strategy{Need: 2})
				g.Go(after(0, nil))
				g.Go(after(time.Hour, nil))
				for range late {
					g.Go(func(context.Context) error { time.Sleep(2 * time.Second); return nil })
				}
				time.Sleep(time.Second)
				stop(g, cancel)
				if err := g.Wait(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if got, want := g.Tally(), (fate.Tally{Offered: uint64(2 + late), OK: uint64(1 + late), Cancelled: 1}); got != want {
					t.Errorf("%s: the tally is %v; want %v", name, got, want)
				}
			})
		}
	}
}

func TestTheParentEndsMeanwhile(t *testing.T) {
	inBubble(t, time.Second, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		g := fate.New(ctx, quorum.Strategy{Need: 2, Limit: 2})
		g.Go(after(0, nil))
		g.Go(after(0, errB))
		g.Go(after(time.Hour, nil))
		g.Go(after(time.Hour, nil))
		g.Go(after(time.Hour, nil))
		time.Sleep(time.Second)
		cancel(errA)
		missed(t, g.Wait(), fate.Tally{Offered: 5, OK: 1, Failed: 1, Cancelled: 2, Skipped: 1}, errA, errB)
	})
}

// A quorum inside a task of a quorum that is reached reports that it was cut short, and is no failure.
func TestAQuorumWithinAQuorum(t *testing.T) {
	inBubble(t, time.Second, func(t *testing.T) {
		outer := fate.New(t.Context(), quorum.Strategy{Need: 1})
		var inside error
		outer.Go(func(ctx context.Context) error {
			inner := fate.New(ctx, quorum.Strategy{Need: 1})
			inner.Go(after(time.Hour, nil))
			inside = inner.Wait()
			return inside
		})
		outer.Go(after(time.Second, nil))
		if err := outer.Wait(); err != nil {
			t.Error(err)
		}
		missed(t, inside, fate.Tally{Offered: 1, Cancelled: 1}, quorum.ErrReached)
		if got, want := outer.Tally(), (fate.Tally{Offered: 2, OK: 1, Cancelled: 1}); got != want {
			t.Errorf("the outer tally is %v; want %v", got, want)
		}
	})
}

func TestPanicsAreFailures(t *testing.T) {
	panics := func(context.Context) error { panic(errA) }

	g := fate.New(t.Context(), quorum.Strategy{Need: 1, Limit: 1}, fate.Panics(fate.Return))
	g.Go(panics)
	g.Go(after(0, nil))
	if err := g.Wait(); err != nil {
		t.Errorf("Return, reached: %v", err)
	}

	g = fate.New(t.Context(), quorum.Strategy{Need: 1}, fate.Panics(fate.Return))
	g.Go(panics)
	err := g.Wait()
	missed(t, err, fate.Tally{Offered: 1, Panicked: 1}, errA)
	if p, ok := errors.AsType[*fate.PanicError](err); !ok || len(p.Stack) == 0 {
		t.Errorf("Return, missed: %v; want the panic with its stack", err)
	}

	for need, reached := range map[int]bool{1: true, 2: false} {
		g = fate.New(t.Context(), quorum.Strategy{Need: need, Limit: 1}, fate.Panics(fate.Rethrow))
		g.Go(panics)
		g.Go(after(0, nil))
		func() {
			defer func() {
				r, ok := recover().(*fate.RethrownError)
				if !ok || len(r.Panics) != 1 || r.Panics[0].Value != errA || (r.Err == nil) != reached {
					t.Errorf("Rethrow, reached %v: panicked with %v", reached, r)
				}
			}()
			t.Errorf("Rethrow, reached %v: Wait returned %v", reached, g.Wait())
		}()
	}
}

func TestGoexitIsAFailure(t *testing.T) {
	exits := func(context.Context) error { runtime.Goexit(); return nil }
	inBubble(t, time.Second, func(t *testing.T) {
		err := fate.Do(t.Context(), quorum.Strategy{Need: 2}, func(g *fate.Group) error {
			g.Go(after(time.Hour, nil))
			g.Go(func(ctx context.Context) error { time.Sleep(time.Second); return exits(ctx) })
			return nil
		})
		missed(t, err, fate.Tally{Offered: 2, Exited: 1, Cancelled: 1, Expected: 2}, fate.ErrGoexit)
	})
	g := fate.New(t.Context(), quorum.Strategy{Need: 1, Limit: 1})
	g.Go(exits)
	g.Go(after(0, nil))
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

// A daemon that returns nil when it is cancelled has succeeded.
func TestADaemonIsATaskLikeTheOthers(t *testing.T) {
	for want, end := range map[bool]func(context.Context) error{
		true:  func(ctx context.Context) error { <-ctx.Done(); return nil },
		false: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	} {
		g := fate.New(t.Context(), quorum.Strategy{Need: 2})
		g.Spawn("daemon", end, fate.Daemon())
		g.Go(after(0, nil))
		if err := g.Wait(); (err == nil) != want {
			t.Errorf("Wait returned %v; want success: %v", err, want)
		}
	}
}

func TestShedPassesOnHowManyWillCome(t *testing.T) {
	inBubble(t, time.Second, func(t *testing.T) {
		err := fate.Do(t.Context(), shed.Strategy{Limit: 2, Then: quorum.Strategy{Need: 3}}, func(g *fate.Group) error {
			for range 3 { // two are let in, and can't be three
				g.Go(after(time.Hour, nil))
			}
			time.Sleep(time.Second) // until they have started
			return nil
		})
		missed(t, err, fate.Tally{Offered: 3, Cancelled: 2, Shed: 1, Expected: 3})
	})
}

// Everybody succeeds at the same moment, while others offer more.
func TestARaceOfMany(t *testing.T) {
	for range 20 {
		g := fate.New(t.Context(), quorum.Strategy{Need: 1})
		start := make(chan struct{})
		var running, refused atomic.Int64
		var callers sync.WaitGroup
		for range 100 {
			callers.Go(func() {
				if !g.Go(func(context.Context) error {
					running.Add(1)
					defer running.Add(-1)
					<-start
					return nil
				}) {
					refused.Add(1)
				}
			})
		}
		go close(start)
		callers.Wait()
		err := g.Wait()
		tally := g.Tally()
		if n := running.Load(); err != nil || n != 0 {
			t.Fatalf("Wait returned %v, and %d are running", err, n)
		}
		if tally.Offered != 100 || tally.OK == 0 || tally.OK+tally.Skipped != 100 || int64(tally.Skipped) < refused.Load() {
			t.Fatalf("%d were refused, and the tally is %v", refused.Load(), tally)
		}
		if cause := context.Cause(g.Context()); cause != quorum.ErrReached {
			t.Fatalf("the cause is %v", cause)
		}
	}
}

package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/daemon"
)

// When one part fails, the others are stopped in reverse order, and Err says who and why.
func TestAFailureStopsTheOthersInReverse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		s := daemon.New(d.part("db", 0, time.Second, nil), d.part("cache", 0, 2*time.Second, nil), fails("worker", time.Minute, errA), d.part("http", 0, 3*time.Second, nil))
		start(t, s)
		d.want(t, "0s db starts", "0s cache starts", "0s http starts")
		<-s.Done()
		d.want(t, "1m0s http is told: a", "1m3s http ends", "1m3s cache is told: a", "1m5s cache ends", "1m5s db is told: a", "1m6s db ends")
		wantFailed(t, s.Err(), "worker")
		wantIs(t, s.Err(), errA)
		if err := s.Stop(t.Context()); err != s.Err() {
			t.Errorf("Stop afterwards: %v", err)
		}
	})
}

// wantFailed checks which parts' failures an error has, in its own order.
func wantFailed(t *testing.T, err error, names ...string) {
	t.Helper()
	var got []string
	var walk func(error)
	walk = func(err error) {
		if e, ok := err.(*fate.TaskError); ok {
			got = append(got, e.Name)
			return
		}
		switch e := err.(type) {
		case interface{ Unwrap() []error }:
			for _, err := range e.Unwrap() {
				walk(err)
			}
		case interface{ Unwrap() error }:
			walk(e.Unwrap())
		}
	}
	walk(err)
	if !slices.Equal(got, names) {
		t.Errorf("the failures are of %q, want %q, in %v", got, names, err)
	}
}

// An error during the stop that says more than that the part was told is kept, beside the first, and under a strategy that returns
// only the first. Edge 42: all shutdown errors are joined, none lost.
func TestEveryErrorOfAStopIsKept(t *testing.T) {
	closing := func(name string, err error) daemon.Part {
		return daemon.Part{Name: name, Run: func(ctx context.Context) error { <-ctx.Done(); return err }}
	}
	more := fmt.Errorf("closing: %w", errors.Join(context.Canceled, errB))
	for _, c := range []struct {
		config daemon.Config
		after  time.Duration // when one part fails by itself; 0 is never
		names  []string
	}{
		{daemon.Config{}, 0, []string{"more", "same", "b"}},
		{daemon.Config{}, time.Second, []string{"worker", "more", "same", "b"}},
		{daemon.Config{Strategy: collectall.Strategy{}}, 0, []string{"b", "same", "more"}},
		{daemon.Config{Strategy: collectall.Strategy{StopAfter: 1}}, time.Second, []string{"b", "same", "more", "worker"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			worker := fails("worker", c.after, errA)
			if c.after == 0 {
				worker.Run = untilTold
			}
			s := c.config.New(closing("nil", nil), closing("b", errB), closing("same", errB), closing("echo", context.Canceled),
				closing("wrapped echo", fmt.Errorf("dial: %w", context.Canceled)), closing("more", more), worker)
			start(t, s)
			synctest.Wait()
			if c.after > 0 {
				<-s.Done()
			}
			err := s.Stop(t.Context())
			wantFailed(t, err, c.names...)
			wantIs(t, err, errB)
			if _, late := errors.AsType[*daemon.LateError](err); late {
				t.Errorf("nobody was late: %v", err)
			}
		})
	}
}

// A part that fails before it is ready: those before it are stopped, those after it never start, and Start says who and why, whatever the
// strategy thinks of a failure.
func TestAFailureBeforeReadyFailsTheStart(t *testing.T) {
	for _, strategy := range []fate.Strategy{nil, collectall.Strategy{}, policy{conclude: func(fate.Summary) error { return nil }}} {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			s := daemon.Config{Strategy: strategy}.New(d.part("db", 0, time.Second, nil),
				daemon.Part{Name: "http", Serve: func(ctx context.Context, _ func()) error { time.Sleep(time.Second); return errA }},
				d.part("never", 0, 0, nil))
			err := s.Start(t.Context())
			d.want(t, "0s db starts", "1s db is told: a", "2s db ends")
			wantFailed(t, err, "http")
			wantIs(t, err, errA)
			if err != s.Err() || !closed(s.Done()) || closed(s.Ready()) {
				t.Errorf("Err is %v", s.Err())
			}
			wantIs(t, s.Start(t.Context()), errA) // it can be tried again
		})
	}
}

// A part that is not ready in time is named, and the others are stopped in order.
func TestAPartThatIsNotReadyInTime(t *testing.T) {
	for within, want := range map[time.Duration]time.Duration{0: daemon.DefaultStartWithin, time.Minute: time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			slow := d.part("slow", time.Hour, 0, nil)
			slow.Serve = func(ctx context.Context, _ func()) error { return untilTold(ctx) }
			slow.StartWithin = within
			s := daemon.New(d.part("db", 0, time.Second, nil), slow, d.part("never", 0, 0, nil))
			err := s.Start(t.Context())
			notReady, ok := errors.AsType[*daemon.NotReadyError](err)
			if !ok || *notReady != (daemon.NotReadyError{Name: "slow", Within: want}) || !notReady.Timeout() {
				t.Errorf("Start returned %v", err)
			}
			wantIs(t, err, context.DeadlineExceeded)
			wantFailed(t, err)
			d.want(t, "0s db starts", fmt.Sprintf("%v db is told: daemon: part \"slow\" was not ready within %v", want, want), fmt.Sprintf("%v db ends", want+time.Second))
		})
	}
}

// Stop, and the end of Start's context, during the start. What then fails beside it is told too.
func TestAStopDuringTheStart(t *testing.T) {
	for name, stop := range map[string]func(*testing.T, *daemon.Service, context.CancelCauseFunc){
		"Stop":    func(t *testing.T, s *daemon.Service, _ context.CancelCauseFunc) { _ = s.Stop(t.Context()) },
		"context": func(_ *testing.T, _ *daemon.Service, cancel context.CancelCauseFunc) { cancel(daemon.ErrStopped) },
	} {
		for _, closing := range []error{nil, errB} {
			synctest.Test(t, func(t *testing.T) {
				d := newDiary()
				slow := daemon.Part{Name: "slow", Serve: func(ctx context.Context, _ func()) error {
					<-ctx.Done()
					d.note("slow is told: %v", context.Cause(ctx))
					return closing
				}}
				s := daemon.New(d.part("db", 0, time.Second, nil), slow, d.part("never", 0, 0, nil))
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(10*time.Second, func() { stop(t, s, cancel) })
				err := s.Start(ctx)
				wantIs(t, err, daemon.ErrStopped)
				if errors.Is(err, errB) != (closing != nil) || errors.Is(s.Err(), errB) != (closing != nil) || errors.Is(s.Err(), daemon.ErrStopped) {
					t.Errorf("%s: Start returned %v, and Err is %v", name, err, s.Err())
				}
				why := " is told: " + daemon.ErrStopped.Error()
				d.want(t, "0s db starts", "10s slow"+why, "10s db"+why, "11s db ends")
			})
		}
	}
}

// What it means that a part ends by itself with nil.
func TestAPartThatEndsByItself(t *testing.T) {
	for _, c := range []struct {
		ends    daemon.End
		others  []string // what is seen of the other one
		failure error
	}{
		{daemon.Never, []string{"0s other starts", "1m0s other is told: " + daemon.ErrEnded.Error(), "1m0s other ends"}, daemon.ErrEnded},
		{daemon.Alone, []string{"0s other starts", "1h0m0s other is told: " + daemon.ErrStopped.Error(), "1h0m0s other ends"}, nil},
		{daemon.StopsAll, []string{"0s other starts", "1m0s other is told: " + daemon.ErrStopped.Error(), "1m0s other ends"}, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			part := fails("part", time.Minute, nil)
			part.Ends = c.ends
			s := daemon.New(d.part("other", 0, 0, nil), part)
			start(t, s)
			select {
			case <-s.Done():
			case <-time.After(time.Hour):
			}
			if err := s.Stop(t.Context()); !errors.Is(err, c.failure) {
				t.Errorf("%v: %v", c.ends, err)
			}
			d.want(t, c.others...)
		})
	}
}

// When all parts have ended, so has the service.
func TestAServiceEndsWithItsLastPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		a, b := fails("a", 2*time.Minute, nil), fails("b", time.Minute, nil)
		a.Ends, b.Ends = daemon.Alone, daemon.Alone
		s := daemon.New(a, b)
		start(t, s)
		<-s.Done()
		if took := time.Since(began); took != 2*time.Minute || s.Err() != nil {
			t.Errorf("it ended after %v with %v", took, s.Err())
		}
		start(t, s)
		_ = s.Close()
	})
}

// A part that may end has been ready when it ends, as a step of the start is that comes before the next.
func TestAPartThatEndsHasBeenReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		migrate := daemon.Part{Name: "migrate", Ends: daemon.Alone, Serve: func(context.Context, func()) error {
			d.note("migrate starts")
			time.Sleep(time.Second)
			return nil
		}}
		s := daemon.New(migrate, d.part("http", 0, 0, nil))
		start(t, s)
		d.want(t, "0s migrate starts", "1s http starts")
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A strategy that restarts: the service goes on; it stops when the strategy does, in order, and does not restart once it is being
// stopped.
func TestAStrategyThatRestarts(t *testing.T) {
	restarting := func(attempts int) fate.Strategy {
		return policy{settle: func(e fate.Event) fate.Verdict {
			switch {
			case !e.Kind.Failure():
				return fate.Continue
			case e.Attempt < attempts:
				return fate.Restart(time.Second)
			}
			return fate.Stop(errB)
		}}
	}
	t.Run("until it is ready", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			tries := 0
			s := daemon.Config{Strategy: restarting(5)}.New(daemon.Part{Name: "db", Serve: func(ctx context.Context, ready func()) error {
				if tries++; tries < 4 {
					return errA
				}
				ready()
				ready()
				return untilTold(ctx)
			}})
			start(t, s)
			if took := time.Since(began); took != 3*time.Second {
				t.Errorf("ready after %v", took)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("until it gives up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			s := daemon.Config{Strategy: restarting(2)}.New(d.part("db", 0, time.Second, nil), fails("worker", time.Minute, errA), d.part("http", 0, time.Second, nil))
			start(t, s)
			<-s.Done()
			d.want(t, "0s db starts", "0s http starts", "3m2s http is told: b", "3m3s http ends", "3m3s db is told: b", "3m4s db ends")
			wantFailed(t, s.Err(), "worker")
			wantIs(t, s.Err(), errA)
			wantIs(t, s.Err(), errB)
		})
	})
	t.Run("and not during a stop", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var runs atomic.Int32
			d := newDiary()
			s := daemon.Config{Strategy: restarting(1000)}.New(
				daemon.Part{Name: "worker", Run: func(ctx context.Context) error { runs.Add(1); <-ctx.Done(); return errA }},
				fails("early", 1500*time.Millisecond, errB), d.part("http", 0, time.Second, nil))
			start(t, s)
			time.Sleep(time.Second)
			// "early" fails while http takes its time; the strategy joins in the order of the start.
			wantFailed(t, s.Stop(t.Context()), "worker", "early")
			if runs.Load() != 1 {
				t.Errorf("%d runs", runs.Load())
			}
		})
	})
}

// A part that fails during a stop, before its turn, is a failure like any other, and the stop goes on.
func TestAFailureDuringAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		http := d.part("http", 0, time.Minute, nil)
		http.Grace = time.Hour
		s := daemon.New(d.part("db", 0, time.Second, nil), fails("worker", 90*time.Second, errA), http)
		start(t, s)
		time.Sleep(time.Minute)
		wantFailed(t, s.Stop(t.Context()), "worker")
		why := " is told: " + daemon.ErrStopped.Error()
		d.want(t, "0s db starts", "0s http starts", "1m0s http"+why, "2m0s http ends", "2m0s db"+why, "2m1s db ends")
	})
}

// A strategy that continues after a failure leaves the others running, and Err has the failure in the end.
func TestAStrategyThatContinues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := daemon.Config{Strategy: collectall.Strategy{}, Options: []fate.Option{fate.Name("svc"), fate.Backlog(0)}}.New(
			fails("worker", time.Second, errA), daemon.Part{Name: "http", Run: untilTold})
		start(t, s)
		time.Sleep(time.Minute)
		if closed(s.Done()) || s.Err() != nil {
			t.Error("it has stopped")
		}
		err := s.Stop(t.Context())
		wantFailed(t, err, "worker")
		start(t, s)
		if err := s.Stop(t.Context()); err != nil {
			t.Errorf("the next generation: %v", err)
		}
	})
}

// What a strategy holds or sheds is named, and nobody waits for ever.
func TestAStrategyThatLetsNotAllIn(t *testing.T) {
	for _, c := range []struct {
		strategy fate.Strategy
		target   error
	}{
		{collectall.Strategy{Limit: 1}, context.DeadlineExceeded},
		{sheds{}, fate.ErrShed},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := daemon.Config{Strategy: c.strategy, Options: []fate.Option{fate.Backlog(0)}}.New(
				daemon.Part{Name: "in", Run: untilTold}, daemon.Part{Name: "out", Run: untilTold}, daemon.Part{Name: "never", Run: untilTold})
			err := s.Start(t.Context())
			wantIs(t, err, c.target)
			text := fmt.Sprint(err)
			if !slices.Contains([]string{"daemon: part \"out\" was not ready within 30s", "out: " + fate.ErrShed.Error()}, text) {
				t.Errorf("Start returned %q", text)
			}
		})
	}
}

type sheds struct{ policy }

func (sheds) Admit(t fate.Tally) fate.Admission {
	if t.Running > 0 {
		return fate.Shed
	}
	return fate.Run
}

// Under fate.Return a panic is a failure, and so is Goexit under any mode.
func TestPanicsAndGoexitOfParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		boom := func(f func()) func(context.Context) error {
			return func(ctx context.Context) error {
				select {
				case <-ctx.Done():
				case <-time.After(time.Second):
				}
				f()
				return nil
			}
		}
		s := daemon.Config{Options: []fate.Option{fate.Panics(fate.Return)}}.New(
			daemon.Part{Name: "exits", Run: boom(runtime.Goexit)},
			daemon.Part{Name: "db", Run: untilTold},
			daemon.Part{Name: "panics", Run: func(ctx context.Context) error { <-ctx.Done(); panic(errA) }})
		start(t, s)
		<-s.Done()
		wantFailed(t, s.Err(), "exits", "panics")
		wantIs(t, s.Err(), fate.ErrGoexit)
		wantIs(t, s.Err(), errA)
		if p, ok := errors.AsType[*fate.PanicError](s.Err()); !ok || len(p.Stack) == 0 {
			t.Error("there is no stack")
		}
	})
}

// A faulty strategy ends the service, under Return with an error.
func TestAFaultyStrategyEndsTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		faulty := policy{settle: func(fate.Event) fate.Verdict { panic(errB) }}
		s := daemon.Config{Strategy: faulty, Options: []fate.Option{fate.Panics(fate.Return)}}.New(
			daemon.Part{Name: "db", Run: untilTold}, fails("worker", time.Second, errA))
		start(t, s)
		<-s.Done()
		wantIs(t, s.Err(), errA)
		wantIs(t, s.Err(), errB)
	})
}

// A failure that the strategy forgives is none.
func TestAStrategyMayForgive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		forgiving := policy{conclude: func(s fate.Summary) error {
			if s.Cause != nil {
				t.Errorf("a stop from outside is shown: %v", s.Cause)
			}
			return nil
		}}
		s := daemon.Config{Strategy: forgiving}.New(daemon.Part{Name: "db", Run: untilTold}, fails("worker", time.Second, errA))
		start(t, s)
		time.Sleep(time.Minute)
		if err := s.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A failure that the strategy would have restarted, and the group did not because the part was cancelled on purpose, is kept.
func TestAFailureThatIsNotRestartedIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		strategy := policy{settle: func(e fate.Event) fate.Verdict {
			if e.Name == "worker" {
				return fate.Cancel(func(c *fate.Child) bool { return c.Name() == "panics" }, errA)
			}
			return fate.Restart(0)
		}}
		s := daemon.Config{Strategy: strategy, Options: []fate.Option{fate.Panics(fate.Return)}}.New(
			daemon.Part{Name: "panics", Run: func(ctx context.Context) error { <-ctx.Done(); panic(errB) }}, fails("worker", time.Second, errA))
		start(t, s)
		<-s.Done()
		wantFailed(t, s.Err(), "panics", "worker")
		wantIs(t, s.Err(), errB)
	})
}

// A part that the strategy cancels before it is ready fails the start too.
func TestAPartThatIsCancelledBeforeItIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		strategy := policy{settle: func(e fate.Event) fate.Verdict {
			if e.Kind.Failure() {
				return fate.Cancel(func(c *fate.Child) bool { return c.Name() == "slow" }, errB)
			}
			return fate.Continue
		}}
		slow := daemon.Part{Name: "slow", Serve: func(ctx context.Context, _ func()) error { return untilTold(ctx) }}
		s := daemon.Config{Strategy: strategy}.New(fails("worker", time.Second, errA), slow)
		err := s.Start(t.Context())
		wantFailed(t, err, "slow", "worker")
		wantIs(t, err, context.Canceled)
	})
}

// A strategy may stop the service without a failure, and without a cause.
func TestAStrategyThatStopsWithoutACause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		once := fails("once", time.Second, nil)
		once.Ends = daemon.Alone
		strategy := policy{settle: func(fate.Event) fate.Verdict { return fate.Stop(nil) }}
		s := daemon.Config{Strategy: strategy}.New(d.part("db", 0, 0, nil), once)
		start(t, s)
		<-s.Done()
		d.want(t, "0s db starts", "1s db is told: context canceled", "1s db ends")
		wantIs(t, s.Err(), context.Canceled) // which is what this strategy concludes from its own stop
	})
}

// A faulty strategy ends a start as well.
func TestAFaultyStrategyEndsTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		faulty := policy{settle: func(fate.Event) fate.Verdict { panic(errB) }}
		slow := daemon.Part{Name: "slow", Serve: func(ctx context.Context, _ func()) error { return untilTold(ctx) }}
		s := daemon.Config{Strategy: faulty, Options: []fate.Option{fate.Panics(fate.Return)}}.New(fails("worker", time.Second, errA), slow)
		err := s.Start(t.Context())
		wantIs(t, err, errA)
		wantIs(t, err, errB)
	})
}

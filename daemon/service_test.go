package daemon_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/daemon"
)

// Each part starts when the one before is ready, and is told to stop when the one after has ended.
// Edge 42: stop in reverse start order.
func TestPartsStartInOrderAndStopInReverse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		s := daemon.New(d.part("db", time.Second, 3*time.Second, nil), d.part("cache", 2*time.Second, 2*time.Second, nil), d.part("http", 3*time.Second, time.Second, nil))
		start(t, s)
		d.want(t, "0s db starts", "1s cache starts", "3s http starts")
		if !closed(s.Ready()) || closed(s.Done()) || s.Err() != nil {
			t.Error("it does not look like a service that runs")
		}
		if err := s.Stop(t.Context()); err != nil || s.Err() != nil {
			t.Errorf("Stop returned %v, and Err is %v", err, s.Err())
		}
		why := " is told: " + daemon.ErrStopped.Error()
		d.want(t, "0s http"+why, "1s http ends", "1s cache"+why, "3s cache ends", "3s db"+why, "6s db ends")
		if !closed(s.Done()) {
			t.Error("it is not done")
		}
	})
}

// Without a way to say that it is ready, a part is ready as soon as it runs.
func TestARunIsReadyAsSoonAsItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var running atomic.Int32
		run := func(ctx context.Context) error { running.Add(1); time.Sleep(time.Minute); <-ctx.Done(); return nil }
		s := daemon.New(daemon.Part{Name: "a", Run: run}, daemon.Part{Name: "b", Run: run})
		start(t, s)
		synctest.Wait()
		if time.Since(began) != 0 || running.Load() != 2 {
			t.Errorf("after %v, %d are running", time.Since(began), running.Load())
		}
		time.Sleep(time.Hour)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Edge 40: Start-Stop-Start works, each time with a fresh generation; Stop is idempotent, and Stop before Start too.
func TestStartStopStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, runs atomic.Int32
		s := daemon.New(daemon.Part{Name: "only", Run: func(ctx context.Context) error {
			if running.Add(1) > 1 {
				t.Error("there are two at once")
			}
			runs.Add(1)
			if ctx.Err() != nil {
				t.Error("a generation began with a context that had ended")
			}
			<-ctx.Done()
			time.Sleep(time.Second)
			running.Add(-1)
			return ctx.Err()
		}})
		for range 2 {
			if err := s.Stop(t.Context()); err != nil {
				t.Errorf("Stop before Start: %v", err)
			}
		}
		if closed(s.Done()) || closed(s.Ready()) || s.Err() != nil {
			t.Error("it does not look like a service that was never started")
		}
		first := s.Done()
		for range 5 {
			start(t, s)
			done := s.Done()
			synctest.Wait()
			for range 2 {
				if err := s.Stop(t.Context()); err != nil || !closed(done) {
					t.Errorf("Stop: %v", err)
				}
			}
		}
		if runs.Load() != 5 || !closed(first) {
			t.Errorf("it ran %d times", runs.Load())
		}
	})
}

// A Start that never begins, as its context has ended, leaves everything that is known of the last time as it was.
func TestAStartThatComesToNothingChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errPart := errors.New("part")
		s := daemon.New(daemon.Part{Name: "a", Run: func(context.Context) error { return errPart }})
		_ = s.Start(t.Context())
		<-s.Done()
		synctest.Wait()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for range 100 { // what Start sees first is by chance
			if err := s.Start(ended); !errors.Is(err, context.Canceled) {
				t.Fatalf("Start with a context that has ended returned %v", err)
			}
			if !closed(s.Done()) || !errors.Is(s.Err(), errPart) || !errors.Is(s.Stop(t.Context()), errPart) {
				t.Fatalf("after a Start that came to nothing: done %v, Err %v", closed(s.Done()), s.Err())
			}
		}
	})
}

func TestStartOfAServiceThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		s := daemon.New(d.part("slow", 20*time.Second, 0, nil))
		began := time.Now()
		var waiting sync.WaitGroup
		for range 3 {
			waiting.Go(func() { start(t, s) })
		}
		waiting.Go(func() {
			synctest.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			wantIs(t, s.Start(ctx), context.DeadlineExceeded) // and the service goes on
			if took := time.Since(began); took != time.Second {
				t.Errorf("its context ended, and it returned after %v", took)
			}
		})
		waiting.Wait()
		if took := time.Since(began); took != 20*time.Second {
			t.Errorf("all are ready after %v", took)
		}
		start(t, s)
		d.want(t, "0s slow starts")
		_ = s.Close()
	})
}

// While a part runs that was told to stop, nothing is started beside it.
// Edge 40: a stop timeout names who did not stop; a child that has not stopped is never started a second time beside itself.
func TestNeverASecondTimeBesideItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		stuck := make(chan struct{})
		s := daemon.New(
			daemon.Part{Name: "fine", Run: untilTold},
			daemon.Part{Name: "stuck", Grace: 3 * time.Second, Run: func(ctx context.Context) error {
				runs.Add(1)
				<-ctx.Done()
				if runs.Load() == 1 {
					<-stuck
					return errA
				}
				return nil
			}})
		start(t, s)
		synctest.Wait()
		stopping := make(chan error)
		go func() { stopping <- s.Stop(t.Context()) }()
		synctest.Wait()
		wantRunning(t, s.Start(t.Context()), "fine", "stuck")
		began := time.Now()
		err := <-stopping
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("Stop took %v", took)
		}
		late := daemon.Late{Name: "stuck", Grace: 3 * time.Second, Told: true}
		wantLate(t, err, late)
		wantLate(t, s.Err(), late)
		wantLate(t, s.Stop(t.Context()), late)
		if !closed(s.Done()) {
			t.Error("it is not done")
		}
		for range 2 {
			wantRunning(t, s.Start(t.Context()), "stuck")
		}
		if runs.Load() != 1 {
			t.Fatal("it was started beside itself")
		}
		close(stuck)
		synctest.Wait()
		wantIs(t, s.Err(), errA) // what it returned after all is not lost
		wantLate(t, s.Err(), late)
		if errors.Is(err, errA) {
			t.Error("an error has changed after it was returned")
		}
		start(t, s)
		if err := s.Stop(t.Context()); err != nil || runs.Load() != 2 {
			t.Errorf("the next generation: %v", err)
		}
	})
}

func wantRunning(t *testing.T, err error, names ...string) {
	t.Helper()
	running, ok := errors.AsType[*daemon.RunningError](err)
	if !ok || !slices.Equal(running.Names, names) {
		t.Errorf("got %v, want a *RunningError of %q", err, names)
	}
}

// Calls of all kinds at once, many times: there are never two of a part, and in the end everything has ended.
func TestConcurrentCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a, b atomic.Int32
		alone := func(n *atomic.Int32) func(context.Context) error {
			return func(ctx context.Context) error {
				if n.Add(1) > 1 {
					t.Error("there are two at once")
				}
				<-ctx.Done()
				time.Sleep(time.Millisecond)
				n.Add(-1)
				return ctx.Err()
			}
		}
		s := daemon.New(daemon.Part{Name: "a", Run: alone(&a)}, daemon.Part{Name: "b", Run: alone(&b)})
		var calls sync.WaitGroup
		for i := range 8 {
			calls.Go(func() {
				for k := range 50 {
					time.Sleep(time.Duration(i*k%7) * time.Millisecond)
					switch (i + k) % 4 {
					case 0, 1:
						err := s.Start(t.Context())
						if _, running := errors.AsType[*daemon.RunningError](err); err != nil && !running && !errors.Is(err, daemon.ErrStopped) {
							t.Errorf("Start: %v", err)
						}
					case 2:
						if err := s.Stop(t.Context()); err != nil {
							t.Errorf("Stop: %v", err)
						}
					case 3:
						_ = s.Err()
						closed(s.Done())
						closed(s.Ready())
					}
				}
			})
		}
		calls.Wait()
		if err := s.Close(); err != nil || a.Load()+b.Load() != 0 {
			t.Errorf("%v; %d and %d are running", err, a.Load(), b.Load())
		}
	})
}

// The parts' contexts have the values of Start's, and not its deadline; its end stops them in order.
func TestTheEndOfStartsContextStopsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		d := newDiary()
		ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, "value"))
		ctx, release := context.WithTimeout(ctx, time.Hour)
		defer release()
		probe := daemon.Part{Name: "probe", Serve: func(ctx context.Context, ready func()) error {
			_, limited := ctx.Deadline()
			d.note("deadline %v, value %v", limited, ctx.Value(key{}))
			ready()
			return untilTold(ctx)
		}}
		s := daemon.New(probe, d.part("db", 0, 2*time.Second, nil), d.part("http", 0, time.Second, nil))
		if err := s.Start(ctx); err != nil {
			t.Fatal(err)
		}
		d.want(t, "0s deadline false, value value", "0s db starts", "0s http starts")
		cancel(errA)
		<-s.Done()
		d.want(t, "0s http is told: a", "1s http ends", "1s db is told: a", "3s db ends")
		if err := s.Err(); err != nil {
			t.Errorf("Err is %v", err)
		}
		wantIs(t, s.Start(ctx), errA)
		start(t, s) // with one that has not ended
		_ = s.Close()
	})
}

func TestNewRefusesWhatCannotBe(t *testing.T) {
	run := untilTold
	ok := daemon.Part{Name: "a", Run: run}
	for name, parts := range map[string][]daemon.Part{
		"there must be a part":                    nil,
		"part 1, \"\": it has no Name":            {ok, {Run: run}},
		"part 0, \"b\": it must have Run or":      {{Name: "b"}},
		"part 0, \"c\": it must have Run or":      {{Name: "c", Run: run, Serve: func(context.Context, func()) error { return nil }}},
		"StartWithin is -1ns: must be 0 (30s)":    {{Name: "a", Run: run, StartWithin: -1}},
		"Grace is -1ns: must be 0 (5s) or":        {{Name: "a", Run: run, Grace: -1}},
		"Ends is 3: must be Never, Alone or":      {{Name: "a", Run: run, Ends: daemon.StopsAll + 1}},
		"part 1, \"a\": there is another of that": {ok, ok},
	} {
		mustPanic(t, "daemon: New: ", name, func() { daemon.New(parts...) })
	}
	mustPanic(t, "daemon: New: ", errA.Error(), func() { daemon.Config{Strategy: policy{invalid: errA}}.New(ok) })
	s := daemon.New(ok)
	var none context.Context
	mustPanic(t, "daemon: Start: ", "the context is nil", func() { _ = s.Start(none) })
	mustPanic(t, "daemon: Stop: ", "the context is nil", func() { _ = s.Stop(none) })
	mustPanic(t, "daemon: Run: ", "the context is nil", func() { daemon.Program{}.Run(none, s) })
	mustPanic(t, "daemon: Run: ", "the service is nil", func() { daemon.Program{}.Run(t.Context(), nil) })
	mustPanic(t, "daemon: Run: ", "Deadline is -1ns", func() { daemon.Program{Deadline: -1}.Run(t.Context(), s) })
}

// A service does not share the caller's slices.
func TestNewCopiesWhatItIsGiven(t *testing.T) {
	parts := []daemon.Part{{Name: "a", Run: untilTold}}
	s := daemon.New(parts...)
	parts[0].Run = func(context.Context) error { t.Error("it runs"); return nil }
	start(t, s)
	_ = s.Close()
}

func TestTextOfEnds(t *testing.T) {
	for e, want := range map[daemon.End]string{daemon.Never: "never", daemon.Alone: "alone", daemon.StopsAll: "stops all", 9: "unknown end"} {
		if e.String() != want {
			t.Errorf("%d is %q", e, e)
		}
	}
}

func TestGraceIsFatesByDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := daemon.New(daemon.Part{Name: "slow", Run: func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Minute); return nil }})
		start(t, s)
		synctest.Wait()
		began := time.Now()
		wantLate(t, s.Close(), daemon.Late{Name: "slow", Grace: fate.DefaultGrace, Told: true})
		if took := time.Since(began); took != fate.DefaultGrace {
			t.Errorf("it took %v", took)
		}
		time.Sleep(time.Minute) // nothing outlives the bubble
	})
}

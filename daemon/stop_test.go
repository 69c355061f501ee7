package daemon_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/daemon"
)

// slow is a part that takes its time to stop, and longer than its Grace if that is shorter.
func (d *diary) slow(name string, stop, grace time.Duration, err error) daemon.Part {
	p := d.part(name, 0, stop, err)
	p.Grace = grace
	return p
}

// One that takes longer than its Grace does not keep the others from being stopped, and is named.
func TestEachPartHasItsOwnDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		s := daemon.New(d.slow("db", time.Second, 2*time.Second, nil), d.slow("stuck", time.Hour, 3*time.Second, errA),
			d.slow("late", 5*time.Second, 4*time.Second, nil), d.slow("http", time.Second, 5*time.Second, nil))
		start(t, s)
		d.want(t, "0s db starts", "0s stuck starts", "0s late starts", "0s http starts")
		err := s.Stop(t.Context())
		why := " is told: " + daemon.ErrStopped.Error()
		// "late" has ended before the stop was over, and is in nobody's way.
		wantLate(t, err, daemon.Late{Name: "stuck", Grace: 3 * time.Second, Told: true})
		d.want(t, "0s http"+why, "1s http ends", "1s late"+why, "5s stuck"+why, "6s late ends", "8s db"+why, "9s db ends")
		if !closed(s.Done()) {
			t.Error("it is not done")
		}
		time.Sleep(time.Hour)
		wantIs(t, s.Err(), errA)
		wantFailed(t, s.Err(), "stuck")
	})
}

// When Stop's context ends, all that remain are told at once, and Stop names them without waiting.
func TestStopsContextEndsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		s := daemon.New(d.slow("db", time.Second, time.Minute, nil), d.slow("cache", 2*time.Second, time.Minute, errA), d.slow("queue", time.Hour, time.Minute, nil),
			d.slow("http", time.Second, time.Minute, errB))
		start(t, s)
		d.want(t, "0s db starts", "0s cache starts", "0s queue starts", "0s http starts")
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := s.Stop(ctx)
		synctest.Wait()
		why := " is told: " + daemon.ErrStopped.Error()
		wantLate(t, err, daemon.Late{Name: "queue", Grace: time.Minute, Told: true}, daemon.Late{Name: "cache", Grace: time.Minute}, daemon.Late{Name: "db", Grace: time.Minute})
		wantIs(t, err, context.DeadlineExceeded)
		wantFailed(t, err, "http")
		if closed(s.Done()) || s.Err() != nil {
			t.Errorf("it is done: %v", s.Err())
		}
		<-s.Done()
		if took := time.Since(d.began); took != time.Minute+time.Second { // "queue" was told after one
			t.Errorf("done after %v", took)
		}
		wantLate(t, s.Err(), daemon.Late{Name: "queue", Grace: time.Minute, Told: true})
		wantFailed(t, s.Err(), "http", "cache")
		if errors.Is(s.Err(), context.DeadlineExceeded) {
			t.Error("the end of that Stop's context is in Err")
		}
		d.mu.Lock()
		told := 0
		for _, line := range d.lines {
			if line == "10s cache"+why || line == "10s db"+why {
				told++
			}
		}
		if told != 2 {
			t.Errorf("not all are told at once: %q", d.lines)
		}
		d.mu.Unlock()
		time.Sleep(time.Hour)
	})
}

// A context that has ended already makes it a stop without order; one more Stop waits for what is left of it.
func TestAStopWithoutOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		s := daemon.New(d.slow("a", time.Second, time.Minute, nil), d.slow("b", 2*time.Second, time.Minute, nil))
		start(t, s)
		synctest.Wait()
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errB)
		err := s.Stop(ctx)
		if late, ok := errors.AsType[*daemon.LateError](err); !ok || len(late.Late) != 2 {
			t.Errorf("Stop returned %v", err)
		}
		wantIs(t, err, errB)
		if err := s.Stop(t.Context()); err != nil {
			t.Errorf("one more Stop returned %v", err)
		}
		if took := time.Since(d.began); took != 2*time.Second {
			t.Errorf("it took %v", took)
		}
		if err := s.Stop(ctx); err != nil { // it has stopped: what its context says is no matter
			t.Errorf("Stop of what has stopped returned %v", err)
		}
	})
}

func TestTextsOfErrors(t *testing.T) {
	for want, err := range map[string]error{
		`daemon: did not stop in time: "http" (has 5s), "db" (told only now): a`: &daemon.LateError{
			Late: []daemon.Late{{Name: "http", Grace: 5 * time.Second, Told: true}, {Name: "db", Grace: time.Second}}, Cause: errA},
		`daemon: did not stop in time: "http" (has 5s)`:    &daemon.LateError{Late: []daemon.Late{{Name: "http", Grace: 5 * time.Second, Told: true}}},
		`daemon: not started: still running: "http", "db"`: &daemon.RunningError{Names: []string{"http", "db"}},
		`daemon: part "db" was not ready within 3s`:        &daemon.NotReadyError{Name: "db", Within: 3 * time.Second},
	} {
		if err.Error() != want {
			t.Errorf("got %s, want %s", err, want)
		}
	}
}

// A Stop whose context has ended, during the start: nobody waits for what is not ready.
func TestAStopWithoutOrderDuringTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		slow := daemon.Part{Name: "slow", Serve: func(ctx context.Context, _ func()) error { <-ctx.Done(); time.Sleep(time.Second); return ctx.Err() }}
		s := daemon.New(d.part("db", 0, 2*time.Second, nil), slow, d.part("never", 0, 0, nil))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		time.AfterFunc(10*time.Second, func() {
			now, cancel := context.WithCancel(ctx)
			cancel()
			if _, late := errors.AsType[*daemon.LateError](s.Stop(now)); !late {
				t.Error("nobody is named")
			}
		})
		wantIs(t, s.Start(ctx), daemon.ErrStopped)
		why := " is told: " + daemon.ErrStopped.Error()
		d.want(t, "0s db starts", "10s db"+why, "12s db ends")
	})
}

// A part that calls Stop waits for itself, as long as its Grace is.
func TestAPartThatCallsStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var s *daemon.Service
		s = daemon.New(d.part("db", 0, time.Second, nil), daemon.Part{Name: "part", Grace: 3 * time.Second, Run: func(context.Context) error {
			wantLate(t, s.Close(), daemon.Late{Name: "part", Grace: 3 * time.Second, Told: true})
			d.note("Stop returns")
			return nil
		}})
		start(t, s)
		<-s.Done()
		synctest.Wait()
		d.want(t, "0s db starts", "3s db is told: "+daemon.ErrStopped.Error(), "4s db ends", "4s Stop returns")
		start(t, s) // it has ended, so it can be started
		time.Sleep(time.Hour)
	})
}

// A Start at the moment when the last part ends is refused, or waits until the generation is over: nothing else, and neither hangs.
func TestStartRightAfterTheLastPartHasEnded(t *testing.T) {
	for range 200 {
		ended := make(chan bool)
		s := daemon.New(daemon.Part{Name: "part", Run: func(ctx context.Context) error { <-ctx.Done(); close(ended); return nil }})
		start(t, s)
		stopped := make(chan error)
		go func() { stopped <- s.Close() }()
		<-ended
		ended = make(chan bool)
		err := s.Start(t.Context())
		if _, running := errors.AsType[*daemon.RunningError](err); err != nil && !running {
			t.Fatal(err) // running, if it was quicker than the part's last step
		}
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

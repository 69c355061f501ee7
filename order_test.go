package fate_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// Children are cancelled newest first, each when the one before has ended; tasks started by Go at last.
func TestAStopInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), collectall.Strategy{})
		g.Go(d.child("task", nil, 0))
		for _, name := range []string{"db", "cache", "http"} {
			g.Spawn(name, d.child(name, nil, time.Second))
			synctest.Wait()
		}
		d.clear()
		if err := g.StopInOrder(errCause); err != nil {
			t.Error(err)
		}
		why := " is cancelled: " + errCause.Error()
		wantIs(t, g.Wait(), errCause)
		d.want(t, "0s http"+why, "1s http ends", "1s cache"+why, "2s cache ends", "2s db"+why, "3s db ends", "3s task"+why, "3s task ends")
		wantTally(t, g, fate.Tally{Offered: 4, Cancelled: 4})
		wantIs(t, context.Cause(g.Context()), errCause)
	})
}

// One that takes longer than its Grace is reported, and joined by Wait all the same.
func TestWhoDoesNotEndInTimeIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), collectall.Strategy{})
		g.Spawn("prompt", d.child("prompt", nil, 0))
		slow := g.Spawn("slow", d.child("slow", nil, time.Hour), fate.Grace(2*time.Second))
		g.Spawn("usual", d.child("usual", nil, 2*fate.DefaultGrace))
		g.Spawn("in time after all", d.child("in time after all", nil, time.Second), fate.Grace(0))
		synctest.Wait()
		began := time.Now()
		err := g.StopInOrder(errCause)
		if took := time.Since(began); took != 2*time.Second+fate.DefaultGrace {
			t.Errorf("it took %v", took)
		}
		var late *fate.LateError
		if !errors.As(err, &late) || len(late.Late) != 2 || late.Late[0].Child.Name() != "usual" || late.Late[1].Child != slow ||
			late.Late[1].Grace != 2*time.Second {
			t.Errorf("StopInOrder returned %v", err)
		}
		wantIs(t, g.Wait(), errCause)
		if took, want := time.Since(began), fate.DefaultGrace+time.Hour; took != want {
			t.Errorf("Wait returned after %v, want %v: when the slow one, cancelled second, had ended", took, want)
		}
	})
}

// From its beginning nothing is accepted or started any more.
func TestNothingStartsDuringAStopInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), failfast.Strategy{Limit: 2}, fate.Backlog(2))
		g.Spawn("db", d.child("db", nil, time.Second))
		g.Spawn("http", d.child("http", nil, time.Second))
		never := func(context.Context) error { t.Error("it was started"); return nil }
		heldChild := g.Spawn("held", never)
		g.Go(never)
		waiting := make(chan bool)
		go func() { waiting <- g.Go(never) }()
		synctest.Wait()
		go func() { _ = g.StopInOrder(errCause) }()
		if <-waiting {
			t.Error("a Go that waited was let in")
		}
		if g.Go(never) || g.TryGo(never) {
			t.Error("a task was accepted")
		}
		late := g.Spawn("late", never)
		wantIs(t, late.Err(), fate.ErrStopped)
		wantIs(t, late.Err(), errCause)
		wantIs(t, g.Wait(), errCause)
		if !hasEnded(heldChild) {
			t.Error("the held child has not ended")
		}
		if tally := g.Tally(); tally.Cancelled != 2 || tally.Skipped != 6 || !balanced(tally) {
			t.Errorf("%v", tally)
		}
	})
}

// An error that says more than that the child was cancelled is a failure: all are joined, none is lost.
func TestErrorsOfAStopInOrderAreFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		closing := func(err error) fate.Task {
			return func(ctx context.Context) error { <-ctx.Done(); return err }
		}
		errA, errB := errors.New("a"), errors.New("b")
		g.Spawn("a", closing(errA))
		g.Spawn("b", closing(errB))
		g.Spawn("quiet", closing(nil))
		g.Spawn("echo", closing(context.Canceled))
		synctest.Wait()
		_ = g.StopInOrder(errCause)
		err := g.Wait()
		for _, want := range []error{errA, errB, errCause} {
			wantIs(t, err, want)
		}
		wantTally(t, g, fate.Tally{Offered: 4, OK: 1, Cancelled: 1, Failed: 2})
	})
}

func TestAStopInOrderOfWhatHasNoChildrenOrHasStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Go(untilDone)
		synctest.Wait()
		if err := g.StopInOrder(errCause); err != nil {
			t.Error(err)
		}
		wantIs(t, g.Wait(), errCause)
		if err := g.StopInOrder(errTask); err != nil {
			t.Errorf("after Wait: %v", err)
		}
		wantIs(t, context.Cause(g.Context()), errCause)
	})
}

// A verdict can ask for it too.
func TestAVerdictThatStopsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := policy{settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
			if e.Kind.Failure() {
				return fate.Stop(errCause).InOrder()
			}
			return fate.Continue
		}}
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), s)
		fails := make(chan error)
		g.Spawn("a", d.child("a", nil, time.Second))
		g.Spawn("b", d.child("b", nil, time.Second))
		g.Go(func(context.Context) error { return <-fails })
		synctest.Wait()
		d.clear()
		fails <- errTask
		err := g.Wait()
		wantIs(t, err, errCause)
		wantIs(t, err, errTask)
		why := " is cancelled: " + errCause.Error()
		d.want(t, "0s b"+why, "1s b ends", "1s a"+why, "2s a ends")
	})
}

func TestVerdictsAreNotMixed(t *testing.T) {
	mustPanic(t, "InOrder", func() { fate.Continue.InOrder() })
	mustPanic(t, "With", func() { fate.Stop(nil).With(nil, nil) })
	mustPanic(t, "Grace", func() { fate.Grace(-1) })
	if after, ok := fate.Restart(-1).Restarts(); !ok || after != 0 {
		t.Errorf("%v, %v", after, ok)
	}
	if _, cause, ok := fate.Restart(0).With(nil, errCause).Cancels(); !ok || cause != errCause {
		t.Error("With is not seen in Cancels")
	}
	if _, _, ok := fate.Restart(0).Cancels(); ok {
		t.Error("a Restart alone cancels")
	}
}

// What was admitted and has not begun does not begin either.
func TestWhatHasNotBegunIsSkippedByAStopInOrder(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that tasks wait for a processor
	const n = 100
	g := fate.New(t.Context(), collectall.Strategy{})
	started, release := make(chan struct{}), make(chan struct{})
	g.Spawn("child", func(context.Context) error { close(started); <-release; return nil })
	<-started
	for range n {
		g.Go(succeeds)
	}
	stopped := make(chan error)
	go func() { stopped <- g.StopInOrder(errCause) }()
	for g.Go(succeeds) { // until it has begun
		runtime.Gosched()
	}
	before := g.Tally()
	close(release)
	<-stopped
	wantIs(t, g.Wait(), errCause)
	if after := g.Tally(); after.OK > before.OK+before.Running || !balanced(after) {
		t.Errorf("before %v, after %v", before, after)
	}
}

// The context of what has ended does not live on while others are stopped for it.
func TestAnEndedChildsContextHasEndedWhileOthersAreStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), policy{settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
			if e.Kind.Failure() {
				return fate.Stop(errCause).InOrder()
			}
			return fate.Continue
		}})
		g.Spawn("slow", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Hour); return nil })
		synctest.Wait()
		var ctx context.Context
		c := g.Spawn("fails", func(own context.Context) error { ctx = own; _ = own.Done(); return errTask })
		<-c.Done()
		synctest.Wait()
		if ctx.Err() == nil {
			t.Error("it has not ended")
		}
		_ = g.Wait()
	})
}

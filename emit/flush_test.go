package emit_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/emit"
)

// Flush hands over what is there, full or not, and returns when the sink has.
func TestFlushWaitsUntilTheSinkHasReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		e := emit.New(func(context.Context, []int) error { time.Sleep(10 * ms); return nil }, emit.Options{Batch: 2, Age: time.Hour})
		accept(t, e, 1, 2, 3)
		if err := e.Flush(t.Context()); err != nil || time.Since(began) != 20*ms {
			t.Errorf("Flush is %v after %v", err, time.Since(began))
		}
		wantStats(t, e, emit.Stats{Accepted: 3, Delivered: 3, Batches: 2})
		if err := e.Flush(t.Context()); err != nil || time.Since(began) != 20*ms {
			t.Errorf("with nothing to do, Flush is %v after %v", err, time.Since(began))
		}
		closes(t, e)
	})
}

// What is accepted after a Flush is not waited for, and keeps its age.
func TestFlushDoesNotWaitForWhatComesAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		e := emit.New(func(context.Context, []int) error { time.Sleep(10 * ms); return nil }, emit.Options{Batch: 4, Age: time.Second})
		accept(t, e, 1)
		flushed := make(chan time.Duration)
		go func() {
			if err := e.Flush(t.Context()); err != nil {
				t.Error(err)
			}
			flushed <- time.Since(began)
		}()
		time.Sleep(5 * ms)
		accept(t, e, 2)
		if at := <-flushed; at != 10*ms {
			t.Errorf("flushed after %v", at)
		}
		synctest.Wait()
		wantStats(t, e, emit.Stats{Accepted: 2, Delivered: 1, Waiting: 1, Batches: 1})
		time.Sleep(time.Second - 5*ms - 1)
		wantStats(t, e, emit.Stats{Accepted: 2, Delivered: 1, Waiting: 1, Batches: 1})
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		wantStats(t, e, emit.Stats{Accepted: 2, Delivered: 1, InFlight: 1, Batches: 2})
		closes(t, e)
	})
}

// Flush counts what was accepted before it: each of several returns when its own has been handed over.
func TestEachFlushWaitsForItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		e := emit.New(func(context.Context, []int) error { time.Sleep(10 * ms); return nil }, emit.Options{Batch: 1})
		at := make([]time.Duration, 4)
		done := make(chan struct{})
		for i := range at {
			accept(t, e, i)
			go func() {
				if err := e.Flush(t.Context()); err != nil {
					t.Error(err)
				}
				at[i] = time.Since(began)
				done <- struct{}{}
			}()
			synctest.Wait()
		}
		for range at {
			<-done
		}
		for i, d := range at {
			if want := time.Duration(i+1) * 10 * ms; d != want {
				t.Errorf("flush %d returned after %v, want %v", i, d, want)
			}
		}
		closes(t, e)
	})
}

// Flush returns when ctx has ended, and says how many values it would have waited for; they are still delivered.
func TestFlushSaysHowManyAreOutstanding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		e := emit.New(func(context.Context, []int) error { time.Sleep(10 * ms); return nil }, emit.Options{Batch: 2})
		accept(t, e, 1, 2, 3, 4, 5)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 15*ms, errCause)
		defer cancel()
		err := e.Flush(ctx)
		var out *emit.OutstandingError
		if !errors.As(err, &out) || out.Values != 3 || time.Since(began) != 15*ms {
			t.Errorf("Flush is %v after %v", err, time.Since(began))
		}
		wantIs(t, err, errCause)
		if err := e.Flush(t.Context()); err != nil || time.Since(began) != 30*ms {
			t.Errorf("the second Flush is %v after %v", err, time.Since(began))
		}
		closes(t, e)
		wantStats(t, e, emit.Stats{Accepted: 5, Delivered: 5, Batches: 3})
	})
}

// A sink that fails has returned: Flush says nothing of it. OnError has been told by then.
func TestFlushReturnsAfterOnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := false
		e := emit.New(func(context.Context, []int) error { return errSink }, emit.Options{OnError: func(error) { time.Sleep(ms); told = true }})
		accept(t, e, 1)
		if err := e.Flush(t.Context()); err != nil || !told {
			t.Errorf("Flush is %v, OnError was told: %v", err, told)
		}
		closes(t, e)
	})
}

// A Flush whose values a Close gives up on says what Close says; one whose values were delivered doesn't.
func TestFlushLearnsOfACloseThatGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := emit.New(func(context.Context, []int) error { time.Sleep(10 * ms); return nil }, emit.Options{Batch: 1})
		flushes := make([]chan error, 3)
		for i := range flushes {
			accept(t, e, i)
			flushes[i] = make(chan error, 1)
			go func() { flushes[i] <- e.Flush(context.Background()) }()
			synctest.Wait()
		}
		ctx, cancel := context.WithTimeoutCause(t.Context(), 15*ms, errCause)
		defer cancel()
		err := e.Close(ctx) // while the second is with the sink
		var lost *emit.LostError
		if !errors.As(err, &lost) || lost.Values != 1 {
			t.Errorf("Close is %v", err)
		}
		for i, want := range []error{nil, nil, err} {
			if got := <-flushes[i]; got != want {
				t.Errorf("flush %d is %v, want %v", i, got, want)
			}
		}
		if got := e.Flush(t.Context()); got != err {
			t.Errorf("a Flush after it is %v", got)
		}
	})
}

func TestFlushAfterCloseIsNil(t *testing.T) {
	e := emit.New(new(recorder).sink, emit.Options{})
	e.Emit(1)
	closes(t, e)
	if err := e.Flush(t.Context()); err != nil {
		t.Error(err)
	}
}

package emit_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/emit"
)

// expired returns a context that has ended because of errCause.
func expired() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errCause)
	return ctx
}

func wantLost(t *testing.T, err error, values uint64, cause error) {
	t.Helper()
	var lost *emit.LostError
	if !errors.As(err, &lost) || lost.Values != values || !errors.Is(err, cause) {
		t.Errorf("Close is %v; want %d values lost, %v", err, values, cause)
	}
}

// Close delivers what was accepted, at once and not when it is of age, and nothing is accepted any more.
func TestCloseDeliversWhatWasAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		e := emit.New(func(context.Context, []int) error { time.Sleep(10 * ms); return nil }, emit.Options{Batch: 2, Age: time.Hour})
		accept(t, e, 1, 2, 3, 4, 5)
		closes(t, e)
		if took := time.Since(began); took != 30*ms {
			t.Errorf("it took %v", took)
		}
		if e.Emit(6) {
			t.Error("accepted after Close")
		}
		wantStats(t, e, emit.Stats{Accepted: 5, Delivered: 5, Dropped: 1, Batches: 3})
		if err := e.Close(expired()); err != nil {
			t.Errorf("Close again is %v", err)
		}
	})
}

// When ctx ends first, Close cancels the sink call, waits for it, and says how many values are lost.
func TestCloseGivesUpWhenItsContextEnds(t *testing.T) {
	for _, c := range []struct {
		story string
		ends  error         // what the sink returns when it has been cancelled
		after time.Duration // and how much later
		lost  uint64
		took  time.Duration
	}{
		{"it fails at once", errSink, 0, 5, 50 * ms},
		{"it fails within the grace", errSink, 60 * ms, 5, 110 * ms},
		{"it succeeds within the grace", nil, 60 * ms, 3, 110 * ms},
		{"it comes too late", nil, 101 * ms, 5, 150 * ms},
		{"it comes too late, and fails", errSink, time.Hour, 5, 150 * ms},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			told := 0
			e := emit.New(func(ctx context.Context, batch []int) error {
				if batch[0] == 0 {
					return nil
				}
				<-ctx.Done()
				if at := time.Since(began); at != 50*ms {
					t.Errorf("%s: cancelled after %v", c.story, at)
				}
				wantIs(t, context.Cause(ctx), emit.ErrClosed)
				wantIs(t, context.Cause(ctx), errCause)
				if text := context.Cause(ctx).Error(); text != "emit: closed: shutdown took too long" {
					t.Errorf("the cause says %q", text)
				}
				time.Sleep(c.after)
				return c.ends
			}, emit.Options{Batch: 2, Grace: 100 * ms, OnError: func(err error) {
				told++
				var s *emit.SinkError
				if !errors.As(err, &s) || s.Values != 2 || s.Err != errSink {
					t.Errorf("%s: OnError got %v", c.story, err)
				}
			}})
			accept(t, e, 0, 1, 2, 3, 4, 5, 6)
			ctx, cancel := context.WithTimeoutCause(t.Context(), 50*ms, errCause)
			defer cancel()
			err := e.Close(ctx)
			if took := time.Since(began); took != c.took {
				t.Errorf("%s: Close took %v, want %v", c.story, took, c.took)
			}
			// Two were delivered, two are with the sink, three wait.
			wantLost(t, err, c.lost, errCause)
			want := emit.Stats{Accepted: 7, Delivered: 7 - c.lost, Lost: c.lost, Batches: 2}
			wantStats(t, e, want)
			if again := e.Close(t.Context()); again != err {
				t.Errorf("%s: Close again is %v", c.story, again)
			}
			time.Sleep(2 * time.Hour) // what is counted stays counted, and the bubble sees that the goroutine ends with the sink
			synctest.Wait()
			wantStats(t, e, want)
			if failed := c.ends != nil; (told == 1) != failed || told > 1 {
				t.Errorf("%s: OnError was told %d times", c.story, told)
			}
		})
	}
}

// If the sink call that was cancelled succeeds and nothing waits, nothing was lost.
func TestCloseThatGaveUpInVainIsNil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := emit.New(func(ctx context.Context, _ []int) error { <-ctx.Done(); return nil }, emit.Options{})
		accept(t, e, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := e.Close(ctx); err != nil {
			t.Errorf("Close is %v", err)
		}
		wantStats(t, e, emit.Stats{Accepted: 1, Delivered: 1, Batches: 1})
	})
}

// A Close whose context has ended hands nothing more over.
func TestCloseWithAnEndedContextDeliversNothing(t *testing.T) {
	for range 100 { // whatever the goroutine is just doing
		r := new(recorder)
		e := emit.New(r.sink, emit.Options{})
		accept(t, e, 1, 2, 3)
		wantLost(t, e.Close(expired()), 3, errCause)
		wantStats(t, e, emit.Stats{Accepted: 3, Lost: 3})
		if len(r.got()) != 0 {
			t.Errorf("delivered %v", r.got())
		}
	}
	e := emit.New(new(recorder).sink, emit.Options{})
	if err := e.Close(expired()); err != nil {
		t.Errorf("with nothing to lose, Close is %v", err)
	}
	e = emit.New(new(recorder).sink, emit.Options{})
	accept(t, e, 1)
	if err := e.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if err := e.Close(expired()); err != nil {
		t.Errorf("with nothing left to lose, Close is %v", err)
	}
}

// All who close get the same answer, and the context that ends first gives up for all.
func TestEveryCloseGivesTheSameAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		e := emit.New(func(ctx context.Context, _ []int) error { <-ctx.Done(); return ctx.Err() }, emit.Options{})
		accept(t, e, 1, 2)
		answers := make([]error, 5)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				ctx, cancel := context.Background(), context.CancelFunc(func() {})
				if i > 0 { // the first has no end
					ctx, cancel = context.WithTimeoutCause(ctx, time.Duration(i)*time.Second, errCause)
				}
				defer cancel()
				answers[i] = e.Close(ctx)
				if at := time.Since(began); at != time.Second {
					t.Errorf("Close %d returned after %v", i, at)
				}
			})
		}
		all.Wait()
		wantLost(t, answers[0], 2, errCause)
		for i, err := range answers {
			if err != answers[0] {
				t.Errorf("Close %d is %v", i, err)
			}
		}
	})
}

// Within the grace of a Close that has given up, another may end: the first said why.
func TestTheFirstCloseToGiveUpSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		e := emit.New(func(context.Context, []int) error { <-gate; return nil }, emit.Options{Batch: 1})
		accept(t, e, 1)
		synctest.Wait() // the sink has it
		first := make(chan error, 1)
		go func() { first <- e.Close(expired()) }()
		time.Sleep(emit.DefaultGrace / 2)
		other, cancel := context.WithCancel(t.Context())
		cancel()
		err := e.Close(other)
		wantLost(t, err, 1, errCause)
		if got := <-first; got != err {
			t.Errorf("the first Close is %v, the second %v", got, err)
		}
		close(gate)
	})
}

// A sink that never looks at its context can't make Close hang; its goroutine ends when it returns, and a panic so late is told.
func TestASinkThatIgnoresItsContextIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		gate := make(chan struct{})
		var told error
		e := emit.New(func(context.Context, []int) error { <-gate; panic("so late") }, emit.Options{
			Batch: 2, OnError: func(err error) { told = err },
		})
		accept(t, e, 1, 2, 3)
		synctest.Wait()
		wantLost(t, e.Close(expired()), 3, errCause)
		if took := time.Since(began); took != emit.DefaultGrace {
			t.Errorf("Close took %v", took)
		}
		wantStats(t, e, emit.Stats{Accepted: 3, Lost: 3, Batches: 1})
		close(gate)
		synctest.Wait()
		var p *fate.PanicError
		if !errors.As(told, &p) || p.Value != "so late" {
			t.Errorf("OnError was told %v", told)
		}
		wantStats(t, e, emit.Stats{Accepted: 3, Lost: 3, Batches: 1})
	})
}

// Neither can an OnError that does not return.
func TestAnOnErrorThatHangsIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		gate := make(chan struct{})
		e := emit.New(func(context.Context, []int) error { return errSink }, emit.Options{
			Batch: 2, Grace: time.Second, OnError: func(error) { <-gate },
		})
		accept(t, e, 1, 2, 3)
		synctest.Wait()
		wantLost(t, e.Close(expired()), 1, errCause) // the first two have failed
		if took := time.Since(began); took != time.Second {
			t.Errorf("Close took %v", took)
		}
		wantStats(t, e, emit.Stats{Accepted: 3, Failed: 2, Lost: 1, Batches: 1})
		close(gate)
	})
}

// A Flush whose batch has failed is not told of what a Close loses while OnError is at work.
func TestAFailedBatchIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := emit.New(func(context.Context, []int) error { return errSink }, emit.Options{Batch: 1, OnError: func(error) { time.Sleep(10 * ms) }})
		accept(t, e, 1)
		flushed := make(chan error, 1)
		go func() { flushed <- e.Flush(context.Background()) }()
		synctest.Wait()
		accept(t, e, 2)
		wantLost(t, e.Close(expired()), 1, errCause)
		if err := <-flushed; err != nil {
			t.Errorf("Flush is %v", err)
		}
		wantStats(t, e, emit.Stats{Accepted: 2, Failed: 1, Lost: 1, Batches: 1})
	})
}

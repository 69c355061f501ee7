package emit_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/emit"
)

// A sink that fails, panics or exits loses that batch and no other; OnError is told.
func TestABadBatchDoesNotEndTheEmitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []*emit.SinkError
		var good []int
		e := emit.New(func(_ context.Context, batch []int) error {
			switch batch[0] {
			case 0:
				return errSink
			case 1:
				panic(errSink)
			case 2:
				panic("not an error")
			case 3:
				runtime.Goexit()
			case 4:
				defer runtime.Goexit()
				panic("an exit instead of a panic")
			}
			good = append(good, batch...)
			return nil
		}, emit.Options{Batch: 2, OnError: func(err error) {
			var s *emit.SinkError
			if !errors.As(err, &s) {
				t.Errorf("OnError got %#v", err)
			}
			told = append(told, s)
		}})
		for i := range 7 {
			accept(t, e, i, 100+i)
		}
		accept(t, e, 3) // an exit with nothing after it but Close
		closes(t, e)

		if want := []int{5, 105, 6, 106}; !reflect.DeepEqual(good, want) {
			t.Errorf("delivered %v", good)
		}
		wantStats(t, e, emit.Stats{Accepted: 15, Delivered: 4, Failed: 11, Batches: 8})
		if len(told) != 6 {
			t.Fatalf("OnError was told %d times: %v", len(told), told)
		}
		for i, n := range []int{2, 2, 2, 2, 2, 1} {
			if told[i].Values != n {
				t.Errorf("error %d is of %d values, want %d", i, told[i].Values, n)
			}
		}
		if told[0].Err != errSink {
			t.Errorf("a returned error became %v", told[0].Err)
		}
		for i, value := range map[int]any{1: errSink, 2: "not an error"} {
			p, ok := told[i].Err.(*fate.PanicError)
			if !ok || p.Value != value || !strings.Contains(string(p.Stack), "sink_test.go") {
				t.Errorf("a panic became %#v", told[i].Err)
			}
		}
		wantIs(t, told[1], errSink)
		for _, i := range []int{3, 4, 5} {
			if told[i].Err != fate.ErrGoexit {
				t.Errorf("an exit became %v", told[i].Err)
			}
		}
	})
}

// Failures are counted without an OnError too.
func TestFailuresAreCountedThoughNobodyIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := emit.New(func(context.Context, []int) error { return errSink }, emit.Options{})
		accept(t, e, 1, 2, 3)
		closes(t, e)
		wantStats(t, e, emit.Stats{Accepted: 3, Failed: 3, Batches: 1})
	})
}

// An OnError that exits does not end the emitter.
func TestOnErrorMayExit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		e := emit.New(func(context.Context, []int) error { return errSink }, emit.Options{Batch: 1, OnError: func(error) {
			told++
			runtime.Goexit()
		}})
		accept(t, e, 1, 2)
		if err := e.Flush(t.Context()); err != nil || told != 2 {
			t.Errorf("Flush is %v, OnError was told %d times", err, told)
		}
		accept(t, e, 3)
		closes(t, e)
		if told != 3 {
			t.Errorf("OnError was told %d times", told)
		}
		wantStats(t, e, emit.Stats{Accepted: 3, Failed: 3, Batches: 3})
	})
}

// OnError may emit, and look at the counts, which have the failure already.
func TestOnErrorMayEmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e *emit.Emitter[int]
		failed := false
		e = emit.New(func(context.Context, []int) error {
			if failed {
				return nil
			}
			failed = true
			return errSink
		}, emit.Options{OnError: func(error) {
			wantStats(t, e, emit.Stats{Accepted: 1, Failed: 1, Batches: 1})
			accept(t, e, 2)
		}})
		accept(t, e, 1)
		time.Sleep(emit.DefaultAge)
		synctest.Wait()
		closes(t, e)
		wantStats(t, e, emit.Stats{Accepted: 2, Failed: 1, Delivered: 1, Batches: 2})
	})
}

const crashVariable = "FATE_EMIT_CRASH"

func panicInOnError() {
	e := emit.New(func(context.Context, []int) error { return errSink }, emit.Options{OnError: func(error) { panic("no log") }})
	e.Emit(1)
	_ = e.Close(context.Background())
}

// A panic in OnError ends the process, with its own stack.
func TestAPanicInOnErrorEndsTheProcess(t *testing.T) {
	for range 10 { // once would be by chance: nothing may go on beside it and be quicker, as the program's own end
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crashVariable+"=1")
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 {
			t.Fatalf("it ended with %v", err)
		}
		for _, say := range []string{"panic: no log", "panicInOnError"} {
			if !strings.Contains(string(out), say) {
				t.Fatalf("the output does not say %q:\n%s", say, out)
			}
		}
	}
}

// The sink may emit: it is not waited for, and what there is no room for is dropped.
func TestTheSinkMayEmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e *emit.Emitter[int]
		calls := 0
		e = emit.New(func(_ context.Context, batch []int) error {
			if calls++; calls == 1 {
				accept(t, e, 2, 3)
				if e.Emit(4) {
					t.Error("accepted beyond the buffer")
				}
				wantStats(t, e, emit.Stats{Accepted: 3, Dropped: 1, Waiting: 2, InFlight: 1, Batches: 1})
			}
			return nil
		}, emit.Options{Buffer: 2, Batch: 1})
		accept(t, e, 1)
		synctest.Wait()
		closes(t, e)
		wantStats(t, e, emit.Stats{Accepted: 3, Dropped: 1, Delivered: 3, Batches: 3})
	})
}

// A sink that feeds itself does not keep Flush or Close from returning.
func TestASinkThatFeedsItselfEndsWithClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e *emit.Emitter[int]
		e = emit.New(func(_ context.Context, batch []int) error {
			time.Sleep(ms)
			e.Emit(batch[0] + 1)
			return nil
		}, emit.Options{Batch: 1})
		accept(t, e, 1)
		if err := e.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		closes(t, e)
		if s := e.Stats(); s.Delivered != s.Accepted || s.Dropped != 1 {
			t.Errorf("stats are %v", s)
		}
	})
}

// Flush and Close refuse the sink's own context, and one derived from it, before they do anything.
func TestFlushAndCloseRefuseTheSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e *emit.Emitter[int]
		e = emit.New(func(ctx context.Context, batch []int) error {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			for _, ctx := range []context.Context{ctx, derived} {
				wantIs(t, e.Flush(ctx), emit.ErrInSink)
				wantIs(t, e.Close(ctx), emit.ErrInSink)
			}
			if batch[0] == 1 {
				accept(t, e, 2) // it has not been closed
			}
			return nil
		}, emit.Options{Batch: 1, Timeout: time.Minute})
		accept(t, e, 1)
		synctest.Wait()
		wantStats(t, e, emit.Stats{Accepted: 2, Delivered: 2, Batches: 2})
		closes(t, e)
	})
}

// A sink may flush and close other emitters with its context: chains of them work.
func TestASinkMayCloseAnotherEmitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(recorder)
		inner := emit.New(r.sink, emit.Options{})
		outer := emit.New(func(ctx context.Context, batch []int) error {
			accept(t, inner, batch...)
			if err := inner.Flush(ctx); err != nil {
				t.Errorf("Flush is %v", err)
			}
			return inner.Close(ctx)
		}, emit.Options{})
		accept(t, outer, 1, 2)
		closes(t, outer)
		wantStats(t, inner, emit.Stats{Accepted: 2, Delivered: 2, Batches: 1})
		wantStats(t, outer, emit.Stats{Accepted: 2, Delivered: 2, Batches: 1})
	})
}

// A sink that wants an end starts a goroutine for it.
func TestTheSinkMayHaveItsEmitterClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e *emit.Emitter[int]
		closed := make(chan error, 1)
		e = emit.New(func(context.Context, []int) error {
			go func() { closed <- e.Close(context.Background()) }()
			return errSink
		}, emit.Options{})
		accept(t, e, 1)
		if err := <-closed; err != nil {
			t.Errorf("Close is %v", err)
		}
	})
}

// Timeout ends the context of a sink call that takes longer, with a cause that is a context.DeadlineExceeded.
func TestTimeoutEndsTheSinkCallsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var took []time.Duration
		e := emit.New(func(ctx context.Context, batch []int) error {
			defer func() { took = append(took, time.Since(began)) }()
			switch batch[0] {
			case 1: // looks at its context
				<-ctx.Done()
				wantIs(t, context.Cause(ctx), context.DeadlineExceeded)
				if text := context.Cause(ctx).Error(); text != "emit: the sink timed out after 1s" {
					t.Errorf("the cause says %q", text)
				}
				var timeout interface{ Timeout() bool }
				if !errors.As(context.Cause(ctx), &timeout) || !timeout.Timeout() {
					t.Errorf("the cause is %#v", context.Cause(ctx))
				}
				return ctx.Err()
			case 2: // does not, and is waited for
				time.Sleep(time.Minute)
			}
			return nil
		}, emit.Options{Batch: 1, Timeout: time.Second})
		accept(t, e, 1, 2, 3)
		closes(t, e)
		if want := []time.Duration{time.Second, 61 * time.Second, 61 * time.Second}; !reflect.DeepEqual(took, want) {
			t.Errorf("the calls ended after %v", took)
		}
		wantStats(t, e, emit.Stats{Accepted: 3, Delivered: 2, Failed: 1, Batches: 3})
	})
}

// Without a Timeout and a Close that gives up, the sink's context lives until the emitter has ended.
func TestTheSinksContextEndsWithTheEmitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ctx context.Context
		e := emit.New(func(c context.Context, _ []int) error { ctx = c; return nil }, emit.Options{})
		accept(t, e, 1)
		if err := e.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		if err := ctx.Err(); err != nil {
			t.Errorf("the context has ended: %v", err)
		}
		closes(t, e)
		if cause := context.Cause(ctx); cause != emit.ErrClosed {
			t.Errorf("the cause is %v", cause)
		}
	})
}

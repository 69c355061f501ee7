package fate_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// endsAfter makes a task that takes d and then returns err, whatever becomes of its context.
func endsAfter(d time.Duration, err error) fate.Task {
	return func(context.Context) error { time.Sleep(d); return err }
}

// Edge 2: Wait returns the first error by time, the same value (==), never wrapped.
// Edge 24: first-error mode keeps one error, not all.
func TestFailfastReturnsTheFirstErrorByTimeBare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second, first, third := errors.New("second"), errors.New("first"), errors.New("third")
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Go(endsAfter(2*time.Second, second))
		g.Go(endsAfter(1*time.Second, first))
		g.Go(endsAfter(3*time.Second, third))
		err := g.Wait()
		if err != first {
			t.Errorf("Wait is %v, want the very first error", err)
		}
		if errors.Is(err, second) || errors.Is(err, third) {
			t.Error("Wait holds later errors")
		}
		wantTally(t, g, fate.Tally{Offered: 3, Failed: 3})
	})
}

// Edge 3: context.Cause(ctx) == that error; after an error-free Wait it is context.Canceled.
// Edge 4: the context is cancelled when the first task fails, before Wait; and always once Wait has returned.
// Edge 26: Cause is the error.
func TestCauseIsTheFirstError(t *testing.T) {
	t.Run("failure", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Go(fails)
		<-g.Context().Done() // before Wait
		if cause := context.Cause(g.Context()); cause != errTask {
			t.Errorf("cause is %v before Wait", cause)
		}
		if err := g.Wait(); err != errTask {
			t.Errorf("Wait is %v", err)
		}
		if cause := context.Cause(g.Context()); cause != errTask {
			t.Errorf("cause is %v after Wait", cause)
		}
	})
	t.Run("no failure", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Go(succeeds)
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		<-g.Context().Done()
		if cause := context.Cause(g.Context()); cause != context.Canceled {
			t.Errorf("cause is %v", cause)
		}
	})
	t.Run("failures that stop nothing", func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		g.Go(fails)
		err := g.Wait()
		<-g.Context().Done()
		if cause := context.Cause(g.Context()); cause != err {
			t.Errorf("cause is %v, want what Wait returned", cause)
		}
	})
}

// Promise 4 and edge 5: The error is recorded before cancel: a sibling's ctx.Err() never wins over the root cause.
func TestSiblingsEchoNeverWins(t *testing.T) {
	for range 200 {
		w := &witness{of: failfast.Strategy{}}
		g := fate.New(t.Context(), w)
		for range 4 {
			g.Go(untilDone)
		}
		g.Go(fails)
		for range 4 {
			g.Go(func(ctx context.Context) error {
				for ctx.Err() == nil {
					runtime.Gosched()
				}
				return ctx.Err()
			})
		}
		if err := g.Wait(); err != errTask {
			t.Fatalf("Wait is %v", err)
		}
		if first := w.events[0]; first.Kind != fate.Failed || first.Err != errTask {
			t.Fatalf("the strategy was shown %v %v first", first.Kind, first.Err)
		}
		if got := g.Tally(); got.Failed != 1 || got.Cancelled+got.Skipped != 8 {
			t.Fatalf("tally is %v", got)
		}
	}
}

// Promise 3: No failure is lost: the multiset of errors returned by tasks is what the strategy was shown, also those after
// a stop.
func TestEveryErrorIsShownToTheStrategy(t *testing.T) {
	const n = 60
	for _, stopAt := range []int{-1, 0, 10, n - 1} {
		w := &witness{of: policy{}}
		g := fate.New(t.Context(), w)
		started := make(chan struct{}, n)
		gate := make(chan struct{})
		want := map[string]int{}
		for i := range n {
			err := fmt.Errorf("error %d", i%7)
			want[err.Error()]++
			g.Go(func(context.Context) error { started <- struct{}{}; <-gate; return err })
		}
		for range n {
			<-started
		}
		if stopAt >= 0 {
			g.Stop(errCause) // all after this one come after the stop
		}
		close(gate)
		_ = g.Wait()
		for _, e := range w.events {
			want[e.Err.Error()]--
		}
		for text, missing := range want {
			if missing != 0 {
				t.Errorf("stop at %d: %q: %d more were returned than shown", stopAt, text, missing)
			}
		}
		wantTally(t, g, fate.Tally{Offered: n, Failed: n})
	}
}

// Edge 22: collect: nil if none, else joined. Order is submission order.
// Edge 23: a single error under collect is still the joined type; failfast is bare.
func TestCollectallJoinsInSubmissionOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 2, 5} {
			g := fate.New(t.Context(), collectall.Strategy{})
			var want []error
			for i := range n {
				want = append(want, fmt.Errorf("error %d", i))
				g.Go(endsAfter(time.Duration(n-i)*time.Second, want[i])) // they end last to first
				g.Go(succeeds)
			}
			err := g.Wait()
			if n == 0 {
				if err != nil {
					t.Errorf("no failure: Wait is %v", err)
				}
				continue
			}
			joined, ok := err.(interface{ Unwrap() []error })
			if !ok {
				t.Fatalf("%d failures: Wait is a %T, which is not joined", n, err)
			}
			var got []error
			for i, e := range joined.Unwrap() {
				te, ok := e.(*fate.TaskError)
				if !ok {
					t.Fatalf("%d failures: holds a %T", n, e)
				}
				if te.ID != uint64(2*i) {
					t.Errorf("%d failures: the one at %d is that of task %d", n, i, te.ID)
				}
				got = append(got, te.Err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d failures: got %v, want %v", n, got, want)
			}
		}
	})
}

// Edge 25: without cancel-on-error, siblings' contexts stay live on an error.
func TestCollectallLeavesSiblingsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		g.Go(fails)
		g.Go(func(ctx context.Context) error {
			time.Sleep(time.Second)
			return ctx.Err()
		})
		wantIs(t, g.Wait(), errTask)
		wantTally(t, g, fate.Tally{Offered: 2, OK: 1, Failed: 1})
	})
}

// Edge 27: under collect with a stop, echoes of the group's own cancellation are Cancelled in the Tally, not failures; a
// context.Canceled that no cancel of ours caused is a failure.
func TestEchoesOfTheGroupsOwnStopAreNoFailures(t *testing.T) {
	foreign, cancel := context.WithCancel(context.Background())
	cancel()
	echoes := map[string]fate.Task{
		"error":         untilDone,
		"wrapped error": func(ctx context.Context) error { return fmt.Errorf("reading: %w", untilDone(ctx)) },
		"cause":         func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) },
		"wrapped cause": func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("reading: %w", context.Cause(ctx)) },
		"joined":        func(ctx context.Context) error { return errors.Join(untilDone(ctx), context.Cause(ctx)) },
		"derived context": func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			return untilDone(ctx)
		},
	}
	for name, echo := range echoes {
		t.Run(name, func(t *testing.T) {
			for _, s := range []fate.Strategy{collectall.Strategy{StopAfter: 1}, failfast.Strategy{}} {
				w := &witness{of: s}
				g := fate.New(t.Context(), w)
				var started sync.WaitGroup
				started.Add(2)
				task := func(ctx context.Context) error { started.Done(); return echo(ctx) }
				g.Spawn("echo", task)
				g.Go(task)
				g.Go(func(ctx context.Context) error { started.Wait(); return fails(ctx) })
				wantIs(t, g.Wait(), errTask)
				wantTally(t, g, fate.Tally{Offered: 3, Failed: 1, Cancelled: 2})
				wantKinds(t, w, fate.Failed, fate.Cancelled, fate.Cancelled)
				if len(w.sum.Errors) != 1 {
					t.Errorf("%v: the summary holds %v", s, w.sum.Errors)
				}
			}
		})
	}
	t.Run("no echo: beside an error of its own", func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		started := make(chan struct{})
		g.Go(func(ctx context.Context) error { close(started); return errors.Join(io.EOF, untilDone(ctx)) })
		<-started
		g.Stop(errCause)
		err := g.Wait()
		wantIs(t, err, io.EOF)
		wantIs(t, err, errCause) // the stop cut it short all the same
		wantTally(t, g, fate.Tally{Offered: 1, Failed: 1})
	})
	t.Run("no echo: the failures of a group within", func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		failed := make(chan struct{})
		g.Go(func(ctx context.Context) error {
			inner := fate.New(ctx, collectall.Strategy{})
			<-inner.Spawn("fails", fails).Done()
			inner.Go(untilDone)
			close(failed)
			return inner.Wait()
		})
		<-failed
		g.Stop(errCause)
		err := g.Wait()
		wantIs(t, err, errTask)
		wantIs(t, err, errCause)
		wantTally(t, g, fate.Tally{Offered: 1, Failed: 1})
	})
	t.Run("no echo: nothing was cancelled", func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		g.Go(func(context.Context) error { return foreign.Err() })
		wantIs(t, g.Wait(), context.Canceled)
		wantTally(t, g, fate.Tally{Offered: 1, Failed: 1})
	})
	t.Run("no echo: an error of its own after the stop", func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{StopAfter: 1})
		started := make(chan struct{})
		g.Go(func(ctx context.Context) error { close(started); <-ctx.Done(); return io.ErrUnexpectedEOF })
		g.Go(func(ctx context.Context) error { <-started; return fails(ctx) })
		wantIs(t, g.Wait(), io.ErrUnexpectedEOF)
		wantTally(t, g, fate.Tally{Offered: 2, Failed: 2})
	})
	t.Run("no echo: a deadline of its own", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), collectall.Strategy{})
			g.Go(func(ctx context.Context) error {
				ctx, cancel := context.WithTimeout(ctx, time.Second)
				defer cancel()
				return untilDone(ctx)
			})
			wantIs(t, g.Wait(), context.DeadlineExceeded)
			wantTally(t, g, fate.Tally{Offered: 1, Failed: 1})
		})
	})
}

// Edge 21: a typed-nil error is an error (Go's rule), also where its own methods would panic.
func TestTypedNilIsAFailure(t *testing.T) {
	typedNil := func() error { var p *fs.PathError; return p } // its Unwrap dereferences the nil
	t.Run("before any stop", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Go(func(context.Context) error { return typedNil() })
		if err := g.Wait(); err != typedNil() {
			t.Errorf("Wait is %#v", err)
		}
		wantTally(t, g, fate.Tally{Offered: 1, Failed: 1})
	})
	t.Run("after a stop", func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		started := make(chan struct{})
		c := g.Spawn("child", func(ctx context.Context) error { close(started); <-ctx.Done(); return typedNil() })
		<-started
		g.Stop(errCause)
		err := g.Wait()
		var all *fate.Errors
		if !errors.As(err, &all) || len(all.Tasks) != 1 || all.Tasks[0].Err != typedNil() {
			t.Errorf("Wait is %#v", err)
		}
		<-c.Done()
		wantTally(t, g, fate.Tally{Offered: 1, Failed: 1})
	})
}

// Edge 34: Wait returns error; no typed nil anywhere. An error once returned never changes.
func TestReturnedErrorsAreNilOrFinal(t *testing.T) {
	t.Run("nil", func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		c := g.Spawn("child", succeeds)
		f := fate.Go(g, func(context.Context) (int, error) { return 1, nil })
		if err := g.Wait(); err != nil {
			t.Errorf("Wait is %#v", err)
		}
		if err := c.Err(); err != nil {
			t.Errorf("Err is %#v", err)
		}
		if _, err := f.Wait(); err != nil {
			t.Errorf("the future's error is %#v", err)
		}
		if err := (fate.Summary{}).Join(); err != nil {
			t.Errorf("Join is %#v", err)
		}
		if err := g.Context().Err(); err != context.Canceled {
			t.Errorf("the context's error is %#v", err)
		}
	})
	t.Run("final", func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		g.Go(fails)
		err := g.Wait()
		text, held := err.Error(), len(err.(*fate.Errors).Unwrap())
		for range 10 {
			g.Go(fails)
			g.Stop(errCause)
		}
		again := g.Wait()
		if again != err || err.Error() != text || len(err.(*fate.Errors).Unwrap()) != held {
			t.Errorf("Wait's error became %v", again)
		}
	})
}

// Edge 35: Is/As reach every child through Unwrap() []error with no allocation on a miss.
func TestIsAndAsReachEveryFailureAndAllocateNothing(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{})
	var each []error
	for i := range 100 {
		err := fmt.Errorf("error %d", i)
		each = append(each, err)
		g.Go(func(context.Context) error { return err })
	}
	all := g.Wait()
	for _, err := range each {
		if !errors.Is(all, err) {
			t.Fatalf("%v is not reached", err)
		}
	}
	if n := testing.AllocsPerRun(100, func() {
		if errors.Is(all, io.EOF) {
			t.Error("io.EOF is reached")
		}
	}); n != 0 {
		t.Errorf("errors.Is costs %v allocations on a miss", n)
	}
	var path *fs.PathError
	if n := testing.AllocsPerRun(100, func() {
		if errors.As(all, &path) {
			t.Error("a *fs.PathError is reached")
		}
	}); n != 0 {
		t.Errorf("errors.As costs %v allocations on a miss", n)
	}
}

// Edge 36: a task's own joined error (any Unwrap() []error) stays reachable; flattening is for display only.
func TestATasksOwnJoinedErrorStaysReachable(t *testing.T) {
	inner := errors.Join(io.EOF, fs.ErrNotExist)
	for _, s := range []fate.Strategy{failfast.Strategy{}, collectall.Strategy{}} {
		g := fate.New(t.Context(), s)
		g.Go(func(context.Context) error { return fmt.Errorf("both: %w", inner) })
		err := g.Wait()
		wantIs(t, err, io.EOF)
		wantIs(t, err, fs.ErrNotExist)
		wantIs(t, err, inner)
	}
}

// Edge 37: text: one error a line, as errors.Join.
func TestErrorTextIsOneLineEach(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{})
	var each []error
	for i := range 5 {
		err := fmt.Errorf("error %d", i)
		each = append(each, err)
		g.Go(func(context.Context) error { return err })
	}
	if got, want := g.Wait().Error(), errors.Join(each...).Error(); got != want {
		t.Errorf("text is %q, want %q", got, want)
	}
}

// Edge 37: An error list of 10,000 must format in linear time.
func TestErrorTextIsLinear(t *testing.T) {
	cost := func(n int) (allocated uint64, length int) {
		g := fate.New(t.Context(), collectall.Strategy{Limit: 1})
		for range n {
			g.Go(fails)
		}
		err := g.Wait()
		var start, end runtime.MemStats
		runtime.ReadMemStats(&start)
		text := err.Error()
		runtime.ReadMemStats(&end)
		if lines := strings.Count(text, "\n") + 1; lines != n {
			t.Errorf("%d failures give %d lines", n, lines)
		}
		return end.TotalAlloc - start.TotalAlloc, len(text)
	}
	_, length := cost(1)
	small, _ := cost(1000)
	large, all := cost(10_000)
	if want := 10_000*(length+1) - 1; all != want {
		t.Errorf("10,000 failures give %d bytes of text, want %d", all, want)
	}
	// A quadratic text costs a hundred times as much.
	if large > 30*small {
		t.Errorf("10 times the failures allocate %d bytes instead of %d", large, small)
	}
}

package quorum_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/quorum"
)

type call = func(context.Context) (string, error)

// answers is a call that answers after d, unless its context ends before.
func answers(d time.Duration, value string) call {
	return func(ctx context.Context) (string, error) { return value, rest(ctx, d, nil) }
}

// failing is one that fails after d, with a value that nobody is to see.
func failing(d time.Duration, err error) call {
	return func(ctx context.Context) (string, error) { return "value of a failure", rest(ctx, d, err) }
}

// never ends before its context, and notes why that did.
func never(why *error) call {
	return func(ctx context.Context) (string, error) {
		<-ctx.Done()
		*why = context.Cause(ctx)
		return "value of a loser", ctx.Err()
	}
}

func TestFirstReturnsTheFirstSuccess(t *testing.T) {
	inBubble(t, 2*time.Second, func(t *testing.T) {
		var why error
		got, err := quorum.First(t.Context(), never(&why), failing(time.Second, errA), answers(2*time.Second, "second"), answers(3*time.Second, "third"))
		if got != "second" || err != nil || why != quorum.ErrReached {
			t.Errorf("got %q, %v, and the loser was told %v", got, err, why)
		}
	})
}

func TestFirstJoinsTheLosers(t *testing.T) {
	inBubble(t, time.Minute, func(t *testing.T) {
		ended := false
		got, err := quorum.First(t.Context(), answers(time.Second, "quick"), func(context.Context) (string, error) {
			time.Sleep(time.Minute) // without a look at its context
			ended = true
			return "late", nil
		})
		if got != "quick" || err != nil || !ended {
			t.Errorf("got %q, %v; the loser has ended: %v", got, err, ended)
		}
	})
}

func TestFirstJoinsAllFailures(t *testing.T) {
	inBubble(t, 2*time.Second, func(t *testing.T) {
		got, err := quorum.First(t.Context(), failing(2*time.Second, errA), failing(time.Second, errB))
		missed(t, err, fate.Tally{Offered: 2, Failed: 2, Expected: 2}, errA, errB)
		if want := "quorum: 1 must succeed and 0 did: offered 2, failed 2\na\nb"; got != "" || err.Error() != want {
			t.Errorf("got %q and\n%v\nwant\n%v", got, err, want)
		}
	})
}

func TestFirstOfNothing(t *testing.T) {
	got, err := quorum.First[string](t.Context())
	missed(t, err, fate.Tally{})
	if got != "" {
		t.Errorf("got %q", got)
	}
}

func TestFirstWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errA)
	_, err := quorum.First(ctx, func(context.Context) (string, error) { t.Error("called"); return "", nil })
	missed(t, err, fate.Tally{Offered: 1, Skipped: 1}, errA)

	inBubble(t, time.Second, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := quorum.First(ctx, answers(time.Hour, "never"), failing(0, errA))
		missed(t, err, fate.Tally{Offered: 2, Failed: 1, Cancelled: 1, Expected: 2}, errA, context.DeadlineExceeded)
	})
	inBubble(t, 2*time.Second, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		got, err := quorum.First(ctx, answers(time.Hour, "never"), func(context.Context) (string, error) {
			time.Sleep(2 * time.Second)
			return "after the end", nil
		})
		if got != "after the end" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestFirstTakesGoexitForAFailure(t *testing.T) {
	exits := func(context.Context) (string, error) { runtime.Goexit(); return "", nil }
	_, err := quorum.First(t.Context(), exits)
	missed(t, err, fate.Tally{Offered: 1, Exited: 1, Expected: 1}, fate.ErrGoexit)
	inBubble(t, time.Second, func(t *testing.T) {
		if got, err := quorum.First(t.Context(), exits, answers(time.Second, "other")); got != "other" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// A hundred succeed at once: the value is one of theirs, and nobody runs on.
func TestFirstOfMany(t *testing.T) {
	for range 20 {
		var running atomic.Int64
		start := make(chan struct{})
		fs := make([]func(context.Context) (int, error), 100)
		for i := range fs {
			fs[i] = func(context.Context) (int, error) {
				running.Add(1)
				defer running.Add(-1)
				if i < len(fs)-1 {
					<-start
				} else {
					close(start)
				}
				return i + 1, nil
			}
		}
		got, err := quorum.First(t.Context(), fs...)
		if got < 1 || got > len(fs) || err != nil || running.Load() != 0 {
			t.Fatalf("got %d, %v, and %d are running", got, err, running.Load())
		}
	}
}

func TestOfReturnsThemInTheOrderOfSuccess(t *testing.T) {
	inBubble(t, 3*time.Second, func(t *testing.T) {
		var why error
		got, err := quorum.Of(t.Context(), 2,
			answers(3*time.Second, "late"), never(&why), failing(2*time.Second, errA), answers(time.Second, "early"), answers(time.Hour, "too late"))
		if want := []string{"early", "late"}; !slices.Equal(got, want) || err != nil || why != quorum.ErrReached {
			t.Errorf("got %q, %v; want %q; the loser was told %v", got, err, want, why)
		}
	})
}

// However many succeed at the same moment.
func TestOfReturnsNoMoreThanNeed(t *testing.T) {
	fs := slices.Repeat([]call{answers(time.Second, "same")}, 9)
	inBubble(t, time.Second, func(t *testing.T) {
		if got, err := quorum.Of(t.Context(), 2, fs...); !slices.Equal(got, []string{"same", "same"}) || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestOfGivesUpAtTheEarliestMoment(t *testing.T) {
	inBubble(t, 3*time.Second, func(t *testing.T) {
		var why error
		got, err := quorum.Of(t.Context(), 3,
			failing(3*time.Second, errB), answers(time.Second, "one"), failing(2*time.Second, errA), never(&why))
		missed(t, err, fate.Tally{Offered: 4, OK: 1, Failed: 2, Cancelled: 1, Expected: 4}, errA, errB)
		gaveUp(t, why, fate.Tally{Offered: 4, OK: 1, Failed: 2, Running: 1, Expected: 4})
		if !slices.Equal(got, []string{"one"}) {
			t.Errorf("got %q; want the value there is", got)
		}
	})
}

func TestOfTooFewCallsNone(t *testing.T) {
	got, err := quorum.Of(t.Context(), 2, func(context.Context) (string, error) { t.Error("called"); return "", nil })
	missed(t, err, fate.Tally{Offered: 1, Skipped: 1, Expected: 1})
	if len(got) != 0 {
		t.Errorf("got %q", got)
	}
}

func TestMisuseOfFirstAndOfPanicsInTheCaller(t *testing.T) {
	one := answers(0, "one")
	var none context.Context
	for want, mistake := range map[string]func(){
		"quorum: First: the context is nil":        func() { _, _ = quorum.First(none, one) },
		"quorum: First: function 2 of 3 is nil":    func() { _, _ = quorum.First(t.Context(), one, nil, one) },
		"quorum: Of: the context is nil":           func() { _, _ = quorum.Of(none, 1, one) },
		"quorum: Of: function 1 of 1 is nil":       func() { _, _ = quorum.Of(t.Context(), 1, call(nil)) },
		"quorum: Of: need is 0: must be 1 or more": func() { _, _ = quorum.Of(t.Context(), 0, one) },
		"quorum: Of: need is -2: must be 1 or more": func() {
			_, _ = quorum.Of(t.Context(), -2, one)
		},
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panicked with %v; want %q", got, want)
				}
			}()
			mistake()
		}()
	}
}

// crashVariable tells this test binary to crash instead of running tests.
const crashVariable = "QUORUM_TEST_CRASH"

func TestAPanicInFirstEndsTheProcessWithItsStack(t *testing.T) {
	if os.Getenv(crashVariable) != "" {
		_, err := quorum.First(context.Background(), answers(time.Hour, "never"), crashing)
		fmt.Println("First has returned", err)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), crashVariable+"=1")
	out, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); !failed {
		t.Errorf("it ended with %v", err)
	}
	for _, want := range []string{"panic: the function's panic", "quorum_test.crashing("} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is not in its output:\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "First has returned") {
		t.Errorf("First has returned:\n%s", out)
	}
}

func crashing(context.Context) (string, error) { panic("the function's panic") }

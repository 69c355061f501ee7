package collectall_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errA = errors.New("a")
	errB = errors.New("b")
)

func TestAdmitHoldsAtTheLimit(t *testing.T) {
	for _, c := range []struct {
		limit   int
		running uint64
		want    fate.Admission
	}{
		{0, 0, fate.Run}, {0, 1_000_000, fate.Run},
		{1, 0, fate.Run}, {1, 1, fate.Hold},
		{8, 7, fate.Run}, {8, 8, fate.Hold}, {8, 9, fate.Hold},
	} {
		// Nothing but the running tasks matters.
		tally := fate.Tally{Offered: 500, Held: 90, Running: c.running, OK: 200, Failed: 3, Shed: 20}
		if got := (collectall.Strategy{Limit: c.limit}).Admit(tally); got != c.want {
			t.Errorf("limit %d, %d running: %v; want %v", c.limit, c.running, got, c.want)
		}
	}
}

func TestSettleStopsWhenTheBudgetIsUsedUp(t *testing.T) {
	for _, c := range []struct {
		stopAfter int
		tally     fate.Tally
		kind      fate.Kind
		stops     bool
	}{
		{0, fate.Tally{Failed: 1}, fate.Failed, false},
		{0, fate.Tally{Failed: 1_000_000}, fate.Failed, false},
		{1, fate.Tally{OK: 1}, fate.OK, false},
		{1, fate.Tally{Failed: 1}, fate.Failed, true},
		{3, fate.Tally{Failed: 2}, fate.Failed, false},
		{3, fate.Tally{Failed: 3}, fate.Failed, true},
		{3, fate.Tally{Failed: 1, Panicked: 1, Exited: 1}, fate.Exited, true},
		{3, fate.Tally{Failed: 1, Panicked: 2}, fate.Panicked, true},
		{3, fate.Tally{Failed: 2, Cancelled: 5, Skipped: 5, Shed: 5}, fate.Cancelled, false},
		{3, fate.Tally{Failed: 3, OK: 1}, fate.OK, false},
	} {
		cause, stops := collectall.Strategy{StopAfter: c.stopAfter}.Settle(c.tally, fate.Event{Kind: c.kind, Err: errA}).Stops()
		if stops != c.stops {
			t.Errorf("StopAfter %d, %v, then %v: stops %v; want %v", c.stopAfter, c.tally, c.kind, stops, c.stops)
		}
		budget, ok := errors.AsType[*collectall.BudgetError](cause)
		if stops && (!ok || budget.StopAfter != c.stopAfter || !errors.Is(cause, errA)) {
			t.Errorf("StopAfter %d: the cause is %#v; want a BudgetError with the last failure in it", c.stopAfter, cause)
		}
	}
}

func TestConclude(t *testing.T) {
	a, b := &fate.TaskError{ID: 0, Err: errA}, &fate.TaskError{ID: 1, Name: "second", Err: errB}
	both := []*fate.TaskError{a, b}
	budget := &collectall.BudgetError{StopAfter: 2, Err: errB}
	for _, c := range []struct {
		story string
		sum   fate.Summary
		text  string // empty: nil is wanted
		is    []error
	}{
		{"all went well", fate.Summary{Tally: fate.Tally{OK: 5}}, "", nil},
		{"one failure", fate.Summary{Tally: fate.Tally{Failed: 1}, First: a, Errors: both[:1]}, "a", []error{errA}},
		{"failures in the order given", fate.Summary{Tally: fate.Tally{Failed: 2}, First: b, Errors: both}, "a\nsecond: b", []error{errA, errB}},
		{"more than are held", fate.Summary{Tally: fate.Tally{Failed: 9}, First: b, Errors: both, Dropped: 7},
			"a\nsecond: b\nand 7 more", []error{errA, errB}},
		{"stopped from outside", fate.Summary{Tally: fate.Tally{Skipped: 3}, Cause: errB}, "stopped: b", []error{errB}},
		{"stopped from outside, and failures", fate.Summary{Tally: fate.Tally{Failed: 1}, Cause: errB, First: a, Errors: both[:1]},
			"a\nstopped: b", []error{errA, errB}},
		{"stopped by its own budget", fate.Summary{Tally: fate.Tally{Failed: 2}, Cause: budget, First: a, Errors: both},
			"a\nsecond: b", []error{errA, errB}},
		{"stopped by its own budget, holding fewer", fate.Summary{Tally: fate.Tally{Failed: 2}, Cause: budget, First: a, Errors: both[:1], Dropped: 1},
			"a\nand 1 more", []error{errA}},
		{"stopped by the budget of a group around it", fate.Summary{Tally: fate.Tally{Skipped: 1}, Cause: budget},
			"stopped: " + budget.Error(), []error{errB, budget}},
		{"stopped by the budget of a group around it, and a failure",
			fate.Summary{Tally: fate.Tally{Failed: 1}, Cause: budget, First: a, Errors: both[:1]},
			"a\nstopped: " + budget.Error(), []error{errA, budget}},
	} {
		err := collectall.Strategy{StopAfter: 2}.Conclude(c.sum)
		if c.text == "" {
			if err != nil {
				t.Errorf("%s: %v; want nil", c.story, err)
			}
			continue
		}
		if _, ok := err.(*fate.Errors); !ok || err.Error() != c.text {
			t.Errorf("%s: %T %q; want *fate.Errors %q", c.story, err, err, c.text)
		}
		for _, want := range c.is {
			if !errors.Is(err, want) {
				t.Errorf("%s: %q is not reached in %q", c.story, want, err)
			}
		}
	}
}

// A group whose parent was stopped by a budget has not done its work, although it sees a BudgetError as its cause.
func TestBudgetOfAGroupAroundIsNotTakenForItsOwn(t *testing.T) {
	outer := fate.New(context.Background(), collectall.Strategy{StopAfter: 1})
	var inside error
	outer.Go(func(ctx context.Context) error {
		inner := fate.New(ctx, collectall.Strategy{StopAfter: 1})
		inner.Go(func(ctx context.Context) error {
			outer.Go(func(context.Context) error { return errA })
			<-ctx.Done()
			return ctx.Err()
		})
		inside = inner.Wait()
		return inside
	})
	if err := outer.Wait(); !errors.Is(err, errA) {
		t.Errorf("the outer group's error is %v; want %v in it", err, errA)
	}
	if !errors.Is(inside, errA) {
		t.Errorf("the inner group's error is %v; want the cause that cut it short", inside)
	}
}

func TestBudgetErrorText(t *testing.T) {
	for n, want := range map[int]string{1: "after 1 failure:", 2: "after 2 failures, the last:"} {
		text := (&collectall.BudgetError{StopAfter: n, Err: errA}).Error()
		if !strings.HasPrefix(text, "collectall: ") || !strings.Contains(text, want) {
			t.Errorf("%d: %q; want the package name and %q", n, text, want)
		}
	}
}

func TestHintsBoundWhatIsHeld(t *testing.T) {
	for _, keep := range []int{0, 7} {
		if got, want := (collectall.Strategy{Keep: keep}).Hints(), (fate.Hints{Keep: keep, Untimed: true, FailuresOnly: true, AtLimit: fate.Hold}); got != want {
			t.Errorf("Keep %d: %+v; want %+v", keep, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, s := range []collectall.Strategy{{}, {Limit: 1, Keep: 1, StopAfter: 1}, {Limit: 1_000_000}} {
		if err := fate.Validate(s); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for field, s := range map[string]collectall.Strategy{"Limit": {Limit: -2}, "Keep": {Keep: -2}, "StopAfter": {StopAfter: -2}} {
		err := fate.Validate(s)
		if err == nil {
			t.Errorf("%+v is taken", s)
			continue
		}
		for _, say := range []string{"collectall", field, "-2", "must be 0"} {
			if !strings.Contains(err.Error(), say) {
				t.Errorf("%q does not say %q", err, say)
			}
		}
	}
}

func TestString(t *testing.T) {
	for want, s := range map[string]collectall.Strategy{
		"collectall":         {},
		"collectall limit=8": {Limit: 8},
		"collectall limit=8 keep=100 stopafter=3": {Limit: 8, Keep: 100, StopAfter: 3},
		"collectall stopafter=1":                  {StopAfter: 1},
	} {
		if got := fmt.Sprint(s); got != want {
			t.Errorf("%#v: %q; want %q", s, got, want)
		}
	}
}

package failfast_test

import (
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
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
		if got := (failfast.Strategy{Limit: c.limit}).Admit(tally); got != c.want {
			t.Errorf("limit %d, %d running: %v; want %v", c.limit, c.running, got, c.want)
		}
	}
}

func TestSettleStopsAtAFailure(t *testing.T) {
	for kind, failure := range map[fate.Kind]bool{
		fate.OK: false, fate.Failed: true, fate.Panicked: true, fate.Exited: true, fate.Cancelled: false,
	} {
		cause, stops := failfast.Strategy{}.Settle(fate.Tally{}, fate.Event{Kind: kind, Err: errA}).Stops()
		if stops != failure || failure && cause != errA {
			t.Errorf("%v: stops %v with %v; want %v, and the error itself as the cause", kind, stops, cause, failure)
		}
	}
}

func TestConclude(t *testing.T) {
	a := &fate.TaskError{ID: 1, Name: "second", Err: errA}
	b := &fate.TaskError{ID: 0, Name: "first", Err: errB}
	for _, c := range []struct {
		story string
		sum   fate.Summary
		want  error
	}{
		{"all went well", fate.Summary{}, nil},
		{"a failure is returned bare", fate.Summary{Cause: errA, First: a, Errors: []*fate.TaskError{a}}, errA},
		{"the first by time, not by submission", fate.Summary{Cause: errA, First: a, Errors: []*fate.TaskError{b, a}}, errA},
		{"a failure that ended last, so that its stop had no effect", fate.Summary{First: a, Errors: []*fate.TaskError{a}}, errA},
		{"stopped from outside", fate.Summary{Cause: errB}, errB},
		{"stopped from outside before the failure", fate.Summary{Cause: errB, First: a, Errors: []*fate.TaskError{a}}, errB},
	} {
		if got := (failfast.Strategy{}).Conclude(c.sum); got != c.want {
			t.Errorf("%s: %v; want %v", c.story, got, c.want)
		}
	}
}

func TestHintsAskForNoTime(t *testing.T) {
	if got, want := (failfast.Strategy{Limit: 3}).Hints(), (fate.Hints{Untimed: true, FailuresOnly: true, AtLimit: fate.Hold, Limit: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestValidate(t *testing.T) {
	for _, limit := range []int{0, 1, 1_000_000} {
		if err := fate.Validate(failfast.Strategy{Limit: limit}); err != nil {
			t.Errorf("Limit %d: %v", limit, err)
		}
	}
	err := fate.Validate(failfast.Strategy{Limit: -2})
	if err == nil {
		t.Fatal("Limit -2 is taken")
	}
	for _, say := range []string{"failfast", "Limit", "-2", "0 (no limit) or more"} {
		if !strings.Contains(err.Error(), say) {
			t.Errorf("%q does not say %q", err, say)
		}
	}
}

func TestString(t *testing.T) {
	for want, s := range map[string]failfast.Strategy{"failfast": {}, "failfast limit=8": {Limit: 8}} {
		if got := s.String(); got != want {
			t.Errorf("%#v: %q; want %q", s, got, want)
		}
	}
}

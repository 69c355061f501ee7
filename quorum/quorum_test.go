package quorum_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/quorum"
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
		tally := fate.Tally{Offered: 500, Held: 90, Running: c.running, OK: 200, Failed: 3, Shed: 20, Expected: 600}
		if got := (quorum.Strategy{Need: 1, Limit: c.limit}).Admit(tally); got != c.want {
			t.Errorf("limit %d, %d running: %v; want %v", c.limit, c.running, got, c.want)
		}
	}
}

func TestSettleStopsWhenTheQuorumIsReachedOrCannotBe(t *testing.T) {
	const goesOn, reached, missed = "goes on", "reached", "missed"
	for _, c := range []struct {
		need  int
		tally fate.Tally
		want  string
	}{
		{1, fate.Tally{Offered: 3, Running: 2, OK: 1}, reached},
		{2, fate.Tally{Offered: 3, Running: 2, OK: 1}, goesOn},
		{2, fate.Tally{Offered: 9, Failed: 7, OK: 2}, reached},
		{2, fate.Tally{Offered: 9, Failed: 2, OK: 7, Expected: 9}, reached},

		// Not known how many will come: never out of reach.
		{2, fate.Tally{Offered: 9, Failed: 9}, goesOn},
		{2, fate.Tally{Offered: 9, Failed: 5, Cancelled: 4}, goesOn},

		// All have been offered: those that are running or held may succeed.
		{2, fate.Tally{Offered: 3, Running: 2, Failed: 1, Expected: 3}, goesOn},
		{2, fate.Tally{Offered: 3, Running: 1, Held: 1, Failed: 1, Expected: 3}, goesOn},
		{2, fate.Tally{Offered: 3, Running: 1, OK: 1, Failed: 1, Expected: 3}, goesOn},
		{2, fate.Tally{Offered: 3, Running: 1, Failed: 2, Expected: 3}, missed},
		{2, fate.Tally{Offered: 3, Running: 1, Failed: 1, Cancelled: 1, Expected: 3}, missed},
		{2, fate.Tally{Offered: 3, Running: 1, Panicked: 1, Exited: 1, Expected: 3}, missed},
		{2, fate.Tally{Offered: 3, OK: 1, Failed: 2, Expected: 3}, missed},
		{3, fate.Tally{Offered: 3, Running: 2, OK: 0, Failed: 1, Expected: 3}, missed},

		// Not all have been offered: so may those to come.
		{2, fate.Tally{Offered: 2, Failed: 2, Expected: 4}, goesOn},
		{2, fate.Tally{Offered: 2, Failed: 2, Expected: 3}, missed},
		{5, fate.Tally{Offered: 3, Running: 1, Held: 1, Failed: 1, Expected: 6}, goesOn},
		{5, fate.Tally{Offered: 3, Running: 1, Failed: 2, Expected: 6}, missed},

		// Refused ones never will.
		{2, fate.Tally{Offered: 5, Running: 1, Failed: 1, Shed: 3, Expected: 5}, missed},
		{2, fate.Tally{Offered: 5, Running: 1, Failed: 1, Skipped: 3, Expected: 5}, missed},
		{2, fate.Tally{Offered: 4, Running: 1, Failed: 1, Shed: 2, Expected: 5}, goesOn},

		// Tasks have offered some that were not expected.
		{3, fate.Tally{Offered: 5, Running: 2, OK: 1, Failed: 2, Expected: 3}, goesOn},
		{3, fate.Tally{Offered: 5, Running: 1, OK: 1, Failed: 3, Expected: 3}, missed},
	} {
		cause, stops := quorum.Strategy{Need: c.need}.Settle(c.tally, fate.Event{Kind: fate.Failed, Err: errA}).Stops()
		unreachable, is := errors.AsType[*quorum.UnreachableError](cause)
		got := goesOn
		switch {
		case stops && cause == quorum.ErrReached:
			got = reached
		case stops && is:
			got = missed
			if unreachable.Need != c.need || unreachable.Tally != c.tally {
				t.Errorf("Need %d, %v: the cause is %+v; want both in it", c.need, c.tally, unreachable)
			}
		case stops:
			got = cause.Error()
		}
		if got != c.want {
			t.Errorf("Need %d, %v: %s; want %s", c.need, c.tally, got, c.want)
		}
	}
}

// Expect is asked when the number is known: then 0 says that none will come.
func TestExpectStopsIfTooFewWillCome(t *testing.T) {
	for _, c := range []struct {
		need  int
		tally fate.Tally
		stops bool
	}{
		{1, fate.Tally{}, true},
		{1, fate.Tally{Expected: 1}, false},
		{2, fate.Tally{Expected: 1}, true},
		{2, fate.Tally{Offered: 3, Running: 2, Failed: 1, Expected: 3}, false},
		{2, fate.Tally{Offered: 3, Running: 1, Failed: 2, Expected: 3}, true},
		{2, fate.Tally{Offered: 3, Running: 1, OK: 1, Failed: 1, Expected: 3}, false},
	} {
		cause, stops := quorum.Strategy{Need: c.need}.Expect(c.tally).Stops()
		if stops != c.stops {
			t.Errorf("Need %d, %v: stops %v; want %v", c.need, c.tally, stops, c.stops)
		}
		if _, is := errors.AsType[*quorum.UnreachableError](cause); stops && !is {
			t.Errorf("Need %d, %v: the cause is %v", c.need, c.tally, cause)
		}
	}
}

func TestConclude(t *testing.T) {
	a, b := &fate.TaskError{ID: 0, Err: errA}, &fate.TaskError{ID: 1, Name: "second", Err: errB}
	both := []*fate.TaskError{a, b}
	for _, c := range []struct {
		story string
		sum   fate.Summary
		text  string // empty: nil is wanted
		is    []error
	}{
		{"reached", fate.Summary{Tally: fate.Tally{Offered: 2, OK: 2}}, "", nil},
		{"more than are needed", fate.Summary{Tally: fate.Tally{Offered: 9, OK: 9}}, "", nil},
		{"reached beside failures", fate.Summary{Tally: fate.Tally{Offered: 4, OK: 2, Failed: 2}, First: b, Errors: both}, "", nil},
		{"reached, and the others cut short", fate.Summary{Tally: fate.Tally{Offered: 3, OK: 2, Cancelled: 1}, Cause: quorum.ErrReached}, "", nil},
		{"reached, though the parent ended", fate.Summary{Tally: fate.Tally{Offered: 3, OK: 2, Skipped: 1}, Cause: context.Canceled}, "", nil},
		{"nothing was offered", fate.Summary{}, "quorum: 2 must succeed and 0 did: offered 0", nil},
		{"too few were offered", fate.Summary{Tally: fate.Tally{Offered: 1, OK: 1}}, "quorum: 2 must succeed and 1 did: offered 1, ok 1", nil},
		{"failures in the order given", fate.Summary{Tally: fate.Tally{Offered: 3, OK: 1, Failed: 2}, First: b, Errors: both},
			"quorum: 2 must succeed and 1 did: offered 3, ok 1, failed 2\na\nsecond: b", []error{errA, errB}},
		{"stopped from outside, and a failure", fate.Summary{Tally: fate.Tally{Offered: 2, Failed: 1, Cancelled: 1}, First: a, Errors: both[:1], Cause: errB},
			"quorum: 2 must succeed and 0 did: offered 2, failed 1, cancelled 1\na\nstopped: b", []error{errA, errB}},
		{"cut short by a quorum around it", fate.Summary{Tally: fate.Tally{Offered: 1, Cancelled: 1}, Cause: quorum.ErrReached},
			"quorum: 2 must succeed and 0 did: offered 1, cancelled 1\nstopped: " + quorum.ErrReached.Error(), []error{quorum.ErrReached}},
	} {
		err := quorum.Strategy{Need: 2}.Conclude(c.sum)
		if c.text == "" {
			if err != nil {
				t.Errorf("%s: %v; want nil", c.story, err)
			}
			continue
		}
		missed, ok := err.(*quorum.MissedError)
		if !ok || err.Error() != c.text || missed.Need != 2 || missed.Tally != c.sum.Tally {
			t.Errorf("%s: %#v %q; want *quorum.MissedError %q", c.story, err, err, c.text)
			continue
		}
		if (missed.Err == nil) != (len(c.is) == 0) {
			t.Errorf("%s: Err is %v", c.story, missed.Err)
		}
		for _, want := range c.is {
			if !errors.Is(err, want) {
				t.Errorf("%s: %q is not reached in %q", c.story, want, err)
			}
		}
	}
}

func TestUnreachableErrorText(t *testing.T) {
	err := &quorum.UnreachableError{Need: 2, Tally: fate.Tally{Offered: 3, Running: 1, Failed: 2, Expected: 3}}
	if want := "quorum: 2 can't succeed any more: offered 3, running 1, failed 2"; err.Error() != want {
		t.Errorf("%q; want %q", err, want)
	}
}

func TestHintsAskForNoTimeAndForSuccesses(t *testing.T) {
	if got, want := (quorum.Strategy{Need: 2, Limit: 3}).Hints(), (fate.Hints{Untimed: true, AtLimit: fate.Hold, Limit: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestValidate(t *testing.T) {
	for _, s := range []quorum.Strategy{{Need: 1}, {Need: 1_000_000, Limit: 1}, {Need: 2, Limit: 1_000_000}} {
		if err := fate.Validate(s); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for _, c := range []struct {
		strategy quorum.Strategy
		says     []string
	}{
		{quorum.Strategy{}, []string{"quorum", "Need", "0", "must be given", "1 or more"}},
		{quorum.Strategy{Limit: 8}, []string{"quorum", "Need", "0", "must be given", "1 or more"}},
		{quorum.Strategy{Need: -3}, []string{"quorum", "Need", "-3", "1 or more"}},
		{quorum.Strategy{Need: 1, Limit: -2}, []string{"quorum", "Limit", "-2", "0 (no limit) or more"}},
	} {
		err := fate.Validate(c.strategy)
		if err == nil {
			t.Errorf("%+v is taken", c.strategy)
			continue
		}
		for _, say := range c.says {
			if !strings.Contains(err.Error(), say) {
				t.Errorf("%q does not say %q", err, say)
			}
		}
	}
}

func TestString(t *testing.T) {
	for want, s := range map[string]quorum.Strategy{
		"quorum need=1":         {Need: 1},
		"quorum need=2 limit=4": {Need: 2, Limit: 4},
	} {
		if got := s.String(); got != want {
			t.Errorf("%#v: %q; want %q", s, got, want)
		}
	}
}

package selective_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/selective"
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
		if got := (selective.Strategy{Limit: c.limit}).Admit(tally); got != c.want {
			t.Errorf("limit %d, %d running: %v; want %v", c.limit, c.running, got, c.want)
		}
	}
}

// everybody is a scope that would cancel every child, for what must not even ask it.
var everybody = selective.Func(func(fate.Event, *fate.Child) bool { return true })

func TestSettleAnswersToFailuresAlone(t *testing.T) {
	for kind, failure := range map[fate.Kind]bool{
		fate.OK: false, fate.Failed: true, fate.Panicked: true, fate.Exited: true, fate.Cancelled: false,
	} {
		e := fate.Event{ID: 3, Name: "db", Kind: kind, Err: errA}
		for _, scope := range append(selective.Scopes(), everybody) {
			v := selective.Strategy{Scope: scope}.Settle(fate.Tally{}, e)
			stop, stops := v.Stops()
			_, cancel, cancels := v.Cancels()
			if want := failure && scope == selective.Group; stops != want {
				t.Errorf("%v, scope %v: stops %v; want %v", kind, scope, stops, want)
			}
			if want := failure && scope != selective.Group && scope != selective.Nobody; cancels != want {
				t.Errorf("%v, scope %v: cancels %v; want %v", kind, scope, cancels, want)
			}
			if cause := errors.Join(stop, cancel); stops || cancels {
				sibling, ok := errors.AsType[*selective.SiblingError](cause)
				if !ok || sibling.ID != 3 || sibling.Name != "db" || !errors.Is(cause, errA) {
					t.Errorf("%v, scope %v: the cause is %#v; want a SiblingError about the failure", kind, scope, cause)
				}
			}
		}
	}
}

func TestConclude(t *testing.T) {
	a, b := &fate.TaskError{ID: 0, Name: "db", Err: errA}, &fate.TaskError{ID: 1, Err: errB}
	odd := &fate.TaskError{ID: 2, Err: uncomparable{"c"}}
	own := &selective.SiblingError{ID: 0, Name: "db", Err: errA}
	for _, c := range []struct {
		story string
		sum   fate.Summary
		text  string // empty: nil is wanted
	}{
		{"all went well", fate.Summary{}, ""},
		{"failures", fate.Summary{First: b, Errors: []*fate.TaskError{a, b}}, "db: a\nb"},
		{"stopped from outside", fate.Summary{Cause: errB}, "stopped: b"},
		{"stopped by its own scope", fate.Summary{Cause: own, First: a, Errors: []*fate.TaskError{a, b}}, "db: a\nb"},
		{"stopped by its own scope, with an error that can't be compared",
			fate.Summary{Cause: &selective.SiblingError{ID: 2, Err: odd.Err}, First: odd, Errors: []*fate.TaskError{odd}}, "c"},
		{"stopped by the scope of a group around it", fate.Summary{Cause: own}, "stopped: " + own.Error()},
		{"stopped by the scope of a group around it, with another failure of the same ID",
			fate.Summary{Cause: own, First: b, Errors: []*fate.TaskError{{ID: 0, Name: "db", Err: errB}}}, "db: b\nstopped: " + own.Error()},
		{"stopped by the scope of a group around it, with the same failure elsewhere",
			fate.Summary{Cause: own, First: b, Errors: []*fate.TaskError{{ID: 1, Name: "db", Err: errA}}}, "db: a\nstopped: " + own.Error()},
	} {
		err := selective.Strategy{}.Conclude(c.sum)
		if c.text == "" && err == nil {
			continue
		}
		if _, ok := err.(*fate.Errors); !ok || err.Error() != c.text {
			t.Errorf("%s: %T %v; want *fate.Errors %q", c.story, err, err, c.text)
		}
	}
}

type uncomparable []string

func (u uncomparable) Error() string { return strings.Join(u, ", ") }

// A group whose parent was stopped by a sibling's failure has not done its work, although it sees a SiblingError as its cause.
func TestSiblingOfAGroupAroundIsNotTakenForItsOwn(t *testing.T) {
	outer := fate.New(context.Background(), selective.Strategy{Scope: selective.Group})
	var inside error
	outer.Go(func(ctx context.Context) error {
		inner := fate.New(ctx, selective.Strategy{Scope: selective.Group})
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

func TestSiblingErrorText(t *testing.T) {
	for want, e := range map[string]*selective.SiblingError{
		`selective: cancelled because "db" failed: a`:   {ID: 3, Name: "db", Err: errA},
		`selective: cancelled because task 3 failed: a`: {ID: 3, Err: errA},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

func TestHintsAskForNoTime(t *testing.T) {
	if got, want := (selective.Strategy{Limit: 3}).Hints(), (fate.Hints{Untimed: true, FailuresOnly: true, AtLimit: fate.Hold, Limit: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestValidate(t *testing.T) {
	for _, s := range []selective.Strategy{{}, {Limit: 1, Scope: selective.Group}, {Scope: everybody}} {
		if err := fate.Validate(s); err != nil {
			t.Errorf("%v: %v", s, err)
		}
	}
	err := fate.Validate(selective.Strategy{Limit: -2})
	if err == nil {
		t.Fatal("Limit -2 is taken")
	}
	for _, say := range []string{"selective", "Limit", "-2", "0 (no limit) or more"} {
		if !strings.Contains(err.Error(), say) {
			t.Errorf("%q does not say %q", err, say)
		}
	}
}

func TestString(t *testing.T) {
	for want, s := range map[string]selective.Strategy{
		"selective":                          {},
		"selective limit=2 scope=dependents": {Limit: 2, Scope: selective.Dependents},
		"selective scope=later":              {Scope: selective.Later},
		"selective scope=group":              {Scope: selective.Group},
		"selective scope=func":               {Scope: everybody},
	} {
		if got := fmt.Sprint(s); got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

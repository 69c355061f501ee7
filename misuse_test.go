package fate_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

// Promise 10 and edge 18: A nil task or strategy panics in the caller, naming the call.
func TestNilPanicsInTheCallerNamingTheCall(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	ctx := t.Context()
	var noContext context.Context
	for want, f := range map[string]func(){
		"fate: Go: the task":        func() { g.Go(nil) },
		"fate: TryGo: the task":     func() { g.TryGo(nil) },
		"fate: Spawn: the task":     func() { g.Spawn("child", nil) },
		"fate: Go: the group":       func() { fate.Go[int](nil, nil) },
		"fate: Go: the task is nil": func() { fate.Go[int](g, nil) },
		"fate: New: the context":    func() { fate.New(noContext, failfast.Strategy{}) },
		"fate: New: the strategy":   func() { fate.New(ctx, nil) },
	} {
		if v := fmt.Sprint(recovered(f)); !strings.HasPrefix(v, want) {
			t.Errorf("panics with %q, want %q", v, want)
		}
	}
	// The group has not noticed.
	g.Go(succeeds)
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	wantTally(t, g, fate.Tally{Offered: 1, OK: 1})
}

// Validate refuses no strategy at all.
func TestValidateRefusesNil(t *testing.T) {
	if err := fate.Validate(nil); err == nil {
		t.Error("Validate(nil) is nil")
	}
	if err := fate.Validate(policy{}); err != nil {
		t.Error(err)
	}
}

// A group and what it is made of print themselves.
func TestGroupsPrintThemselves(t *testing.T) {
	g := fate.New(context.Background(), failfast.Strategy{Limit: 3}, fate.Name("fetch"))
	g.Go(succeeds)
	_ = g.Wait()
	if got, want := g.String(), `group "fetch" (failfast limit=3): offered 1, ok 1`; got != want {
		t.Errorf("the group prints %q, want %q", got, want)
	}
	for _, c := range []struct {
		v    fmt.Stringer
		want string
	}{
		{fate.Run, "run"}, {fate.Hold, "hold"}, {fate.Shed, "shed"}, {fate.Admission(9), "unknown admission"},
		{fate.OK, "ok"}, {fate.Failed, "failed"}, {fate.Panicked, "panicked"}, {fate.Exited, "exited"},
		{fate.Cancelled, "cancelled"}, {fate.Kind(9), "unknown kind"},
		{fate.Crash, "crash"}, {fate.Rethrow, "rethrow"}, {fate.Return, "return"}, {fate.PanicMode(9), "unknown panic mode"},
		{fate.Continue, "continue"}, {fate.Stop(errCause), "stop: the stop's cause"}, {fate.Stop(nil), "stop: no cause"},
		{fate.Stop(errCause).InOrder(), "stop in order: the stop's cause"},
		{fate.Cancel(nil, errCause), "cancel: the stop's cause"},
		{fate.Tally{}, "offered 0"}, {fate.Tally{Offered: 3, Held: 1, Running: 2}, "offered 3, held 1, running 2"},
	} {
		if got := c.v.String(); got != c.want {
			t.Errorf("%T prints %q, want %q", c.v, got, c.want)
		}
	}
}

// A verdict says what it does.
func TestVerdictsSayWhatTheyDo(t *testing.T) {
	if _, ok := fate.Continue.Stops(); ok {
		t.Error("Continue stops")
	}
	if _, _, ok := fate.Continue.Cancels(); ok {
		t.Error("Continue cancels")
	}
	if cause, ok := fate.Stop(errCause).Stops(); !ok || cause != errCause {
		t.Errorf("Stop stops with %v, %v", cause, ok)
	}
	all := func(*fate.Child) bool { return true }
	if which, cause, ok := fate.Cancel(all, errCause).Cancels(); !ok || cause != errCause || !which(nil) {
		t.Errorf("Cancel cancels with %v, %v", cause, ok)
	}
}

// Hints that can't be are a strategy's mistake, and are told when a group is made of it.
func TestHintsThatCannotBe(t *testing.T) {
	for want, h := range map[string]fate.Hints{
		"fate: the strategy's Hints are Limit -1, AtLimit hold: must be 0 or more, and run, hold or shed":             {Limit: -1, AtLimit: fate.Hold},
		"fate: the strategy's Hints are Limit 0, AtLimit unknown admission: must be 0 or more, and run, hold or shed": {AtLimit: fate.Shed + 1},
	} {
		if got := recovered(func() { fate.New(t.Context(), hinted{failfast.Strategy{}, h}) }); got != want {
			t.Errorf("New panicked with %v, want %v", got, want)
		}
	}
}

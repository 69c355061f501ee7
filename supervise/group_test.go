package supervise_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/supervise"
)

// Under fate.New a panic crashes, restarts or not; under Run it is a failure.
func TestAPanicCrashesUnlessByRun(t *testing.T) {
	const variable = "FATE_SUPERVISE_CRASH"
	if os.Getenv(variable) != "" {
		g := fate.New(context.Background(), &supervise.Strategy{})
		g.Spawn("child", explodes)
		_ = g.Wait()
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestAPanicCrashesUnlessByRun$")
	cmd.Env = append(os.Environ(), variable+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "panic: ") || !strings.Contains(string(out), "explodes") {
		t.Errorf("%v; it printed %s", err, out)
	}
	runs := 0
	err = supervise.Run(t.Context(), &supervise.Strategy{Backoff: at(0), Children: []supervise.Child{
		{Name: "child", Run: func(context.Context) error {
			if runs++; runs < 3 {
				panic(errTask)
			}
			return nil
		}}}})
	if err != nil || runs != 3 {
		t.Errorf("%d runs, and Run returned %v", runs, err)
	}
}

func TestStartSpawnsInOrder(t *testing.T) {
	s := &supervise.Strategy{Children: []supervise.Child{{Name: "a", Run: untilDone}, {Name: "b", Run: untilDone}}}
	g := fate.New(t.Context(), s)
	all := s.Start(g)
	if len(all) != 2 || all[0].Name() != "a" || all[0].ID() != 0 || all[1].Name() != "b" || all[1].ID() != 1 {
		t.Errorf("%v", all)
	}
	g.Stop(nil)
	_ = g.Wait()
	for _, c := range s.Start(g) {
		wantIs(t, c.Err(), fate.ErrStopped)
	}
}

// At the limit tasks wait, and what waits to be restarted keeps its slot.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), &supervise.Strategy{Limit: 2, Backoff: at(1000)})
		for range 3 {
			failed := false
			g.Go(func(context.Context) error {
				if !failed {
					failed = true
					return errTask
				}
				return nil
			})
		}
		synctest.Wait()
		if tally := g.Tally(); tally.Running != 2 || tally.Held != 1 {
			t.Errorf("%v", tally)
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if want := (fate.Tally{Offered: 3, OK: 3, Restarted: 3}); g.Tally() != want {
			t.Errorf("%v", g.Tally())
		}
	})
}

// Failures of those that were not restarted, in submission order, as collectall returns them.
func TestWaitJoinsWhatWasNotRestarted(t *testing.T) {
	g := fate.New(t.Context(), &supervise.Strategy{Restart: supervise.Temporary})
	gate := make(chan struct{})
	g.Spawn("a", func(context.Context) error { <-gate; return errTask })
	g.Spawn("b", func(context.Context) error { defer close(gate); return errOther })
	g.Spawn("c", func(context.Context) error { return supervise.ErrDone })
	err := g.Wait()
	if all, ok := err.(*fate.Errors); !ok || len(all.Tasks) != 2 || err.Error() != "a: the task's error\nb: another task's error" {
		t.Errorf("Wait is %v", err)
	}
}

// Failures that come when the group has stopped are failures, and no reason to say that it gave up.
func TestFailuresAfterAStopAreNoRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), &supervise.Strategy{Intensity: 1})
		for range 5 {
			g.Spawn("child", func(ctx context.Context) error { <-ctx.Done(); return errTask })
		}
		synctest.Wait()
		g.Stop(errCause)
		err := g.Wait()
		var gave *supervise.GaveUpError
		if errors.As(err, &gave) {
			t.Errorf("Wait is %v", err)
		}
		var all *fate.Errors
		if !errors.As(err, &all) || len(all.Tasks) != 5 {
			t.Errorf("Wait is %v", err)
		}
	})
}

// An error whose methods panic is its task's, and no fault of the strategy's.
func TestErrorsWithFaults(t *testing.T) {
	err := supervise.Run(t.Context(), &supervise.Strategy{Restart: supervise.Temporary, Children: []supervise.Child{
		{Name: "child", Run: func(context.Context) error { return faulty{} }}}})
	var all *fate.Errors
	if !errors.As(err, &all) || all.Cause != nil || len(all.Tasks) != 1 {
		t.Errorf("Run returned %#v", err)
	}
}

type faulty struct{}

func (faulty) Error() string { return "faulty" }
func (faulty) Is(error) bool { panic(errOther) }
func (faulty) Unwrap() error { panic(errOther) }

// Run works with a copy that lacks nothing.
func TestRunHeedsEveryField(t *testing.T) {
	heeded := map[string]bool{
		"Limit": true, "Restart": true, "Radius": true, "Backoff": true, "Intensity": true, "Period": true, "Children": true, "Late": true,
	}
	for f := range reflect.TypeFor[supervise.Strategy]().Fields() {
		if f.IsExported() && !heeded[f.Name] {
			t.Errorf("no test says that Run heeds %s", f.Name)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		// Limit 1 and All show in the order; the other fields have tests of their own.
		d := newDiary()
		s := &supervise.Strategy{Limit: 1, Restart: supervise.Temporary, Radius: supervise.All, Children: []supervise.Child{
			{Name: "a", Run: func(context.Context) error { d.note("a begins"); time.Sleep(time.Second); return errTask }},
			{Name: "b", Run: func(context.Context) error { d.note("b begins"); return nil }},
		}}
		wantIs(t, supervise.Run(t.Context(), s), errTask)
		d.want(t, "0s a begins", "1s b begins")
	})
}

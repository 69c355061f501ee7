package fate_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

// expecter is a policy that is told how many tasks there will be.
type expecter struct {
	policy
	expect func(fate.Tally) fate.Verdict
}

func (e expecter) Expect(t fate.Tally) fate.Verdict { return e.expect(t) }

var errHopeless = errors.New("it can't be had any more")

// How many tasks there will be is told once: by Map before the first has run, by the others when their input is over.
func TestExpectIsAskedOnceItIsKnownHowManyWillCome(t *testing.T) {
	const n = 5
	run := func(name string, want []fate.Tally, do func(context.Context, fate.Strategy) error) {
		var told []fate.Tally
		s := expecter{expect: func(t fate.Tally) fate.Verdict { told = append(told, t); return fate.Continue }}
		synctest.Test(t, func(t *testing.T) {
			if err := do(t.Context(), shed.Strategy{Limit: n, Then: s}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
		if !slices.Equal(told, want) {
			t.Errorf("%s: told %v, want %v", name, told, want)
		}
	}
	slow := func(context.Context, int) error { time.Sleep(time.Second); return nil }
	late := []fate.Tally{{Offered: n, Running: n, Expected: n}}
	run("Do", late, func(ctx context.Context, s fate.Strategy) error {
		return fate.Do(ctx, s, func(g *fate.Group) error {
			for range n {
				g.Go(endsAfter(time.Second, nil))
			}
			return nil
		})
	})
	run("ForEach", late, func(ctx context.Context, s fate.Strategy) error { return fate.ForEach(ctx, s, numbers(n), slow) })
	run("Stream", late, func(ctx context.Context, s fate.Strategy) error {
		for _, err := range fate.Stream(ctx, s, numbers(n), func(ctx context.Context, i int) (int, error) { return i, slow(ctx, i) }) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	run("Map of nothing", []fate.Tally{{}}, func(ctx context.Context, s fate.Strategy) error {
		_, err := fate.Map(ctx, s, nil, func(context.Context, int) (int, error) { return 0, nil })
		return err
	})
	run("Do that has stopped", nil, func(ctx context.Context, s fate.Strategy) error {
		_ = fate.Do(ctx, s, func(g *fate.Group) error { g.Stop(errCause); return nil })
		return nil
	})
	run("Map", []fate.Tally{{Expected: n}}, func(ctx context.Context, s fate.Strategy) error {
		_, err := fate.Map(ctx, s, make([]int, n), func(ctx context.Context, i int) (int, error) { return i, slow(ctx, i) })
		return err
	})
}

// Its verdict is obeyed while nothing ends by itself.
func TestExpectCanStopTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := expecter{expect: func(fate.Tally) fate.Verdict { return fate.Stop(errHopeless) }}
		var cause error
		err := fate.Do(t.Context(), s, func(g *fate.Group) error {
			g.Go(func(ctx context.Context) error {
				<-ctx.Done()
				cause = context.Cause(ctx)
				return cause
			})
			synctest.Wait() // until it has started
			return nil
		})
		if !errors.Is(err, errHopeless) || cause != errHopeless {
			t.Errorf("Do returned %v, and the task saw %v", err, cause)
		}
	})
}

func TestAFaultInExpectSurfaces(t *testing.T) {
	for name, fault := range map[string]func(fate.Tally) fate.Verdict{
		"panics":                        func(fate.Tally) fate.Verdict { panic(errFault) },
		"restarts, and there's no task": func(fate.Tally) fate.Verdict { return fate.Restart(0) },
	} {
		ended, started := false, make(chan struct{})
		err := fate.Do(t.Context(), expecter{expect: fault}, func(g *fate.Group) error {
			g.Go(func(ctx context.Context) error { close(started); <-ctx.Done(); ended = true; return ctx.Err() })
			<-started
			return nil
		}, fate.Panics(fate.Return))
		var p *fate.PanicError
		if !errors.As(err, &p) || !ended {
			t.Errorf("%s: Do returned %v, and the task has ended: %v", name, err, ended)
		}
	}
}

// A strategy whose hints spare the group from asking is told all the same, and so is the tally.
func TestTheTallySaysHowManyAreExpected(t *testing.T) {
	var seen fate.Tally
	err := fate.Do(t.Context(), failfast.Strategy{}, func(g *fate.Group) error {
		g.Go(func(context.Context) error { return nil })
		seen = g.Tally()
		return nil
	})
	if err != nil || seen.Expected != 0 {
		t.Errorf("within the body: %v, %v", seen, err)
	}
	if got, want := (fate.Tally{Offered: 3, Expected: 7, OK: 3}).String(), "offered 3 of 7, ok 3"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

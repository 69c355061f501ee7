package claims_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// takes is a side of which a run takes so long, on a bubble's clock.
func takes(d time.Duration) price.Side {
	return func(m *price.Meter) error {
		sleep := func() error { time.Sleep(d); return nil }
		return m.Loop(sleep, sleep)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

// starts is a side that starts so many goroutines.
func starts(goroutines int) price.Side {
	return func(m *price.Meter) error {
		m.Clock.StartTimer()
		defer m.Clock.StopTimer()
		return claims.Bare(m.Context, goroutines, func(int) error { return nil })
	}
}

// check is of 10 tasks that take 10 µs beside 40 µs.
func check(of string, look claims.Look, b claims.Bounds) claims.Check {
	row := price.Row{Name: "row", Work: "%s tasks", Tasks: 10, Beside: "them", Ours: takes(10 * time.Microsecond), Theirs: takes(40 * time.Microsecond)}
	return claims.Check{Of: of, Who: "us", Look: look, Bounds: b, Row: row}
}

// Each look is at another figure of the same samples.
func TestMeasureLooksAtTheFigure(t *testing.T) {
	c := claims.Claim{Name: "name", Says: "so", Rule: "Always.", Checks: []claims.Check{
		check("a", claims.PerTask, claims.Bounds{AtLeast: 999, Below: 1001}),
		check("b", claims.Difference, claims.Bounds{Below: 1}),
		check("c", claims.Ratio, claims.Bounds{AtLeast: 0.5}),
	}}
	synctest.Test(t, func(t *testing.T) {
		seen := ""
		f, err := claims.Measure(t.Context(), c, price.Plan{Quick: true}, func(k claims.Check) { seen += k.Of })
		if err != nil || len(f.Checks) != 3 || seen != "abc" {
			t.Fatalf("%d checks, progress %q, %v", len(f.Checks), seen, err)
		}
		for i, want := range []float64{1000, -30_000, 0.25} {
			if r := f.Checks[i]; !near(r.Figure.Median, want) || !near(r.Figure.Low, want) || !near(r.Figure.High, want) {
				t.Errorf("%s is %v, want %v", r.Look, r.Figure, want)
			}
		}
		if f.Name != "name" || f.Says != "so" || f.Rule != "Always." || f.Verdict != "holds for a and b, not for c" {
			t.Errorf("the finding is %+v", f)
		}
		r := f.Checks[0]
		if r.Who != "us" || r.Beside != "them" || r.Work != "10 tasks" || r.Tasks != 10 || !near(r.Time, 10_000) || !near(r.Their, 40_000) ||
			!near(r.Ratio.Median, 0.25) || !near(r.Again.Median, 1) || r.Pairs < 6 || len(r.Samples) != r.Pairs || len(r.BesideSamples) != r.Pairs || r.Err != "" {
			t.Errorf("the check is %+v", r)
		}
	})
}

// Goroutines are those that are started while the clock runs, by task. Others that the runtime starts meanwhile are few.
func TestMeasureCountsGoroutines(t *testing.T) {
	row := price.Row{Name: "row", Work: "%s tasks", Tasks: 1000, Ours: starts(500)}
	c := claims.Claim{Checks: []claims.Check{{Of: "a", Who: "us", Look: claims.Goroutines, Bounds: claims.Bounds{AtLeast: 0.4, Below: 0.6}, Row: row}}}
	for _, quick := range []bool{true, false} {
		f, err := claims.Measure(t.Context(), c, price.Plan{Quick: quick}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := f.Checks[0]
		if r.Figure.Low < 0.5 || f.Verdict != "holds" || r.Pairs < 6 || r.Beside != "" || r.Look != "goroutines per task" {
			t.Errorf("quick %v: %s: %+v", quick, f.Verdict, r)
		}
	}
}

// Where each task has a goroutine for certain, as many are counted as there are tasks; one may be the caller's, who waits.
func TestGoroutinesAreCountedByTask(t *testing.T) {
	for name, c := range map[string]struct {
		side   price.Side
		bounds claims.Bounds
	}{
		"tasks that block": {claims.Waiting(claims.Ours), claims.Bounds{AtLeast: 0.9, Below: 1.1}},
		"bare":             {claims.Slots(claims.Bare), claims.Bounds{AtLeast: 1, Below: 1.1}},
	} {
		row := price.Row{Name: "row", Work: "tasks", Tasks: 1000, Ours: c.side}
		f, err := claims.Measure(t.Context(), claims.Claim{Checks: []claims.Check{{Of: name, Look: claims.Goroutines, Bounds: c.bounds, Row: row}}},
			price.Plan{Quick: true}, nil)
		if err != nil || f.Verdict != "holds" {
			t.Errorf("%s: %s, %v, %v", name, f.Verdict, f.Checks, err)
		}
	}
}

// A side that fails spoils its check, and no other.
func TestMeasureSaysWhatFailed(t *testing.T) {
	broken := func(*price.Meter) error { return errors.New("price: it broke") }
	timed, counted := check("timed", claims.Ratio, claims.Bounds{Below: 1}), check("counted", claims.Goroutines, claims.Bounds{Below: 1})
	timed.Row.Theirs, counted.Row.Ours = broken, broken
	c := claims.Claim{Checks: []claims.Check{timed, counted, check("good", claims.Ratio, claims.Bounds{Below: 1})}}
	synctest.Test(t, func(t *testing.T) {
		f, err := claims.Measure(t.Context(), c, price.Plan{Quick: true}, nil)
		if err != nil || f.Verdict != "holds for good, not measured for timed and counted" {
			t.Errorf("%q, %v", f.Verdict, err)
		}
		for i, want := range []string{"it broke", "it broke", ""} {
			if !strings.Contains(f.Checks[i].Err, want) || (want == "") != (f.Checks[i].Err == "") {
				t.Errorf("%s: the error is %q", f.Checks[i].Of, f.Checks[i].Err)
			}
		}
	})
}

// A claim of which not everything was measured has no verdict.
func TestMeasureEndsWithItsContext(t *testing.T) {
	for _, look := range []claims.Look{claims.Ratio, claims.Goroutines} {
		synctest.Test(t, func(t *testing.T) {
			enough := errors.New("enough")
			ctx, cancel := context.WithCancelCause(t.Context())
			c := claims.Claim{Checks: []claims.Check{check("a", claims.Ratio, claims.Bounds{Below: 1}), check("b", look, claims.Bounds{Below: 1})}}
			f, err := claims.Measure(ctx, c, price.Plan{Quick: true}, func(k claims.Check) {
				if k.Of == "b" {
					cancel(enough)
				}
			})
			if err != enough || f.Verdict != "" || len(f.Checks) != 1 {
				t.Errorf("%s: %q, %d checks, %v", look, f.Verdict, len(f.Checks), err)
			}
		})
	}
}

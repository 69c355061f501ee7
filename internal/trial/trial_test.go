package trial_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/trial"
)

// A diary has who was sampled, in order.
type diary struct{ b strings.Builder }

// entrant is one whose runs take so long on a bubble's clock, and that is told by a letter. It fails as soon as fails says so, which may be nil.
func (d *diary) entrant(name string, run time.Duration, fails func() error) *trial.Entrant {
	return &trial.Entrant{Sample: func(_ context.Context, runs int) (float64, error) {
		d.b.WriteString(name)
		time.Sleep(time.Duration(runs) * run)
		if fails != nil {
			if err := fails(); err != nil {
				return 0, err
			}
		}
		return float64(run), nil
	}}
}

func quiet(int, int) {}

// Everybody is sampled once in each round, and where in it is another matter each time; the same seed gives the same orders.
func TestEachRoundHasAnOrderOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		orders := func(seed uint64) (rounds []string) {
			var d diary
			tr := trial.New(seed, d.entrant("a", 1, nil), d.entrant("b", 1, nil), d.entrant("c", 1, nil))
			if !tr.Run(t.Context(), trial.Plan{Fewest: 60, Most: 60}, quiet) || tr.Rounds != 60 {
				t.Fatalf("%d rounds", tr.Rounds)
			}
			for round := range slices.Chunk([]byte(d.b.String()), 3) {
				rounds = append(rounds, string(round))
			}
			return rounds
		}
		got := orders(1)
		times := map[string]int{}
		for _, order := range got {
			times[order]++
		}
		if len(times) != 6 {
			t.Errorf("of the six orders of three there were %v", times)
		}
		for order := range times {
			if letters := []byte(order); !slices.Equal(slices.Sorted(slices.Values(letters)), []byte("abc")) {
				t.Errorf("a round was %s", order)
			}
		}
		if !slices.Equal(got, orders(1)) || slices.Equal(got, orders(2)) {
			t.Error("the orders don't follow from the seed")
		}
	})
}

func TestRoundsFillTheBudget(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name string
		plan trial.Plan
		warm bool
		want int
	}{
		{"as many as fit", trial.Plan{Budget: 100 * ms, Fewest: 6, Most: 1000}, true, 33},
		{"the fewest", trial.Plan{Budget: 10 * ms, Fewest: 6, Most: 1000}, true, 6},
		{"the most", trial.Plan{Budget: 100 * ms, Fewest: 6, Most: 20}, true, 20},
		{"nothing left", trial.Plan{Budget: -ms, Fewest: 6, Most: 1000}, true, 6},
		// Without a warm-up it is not known how many fit, and the clock ends them.
		{"slower than planned", trial.Plan{Budget: 100 * ms, Fewest: 6, Most: 1000}, false, 34},
	} {
		synctest.Test(t, func(t *testing.T) {
			var d diary
			tr := trial.New(1, d.entrant("a", ms, nil), d.entrant("b", 2*ms, nil))
			if c.warm {
				tr.Warm(t.Context(), tr.Entrants...)
			}
			if !tr.Run(t.Context(), c.plan, quiet) || tr.Rounds != c.want || len(tr.Entrants[0].Samples) != c.want {
				t.Errorf("%s: %d rounds, %d samples, want %d", c.name, tr.Rounds, len(tr.Entrants[0].Samples), c.want)
			}
		})
	}
}

// What takes part in the first rounds alone leaves the time of the others to the rest.
func TestSomeTakePartInTheFirstRoundsAlone(t *testing.T) {
	const ms = time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		var d diary
		tr := trial.New(1, d.entrant("a", ms, nil), d.entrant("b", 10*ms, nil))
		tr.Entrants[1].First = 4
		tr.Warm(t.Context(), tr.Entrants...)
		tr.Run(t.Context(), trial.Plan{Budget: 100 * ms, Fewest: 6, Most: 1000}, quiet)
		if a, b := len(tr.Entrants[0].Samples), len(tr.Entrants[1].Samples); a != 60 || b != 4 || tr.Rounds != 60 {
			t.Errorf("%d and %d samples in %d rounds; want 60 and 4", a, b, tr.Rounds)
		}
	})
}

// Rounds end at once if all ratios are narrow: those of who takes part, and of who is over one that has not failed.
func TestRoundsEndWhenRatiosAreNarrow(t *testing.T) {
	const ms = time.Millisecond
	plan := trial.Plan{Fewest: 6, Most: 200, Budget: time.Hour}
	for _, c := range []struct {
		name  string
		set   func(tr *trial.Trial, steady, other, unsteady *trial.Entrant)
		early bool
	}{
		{"narrow", func(_ *trial.Trial, a, b, _ *trial.Entrant) { b.Over = a }, true},
		{"one is not", func(_ *trial.Trial, a, b, c *trial.Entrant) { b.Over, c.Over = a, a }, false},
		{"one was not, and takes no more part", func(_ *trial.Trial, a, b, c *trial.Entrant) { b.Over, c.Over, c.First = a, a, 20 }, true},
		{"no ratios", func(*trial.Trial, *trial.Entrant, *trial.Entrant, *trial.Entrant) {}, false},
		{"over one that failed", func(_ *trial.Trial, a, b, _ *trial.Entrant) { b.Over, a.Err = a, errors.New("failed") }, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			var d diary
			steady, other := d.entrant("a", ms, nil), d.entrant("b", 2*ms, nil)
			random := rand.New(rand.NewPCG(1, 1))
			unsteady := &trial.Entrant{Sample: func(context.Context, int) (float64, error) { return 1 + random.Float64(), nil }}
			tr := trial.New(1, steady, other, unsteady)
			c.set(tr, steady, other, unsteady)
			tr.Run(t.Context(), plan, quiet)
			if want := map[bool]int{true: stats.NarrowRounds, false: plan.Most}[c.early]; tr.Rounds != want {
				t.Errorf("%s: %d rounds, want %d", c.name, tr.Rounds, want)
			}
		})
	}
}

func TestWhoFailsTakesNoFurtherPart(t *testing.T) {
	failed := errors.New("failed")
	synctest.Test(t, func(t *testing.T) {
		var d diary
		ran := 0
		bad := d.entrant("b", 1, func() error {
			if ran++; ran > 3 {
				return failed
			}
			return nil
		})
		tr := trial.New(1, d.entrant("a", 1, nil), bad, d.entrant("c", 1, nil))
		if !tr.Run(t.Context(), trial.Plan{Fewest: 10, Most: 10}, quiet) || tr.Rounds != 10 {
			t.Errorf("%d rounds", tr.Rounds)
		}
		if bad.Err != failed || len(bad.Samples) != 3 || ran != 4 {
			t.Errorf("%v after %d samples, of which %d count", bad.Err, ran, len(bad.Samples))
		}
		// The round in which it failed left nothing behind.
		for _, e := range []*trial.Entrant{tr.Entrants[0], tr.Entrants[2]} {
			if len(e.Samples) != 10 || e.Err != nil {
				t.Errorf("%d samples of another, %v", len(e.Samples), e.Err)
			}
		}
		// With nobody left, that is all.
		tr = trial.New(1, d.entrant("a", 1, func() error { return failed }))
		if !tr.Run(t.Context(), trial.Plan{Fewest: 10, Most: 10}, quiet) || tr.Rounds != 0 {
			t.Errorf("%d rounds of nobody", tr.Rounds)
		}
	})
}

// A round that the context cuts short leaves nothing behind, whoever was sampled in it before and after.
func TestRoundsEndWithTheirContext(t *testing.T) {
	for after := 1; after <= 9; after++ {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ran := 0
			ends := func() error {
				if ran++; ran == after {
					cancel()
				}
				return ctx.Err()
			}
			var d diary
			tr := trial.New(1, d.entrant("a", 1, ends), d.entrant("b", 1, ends), d.entrant("c", 1, ends))
			told := 0
			if tr.Run(ctx, trial.Plan{Fewest: 3, Most: 3}, func(int, int) { told++ }) {
				t.Errorf("cut short in sample %d, it is whole", after)
			}
			if want := (after - 1) / 3; tr.Rounds != want || told != want || ran != after {
				t.Errorf("cut short in sample %d: %d rounds, told of %d, %d samples", after, tr.Rounds, told, ran)
			}
			for _, e := range tr.Entrants {
				if len(e.Samples) != tr.Rounds || e.Err != nil {
					t.Errorf("cut short in sample %d: %d samples in %d rounds, %v", after, len(e.Samples), tr.Rounds, e.Err)
				}
			}
			if tr.Warm(ctx, tr.Entrants...) || tr.Calibrate(ctx, 1, 1, tr.Entrants...) || ran != after {
				t.Errorf("cut short in sample %d, it went on", after)
			}
		})
	}
}

func TestCalibrate(t *testing.T) {
	const us, ms = time.Microsecond, time.Millisecond
	failing := errors.New("failed")
	for _, c := range []struct {
		name string
		runs []time.Duration
		want []int
	}{
		{"so many as take the least", []time.Duration{100 * us}, []int{20}},
		{"of the quickest", []time.Duration{100 * us, 200 * us, 50 * us}, []int{40, 40, 40}},
		{"fewer of who would take longer than the most", []time.Duration{10 * us, 100 * us, ms, 50 * ms}, []int{200, 160, 16, 1}},
		{"one", []time.Duration{5 * ms, 100 * ms}, []int{1, 1}},
		{"work that takes no time", []time.Duration{0, ms}, []int{1 << 16, 16}},
		{"nobody", nil, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			var d diary
			tr := trial.New(1)
			for _, run := range c.runs {
				tr.Entrants = append(tr.Entrants, d.entrant("a", run, nil))
			}
			all := tr.Entrants
			tr.Entrants = append(tr.Entrants, d.entrant("b", 1, func() error { return failing }))
			if !tr.Warm(t.Context(), tr.Entrants...) || !tr.Calibrate(t.Context(), 2*ms, 16*ms, tr.Entrants...) {
				t.Errorf("%s: it has ended", c.name)
			}
			for i, e := range all {
				if e.Runs != c.want[i] || len(e.Samples) > 0 {
					t.Errorf("%s: %d runs of %v, want %d; the warm-up left %v", c.name, e.Runs, c.runs[i], c.want[i], e.Samples)
				}
			}
			// Who took no part in it does as many as the quickest.
			if want := append(c.want, 1)[0]; tr.Runs != want {
				t.Errorf("%s: %d runs of the others, want %d", c.name, tr.Runs, want)
			}
		})
	}
}

// An interruption in the warm-up does not make a sample of runs that are too few.
func TestCalibrateTakesTheBest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		e := &trial.Entrant{Sample: func(_ context.Context, runs int) (float64, error) {
			if n++; n == 5 {
				return float64(time.Second), nil
			}
			return float64(100 * time.Microsecond), nil
		}}
		tr := trial.New(1, e)
		tr.Warm(t.Context(), e)
		if tr.Calibrate(t.Context(), 3*time.Millisecond, time.Hour, e); tr.Runs != 30 {
			t.Errorf("%d runs, want 30", tr.Runs)
		}
	})
}

package price_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// A shown is a side that leaves its letter each time that it is sampled.
func shown(in *strings.Builder, letter string, side price.Side) price.Side {
	return func(m *price.Meter) error {
		in.WriteString(letter)
		return side(m)
	}
}

// beside has a row for each of theirs, of the same work of ours.
func beside(ours price.Side, theirs map[string]price.Side) (rows []price.Row) {
	for name, side := range theirs {
		rows = append(rows, price.Row{Name: "row", Work: "work", Tasks: 1, Beside: name, Ours: ours, Theirs: side})
	}
	slices.SortFunc(rows, func(a, b price.Row) int { return strings.Compare(a.Beside, b.Beside) })
	return rows
}

// together measures in a bubble.
func together(t *testing.T, rows []price.Row, p price.Plan) (all []price.Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var err error
		if all, err = price.MeasureTogether(t.Context(), rows, p, nil); err != nil || len(all) != len(rows) {
			t.Fatalf("%d results of %d rows, %v", len(all), len(rows), err)
		}
	})
	return all
}

const ms = time.Millisecond

// In each round, ours has its turn once, each of theirs once, and the first of theirs once more.
func TestRowsShareTheirRounds(t *testing.T) {
	var d strings.Builder
	rows := beside(shown(&d, "o", takes(5*ms)), map[string]price.Side{"a": shown(&d, "a", takes(10*ms)), "b": shown(&d, "b", takes(5*ms)), "c": shown(&d, "c", takes(4*ms))})
	got := together(t, rows, price.Plan{})
	samples := d.String()
	rounds := samples[len(samples)%5:]
	if warm := strings.TrimSuffix(samples, rounds); warm != "oabc" {
		t.Errorf("the warm-up was %q", warm)
	}
	orders := map[string]bool{}
	for round := range slices.Chunk([]byte(rounds), 5) {
		orders[string(round)] = true
		if slices.Sort(round); string(round) != "aabco" {
			t.Fatalf("a round was of %s", round)
		}
	}
	if len(orders) < 10 {
		t.Errorf("there were %d orders", len(orders))
	}
	for i, want := range []struct {
		ratio   float64
		verdict stats.Verdict
	}{{0.5, stats.Faster}, {1, stats.Same}, {1.25, stats.Slower}} {
		r, l := got[i], got[i].Lines[0]
		if r.Beside != rows[i].Beside || r.Pairs != len(rounds)/5 || len(r.Ours) != r.Pairs || len(r.Theirs) != r.Pairs || len(r.Again) != r.Pairs || r.AgainOf != "a" {
			t.Errorf("row %d: %d pairs of %d and %d samples, again %d of %q", i, r.Pairs, len(r.Ours), len(r.Theirs), len(r.Again), r.AgainOf)
		}
		if !near(l.Ratio.Median, want.ratio) || !near(l.Again.Median, 1) || l.Verdict != want.verdict {
			t.Errorf("row %d: %+v; want %+v", i, l, want)
		}
	}
}

// Rounds end when there are thirty and all ratios are narrow, whatever time is left, and go on while one is not.
func TestRoundsEndEarly(t *testing.T) {
	n := 0
	uneven := func(m *price.Meter) error { // 5 ms, and a part of as much that is never the same
		n++
		return takes(5*ms + time.Duration(n*1_618_034%5_000_000))(m)
	}
	rows := beside(takes(5*ms), map[string]price.Side{"a": takes(10 * ms), "b": takes(4 * ms)})
	for _, r := range together(t, rows, price.Plan{Budget: time.Minute}) {
		if r.Pairs != stats.NarrowRounds || r.Lines[0].Verdict == stats.NoVerdict {
			t.Errorf("beside %s: %d pairs, %q", r.Beside, r.Pairs, r.Lines[0].Verdict)
		}
	}
	rows = beside(takes(5*ms), map[string]price.Side{"a": takes(10 * ms), "b": uneven})
	for _, r := range together(t, rows, price.Plan{Budget: time.Minute}) {
		if r.Pairs != 200 {
			t.Errorf("with one that is uneven, beside %s: %d pairs, want 200", r.Beside, r.Pairs)
		}
	}
}

// A side that takes too long for many rounds is in the first ones alone, and what is measured against itself is one that is not.
func TestSlowSidesAreInTheFirstRoundsAlone(t *testing.T) {
	rows := beside(takes(5*ms), map[string]price.Side{"a": takes(time.Second), "b": takes(10 * ms)})
	for _, c := range []struct {
		plan       price.Plan
		slow, fast int
	}{{price.Plan{}, 6, 30}, {price.Plan{Quick: true}, 3, 6}} {
		got := together(t, rows, c.plan)
		if a, b := got[0], got[1]; a.Pairs != c.slow || b.Pairs != c.fast || len(a.Ours) != c.slow || len(b.Ours) != c.fast || a.AgainOf != "b" || b.AgainOf != "b" {
			t.Errorf("%+v: %d pairs beside the slow one, %d beside the other; against itself %q", c.plan, a.Pairs, b.Pairs, a.AgainOf)
		}
	}
}

// Nor does a side that takes long keep the others from as many runs as they would have without it.
func TestSlowSidesDoFewerRunsThanOthers(t *testing.T) {
	rows := beside(takes(20*time.Microsecond), map[string]price.Side{"a": takes(10 * ms), "b": takes(10 * time.Microsecond)})
	got := together(t, rows, price.Plan{})
	if a, b := got[0], got[1]; a.Runs != 2 || a.OurRuns != 200 || b.Runs != 200 || b.OurRuns != 0 {
		t.Errorf("%d and %d runs beside the slow one, %d and %d beside the other", a.OurRuns, a.Runs, b.OurRuns, b.Runs)
	}
	for i, want := range []float64{0.002, 2} {
		if l := got[i].Lines[0]; !near(l.Ratio.Median, want) || !near(l.Again.Median, 1) {
			t.Errorf("beside %s: %+v, want a ratio of %v", got[i].Beside, l, want)
		}
	}
}

// A budget is for all of the rows together, their warm-up included; it is overrun by six rounds alone. What has an interval has a verdict.
func TestRowsKeepToTheirBudget(t *testing.T) {
	for _, c := range []struct {
		theirs  time.Duration
		budget  time.Duration
		pairs   int
		verdict stats.Verdict
	}{
		{10 * ms, 600 * ms, 11, stats.Faster}, // of 50 ms, after 30: each sample is of two runs, of which one counts
		{100 * ms, time.Second, 6, stats.Faster},
		{400 * ms, 3 * time.Second, 6, stats.Faster},
		{400 * ms, 2 * time.Second, 6, stats.NoVerdict}, // there is no time for it against itself
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			got, err := price.MeasureTogether(t.Context(), beside(takes(5*ms), map[string]price.Side{"a": takes(c.theirs)}), price.Plan{Budget: c.budget}, nil)
			if err != nil || got[0].Pairs != c.pairs || got[0].Lines[0].Verdict != c.verdict {
				t.Errorf("%v of %v: %d pairs, %q, want %d and %q; %v", c.theirs, c.budget, got[0].Pairs, got[0].Lines[0].Verdict, c.pairs, c.verdict, err)
			}
			if took := time.Since(start); took > c.budget && got[0].Pairs > stats.FewestRounds {
				t.Errorf("%v of %v: took %v", c.theirs, c.budget, took)
			}
		})
	}
}

// Without an interval of 95 % there is no verdict, and of allocations, which have no ratio, there is none to give.
func TestLinesAreJudged(t *testing.T) {
	for _, c := range []struct {
		name string
		row  price.Row
		plan price.Plan
		want []stats.Verdict
	}{
		{"time", price.Row{Ours: takes(ms), Theirs: takes(2 * ms), NoAllocs: true}, price.Plan{}, []stats.Verdict{stats.Faster, ""}},
		{"no A/A", price.Row{Ours: takes(time.Second), Theirs: takes(2 * time.Second)}, price.Plan{}, []stats.Verdict{stats.NoVerdict}},
		{"three rounds", price.Row{Figure: price.PeakMemory, Ours: figures(1), Theirs: figures(2)}, price.Plan{}, []stats.Verdict{stats.NoVerdict}},
		{"six rounds", price.Row{Figure: price.PeakMemory, Ours: figures(1), Theirs: figures(2)}, price.Plan{Budget: time.Second}, []stats.Verdict{stats.Faster}},
		{"quantiles", price.Row{Figure: price.LastStart, Ours: figures(3), Theirs: figures(2)}, price.Plan{}, []stats.Verdict{stats.Slower, stats.Slower}},
		{"five rounds", price.Row{Figure: price.LastStart, Ours: figures(3), Theirs: figures(2)}, price.Plan{Quick: true}, []stats.Verdict{stats.NoVerdict, stats.NoVerdict}},
	} {
		c.row.Tasks = 1
		got := measure(t, c.row, c.plan)
		var verdicts []stats.Verdict
		for _, l := range got.Lines {
			verdicts = append(verdicts, l.Verdict)
		}
		if !slices.Equal(verdicts, c.want) {
			t.Errorf("%s: %q, want %q", c.name, verdicts, c.want)
		}
	}
}

// A side of theirs that fails is alone in that; if ours does, there is nothing left to compare.
func TestRowsThatFail(t *testing.T) {
	failed := errors.New("it failed")
	after := func(n int, side price.Side) price.Side {
		return func(m *price.Meter) error {
			if n--; n < 0 {
				return failed
			}
			return side(m)
		}
	}
	five := takes(5 * ms)
	for _, c := range []struct {
		name string
		ours price.Side
		a, b price.Side
		errs string // whose row has an error
		none string // of whose row nothing was measured
	}{
		{"theirs at once", five, after(0, five), five, "a", "a"},
		{"theirs later", five, five, after(9, five), "b", ""},
		{"theirs, and it is the one that is sampled twice", five, after(9, five), five, "a", ""},
		{"both of theirs", five, after(0, five), after(9, five), "ab", "a"},
		{"ours at once", after(0, five), five, five, "ab", "ab"},
		{"ours later", after(9, five), five, five, "ab", ""},
	} {
		got := together(t, beside(c.ours, map[string]price.Side{"a": c.a, "b": c.b}), price.Plan{})
		for _, r := range got {
			if want := strings.Contains(c.errs, r.Beside); (r.Err == failed.Error()) != want || want != (r.Err != "") {
				t.Errorf("%s: the error of %s is %q", c.name, r.Beside, r.Err)
			}
			if want := strings.Contains(c.none, r.Beside); (r.Pairs == 0) != want || (len(r.Lines) == 0) != want {
				t.Errorf("%s: %s has %d pairs and %d lines", c.name, r.Beside, r.Pairs, len(r.Lines))
			}
			if r.Err == "" && r.Pairs < 30 {
				t.Errorf("%s: %s has %d pairs", c.name, r.Beside, r.Pairs)
			}
		}
	}
}

func TestRowsEndWithTheirContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		rows := beside(takes(ms), map[string]price.Side{"a": takes(ms), "b": takes(ms)})
		got, err := price.MeasureTogether(ctx, rows, price.Plan{}, func(round, rounds int) {
			if round == 7 {
				cancel(cause)
			}
		})
		if err != cause || got[0].Pairs != 7 || got[1].Pairs != 7 || got[0].Err != "" {
			t.Errorf("%d and %d pairs, %v, %q; want 7 and the cause", got[0].Pairs, got[1].Pairs, err, got[0].Err)
		}
	})
}

func TestRowsOfDifferentWorkPanic(t *testing.T) {
	one := price.Row{Name: "one", Work: "work", Tasks: 1, Beside: "them", Ours: takes(ms), Theirs: takes(ms)}
	for _, change := range []func(*price.Row){
		func(r *price.Row) { r.Name = "other" },
		func(r *price.Row) { r.Work = "other" },
		func(r *price.Row) { r.Tasks = 2 },
		func(r *price.Row) { r.Quick = 1 },
		func(r *price.Row) { r.Figure = price.PeakMemory },
		func(r *price.Row) { r.Burners = 1 },
		func(r *price.Row) { r.Procs = 1 },
	} {
		other := one
		change(&other)
		func() {
			defer func() {
				if said, ok := recover().(string); !ok || !strings.HasPrefix(said, "price: MeasureTogether: ") {
					t.Errorf("%+v: panicked with %q", other, said)
				}
			}()
			_, err := price.MeasureTogether(t.Context(), []price.Row{one, other}, price.Plan{}, nil)
			t.Errorf("%+v: measured, %v", other, err)
		}()
	}
	if got, err := price.MeasureTogether(t.Context(), nil, price.Plan{}, nil); len(got) != 0 || err != nil {
		t.Errorf("no rows: %v, %v", got, err)
	}
}

// All that stand beside each other in the table are measured together, and come out as they stand.
func TestGroups(t *testing.T) {
	for _, w := range price.Workloads() {
		var names, want []string
		groups := price.Groups(w.Rows)
		for i, g := range groups {
			for _, r := range g {
				names = append(names, r.Name+"/"+r.Beside)
			}
			for _, other := range groups[:i] {
				if other[0].Name == g[0].Name {
					t.Errorf("%s: there are two groups %s", w.Name, g[0].Name)
				}
			}
		}
		for _, r := range w.Rows {
			want = append(want, r.Name+"/"+r.Beside)
		}
		if !slices.Equal(names, want) || len(groups) == len(want) && w.Name == "engine" {
			t.Errorf("%s: %d groups of %v, want %v", w.Name, len(groups), names, want)
		}
	}
	if got := price.Groups(nil); len(got) != 0 {
		t.Errorf("of no rows: %v", got)
	}
}

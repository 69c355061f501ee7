package compare_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/stats"
)

// fakeJob takes as long as it is told to, on a bubble's clock.
type fakeJob struct {
	run  func(ctx context.Context, name string) (compare.Done, error)
	runs []string // who ran, in order
}

func (j *fakeJob) Run(ctx context.Context, c compare.Contender) (compare.Done, error) {
	j.runs = append(j.runs, c.Name)
	return j.run(ctx, c.Name)
}

func (j *fakeJob) Close() error   { return nil }
func (j *fakeJob) String() string { return "made up" }

// takes is a job of which a run takes so long by each contender, but for "noisy": no two runs of that take as long, so that the rounds do not
// end because all intervals are narrow.
func takes(times map[string]time.Duration) func(context.Context, string) (compare.Done, error) {
	random := rand.New(rand.NewPCG(1, 1))
	return func(_ context.Context, name string) (compare.Done, error) {
		if name == "noisy" {
			time.Sleep(time.Duration(random.Int64N(int64(2*times[name]) + 1)))
		} else {
			time.Sleep(times[name])
		}
		return compare.Done{Tasks: 7}, nil
	}
}

func named(names ...string) (cs []compare.Contender) {
	for _, n := range names {
		cs = append(cs, compare.Contender{Name: n, Ours: n == "slow"})
	}
	return cs
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

func TestMeasure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		job := &fakeJob{run: takes(map[string]time.Duration{
			"go": 100 * time.Microsecond, "slow": 200 * time.Microsecond, "fast": 50 * time.Microsecond,
			"noisy": 50 * time.Microsecond,
		})}
		w := compare.Workload{Name: "made", About: "up", Limit: 3}
		start := time.Now()
		r, err := compare.Measure(t.Context(), w, job, named("slow", "go", "fast", "noisy"), compare.Plan{Budget: time.Second}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v of a second", took)
		}
		if r.Workload != "made" || r.About != "up" || r.Limit != 3 || r.Input != "made up" || r.Base != "go" ||
			r.Done.Tasks != 7 || r.Partial {
			t.Errorf("%+v", r)
		}
		if r.Runs != 30 { // of 0.1 ms in 3 ms
			t.Errorf("%d runs in a sample, not 30", r.Runs)
		}
		if r.Rounds < 50 { // of 15 ms in what the warming up leaves of a second
			t.Errorf("%d rounds", r.Rounds)
		}
		want := []struct {
			name  string
			again bool
			time  float64
			ratio float64
		}{{"slow", false, 200e3, 2}, {"go", false, 100e3, 1}, {"go", true, 100e3, 1}, {"fast", false, 50e3, 0.5}}
		for i, row := range r.Rows {
			if row.Contender == "noisy" {
				continue
			}
			if i >= len(want) {
				t.Fatalf("%d rows: %+v", len(r.Rows), r.Rows)
			}
			x := want[i]
			if row.Contender != x.name || row.Again != x.again || row.Ours != (x.name == "slow") || row.Err != "" {
				t.Errorf("row %d is %+v, not of %s", i, row, x.name)
			}
			for _, e := range []struct{ got, want float64 }{
				{row.Time.Median, x.time}, {row.Time.Low, x.time}, {row.Time.High, x.time},
				{row.Ratio.Median, x.ratio}, {row.Ratio.Low, x.ratio}, {row.Ratio.High, x.ratio},
			} {
				if !near(e.got, e.want) {
					t.Errorf("row %d: %v and not %v: %+v", i, e.got, e.want, row)
				}
			}
		}
	})
}

// More rounds of ratios that are narrow tell no more; one that is not keeps all going.
func TestRoundsEndWhenAllRatiosAreNarrow(t *testing.T) {
	times := map[string]time.Duration{"go": 3 * time.Millisecond, "slow": 6 * time.Millisecond, "noisy": 3 * time.Millisecond}
	for _, c := range []struct {
		names    []string
		few, all int
	}{
		{[]string{"go", "slow"}, stats.NarrowRounds, stats.NarrowRounds},
		{[]string{"go", "slow", "noisy"}, 100, stats.MostRounds},
	} {
		synctest.Test(t, func(t *testing.T) {
			r, err := compare.Measure(t.Context(), compare.Workload{}, &fakeJob{run: takes(times)}, named(c.names...), compare.Plan{}, nil)
			if err != nil || r.Partial || r.Rounds < c.few || r.Rounds > c.all {
				t.Errorf("%v: %d rounds, partial is %v, %v; want %d to %d", c.names, r.Rounds, r.Partial, err, c.few, c.all)
			}
		})
	}
}

// A row's verdict is that of its ratio, judged by the base's second row, which has none itself.
func TestRowsAreJudged(t *testing.T) {
	times := map[string]time.Duration{"go": 10 * time.Millisecond, "slow": 20 * time.Millisecond, "fast": 5 * time.Millisecond, "like": 10 * time.Millisecond}
	for _, c := range []struct {
		names []string
		plan  compare.Plan
		want  []stats.Verdict
	}{
		{[]string{"go", "slow", "fast", "like"}, compare.Plan{}, []stats.Verdict{"", "", stats.Slower, stats.Faster, stats.Same}},
		{[]string{"go", "slow"}, compare.Plan{Budget: 1}, []stats.Verdict{"", "", stats.Slower}}, // six rounds are enough
		{[]string{"slow", "fast"}, compare.Plan{}, []stats.Verdict{"", ""}},                      // no base, no ratio
	} {
		synctest.Test(t, func(t *testing.T) {
			r, err := compare.Measure(t.Context(), compare.Workload{}, &fakeJob{run: takes(times)}, named(c.names...), c.plan, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range r.Rows {
				if row.Verdict != c.want[i] {
					t.Errorf("%v: %s, again %v: %q, want %q", c.names, row.Contender, row.Again, row.Verdict, c.want[i])
				}
			}
		})
	}
}

func TestRatiosToThePeerComeFromTheSameRounds(t *testing.T) {
	times := map[string]time.Duration{"go": 6 * time.Millisecond, "errgroup": 12 * time.Millisecond, "slow": 36 * time.Millisecond}
	for _, c := range []struct {
		names []string
		base  string
		peer  string
		want  []float64
	}{
		{[]string{"go", "errgroup", "slow"}, "", "errgroup", []float64{0.5, 0.5, 1, 3}},
		{[]string{"go", "slow"}, "", "", []float64{0, 0, 0}},
		{[]string{"errgroup", "slow"}, "errgroup", "", []float64{0, 0, 0}}, // its ratios are there as it is
	} {
		synctest.Test(t, func(t *testing.T) {
			job := &fakeJob{run: takes(times)}
			r, err := compare.Measure(t.Context(), compare.Workload{Base: c.base}, job, named(c.names...), compare.Plan{}, nil)
			if err != nil || r.Peer != c.peer {
				t.Fatalf("%v: peer %q, not %q; %v", c.names, r.Peer, c.peer, err)
			}
			for i, row := range r.Rows {
				for _, got := range []float64{row.ToPeer.Low, row.ToPeer.Median, row.ToPeer.High} {
					if !near(got, c.want[i]) {
						t.Errorf("%v: row %d is %+v, not %v", c.names, i, row.ToPeer, c.want[i])
					}
				}
			}
		})
	}
}

// However the machine's speed drifts, ratios stay, because each is of samples of one round; and the budget is kept.
func TestDriftDoesNotReachRatios(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const warmUp = 3 + 1 + 3 // each once, the base for the number of runs, each for the allocations
		budget := 20 * time.Second
		job := &fakeJob{}
		job.run = func(_ context.Context, name string) (compare.Done, error) {
			round := max(0, len(job.runs)-1-warmUp) / 3
			d := 10 * time.Millisecond * time.Duration(1+round) // slower with each round
			if name == "slow" {
				d *= 3
			}
			time.Sleep(d)
			return compare.Done{}, nil
		}
		start := time.Now()
		r, err := compare.Measure(t.Context(), compare.Workload{}, job, named("go", "slow"), compare.Plan{Budget: budget}, nil)
		if err != nil {
			t.Fatal(err)
		}
		slow := r.Rows[2]
		if slow.Time.High < 2*slow.Time.Low {
			t.Fatalf("the times did not drift: %+v", slow.Time)
		}
		for _, x := range []float64{slow.Ratio.Low, slow.Ratio.Median, slow.Ratio.High} {
			if !near(x, 3) {
				t.Errorf("the ratio is %+v", slow.Ratio)
			}
		}
		if took := time.Since(start); took > budget+2*time.Second || r.Partial {
			t.Errorf("took %v of %v; partial is %v", took, budget, r.Partial)
		}
	})
}

func TestRoundsAreShuffledAndWhole(t *testing.T) {
	orders := func(seed uint64) (orders []string) {
		synctest.Test(t, func(t *testing.T) {
			same := 5 * time.Millisecond // longer than a sample: a run each
			job := &fakeJob{run: takes(map[string]time.Duration{"go": same, "a": same, "b": same})}
			r, err := compare.Measure(t.Context(), compare.Workload{}, job, named("go", "a", "b"), compare.Plan{Budget: 400 * time.Millisecond, Seed: seed}, nil)
			if err != nil || r.Runs != 1 {
				t.Fatal(r.Runs, err)
			}
			for round := range slices.Chunk(job.runs[len(job.runs)-4*r.Rounds:], 4) {
				orders = append(orders, strings.Join(round, " "))
				sorted := slices.Sorted(slices.Values(round))
				if got := strings.Join(sorted, " "); got != "a b go go" {
					t.Errorf("a round of %s", got)
				}
			}
		})
		return orders
	}
	first := orders(1)
	if len(slices.Compact(slices.Sorted(slices.Values(first)))) < 2 {
		t.Errorf("all rounds have the same order: %v", first)
	}
	if again := orders(1); !slices.Equal(first, again) {
		t.Errorf("the same seed gave %v, then %v", first, again)
	}
	if other := orders(2); slices.Equal(first, other) {
		t.Errorf("another seed gave the same orders: %v", other)
	}
}

func TestWhatIsLongGetsSixRoundsAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		job := &fakeJob{run: takes(map[string]time.Duration{"go": time.Minute, "a": time.Hour})}
		r, err := compare.Measure(t.Context(), compare.Workload{}, job, named("go", "a"), compare.Plan{}, nil)
		if err != nil || r.Rounds != 6 || r.Runs != 1 {
			t.Errorf("%d rounds of %d runs, %v", r.Rounds, r.Runs, err)
		}
	})
}

func TestWorkThatTakesNoTimeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		job := &fakeJob{run: takes(nil)}
		r, err := compare.Measure(t.Context(), compare.Workload{}, job, named("go"), compare.Plan{}, nil)
		if err != nil || r.Rounds != 0 {
			t.Errorf("%d rounds, %v", r.Rounds, err)
		}
	})
}

func TestAContenderThatFailsIsToldAndTheRestGoesOn(t *testing.T) {
	for _, c := range []struct {
		name   string
		after  int
		does   func() (compare.Done, error)
		tells  string
		rounds bool // it was sampled before
	}{
		{"at once", 0, func() (compare.Done, error) { return compare.Done{}, errors.New("broken\nin two") }, "broken", false},
		{"later", 20, func() (compare.Done, error) { return compare.Done{}, errors.New("broken") }, "broken", true},
		{"other work", 0, func() (compare.Done, error) { return compare.Done{Tasks: 8}, nil }, "other work", false},
		{"other work later", 20, func() (compare.Done, error) { return compare.Done{Tasks: 8}, nil }, "other work", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ran := 0
				work := takes(map[string]time.Duration{"go": 5 * time.Millisecond, "bad": 5 * time.Millisecond, "good": 5 * time.Millisecond, "noisy": 5 * time.Millisecond})
				job := &fakeJob{run: func(ctx context.Context, name string) (compare.Done, error) {
					work(ctx, name)
					if name == "bad" {
						if ran++; ran > c.after {
							return c.does()
						}
					}
					return compare.Done{Tasks: 7}, nil
				}}
				r, err := compare.Measure(t.Context(), compare.Workload{}, job, named("go", "bad", "good", "noisy"), compare.Plan{}, nil)
				if err != nil {
					t.Fatal(err)
				}
				bad, good := r.Rows[2], r.Rows[3]
				if !strings.Contains(bad.Err, c.tells) || strings.Contains(bad.Err, "\n") || (bad.Time.Median > 0) != c.rounds {
					t.Errorf("%+v", bad)
				}
				if ran != c.after+1 {
					t.Errorf("it was run %d times", ran)
				}
				if good.Err != "" || !near(good.Ratio.Median, 1) || r.Rounds < 50 || r.Partial {
					t.Errorf("%d rounds, %+v", r.Rounds, good)
				}
			})
		})
	}
}

func TestWithoutTheBaseThereAreTimesAndNoRatios(t *testing.T) {
	for _, names := range [][]string{{"a", "b"}, {"go", "a", "b"}} {
		synctest.Test(t, func(t *testing.T) {
			job := &fakeJob{run: func(_ context.Context, name string) (compare.Done, error) {
				if name == "go" {
					return compare.Done{}, errors.New("broken")
				}
				time.Sleep(time.Millisecond)
				return compare.Done{Tasks: 7}, nil
			}}
			r, err := compare.Measure(t.Context(), compare.Workload{}, job, named(names...), compare.Plan{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			last := r.Rows[len(r.Rows)-1]
			if last.Contender != "b" || !near(last.Time.Median, 1e6) || last.Ratio != (stats.Estimate{}) || last.Err != "" {
				t.Errorf("%+v", last)
			}
		})
	}
}

func TestInterruptedMeasurementKeepsWholeRounds(t *testing.T) {
	interrupted := errors.New("interrupted")
	for _, after := range []int{1, 5, 40, 41, 42} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			ran := 0
			job := &fakeJob{run: func(ctx context.Context, name string) (compare.Done, error) {
				if ran++; ran == after {
					cancel(interrupted)
				}
				if ran > after {
					t.Errorf("a run was started after the context had ended")
				}
				time.Sleep(5 * time.Millisecond)
				return compare.Done{Tasks: 7}, nil
			}}
			r, err := compare.Measure(ctx, compare.Workload{}, job, named("go", "a"), compare.Plan{}, nil)
			if err != interrupted || !r.Partial || len(r.Rows) != 3 {
				t.Fatalf("%v, %+v", err, r)
			}
			if (r.Rounds > 0) != (after > 10) {
				t.Errorf("%d rounds after %d runs", r.Rounds, after)
			}
			for _, row := range r.Rows {
				if row.Err != "" || (r.Rounds > 0 && !near(row.Ratio.Median, 1)) {
					t.Errorf("%+v", row)
				}
			}
		})
	}
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		job := &fakeJob{run: takes(map[string]time.Duration{"go": 10 * time.Millisecond})}
		var told []compare.Progress
		r, err := compare.Measure(t.Context(), compare.Workload{Name: "made"}, job, named("go"), compare.Plan{},
			func(p compare.Progress) { told = append(told, p) })
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range told {
			if p.Workload != "made" || p.Round != i || (i > 0 && p.Rounds < p.Round) {
				t.Errorf("call %d told %+v", i, p)
			}
		}
		if len(told) != r.Rounds+1 {
			t.Errorf("told %d times of %d rounds", len(told), r.Rounds)
		}
	})
}

// The real clock and the real contenders: what can be said of any machine.
func TestMeasureRealWork(t *testing.T) {
	w := workload(t, "small")
	job := prepare(t, w, compare.Input{})
	cs := w.Accepted(compare.Contenders())
	r, err := compare.Measure(t.Context(), w, job, cs, compare.Plan{Budget: time.Millisecond, Sample: 100 * time.Microsecond}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != len(cs)+1 || r.Rounds != 6 {
		t.Errorf("%d rows of %d contenders, %d rounds", len(r.Rows), len(cs), r.Rounds)
	}
	for _, row := range r.Rows {
		for _, e := range []stats.Estimate{row.Time, row.Ratio} {
			if !(0 < e.Low && e.Low <= e.Median && e.Median <= e.High) {
				t.Errorf("%s: %+v", row.Contender, e)
			}
		}
		if row.Err != "" || row.Allocs < 1 || row.Bytes < 1 {
			t.Errorf("%+v", row)
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back compare.Report
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, r) {
		t.Errorf("as JSON it comes back as %+v, %v", back, err)
	}
}

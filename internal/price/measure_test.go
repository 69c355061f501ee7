package price_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// takes is a side of which a run takes so long, on a bubble's clock.
func takes(d time.Duration) price.Side {
	return func(m *price.Meter) error {
		sleep := func() error { time.Sleep(d); return nil }
		return m.Loop(sleep, sleep)
	}
}

// figures is a side whose runs come to one of these after the other.
func figures(fs ...float64) price.Side {
	n := 0
	return func(m *price.Meter) error {
		for range m.Runs {
			m.Figures = append(m.Figures, fs[n%len(fs)])
			n++
		}
		return nil
	}
}

// measure measures in a bubble, so that times are exact.
func measure(t *testing.T, r price.Row, p price.Plan) (res price.Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var err error
		if res, err = price.Measure(t.Context(), r, p, nil); err != nil {
			t.Error(err)
		}
	})
	return res
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

func TestMeasureTakesTheRatioOfTheTimes(t *testing.T) {
	r := price.Row{Name: "row", Work: "%s tasks", Beside: "them", Tasks: 1000, AtMost: 0.3,
		Ours: takes(10 * time.Microsecond), Theirs: takes(40 * time.Microsecond)}
	got := measure(t, r, price.Plan{})
	if len(got.Lines) != 1 {
		t.Fatalf("%d lines, want 1", len(got.Lines))
	}
	l := got.Lines[0]
	if l.Of != price.OfTime || !near(l.Ours, 10_000) || !near(l.Theirs, 40_000) || !near(l.Ratio.Median, 0.25) || !near(l.Ratio.High, 0.25) || !near(l.Again.Median, 1) {
		t.Errorf("the line is %+v", l)
	}
	if l.AtMost != 0.3 || !l.Target || l.Met != price.Yes {
		t.Errorf("the target is %v and met: %s", l.AtMost, l.Met)
	}
	if got.Work != "1000 tasks" || got.Beside != "them" || got.Tasks != 1000 || got.Err != "" {
		t.Errorf("the result says of itself %+v", got)
	}
	// 2 ms of the quicker side are 200 runs, and 8 ms of the other.
	if got.Runs != 200 || got.Pairs < 30 || len(got.Ours) != got.Pairs || len(got.Theirs) != got.Pairs || len(got.Again) != got.Pairs {
		t.Errorf("%d runs, %d pairs of %d, %d and %d samples", got.Runs, got.Pairs, len(got.Ours), len(got.Theirs), len(got.Again))
	}
}

// The side that takes long is not run as often as would make a sample of one that takes a hundredth.
func TestMeasureBoundsTheSlowerSide(t *testing.T) {
	r := price.Row{Tasks: 1, Ours: takes(10 * time.Microsecond), Theirs: takes(time.Millisecond)}
	if got := measure(t, r, price.Plan{}); got.Runs != 16 || got.OurRuns != 200 {
		t.Errorf("%d runs of a millisecond, want 16, and %d of 10 µs, want 200", got.Runs, got.OurRuns)
	}
}

func TestMeasureTakesFewPairsOfSlowWork(t *testing.T) {
	r := price.Row{Tasks: 1, Ours: takes(time.Second), Theirs: takes(2 * time.Second)}
	for _, c := range []struct {
		plan  price.Plan
		pairs int
	}{{price.Plan{}, 6}, {price.Plan{Brief: true}, 6}, {price.Plan{Quick: true}, 3}} {
		got := measure(t, r, c.plan)
		if got.Pairs != c.pairs || got.Runs != 1 || len(got.Again) != 0 || got.Lines[0].Again.Median != 0 {
			t.Errorf("%+v: %d pairs of %d runs, and %d of A/A; want %d pairs", c.plan, got.Pairs, got.Runs, len(got.Again), c.pairs)
		}
	}
}

// Work that takes tens of milliseconds is measured against itself in the first pairs alone, and paired as often as any.
func TestMeasureTakesFewPairsOfSlowishWorkWithItself(t *testing.T) {
	r := price.Row{Tasks: 1, Ours: takes(10 * time.Millisecond), Theirs: takes(100 * time.Millisecond)}
	if got := measure(t, r, price.Plan{}); got.Pairs != 30 || len(got.Again) != 10 || !near(got.Lines[0].Again.Median, 1) {
		t.Errorf("%d pairs, %d of A/A, which is %+v; want 30 and 10", got.Pairs, len(got.Again), got.Lines[0].Again)
	}
}

// Where all tasks take seconds, the warm-up has fewer, and what it takes is made up to all.
func TestMeasureWarmsUpWithFewerTasks(t *testing.T) {
	var sizes []int
	side := func(m *price.Meter) error {
		sizes = append(sizes, m.Tasks)
		return m.Each(func() error { time.Sleep(time.Duration(m.Tasks) * time.Millisecond); return nil }, func() error { return nil })
	}
	got := measure(t, price.Row{Tasks: 1000, Quick: 10, Ours: side, Theirs: side}, price.Plan{})
	if got.Pairs != 6 || got.Runs != 1 || len(sizes) != 2+2*6 || sizes[0] != 10 || sizes[1] != 10 || sizes[2] != 1000 {
		t.Errorf("%d pairs of %d runs; with %v tasks", got.Pairs, got.Runs, sizes)
	}
	if !near(got.Lines[0].Ours, 1e9) {
		t.Errorf("a run takes %v ns", got.Lines[0].Ours)
	}
}

func TestMeasureSaysWhetherTheTargetIsMet(t *testing.T) {
	ours := func(fs ...float64) price.Row {
		return price.Row{Tasks: 1, Figure: price.PeakMemory, AtMost: 1, Ours: figures(fs...), Theirs: figures(10)}
	}
	for _, c := range []struct {
		row  price.Row
		want price.Met
	}{
		{ours(10), price.Yes},
		{ours(11), price.No},
		{ours(12, 9, 11), price.Unclear},
		{ours(12, 9, 10), price.Yes},
	} {
		l := measure(t, c.row, price.Plan{}).Lines[0]
		if l.Of != price.OfMemory || l.Met != c.want {
			t.Errorf("a ratio of %+v to at most 1 is met: %s, want %s", l.Ratio, l.Met, c.want)
		}
	}
	untargeted := ours(11)
	untargeted.AtMost = 0
	if l := measure(t, untargeted, price.Plan{}).Lines[0]; l.Target || l.Met != "" {
		t.Errorf("without a target: %+v", l)
	}
}

func TestMeasureTakesQuantilesOfHowLateItIs(t *testing.T) {
	r := price.Row{Tasks: 1, Figure: price.LastStart, AtMost: 0.5, AtMost95: 1.2, Ours: figures(1, 1, 1, 1, 40), Theirs: figures(10)}
	got := measure(t, r, price.Plan{})
	if len(got.Lines) != 2 || got.Lines[0].Of != price.OfP50 || got.Lines[1].Of != price.OfP95 {
		t.Fatalf("the lines are %+v", got.Lines)
	}
	if p50 := got.Lines[0]; !near(p50.Ratio.Median, 0.1) || p50.Met != price.Yes {
		t.Errorf("p50: %+v", p50)
	}
	if p95 := got.Lines[1]; !near(p95.Ratio.Median, 4) || p95.Met == price.Yes || p95.AtMost != 1.2 {
		t.Errorf("p95: %+v", p95)
	}
}

// Memory in use may not have grown at all: that is no ratio, and the report of the run can be written.
func TestMeasureBesideNothing(t *testing.T) {
	for _, f := range []price.Figure{price.PeakMemory, price.LastStart} {
		got := measure(t, price.Row{Tasks: 1, Figure: f, AtMost: 1, Ours: figures(5), Theirs: figures(0)}, price.Plan{})
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("%v: %v", f, err)
		}
		if l := got.Lines[0]; l.Ratio.Median != 0 || l.Met != price.Unclear || l.Verdict != stats.NoVerdict {
			t.Errorf("%v: the line is %+v", f, l)
		}
	}
}

var sink []*int

func TestMeasureCountsAllocations(t *testing.T) {
	allocates := func(m *price.Meter) error {
		return m.Each(func() error {
			for range m.Tasks {
				sink = append(sink[:0], new(int))
			}
			time.Sleep(time.Millisecond)
			return nil
		}, func() error { return nil })
	}
	r := price.Row{Tasks: 10_000, AtMost: 1, NoAllocs: true, Ours: allocates, Theirs: takes(time.Millisecond)}
	got := measure(t, r, price.Plan{Quick: true})
	if got.OurAllocs < 0.99 || got.OurAllocs > 1.1 || got.TheirAllocs > 0.1 {
		t.Errorf("%v and %v allocations a task, want 1 and none", got.OurAllocs, got.TheirAllocs)
	}
	if l := got.Lines[len(got.Lines)-1]; l.Of != price.OfAllocs || l.Met != price.No {
		t.Errorf("the line of allocations is %+v", l)
	}
	r.Ours, r.Theirs = r.Theirs, r.Ours
	got = measure(t, r, price.Plan{Quick: true})
	if l := got.Lines[len(got.Lines)-1]; l.Of != price.OfAllocs || l.Met != price.Yes {
		t.Errorf("the line of none is %+v", l)
	}
}

func TestMeasureSaysWhichSideFailed(t *testing.T) {
	failed := errors.New("it failed")
	runs := 0
	later := func(m *price.Meter) error {
		if runs++; runs > 8 {
			return failed
		}
		return takes(time.Millisecond)(m)
	}
	for name, ours := range map[string]price.Side{"at once": func(*price.Meter) error { return failed }, "later": later} {
		got := measure(t, price.Row{Tasks: 1, Ours: ours, Theirs: takes(time.Millisecond)}, price.Plan{})
		if got.Err != failed.Error() {
			t.Errorf("%s: the error is %q", name, got.Err)
		}
		if (got.Pairs > 0) != (len(got.Lines) > 0) {
			t.Errorf("%s: %d pairs and %d lines", name, got.Pairs, len(got.Lines))
		}
	}
}

func TestMeasureEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		r := price.Row{Tasks: 1, Ours: takes(time.Millisecond), Theirs: takes(time.Millisecond)}
		got, err := price.Measure(ctx, r, price.Plan{}, func(pair, pairs int) {
			if pair == 7 {
				cancel(cause)
			}
		})
		if err != cause || got.Pairs != 7 || got.Err != "" {
			t.Errorf("%d pairs, %v, %q; want 7 and the cause", got.Pairs, err, got.Err)
		}
	})
}

// The parent that sides get can be cancelled, and is, so that a group which hangs on to it is let go.
func TestMeasureGivesAParentThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var parents []context.Context
		side := func(m *price.Meter) error {
			if m.Context.Done() == nil || m.Context.Err() != nil {
				t.Error("the parent can't be cancelled, or has been")
			}
			parents = append(parents, m.Context)
			return takes(time.Millisecond)(m)
		}
		r := price.Row{Tasks: 1, Ours: side, Theirs: side}
		if _, err := price.Measure(t.Context(), r, price.Plan{Quick: true}, nil); err != nil {
			t.Fatal(err)
		}
		for _, p := range parents {
			if p.Err() == nil {
				t.Fatal("a parent was left behind")
			}
		}
	})
}

func TestPrepareRestores(t *testing.T) {
	const burners = 3
	before := runtime.GOMAXPROCS(0)
	var came, inside atomic.Int32
	all := make(chan struct{})
	crowd := func(context.Context, int, price.Form) error {
		inside.Add(1)
		defer inside.Add(-1)
		if came.Add(1) == burners {
			close(all)
		}
		<-all
		return nil
	}
	restore := price.Row{Procs: before + 1, Burners: burners, Crowd: crowd}.Prepare()
	if now := runtime.GOMAXPROCS(0); now != before+1 {
		t.Errorf("GOMAXPROCS is %d, want %d", now, before+1)
	}
	<-all // with fewer burners, this hangs
	restore()
	if now := runtime.GOMAXPROCS(0); now != before {
		t.Errorf("GOMAXPROCS is %d, was %d", now, before)
	}
	if n := inside.Load(); n != 0 {
		t.Errorf("%d burners were left", n)
	}
}

func TestCurveMeasuresItsPoints(t *testing.T) {
	c := price.Curve{Name: "size"}
	for _, at := range []string{"one", "two"} {
		c.Points = append(c.Points, price.Point{At: at, Rows: []price.Row{{Name: at, Work: "work", Tasks: 1, Ours: takes(time.Millisecond), Theirs: takes(time.Millisecond)}}})
	}
	synctest.Test(t, func(t *testing.T) {
		var told []string
		got, err := c.Measure(t.Context(), price.Plan{Brief: true}, func(at string) { told = append(told, at) })
		if err != nil || len(got.Points) != 2 || got.Points[1].At != "two" || got.Points[1].Result.Pairs < 6 || strings.Join(told, " ") != "one two" {
			t.Errorf("%+v, %v, told of %v", got, err, told)
		}
		if got.Title() != "By size: work" {
			t.Errorf("the title is %q", got.Title())
		}
		ctx, cancel := context.WithCancel(t.Context())
		got, err = c.Measure(ctx, price.Plan{Brief: true}, func(at string) {
			if at == "two" {
				cancel()
			}
		})
		if err == nil || len(got.Points) != 1 {
			t.Errorf("ended in the second of two points: %d points, %v", len(got.Points), err)
		}
	})
}

// A point may have ours beside several: they are measured all, or the point is not there.
func TestCurveMeasuresAllRowsOfAPoint(t *testing.T) {
	row := func(beside string) price.Row {
		return price.Row{Name: "row", Work: "work", Tasks: 1, Beside: beside, Ours: takes(time.Millisecond), Theirs: takes(time.Millisecond)}
	}
	c := price.Curve{Name: "size", Points: []price.Point{
		{At: "one", Value: 1, Rows: []price.Row{row("a"), row("b")}},
		{At: "two", Value: 2, Rows: []price.Row{row("a"), row("b")}},
	}}
	synctest.Test(t, func(t *testing.T) {
		got, err := c.Measure(t.Context(), price.Plan{Quick: true}, nil)
		if err != nil || len(got.Points) != 2 || got.Points[1].Value != 2 {
			t.Fatalf("%+v, %v", got, err)
		}
		for _, p := range got.Points {
			if all := p.Results(); len(all) != 2 || all[0].Beside != "a" || all[1].Beside != "b" || all[1].Pairs < 6 {
				t.Errorf("at %s: %+v", p.At, all)
			}
		}
		split := got.Split()
		if len(split) != 2 {
			t.Fatalf("%d curves, not 2", len(split))
		}
		for i, beside := range []string{"a", "b"} {
			one := split[i]
			if one.Title() != got.Title() || len(one.Points) != 2 || one.Points[1].Result.Beside != beside || one.Points[1].At != "two" || len(one.Points[1].Others) != 0 {
				t.Errorf("beside %s: %+v", beside, one)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		c.Points[1].Rows[1].Theirs = func(*price.Meter) error { cancel(); return nil }
		if got, err = c.Measure(ctx, price.Plan{Quick: true}, nil); err == nil || len(got.Points) != 1 {
			t.Errorf("ended in the second row of the second point: %d points, %v", len(got.Points), err)
		}
	})
}

// What is written of a curve whose points have one row each is what it was when there could be no other.
func TestACurveOfOneRowIsWrittenAsThatRow(t *testing.T) {
	written, err := json.Marshal(price.CurveResult{Name: "size", Points: []price.PointResult{{At: "one", Result: price.Result{Name: "row"}}}})
	if want := `{"name":"size","points":[{"at":"one","result":{"name":"row",`; err != nil || !strings.HasPrefix(string(written), want) || strings.Contains(string(written), "others") {
		t.Errorf("it is %s, %v", written, err)
	}
}

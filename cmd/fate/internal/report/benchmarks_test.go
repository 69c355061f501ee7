package report_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"golang.org/x/perf/benchfmt"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
)

// A series is what benchstat reads of one name.
type series struct {
	runs   int
	unit   string
	values []float64
}

// read has Go's own reader read what is written, by what benchstat knows a benchmark by: its name without the side, and the side.
func read(t *testing.T, r *report.Report) (found map[string]map[string]series, config map[string]string) {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteBenchmarks(&b); err != nil {
		t.Fatal(err)
	}
	found, config = map[string]map[string]series{}, map[string]string{}
	for in := benchfmt.NewReader(&b, "report"); in.Scan(); {
		res, ok := in.Result().(*benchfmt.Result)
		if !ok {
			t.Fatalf("%v", in.Result())
		}
		for _, c := range res.Config {
			config[c.Key] = string(c.Value)
		}
		if len(res.Values) != 1 {
			t.Fatalf("%s has %d values", res.Name, len(res.Values))
		}
		base, parts := res.Name.Parts()
		rest, side := string(base), ""
		for _, p := range parts {
			if after, ok := bytes.CutPrefix(p, []byte("/side=")); ok {
				side = string(after)
			} else {
				rest += string(p)
			}
		}
		v := res.Values[0]
		if v.OrigUnit != "" {
			v.Value, v.Unit = v.OrigValue, v.OrigUnit // nanoseconds, which it makes seconds of
		}
		if found[rest] == nil {
			found[rest] = map[string]series{}
		}
		s := found[rest][side]
		found[rest][side] = series{res.Iters, v.Unit, append(s.values, v.Value)}
	}
	return found, config
}

// expect says what a name has to hold.
func expect(t *testing.T, found map[string]map[string]series, name string, want map[string]series) {
	t.Helper()
	if got := found[name]; !maps.EqualFunc(got, want, func(a, b series) bool {
		return a.runs == b.runs && a.unit == b.unit && slices.Equal(a.values, b.values)
	}) {
		t.Errorf("%s: read %v, want %v", name, got, want)
	}
}

func TestBenchmarksAreReadByGosOwnReader(t *testing.T) {
	r := fake()
	r.Workloads = []compare.Report{{Workload: "tiny", Base: "go", Runs: 30, Rows: []compare.Row{
		{Contender: "alpha-8", Ours: true, Samples: []float64{1.5, 2, 1e15}}, // the 8 is not a number of processors
		{Contender: "go", Samples: []float64{3, 4, 5}},
		{Contender: "go", Again: true, Samples: []float64{3.25, 4, 0.000001}},
		{Contender: "broken", Err: "it could do nothing"},
	}}}
	row := func(name, beside string, figure price.Figure, ours, theirs, again []float64) price.Result {
		return price.Result{Name: name, Beside: beside, Figure: figure.String(), Tasks: 100, Runs: 7, Ours: ours, Theirs: theirs, Again: again}
	}
	slow := row("together", "a slow one", price.Time, []float64{1}, []float64{90}, []float64{8, 9, 8})
	slow.AgainOf = "errgroup SetLimit(8)"
	quick := row("together", "errgroup SetLimit(8)", price.Time, []float64{1, 2, 3}, []float64{8, 8, 9}, []float64{8, 9, 8})
	quick.AgainOf = quick.Beside
	alone := row("procs-1", "them", price.Time, []float64{1}, []float64{2}, nil)
	alone.Procs, alone.OurRuns = 1, 9
	another := row("procs-1", "others", price.Time, []float64{1}, []float64{5}, nil) // measured together with it
	another.Procs, another.OurRuns = 1, 9
	r.Prices = []*report.Prices{{
		Workload: "engine", Rows: []price.Result{
			slow, quick,
			row("late", "them", price.LastStart, []float64{10}, []float64{20}, nil),
			row("wait", "them", price.LongestWait, []float64{10}, []float64{20}, nil),
			row("memory", "them", price.PeakMemory, []float64{10}, []float64{20}, nil),
			row("failed", "them", price.Time, nil, nil, nil),
		},
		Curves: []price.CurveResult{{Name: "procs", Points: []price.PointResult{{At: "1", Result: alone, Others: []price.Result{another}}}}},
	}}
	found, config := read(t, r)
	ns := func(runs int, vs ...float64) series { return series{runs, "ns/op", vs} }
	expect(t, found, "Table/workload=tiny-2", map[string]series{
		"alpha-8": ns(30, 1.5, 2, 1e15), "go": ns(30, 3, 4, 5), "go-again": ns(30, 3.25, 4, 0.000001)})
	// Ours and the A/A are the same in both rows, and there once.
	expect(t, found, "Table/workload=engine/row=together/tasks=100-2", map[string]series{
		"ours": ns(7, 1, 2, 3), "a-slow-one": ns(7, 90), "errgroup-setlimit-8": ns(7, 8, 8, 9), "errgroup-setlimit-8-again": ns(7, 8, 9, 8)})
	expect(t, found, "Table/workload=engine/row=procs-1/tasks=100-1", map[string]series{"ours": ns(9, 1), "them": ns(7, 2), "others": ns(7, 5)})
	for name, unit := range map[string]string{"late": "start-ns", "wait": "late-ns", "memory": "peak-B"} {
		expect(t, found, "Table/workload=engine/row="+name+"/tasks=100-2", map[string]series{"ours": {7, unit, []float64{10}}, "them": {7, unit, []float64{20}}})
	}
	if len(found) != 6 {
		t.Errorf("%d names, want 6: %v", len(found), slices.Sorted(maps.Keys(found)))
	}
	for key, want := range map[string]string{
		"goos": "plan9", "goarch": "mips", "cpu": "Invented CPU @ 1 GHz", "go": "go1.99", "commit": "0123456789abcdef", "date": "2001-02-03T04:05:06Z",
		"command": "fate compare --quick", "seed": "9223372036854775815",
		"modules": "example.org/first/peer@v1.2.3 example.org/second/peer@v0.0.0-20200101000000-0123456789ab example.org/third/peer@v2.0.0",
	} {
		if config[key] != want {
			t.Errorf("config %s is %q, want %q", key, config[key], want)
		}
	}
}

// Each row that there is keeps a name of its own.
func TestEveryRowHasABenchmarksName(t *testing.T) {
	r := fake()
	r.Workloads = nil
	sides := 0
	v := 1.0 // no two series are the same
	for _, w := range append(price.Workloads(), situations.Workload()) {
		ps := &report.Prices{Workload: w.Name}
		for _, g := range price.Groups(w.Rows) {
			ours := []float64{v}
			sides++
			for _, row := range g {
				v++
				sides++
				ps.Rows = append(ps.Rows, price.Result{Name: row.Name, Beside: row.Beside, Figure: row.Figure.String(), Tasks: row.Tasks, Ours: ours, Theirs: []float64{v}})
			}
			v++
		}
		r.Prices = append(r.Prices, ps)
	}
	found, _ := read(t, r)
	n := 0
	for name, by := range found {
		n += len(by)
		for side, s := range by {
			if len(s.values) != 1 || side == "" {
				t.Errorf("%s, side %q has %d samples, want 1", name, side, len(s.values))
			}
		}
	}
	if n != sides {
		t.Errorf("%d sides were read, of %d", n, sides)
	}
}

package price_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/price"
)

// every is each row there is, also those of the curves.
func every() (rows []price.Row) {
	for _, w := range price.Workloads() {
		rows = append(rows, w.Rows...)
		for _, c := range w.Curves {
			for _, p := range c.Points {
				rows = append(rows, p.Rows...)
			}
		}
	}
	for _, c := range price.CostCurves() {
		for _, p := range c.Points {
			rows = append(rows, p.Rows...)
		}
	}
	return rows
}

// The table holds the module to these ratios; to change one is to change what is promised.
func TestTargets(t *testing.T) {
	want := strings.Fields(`
		start-1/errgroup=0.9 start-2/errgroup=0.8 start-4/errgroup=0.6 start-4/go+WaitGroup=1
		start-1000/go+WaitGroup=0.2 start-1000/errgroup=0.2 start-1000/conc=0.12
		third-party/failfast=1.3
		limit-8/errgroupSetLimit(8)=0.12 limit-8/conc=0.15 limit-8/channel,8workers=1 limit-8/channelwithbuffer64=0
		foreach/errgroupSetLimit(8)=0.02 foreach/conciteronaslice=0.25 foreach/errgroup,8workers=0 foreach/aserialloop=0
		foreach-1us/aserialloop=0.6 foreach-1us/errgroupSetLimit(2)=0 foreach-1us/errgroup,2workers=0 foreach-1us/conciteronaslice=0
		map/conciter.Map=0.5 map/errgroupSetLimit(8)=0 map/errgroup,8workers=0 map/aserialloop=0
		stream/concstream=0.25 stream/channelsbyhand=0 stream/aserialloop=0
		stages/channelsbyhand,innoorder=0 stages/concstream=0 stages/aserialloop=0
		blocked/errgroup=1 cpu-10us/errgroup=0.9 cpu-100us/errgroup=1
		fail-1000/concErrorPool=0.25 fail-1000/multierror.Group=0.5
		fail-100000/concErrorPool=0.25 fail-100000/multierror.Group=0.5
		spawn-err/errgroup+WithCancelCause=0.5 spawn-done/errgroup+WithCancelCause=0 spawn-blind/errgroup+WithCancelCause=0
		refuse-trygo-1/errgroupTryGo=1,noallocs refuse-trygo-8/errgroupTryGo=1,noallocs
		refuse-shed-1/errgroupTryGo=1,noallocs refuse-shed-8/errgroupTryGo=1,noallocs
		produce-8/errgroup=0.5
		busy-short/errgroup=0.02,1.2 busy-20us/errgroup=0.15,1.2 busy-blocked/errgroup=0.05,1.2
		busy-1/errgroup=1.2,1.2 busy-10/errgroup=1.2,1.2
		memory/errgroupSetLimit(8)=1 memory-blocked/errgroup=1`)
	var got []string
	for _, r := range price.Rows() {
		s := fmt.Sprintf("%s/%s=%v", r.Name, strings.ReplaceAll(r.Beside, " ", ""), r.AtMost)
		if r.AtMost95 > 0 {
			s += fmt.Sprintf(",%v", r.AtMost95)
		}
		if r.NoAllocs {
			s += ",noallocs"
		}
		got = append(got, s)
	}
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("the row %s is not there", want[i])
		case i >= len(want):
			t.Errorf("the row %s is new", got[i])
		case got[i] != want[i]:
			t.Errorf("row %d is %s, not %s", i, got[i], want[i])
		}
	}
}

func TestRowsAreNamed(t *testing.T) {
	seen := map[string]price.Row{}
	for _, w := range price.Workloads() {
		besides := map[string]bool{}
		for _, r := range w.Rows {
			if besides[r.Name+"/"+r.Beside] {
				t.Errorf("%s has two rows %s beside %s", w.Name, r.Name, r.Beside)
			}
			besides[r.Name+"/"+r.Beside] = true
		}
	}
	for _, r := range every() {
		if r.Name == "" || r.Beside == "" || strings.ContainsAny(r.Name, " /=") {
			t.Errorf("row %q beside %q can't stand in a benchmark's name", r.Name, r.Beside)
		}
		if r.Tasks < 1 || r.Size(true) < 1 || r.Size(true) > r.Tasks || r.Size(false) != r.Tasks {
			t.Errorf("%s has %d tasks, %d of them in short", r.Name, r.Tasks, r.Size(true))
		}
		if r.AtMost < 0 || r.AtMost95 < 0 {
			t.Errorf("%s has a target of %v and %v", r.Name, r.AtMost, r.AtMost95)
		}
		about := r.About(12_345)
		if strings.Contains(about, "%") || strings.Contains(r.Work, "%s") != strings.Contains(about, "12,345") {
			t.Errorf("%s is said to be %q", r.Name, about)
		}
		if !strings.Contains(r.Work, "%s") && r.Size(true) != r.Size(false) {
			t.Errorf("%s does not say how many tasks it has, which differs", r.Name)
		}
		if other, ok := seen[r.Name]; ok && (other.Work != r.Work || other.Tasks != r.Tasks) {
			t.Errorf("two different works are named %s", r.Name)
		}
		seen[r.Name] = r
	}
}

// Each side of each row does its work, a little of it, and says what it took where that is not the time.
func TestEverySideDoesItsWork(t *testing.T) {
	for _, r := range every() {
		for impl, side := range map[string]price.Side{"ours": r.Ours, r.Beside: r.Theirs} {
			var clock watch
			m := &price.Meter{Context: t.Context(), Tasks: min(r.Tasks, 48), Runs: 2, Clock: &clock}
			if err := side(m); err != nil {
				t.Errorf("%s: %s: %v", r.Name, impl, err)
			}
			if clock.running || clock.started == 0 {
				t.Errorf("%s: %s: the clock was started %d times, and runs: %v", r.Name, impl, clock.started, clock.running)
			}
			if r.Figure != price.Time && len(m.Figures) != 2 {
				t.Errorf("%s: %s: %d figures of 2 runs", r.Name, impl, len(m.Figures))
			}
		}
	}
}

// watch is a clock that is looked at by nobody but the test.
type watch struct {
	started int
	running bool
}

func (w *watch) StartTimer() { w.started++; w.running = true }
func (w *watch) StopTimer()  { w.running = false }

// Everybody is at every point of the curves of cost, in the same order, and the values rise.
func TestCostCurvesHaveEverybodyAtEveryPoint(t *testing.T) {
	want := []string{"errgroup", "conc", "go + WaitGroup", "a serial loop"}
	for _, c := range price.CostCurves() {
		for i, p := range c.Points {
			var besides []string
			for _, r := range p.Rows {
				besides = append(besides, r.Beside)
				if r.Name != p.Rows[0].Name || r.Tasks != p.Rows[0].Tasks {
					t.Errorf("%s, %s: the rows %s and %s differ", c.Name, p.At, r.Name, p.Rows[0].Name)
				}
			}
			if !slices.Equal(besides, want) {
				t.Errorf("%s, %s: ours is beside %q, want %q", c.Name, p.At, besides, want)
			}
			if i > 0 && p.Value <= c.Points[i-1].Value {
				t.Errorf("%s: %v follows %v", c.Name, p.Value, c.Points[i-1].Value)
			}
		}
	}
}

func TestAmount(t *testing.T) {
	for n, want := range map[int]string{1: "1", 1000: "1000", 9999: "9999", 10_000: "10,000", 100_050: "100,050", 300_000: "300,000",
		1_000_000: "1 M", 10_000_000: "10 M", 1_500_000: "1,500,000"} {
		if got := price.Amount(n); got != want {
			t.Errorf("%d is written %q, not %q", n, got, want)
		}
	}
}

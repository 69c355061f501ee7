package claims_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// The table as it was agreed on: which claim is checked by which figure of whom, and within which bounds it is true.
func TestTheTableIsComplete(t *testing.T) {
	want := []string{
		"group-cost: errgroup.Group: difference, errgroup.Group to WaitGroup.Go, 1 task of group-0, 0 to 100",
		"group-cost: errgroup.Group: difference, errgroup.Group to WaitGroup.Go, 1 task of group-1, 0 to 100",
		"group-cost: errgroup.WithContext: difference, errgroup.WithContext to WaitGroup.Go, 1 task of group-0, 0 to 100",
		"group-cost: errgroup.WithContext: difference, errgroup.WithContext to WaitGroup.Go, 1 task of group-1, 0 to 100",
		"task-cost: go + WaitGroup: time per task, go + WaitGroup to errgroup, 1000 task of task-1000, 500 to 2000",
		"task-cost: errgroup: time per task, errgroup to go + WaitGroup, 1000 task of task-1000, 500 to 2000",
		"task-cost: this engine: time per task, failfast to go + WaitGroup, 1000 task of task-1000, 500 to 2000",
		"noise: 1 µs of CPU: ratio, errgroup to go + WaitGroup, 1000 task of cpu-1us, 0.9 to 1.1",
		"noise: 1 µs of CPU: ratio, failfast to go + WaitGroup, 1000 task of cpu-1us, 0.9 to 1.1",
		"noise: 1 µs of CPU: ratio, failfast to errgroup, 1000 task of cpu-1us, 0.9 to 1.1",
		"noise: 10 µs of CPU: ratio, errgroup to go + WaitGroup, 1000 task of cpu-10us, 0.9 to 1.1",
		"noise: 10 µs of CPU: ratio, failfast to go + WaitGroup, 1000 task of cpu-10us, 0.9 to 1.1",
		"noise: 10 µs of CPU: ratio, failfast to errgroup, 1000 task of cpu-10us, 0.9 to 1.1",
		"noise: I/O: ratio, errgroup to go + WaitGroup, 64 task of io, 0.9 to 1.1",
		"noise: I/O: ratio, failfast to go + WaitGroup, 64 task of io, 0.9 to 1.1",
		"noise: I/O: ratio, failfast to errgroup, 64 task of io, 0.9 to 1.1",
		"pool: that SetLimit is fine for 10,000 items: difference, errgroup SetLimit(8) to channel, 8 workers, 10000 task of items-10000, 0 to 1e+08",
		"pool: that SetLimit is fine for 100,000 items: difference, errgroup SetLimit(8) to channel, 8 workers, 100000 task of items-100000, 0 to 1e+08",
		"pool: that the pool beats it at 1 M items: difference, errgroup SetLimit(8) to channel, 8 workers, 1000000 task of items-1000000, 1e+08 to 0",
		"closure: one goroutine per task: ratio, a closure to go + WaitGroup, 1000 task of closures, 0 to 0.1",
		"closure: this engine: ratio, a closure to failfast, 1000 task of closures, 0 to 0.1",
		"allocator: one goroutine per task: goroutines per task, errgroup to , 1000 task of same-1000, 0.9 to 0",
		"allocator: one goroutine per task: ratio, go + WaitGroup to errgroup, 1000 task of same-1000, 0.5 to 0",
		"allocator: this engine where tasks are short: goroutines per task, failfast to , 1000 task of same-1000, 0.9 to 0",
		"allocator: this engine where tasks block: goroutines per task, failfast to , 1000 task of blocked, 0.9 to 0",
	}
	var got []string
	for _, c := range claims.Claims() {
		for _, k := range c.Checks {
			got = append(got, fmt.Sprintf("%s: %s: %s, %s to %s, %d task of %s, %v to %v",
				c.Name, k.Of, k.Look, k.Who, k.Row.Beside, k.Row.Tasks, k.Row.Name, k.AtLeast, k.Below))
		}
	}
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing: %s", want[i])
		case i >= len(want):
			t.Errorf("new: %s", got[i])
		case got[i] != want[i]:
			t.Errorf("check %d is\n%s, not\n%s", i, got[i], want[i])
		}
	}
}

// Whoever reads only a claim and its rule must know what was said, and when it is true.
func TestClaimsSayWhatTheyMean(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range claims.Claims() {
		if c.Name == "" || strings.ContainsAny(c.Name, " /=") || seen[c.Name] {
			t.Errorf("%q is no name, or there are two", c.Name)
		}
		seen[c.Name] = true
		if c.Says == "" || strings.HasSuffix(c.Says, ".") || !strings.HasSuffix(c.Rule, ".") {
			t.Errorf("%s says %q, by the rule %q", c.Name, c.Says, c.Rule)
		}
		for _, k := range c.Checks {
			if k.Bounds == (claims.Bounds{}) || k.AtLeast < 0 || k.Below < 0 || k.Below != 0 && k.AtLeast >= k.Below {
				t.Errorf("%s, %s: nothing is within %+v, or everything", c.Name, k.Of, k.Bounds)
			}
			if k.Of == "" || k.Who == "" || (k.Row.Theirs == nil) != (k.Row.Beside == "") || (k.Look == claims.Goroutines) != (k.Row.Theirs == nil) {
				t.Errorf("%s, %q: %q looks at %s beside %q", c.Name, k.Of, k.Who, k.Look, k.Row.Beside)
			}
			if strings.Contains(k.Row.About(7), "%") {
				t.Errorf("%s is said to be %q", k.Row.Name, k.Row.About(7))
			}
			if k.Row.Figure != price.Time {
				t.Errorf("%s, %s: the row's figure is the %s", c.Name, k.Of, k.Row.Figure)
			}
		}
	}
	if s := claims.Look(200).String(); !strings.HasPrefix(s, "unknown") {
		t.Errorf("a look that there is none is %q", s)
	}
}

// Each side does its work, a little of it, and times it.
func TestEverySideDoesItsWork(t *testing.T) {
	for _, c := range claims.Claims() {
		for _, k := range c.Checks {
			for who, side := range map[string]price.Side{k.Who: k.Row.Ours, k.Row.Beside: k.Row.Theirs} {
				if side == nil {
					continue
				}
				for _, runs := range []int{1, 2} {
					var clock watch
					m := &price.Meter{Context: t.Context(), Tasks: min(k.Row.Tasks, 20), Runs: runs, Clock: &clock}
					if err := side(m); err != nil {
						t.Errorf("%s, %s: %s: %v", c.Name, k.Row.Name, who, err)
					}
					if clock.running || clock.started == 0 {
						t.Errorf("%s, %s: %s: the clock was started %d times, and runs: %v", c.Name, k.Row.Name, who, clock.started, clock.running)
					}
				}
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

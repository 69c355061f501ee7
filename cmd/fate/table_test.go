package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/situations"
)

// byHand says of each situation who stands there for what people write without a library, beside ours in one of its rows at least.
var byHand = map[int]string{
	1:  "by hand",
	2:  "by hand",
	3:  "a serial loop",
	4:  "by hand",
	5:  "by hand, channel",
	6:  "by hand",
	7:  "by hand",
	8:  "by hand",
	9:  "by hand",
	10: "by hand",
	11: "channels by hand",
	12: "by hand",
	13: "WaitGroup",
	14: "by hand",
	15: "by hand",
	16: "by hand",
	17: "by hand",
	18: "by hand",
}

// beside says who else each situation is measured beside.
var beside = map[int][]string{
	1:  {"errgroup", "conc"},
	2:  {"errgroup SetLimit", "errgroup + semaphore", "conc", "pond", "ants"},
	3:  {"errgroup, 8 workers", "errgroup SetLimit(8)", "conc iter on a slice", "conc stream"},
	4:  {"oklog/run"},
	5:  {"by hand, slice", "conc ErrorPool", "multierror.Group", "multierr"},
	6:  {"errgroup TryGo", "bare go"},
	7:  {"errgroup TryGo"},
	8:  {"errgroup"},
	9:  {"errgroup"},
	10: {"suture"},
	11: {"conc stream"},
	12: {"errgroup"},
	13: {"a loop", "errgroup"},
	14: {"errgroup + semaphore"},
	15: {"conc panics.Try", "conc pool"},
	16: {"errgroup"},
	17: {"errgroup"},
	18: {"unnamed"},
}

// Each situation is measured beside each of its equivalents, code by hand among them, and no row is there twice.
func TestTableHasEverySituation(t *testing.T) {
	found := map[int][]string{} // who is beside, by situation
	seen := map[string]bool{}
	last, name := 0, ""
	for _, r := range tableWorkload().Rows {
		row := situations.RowOf(r.Name)
		if row < 1 || row > 18 || row < last {
			t.Errorf("%s comes after row %d", r.Name, last)
		}
		last = row
		if pair := r.Name + " beside " + r.Beside; seen[pair] {
			t.Errorf("%s is there twice", pair)
		} else {
			seen[pair] = true
		}
		if r.Name != name && seen[r.Name] {
			t.Errorf("%s does not stand together", r.Name)
		}
		name, seen[r.Name] = r.Name, true
		if r.AtMost != 0 || r.AtMost95 != 0 || r.NoAllocs {
			t.Errorf("%s has a target: those are the workload engine's", r.Name)
		}
		found[row] = append(found[row], r.Beside)
	}
	for row := 1; row <= 18; row++ {
		for _, want := range append([]string{byHand[row]}, beside[row]...) {
			if want == "" || !slices.Contains(found[row], want) {
				t.Errorf("row %d is not measured beside %q, but beside %q", row, want, found[row])
			}
		}
	}
}

func TestTableHasTheCurvesOfCost(t *testing.T) {
	var names []string
	for _, c := range tableWorkload().Curves {
		names = append(names, c.Name)
	}
	if got, want := strings.Join(names, ", "), "length of the tasks, number of tasks"; got != want {
		t.Errorf("the curves are by %s, want %s", got, want)
	}
}

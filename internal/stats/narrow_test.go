package stats_test

import (
	"testing"

	"github.com/sharedfate/fate/internal/stats"
)

func TestNarrow(t *testing.T) {
	narrow, wide := around(0.99, 1, 1.019), around(0.98, 1, 1.02)
	few := narrow
	few.Few = true
	for _, c := range []struct {
		name   string
		rounds int
		ratios []stats.Estimate
		want   bool
	}{
		{"all narrow", stats.NarrowRounds, []stats.Estimate{narrow, narrow}, true},
		{"one is wide", 1000, []stats.Estimate{narrow, wide, narrow}, false},
		{"a round too few", stats.NarrowRounds - 1, []stats.Estimate{narrow}, false},
		{"one has few samples", stats.NarrowRounds, []stats.Estimate{narrow, few}, false},
		{"one has none", stats.NarrowRounds, []stats.Estimate{narrow, {}}, false},
		{"no ratio", 1000, nil, false},
	} {
		if got := stats.Narrow(c.rounds, c.ratios...); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Where an interval lies makes no difference, only how wide it is.
func TestNarrowDoesNotLookAtTheVerdict(t *testing.T) {
	for _, at := range []float64{0.01, 0.5, 0.97, 1, 1.03, 2, 100} {
		if !stats.Narrow(stats.NarrowRounds, around(at*0.99, at, at*1.015)) {
			t.Errorf("2.5 %% around %v are not narrow", at)
		}
		if stats.Narrow(stats.NarrowRounds, around(at*0.98, at, at*1.015)) {
			t.Errorf("3.5 %% around %v are narrow", at)
		}
	}
}

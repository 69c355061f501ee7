package stats_test

import (
	"math"
	"testing"

	"github.com/sharedfate/fate/internal/stats"
)

func TestRatiosArePairedByRound(t *testing.T) {
	// Both vary eightfold from round to round, always a factor of two apart; b has a round more.
	got := stats.Ratios([]float64{2, 16, 4, 8, 2, 6}, []float64{1, 8, 2, 4, 1, 3, 100})
	want := stats.Estimate{Median: 2, Low: 2, High: 2}
	for _, d := range []float64{got.Median - want.Median, got.Low - want.Low, got.High - want.High} {
		if math.Abs(d) > 1e-12 {
			t.Fatalf("%+v, not %+v", got, want)
		}
	}
	// As often twice as half is as much.
	if got := stats.Ratios([]float64{2, 1}, []float64{1, 2}).Median; math.Abs(got-1) > 1e-12 {
		t.Errorf("the median of 2 and 1/2 is %v and not 1", got)
	}
	if got := stats.Ratios(nil, []float64{1}); got != (stats.Estimate{}) {
		t.Errorf("without rounds: %+v", got)
	}
	// What counts is the rounds that both have.
	many := []float64{1, 1, 1, 1, 1, 1}
	if got := stats.Ratios(many, many[:5]); !got.Few {
		t.Errorf("of five rounds: %+v", got)
	}
	if got := stats.Ratios(many, many); got.Few {
		t.Errorf("of six rounds: %+v", got)
	}
}

// Over nothing there is no ratio, and no figure that JSON can't hold.
func TestRatiosOverNothing(t *testing.T) {
	for _, c := range []struct{ a, b []float64 }{
		{[]float64{1, 1, 1, 1, 1, 1}, []float64{0, 0, 0, 0, 0, 0}},
		{[]float64{0, 0, 0, 0, 0, 0}, []float64{0, 0, 0, 0, 0, 0}},
		{[]float64{1, 1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1, 0}}, // an end of the interval
	} {
		if got := stats.Ratios(c.a, c.b); got != (stats.Estimate{}) {
			t.Errorf("%v over %v: %+v", c.a, c.b, got)
		}
	}
}

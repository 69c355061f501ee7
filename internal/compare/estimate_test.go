package compare_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/sharedfate/fate/internal/compare"
)

// The interval's ends are checked against the binomial distribution in whole numbers.
func TestIntervalHoldsTheMedianWith95Percent(t *testing.T) {
	for n := 1; n <= 1000; n = n + 1 + n/20 {
		k := compare.Outside(n)
		missed := func(k int) float64 { // that the median is outside of what remains when k are left out at either end
			sum, ways := new(big.Int), big.NewInt(1) // that i of n fall below
			for i := range k + 1 {
				sum.Add(sum, ways)
				ways.Mul(ways, big.NewInt(int64(n-i))).Div(ways, big.NewInt(int64(i+1)))
			}
			f, _ := new(big.Rat).SetFrac(sum.Lsh(sum, 1), new(big.Int).Lsh(big.NewInt(1), uint(n))).Float64()
			return f
		}
		if n >= 6 && missed(k) > 0.05 {
			t.Errorf("%d samples, %d left out: misses the median with %.4f", n, k, missed(k))
		}
		if missed(k+1) <= 0.05 {
			t.Errorf("%d samples, %d left out: one more may be", n, k)
		}
	}
}

func TestEstimate(t *testing.T) {
	for _, c := range []struct {
		samples []float64
		want    compare.Estimate
	}{
		{nil, compare.Estimate{}},
		{[]float64{3}, compare.Estimate{Median: 3, Low: 3, High: 3}},
		{[]float64{4, 2}, compare.Estimate{Median: 3, Low: 2, High: 4}},
		{[]float64{9, 1, 8, 2, 7, 3, 6, 4, 5}, compare.Estimate{Median: 5, Low: 2, High: 8}},
	} {
		if got := compare.EstimateOf(c.samples); got != c.want {
			t.Errorf("of %v: %+v, not %+v", c.samples, got, c.want)
		}
	}
}

func TestRatiosArePairedByRound(t *testing.T) {
	// Both vary eightfold from round to round, always a factor of two apart; b has a round more.
	got := compare.Ratios([]float64{2, 16, 4, 8, 2, 6}, []float64{1, 8, 2, 4, 1, 3, 100})
	want := compare.Estimate{Median: 2, Low: 2, High: 2}
	for _, d := range []float64{got.Median - want.Median, got.Low - want.Low, got.High - want.High} {
		if math.Abs(d) > 1e-12 {
			t.Fatalf("%+v, not %+v", got, want)
		}
	}
	// As often twice as half is as much.
	if got := compare.Ratios([]float64{2, 1}, []float64{1, 2}).Median; math.Abs(got-1) > 1e-12 {
		t.Errorf("the median of 2 and 1/2 is %v and not 1", got)
	}
	if got := compare.Ratios(nil, []float64{1}); got != (compare.Estimate{}) {
		t.Errorf("without rounds: %+v", got)
	}
}

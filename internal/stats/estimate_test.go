package stats_test

import (
	"math/big"
	"testing"

	"github.com/sharedfate/fate/internal/stats"
)

// The interval's ends are checked against the binomial distribution in whole numbers.
func TestIntervalHoldsTheMedianWith95Percent(t *testing.T) {
	for n := 1; n <= 1000; n = n + 1 + n/20 {
		k := stats.Outside(n)
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
		want    stats.Estimate
	}{
		{nil, stats.Estimate{}},
		{[]float64{3}, stats.Estimate{Median: 3, Low: 3, High: 3, Few: true}},
		{[]float64{4, 2}, stats.Estimate{Median: 3, Low: 2, High: 4, Few: true}},
		{[]float64{5, 3, 1, 4, 2}, stats.Estimate{Median: 3, Low: 1, High: 5, Few: true}},
		{[]float64{6, 5, 3, 1, 4, 2}, stats.Estimate{Median: 3.5, Low: 1, High: 6}},
		{[]float64{9, 1, 8, 2, 7, 3, 6, 4, 5}, stats.Estimate{Median: 5, Low: 2, High: 8}},
	} {
		if got := stats.EstimateOf(c.samples); got != c.want {
			t.Errorf("of %v: %+v, not %+v", c.samples, got, c.want)
		}
	}
}

package price_test

import (
	"testing"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

func TestQuantile(t *testing.T) {
	samples := []float64{5, 3, 1, 4, 2, 10, 9, 8, 7, 6}
	for q, want := range map[float64]float64{0: 1, 0.05: 1, 0.1: 1, 0.11: 2, 0.5: 5, 0.95: 10, 1: 10} {
		if got := price.Quantile(samples, q); got != want {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	if got := price.Quantile(nil, 0.5); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestQuantileRatio(t *testing.T) {
	two, ten := []float64{2, 2, 2}, []float64{10, 10}
	if got, want := price.QuantileRatio(two, ten, 0.5, 1), (stats.Estimate{Median: 0.2, Low: 0.2, High: 0.2, Few: true}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := price.QuantileRatio(nil, ten, 0.5, 1); got != (stats.Estimate{}) {
		t.Errorf("of nothing: %+v", got)
	}
	var spread []float64
	for i := range 100 {
		spread = append(spread, float64(i+1))
	}
	got := price.QuantileRatio(spread, []float64{1, 1, 1, 1, 1, 1}, 0.5, 1)
	if got.Few || got.Median != 50 || got.Low < 35 || got.Low >= 50 || got.High <= 50 || got.High > 65 {
		t.Errorf("the median of 1 to 100 lies in %+v", got)
	}
	if again := price.QuantileRatio(spread, []float64{1, 1, 1, 1, 1, 1}, 0.5, 1); again != got {
		t.Errorf("the same seed gives %+v and %+v", got, again)
	}
}

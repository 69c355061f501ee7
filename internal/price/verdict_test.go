package price_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// Quantiles of the same are told apart in 7 trials of 100 at most, also of so few samples as there are where time is short: then there is no
// verdict. The interval of a quantile beyond most samples is no interval.
func TestQuantilesOfTheSameAreNotToldApart(t *testing.T) {
	const trials, mostWrong = 50, 7 * 50 / 100
	for _, c := range []struct {
		samples int
		q       float64
		decided bool // in most trials
	}{{10, 0.95, false}, {20, 0.95, true}} {
		random := rand.New(rand.NewPCG(uint64(c.samples), 1))
		samples := func() []float64 {
			s := make([]float64, c.samples)
			for i := range s {
				if s[i] = math.Exp(0.5 * random.NormFloat64()); random.Float64() < 0.05 {
					s[i] *= 1 + 2*random.ExpFloat64()
				}
			}
			return s
		}
		found := map[stats.Verdict]int{}
		for i := range uint64(trials) {
			base := samples()
			found[stats.Judge(price.QuantileRatio(samples(), base, c.q, i), price.QuantileRatio(samples(), base, c.q, i))]++
		}
		if wrong := found[stats.Faster] + found[stats.Slower]; wrong > mostWrong {
			t.Errorf("quantile %v of %d samples: %d of %d trials found a difference where there is none", c.q, c.samples, wrong, trials)
		}
		if (found[stats.Same] > trials/2) != c.decided {
			t.Errorf("quantile %v of %d samples: %v", c.q, c.samples, found)
		}
	}
}

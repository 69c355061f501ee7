package price

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/sharedfate/fate/internal/stats"
)

// Quantile returns the sample below which the part q of the samples lies; 0 if there are none.
func Quantile(samples []float64, q float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(samples))
	return s[rank(len(s), q)]
}

func rank(n int, q float64) int { return max(0, min(n-1, int(math.Ceil(q*float64(n)))-1)) }

// beyond says whether so many samples are too few for an interval of that quantile: those of which it is the least or the greatest. They say
// nothing of what lies beyond it, and drawn again they find an end that is the same most of the time, so that the interval is far too narrow.
func beyond(n int, q float64) bool {
	k := rank(n, q)
	return n < stats.FewestRounds || k == 0 || k == n-1
}

// quantileRatio estimates by what factor a's quantile is greater than b's. Its interval is that of the ratios which the samples give
// when they are drawn again with replacement (Efron's bootstrap): counting, as for medians, takes more samples than there is time for, far out.
func quantileRatio(a, b []float64, q float64, seed uint64) stats.Estimate {
	if len(a) == 0 || len(b) == 0 {
		return stats.Estimate{}
	}
	const draws = 2000
	random := rand.New(rand.NewPCG(seed, 1))
	draw := func(from []float64) float64 {
		drawn := make([]float64, len(from))
		for i := range drawn {
			drawn[i] = from[random.IntN(len(from))]
		}
		return Quantile(drawn, q)
	}
	ratios := make([]float64, draws)
	for i := range ratios {
		ratios[i] = draw(a) / draw(b)
	}
	return stats.Estimate{
		Median: Quantile(a, q) / Quantile(b, q),
		Low:    Quantile(ratios, 0.025),
		High:   Quantile(ratios, 0.975),
		Few:    beyond(len(a), q) || beyond(len(b), q),
	}.Bounded() // b may be 0
}

package compare

import (
	"math"
	"slices"
)

// An Estimate is a median over rounds and the interval that holds the true one with at least 95 % confidence, found by
// counting and not by assuming a distribution. With fewer than six rounds the interval is all there is, and less sure.
type Estimate struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

const (
	fewestRounds = 6    // with fewer, even the interval from the least to the greatest is short of 95 %
	mostRounds   = 1000 // with more, 0.5^n is not a number that a float64 has
)

// EstimateOf estimates the median of the samples. It returns the zero Estimate for no samples.
func EstimateOf(samples []float64) Estimate {
	n := len(samples)
	if n == 0 {
		return Estimate{}
	}
	s := slices.Sorted(slices.Values(samples))
	k := outside(n)
	return Estimate{Median: (s[(n-1)/2] + s[n/2]) / 2, Low: s[k], High: s[n-1-k]}
}

// outside returns how many of n sorted samples may be left out at either end so that what remains still spans the median with
// a probability of 95 %: each sample is above it or below it like a coin that falls.
func outside(n int) int {
	p := math.Pow(0.5, float64(n)) // that exactly k of n fall below
	below := 0.0                   // that at most k do
	for k := range n / 2 {
		below += p
		if 2*below > 0.05 {
			return max(0, k-1)
		}
		p *= float64(n-k) / float64(k+1)
	}
	return 0
}

// Ratios estimates by what factor a is greater than b, round by round: the median of the logarithms, so that twice as much and
// half as much are equally far from 1. Rounds that only one of them has are left out.
func Ratios(a, b []float64) Estimate {
	n := min(len(a), len(b))
	logs := make([]float64, n)
	for i := range n {
		logs[i] = math.Log(a[i] / b[i])
	}
	if n == 0 {
		return Estimate{}
	}
	e := EstimateOf(logs)
	return Estimate{Median: math.Exp(e.Median), Low: math.Exp(e.Low), High: math.Exp(e.High)}
}

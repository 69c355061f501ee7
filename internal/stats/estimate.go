package stats

import (
	"math"
	"slices"
)

// An Estimate is a median over rounds and the interval that holds the true one with at least 95 % confidence, found by
// counting and not by assuming a distribution.
type Estimate struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`

	// Few says that there were fewer than FewestRounds, so that the interval is all there is, and less sure. It is said here, and
	// not found from how many samples stand beside the estimate, because estimates are passed on, and read from files, without them. That there
	// were enough is the zero value: it is what everybody who makes an estimate by hand means.
	Few bool `json:"few,omitempty"`
}

const (
	// FewestRounds is how many samples an interval of 95 % takes: with fewer, even that from the least to the greatest is short of it.
	FewestRounds = 6
	// MostRounds is how many samples an interval can be counted for: with more, 0.5^n is not a number that a float64 has.
	MostRounds = 1000
)

// EstimateOf estimates the median of the samples. It returns the zero Estimate for no samples.
func EstimateOf(samples []float64) Estimate {
	n := len(samples)
	if n == 0 {
		return Estimate{}
	}
	s := slices.Sorted(slices.Values(samples))
	k := outside(n)
	return Estimate{Median: (s[(n-1)/2] + s[n/2]) / 2, Low: s[k], High: s[n-1-k], Few: n < FewestRounds}
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

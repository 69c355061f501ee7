package stats

import "math"

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
	return Estimate{Median: math.Exp(e.Median), Low: math.Exp(e.Low), High: math.Exp(e.High), Few: e.Few}
}

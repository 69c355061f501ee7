package stats

import "math"

// Ratios estimates by what factor a is greater than b, round by round: the median of the logarithms, so that twice as much and
// half as much are equally far from 1. Rounds that only one of them has are left out.
//
// It returns the zero Estimate, which is no ratio, if b is 0 so often that the ratio or an end of its interval has no bound.
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
	return Estimate{Median: math.Exp(e.Median), Low: math.Exp(e.Low), High: math.Exp(e.High), Few: e.Few}.Bounded()
}

// Bounded is the estimate if its figures are numbers, and the zero one if not: there is nothing to be seen by it, and no JSON could hold it.
func (e Estimate) Bounded() Estimate {
	if sum := e.Low + e.Median + e.High; math.IsInf(sum, 0) || math.IsNaN(sum) {
		return Estimate{}
	}
	return e
}

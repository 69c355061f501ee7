package chart

import (
	"math"
	"slices"
	"strconv"
)

// tenth rounds to a tenth of a pixel: no screen shows more.
func tenth(v float64) float64 { return math.Round(10*v) / 10 }

// A scale is a logarithmic axis.
type scale struct {
	low, high float64 // values at its ends
	from, to  float64 // pixels there
}

// scaleOf is the axis on which all of the values stand; those that are not above 0 have no place on it.
func scaleOf(from, to float64, values ...float64) scale {
	values = slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return !drawable(v) })
	if len(values) == 0 {
		values = []float64{1}
	}
	s := scale{low: slices.Min(values), high: slices.Max(values), from: from, to: to}
	// Some room at either end, and never an axis of no length.
	s.low, s.high = s.low/1.15, s.high*1.15
	return s
}

func drawable(v float64) bool { return v > 0 && !math.IsInf(v, 1) }

// at is where the value stands, or the end beyond which it is.
func (s scale) at(v float64) float64 {
	v = min(max(v, s.low), s.high)
	return s.from + (math.Log(v)-math.Log(s.low))/(math.Log(s.high)-math.Log(s.low))*(s.to-s.from)
}

// ticks are round values, as many as stand apart by room(value) pixels: 1, 2 and 5 of each decade, or decades alone, or every other of them.
func (s scale) ticks(room func(float64) float64) []float64 {
	first, last := int(math.Floor(math.Log10(s.low))), int(math.Ceil(math.Log10(s.high)))
	for _, step := range []int{0, 1, 2, 3, 6} {
		var found []float64
		for e := first; e <= last; e++ {
			switch {
			case step == 0:
				found = append(found, power(1, e), power(2, e), power(5, e))
			case e%step == 0:
				found = append(found, power(1, e))
			}
		}
		found = slices.DeleteFunc(found, func(v float64) bool { return v < s.low || v > s.high })
		apart := true
		for i := 1; i < len(found); i++ {
			apart = apart && math.Abs(s.at(found[i])-s.at(found[i-1])) >= (room(found[i])+room(found[i-1]))/2
		}
		if apart || step == 6 {
			return found
		}
	}
	return nil
}

// power is digit times ten to the e, as exactly as it is written.
func power(digit, e int) float64 {
	v, err := strconv.ParseFloat(strconv.Itoa(digit)+"e"+strconv.Itoa(e), 64)
	if err != nil {
		panic(err) // e is far beyond what a logarithm of a float64 gives
	}
	return v
}

// plainly writes a round value.
func plainly(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

package chart

import (
	"math"
	"strconv"
)

// tenth rounds to a tenth of a pixel: no screen shows more.
func tenth(v float64) float64 { return math.Round(10*v) / 10 }

// percent writes a part of 1 for an attribute of SVG.
func percent(part float64) string {
	return strconv.FormatFloat(math.Round(part*1e4)/1e2, 'f', -1, 64) + "%"
}

// drawable reports whether the value has a place on a logarithmic axis.
func drawable(v float64) bool { return v > 0 && !math.IsInf(v, 1) }

// A Scale is a logarithmic axis.
type Scale struct{ low, high float64 } // logarithms to base 10

// scaleOf spans the values, and a twentieth more at either end; those that are not above 0 have no place on it.
func scaleOf(values ...float64) Scale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if drawable(v) {
			low, high = min(low, math.Log10(v)), max(high, math.Log10(v))
		}
	}
	if low > high {
		low, high = 0, 1
	}
	// Less than a factor of two and a half might lie between two numbers that are round.
	if spare := (0.4 - (high - low)) / 2; spare > 0 {
		low, high = low-spare, high+spare
	}
	pad := (high - low) / 20
	return Scale{low - pad, high + pad}
}

// At is where v stands, from 0 at the low end to 1 at the high one, and beyond these if it is.
func (s Scale) At(v float64) float64 { return (math.Log10(v) - s.low) / (s.high - s.low) }

// Ticks are round values on the axis, at most so many where that can be had.
func (s Scale) Ticks(most int) []float64 {
	return s.ticks(func(ticks []float64) bool { return len(ticks) <= most })
}

// ticks are as many as fit of 1, 2, 5, 10 and so on, or of the powers of ten, or of each second one, each third and so on, but two at least if
// the axis has them.
func (s Scale) ticks(fit func([]float64) bool) []float64 {
	ticks := s.round(1, 1, 2, 5)
	for every := 1; !fit(ticks) && every < 20; every++ {
		if fewer := s.round(every, 1); len(fewer) > 1 {
			ticks = fewer
		}
	}
	return ticks
}

// round are the values on the axis that are one of the digits times a power of ten whose exponent is a multiple of every.
func (s Scale) round(every int, digits ...int) (ticks []float64) {
	for e := int(math.Floor(s.low)); e <= int(math.Ceil(s.high)); e++ {
		if e%every != 0 {
			continue
		}
		for _, digit := range digits {
			// From the text, because 5e-7 is the number next to 5*math.Pow10(-7), and is written so.
			v, err := strconv.ParseFloat(strconv.Itoa(digit)+"e"+strconv.Itoa(e), 64)
			if at := math.Log10(v); err == nil && at >= s.low && at <= s.high {
				ticks = append(ticks, v)
			}
		}
	}
	return ticks
}

// An axis is a Scale in a picture.
type axis struct {
	Scale
	from, to float64 // pixels at its ends
}

// at is where the value stands, or the end beyond which it is.
func (a axis) at(v float64) float64 { return a.from + min(max(a.At(v), 0), 1)*(a.to-a.from) }

// ticks are as many as stand apart by room(value) pixels.
func (a axis) ticks(room func(float64) float64) []float64 {
	return a.Scale.ticks(func(ticks []float64) bool {
		for i := 1; i < len(ticks); i++ {
			if math.Abs(a.at(ticks[i])-a.at(ticks[i-1])) < (room(ticks[i])+room(ticks[i-1]))/2 {
				return false
			}
		}
		return true
	})
}

// plainly writes a round value.
func plainly(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

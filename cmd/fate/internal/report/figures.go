package report

import (
	"fmt"
	"math"
	"strconv"
)

// duration writes nanoseconds.
func duration(ns float64) string {
	return scaled(ns, unit{1e9, " s"}, unit{1e6, " ms"}, unit{1e3, " µs"}, unit{1, " ns"})
}

// size writes bytes.
func size(n float64) string {
	if n < 999.5 {
		return fmt.Sprintf("%.0f B", n)
	}
	return scaled(n, unit{1e9, " GB"}, unit{1e6, " MB"}, unit{1e3, " kB"})
}

// amount writes how many of something there are.
func amount(n float64) string {
	if n < 9999.5 {
		return fmt.Sprintf("%.0f", n)
	}
	return scaled(n, unit{1e9, "G"}, unit{1e6, "M"}, unit{1e3, "k"})
}

type unit struct {
	is   float64
	name string
}

// scaled writes v in the first of the units that it reaches, or else in the last.
func scaled(v float64, units ...unit) string {
	last := len(units) - 1
	for _, u := range units[:last] {
		// Half a digit less is already rounded up to the unit.
		if v >= u.is*0.9995 {
			return digits(v/u.is) + u.name
		}
	}
	return digits(v/units[last].is) + units[last].name
}

// number writes a ratio: small ones with a digit more, so that they can be told apart, and those of which three decimals would show one digit
// with two that count.
func number(v float64) string {
	switch {
	case v > 0 && v < 0.0095:
		places := 1 - int(math.Floor(math.Log10(v)))
		return strconv.FormatFloat(v, 'f', min(places, 8), 64)
	case v < 0.0995:
		return fmt.Sprintf("%.3f", v)
	}
	return digits(v)
}

// digits writes three digits that count, or all of those before the point.
func digits(v float64) string {
	switch {
	case v >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 9.995:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

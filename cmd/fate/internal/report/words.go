package report

import (
	"math"
	"strconv"
	"strings"
)

// Source says in a sentence where the figures come from: command, date, machine, Go, commit and versions.
func (r *Report) Source() string { return r.source() }

// Place says it in a few words: processor, Go and day.
func (r *Report) Place() string {
	p := r.Provenance
	return processor(p) + ", " + count(p.Cores, "core") + ", " + p.Go + ", " + p.Date.Format("2006-01-02")
}

// Number writes a ratio with two or three digits that count.
func Number(v float64) string { return number(v) }

// Interval writes the ends of a ratio's interval. One beside 1 is not written as 1: the verdict goes by whether the interval holds that.
func Interval(low, high float64) string { return end(low) + "-" + end(high) }

func end(v float64) string {
	s := number(v)
	for places := 3; s == "1.00" && v != 1 && places <= 6; places++ {
		if more := strconv.FormatFloat(v, 'f', places, 64); strings.Trim(more[1:], ".0") != "" {
			return more
		}
	}
	return s
}

// Duration writes nanoseconds.
func Duration(ns float64) string { return duration(ns) }

// Size writes bytes.
func Size(n float64) string { return size(n) }

// Plain writes a round number with as many digits as it has.
func Plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// RoundDuration writes nanoseconds that are a round number: 50 ns, 2 µs.
func RoundDuration(ns float64) string {
	for _, u := range []unit{{1e9, " s"}, {1e6, " ms"}, {1e3, " µs"}} {
		if ns >= u.is {
			return Plain(math.Round(ns/u.is*1e3)/1e3) + u.name
		}
	}
	return Plain(math.Round(ns*1e6)/1e6) + " ns"
}

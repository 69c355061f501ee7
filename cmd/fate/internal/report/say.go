package report

// How the tool writes figures, for whoever shows them elsewhere, so that one figure is written in one way.

// Duration writes nanoseconds with a unit and three digits that count: "1.25 ms".
func Duration(ns float64) string { return duration(ns) }

// Size writes bytes likewise: "3.20 MB".
func Size(n float64) string { return size(n) }

// Number writes a ratio: "0.25", "0.012", "31.4".
func Number(v float64) string { return number(v) }

// Package chart draws ratios with their intervals, and lines that cost follows, as SVG: for a page of HTML, which takes [Style] into its
// stylesheet, and as pictures by themselves, which carry it.
//
// All axes are logarithmic: twice as much and half as much are equally far apart. Nothing is told by colour alone: a verdict is a shape and a
// word, a line has a dash, a mark and its name at its end. Text is measured before it is placed, because nobody looks at a picture that is
// generated before it is published.
package chart

import (
	_ "embed"
	"html/template"
	"math"
	"strconv"
)

// Style is the stylesheet of all charts, for a light page and a dark one. A printed page is a light one.
//
//go:embed chart.css
var Style string

// An Interval is a median and the interval around it.
type Interval struct{ Low, Median, High float64 }

// whole reports whether it can stand on a logarithmic axis.
func (i Interval) whole() bool {
	return i.Low > 0 && i.Low <= i.Median && i.Median <= i.High && !math.IsInf(i.High, 0)
}

// A Scale is a logarithmic axis.
type Scale struct{ low, high float64 } // logarithms to base 10

// scaleOf spans the values, and a twentieth more at either end.
func scaleOf(values []float64) Scale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if v > 0 && !math.IsInf(v, 0) {
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

// At is where v stands, from 0 at the low end to 1 at the high one.
func (s Scale) At(v float64) float64 { return (math.Log10(v) - s.low) / (s.high - s.low) }

// Ticks are the round values on the axis, at most so many where that can be had: 1, 2, 5, 10, or powers of ten, or each second one and so on.
func (s Scale) Ticks(most int) []float64 {
	ticks := s.ticks(1, 1, 2, 5)
	for every := 1; len(ticks) > most && every < 20; every++ {
		if fewer := s.ticks(every, 1); len(fewer) > 1 {
			ticks = fewer
		}
	}
	return ticks
}

func (s Scale) ticks(every int, steps ...float64) (ticks []float64) {
	for e := int(math.Floor(s.low)); e <= int(math.Ceil(s.high)); e++ {
		if e%every != 0 {
			continue
		}
		for _, step := range steps {
			// From the text, because 5e-7 is the number next to 5*math.Pow10(-7), and is written so.
			v, err := strconv.ParseFloat(strconv.FormatFloat(step, 'f', 0, 64)+"e"+strconv.Itoa(e), 64)
			if at := math.Log10(v); err == nil && at >= s.low && at <= s.high {
				ticks = append(ticks, v)
			}
		}
	}
	return ticks
}

// Plain writes a number as short as it is: 0.05, 1, 20, 1000.
func Plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// percent writes a part of 1 for an attribute of SVG.
func percent(part float64) string {
	return strconv.FormatFloat(math.Round(part*1e4)/1e2, 'f', -1, 64) + "%"
}

// px rounds to a tenth of a pixel.
func px(v float64) float64 { return math.Round(v*10) / 10 }

// textWidth is how wide a text is at most, in pixels, in any of the fonts that Style names: DejaVu Sans is the widest of them.
func textWidth(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		switch r {
		case 'i', 'j', 'l', 'I', '.', ',', ':', ';', '\'', '|', ' ', 't', 'f', 'r', '(', ')', '-':
			em += 0.42
		case 'm', 'w', 'M', 'W', '%', '@':
			em += 0.99
		default:
			switch {
			case r > 0x2e80:
				em++ // as wide as high
			case 'A' <= r && r <= 'Z':
				em += 0.77
			default:
				em += 0.64
			}
		}
	}
	return em * size
}

var funcs = template.FuncMap{"percent": percent, "px": px, "style": func() template.CSS { return template.CSS(Style) }}

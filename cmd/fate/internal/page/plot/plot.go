// Package plot draws parts of a page of HTML as SVG: ratios with their intervals, which take the width that they are given and have no text of
// their own, and lines that cost follows, with a name at the end of each. The page takes [Style] into its stylesheet.
//
// All axes are logarithmic: twice as much and half as much are equally far apart. Nothing is told by colour alone: a verdict is a shape and a
// word, a line has a dash, a mark and its name at its end. Text is measured before it is placed, because nobody looks at a page that is
// generated before it is published.
//
// For pictures that are files take package chart.
package plot

import (
	_ "embed"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Style is the stylesheet of all plots, for a light page and a dark one. A printed page is a light one.
//
//go:embed plot.css
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

var templates = template.Must(template.New("plot").Funcs(template.FuncMap{"percent": percent}).Parse(`
{{define "strip"}}<svg class="plot strip" width="100%" height="22" aria-hidden="true" focusable="false"><g class="{{.Class}}">
{{- range .Ticks}}<line class="grid" x1="{{percent .At}}" x2="{{percent .At}}" y1="0" y2="100%"/>{{end -}}
<line class="one" x1="{{percent .One}}" x2="{{percent .One}}" y1="0" y2="100%"/>
{{- if .Drawn}}<line class="range" x1="{{percent .Low}}" x2="{{percent .High}}" y1="50%" y2="50%"/>
{{- if .Below}}<svg x="0%" y="50%" width="1" height="1" overflow="visible"><path class="range" d="M5-4 0 0 5 4" fill="none"/></svg>{{end}}
{{- if .Above}}<svg x="100%" y="50%" width="1" height="1" overflow="visible"><path class="range" d="M-5-4 0 0-5 4" fill="none"/></svg>{{end -}}
<svg x="{{percent .Median}}" y="50%" width="1" height="1" overflow="visible"><path class="mark" d="{{.Shape}}"/></svg>{{end -}}
</g></svg>{{end}}

{{define "axis"}}<svg class="plot axis" width="100%" height="20" aria-hidden="true" focusable="false">
{{- range .}}<text class="quiet" x="{{percent .At}}" y="14" text-anchor="{{.Anchor}}">{{.Text}}</text>{{end -}}
</svg>{{end}}

{{define "mark"}}<svg class="plot alone" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true" focusable="false"><g class="{{.Class}}"><path class="mark" d="{{.Shape}}"/></g></svg>{{end}}

{{define "lines"}}<svg class="plot lines" width="{{.Width}}" height="{{.Height}}" viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-labelledby="{{.ID}}-title {{.ID}}-desc">
<title id="{{.ID}}-title">{{.Title}}</title>
<desc id="{{.ID}}-desc">{{.Desc}}</desc>
{{- $p := .}}
{{range .XTicks}}<line class="grid" x1="{{.At}}" x2="{{.At}}" y1="{{$p.Top}}" y2="{{$p.Bottom}}"/><text class="quiet" x="{{.At}}" y="{{$p.Bottom}}" dy="17" text-anchor="middle">{{.Text}}</text>
{{end -}}
{{range .YTicks}}<line class="grid" x1="{{$p.Left}}" x2="{{$p.Right}}" y1="{{.At}}" y2="{{.At}}"/><text class="quiet" x="{{$p.Left}}" dx="-6" y="{{.At}}" dy="4" text-anchor="end">{{.Text}}</text>
{{end -}}
<text class="quiet" x="{{.Left}}" y="{{.Bottom}}" dy="36">{{.XName}}</text>
<text class="quiet" x="2" y="{{.Top}}" dy="-12">{{.YName}}</text>
{{range .MeetXs}}<line class="one" x1="{{.}}" x2="{{.}}" y1="{{$p.Top}}" y2="{{$p.Bottom}}"/>
{{end -}}
{{range .Drawn}}<g class="series s{{.Class}}{{if .Ours}} ours{{end}}"><path class="line" d="{{.Path}}"/>
{{- range .Dots}}<line class="spread" x1="{{.X}}" x2="{{.X}}" y1="{{.Low}}" y2="{{.High}}"/>{{end -}}
{{- $s := .}}{{range .Dots}}<path class="dot" transform="translate({{.X}} {{.Y}})" d="{{$s.Shape}}"/>{{end -}}
<line class="leader" x1="{{.EndX}}" y1="{{.EndY}}" x2="{{.TextX}}" y2="{{.LeadY}}"/><text x="{{.TextX}}" dx="4" y="{{.TextY}}">{{.Name}}</text></g>
{{end -}}
</svg>{{end}}
`))

// draw executes a template on what this package made for it.
func draw(name string, data any) template.HTML {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		panic("plot: " + name + ": " + err.Error())
	}
	return template.HTML(b.String())
}

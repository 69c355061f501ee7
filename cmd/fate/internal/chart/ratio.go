package chart

import (
	"html/template"
	"io"
	"strings"
)

// The verdicts that have a shape of their own. Any other is drawn as NoVerdict.
const (
	Faster    = "faster"
	Slower    = "slower"
	Same      = "same"
	NoVerdict = "no verdict"
)

// A Ratio is one line of a plot of ratios: what one thing costs, divided by what the other does.
type Ratio struct {
	Label string // what it is of
	Interval
	Verdict string
	Text    string // the figures in words: "0.62 (0.58 to 0.66)"
}

// RatioScale spans the intervals of all of them, and 1. One that is no ratio, because nothing was measured, is left out.
func RatioScale(rs ...Ratio) Scale {
	values := []float64{0.5, 1, 2}
	for _, r := range rs {
		if r.whole() {
			values = append(values, r.Low, r.High)
		}
	}
	return scaleOf(values)
}

// Strip draws one ratio on a scale, as an element that is as wide as there is room and has no text: whoever shows it writes Text and Verdict
// beside it. A ratio of nothing is a strip without a mark.
func (r Ratio) Strip(s Scale) template.HTML { return draw("strip", r.on(s)) }

// Axis draws the values of a scale, as wide as a Strip below or above it.
func (s Scale) Axis() template.HTML { return draw("axis", Ratio{}.on(s)) }

// strip is what the templates know of a ratio.
type strip struct {
	Class                  string // "faster", "slower", "same", "none"
	Shape                  string
	Low, Median, High, One float64
	Ticks                  []stripTick
	Drawn                  bool
}

type stripTick struct {
	At   float64
	Text string
}

// The marks are 11 pixels high and point to the side on which the ratio lies: "faster" to where less is.
var shapes = map[string]struct{ class, path string }{
	Faster: {"faster", "M-6 0 5-5.5V5.5Z"},
	Slower: {"slower", "M6 0-5-5.5V5.5Z"},
	Same:   {"same", "M-4.5-4.5H4.5V4.5H-4.5Z"},
}

func (r Ratio) on(s Scale) strip {
	d := strip{Class: "none", Shape: "M-4.5 0A4.5 4.5 0 1 0 4.5 0 4.5 4.5 0 1 0-4.5 0Z", One: s.At(1)}
	if shape, known := shapes[r.Verdict]; known {
		d.Class, d.Shape = shape.class, shape.path
	}
	if d.Drawn = r.whole(); d.Drawn {
		d.Low, d.Median, d.High = s.At(r.Low), s.At(r.Median), s.At(r.High)
	}
	for _, v := range s.Ticks(6) {
		d.Ticks = append(d.Ticks, stripTick{s.At(v), Plain(v)})
	}
	return d
}

// A mark alone, for the place where its word stands.
func Mark(verdict string) template.HTML { return draw("mark", Ratio{Verdict: verdict}.on(Scale{0, 1})) }

// Ratios are a picture of them.
type Ratios struct {
	Title string
	Note  string // what 1 and less than 1 are
	Where string // on what machine, when
	Rows  []Ratio
}

// WriteSVG writes the picture. It is as wide as its texts need.
func (rs Ratios) WriteSVG(w io.Writer) error {
	const plot, rowHeight, gap, margin = 300, 26, 12, 20
	label, text := 0.0, 0.0
	for _, r := range rs.Rows {
		label = max(label, textWidth(r.Label, 12))
		text = max(text, textWidth(r.said(), 12))
	}
	width := margin + label + gap + plot + gap + text + margin
	head := max(textWidth(rs.Title, 16*1.1), textWidth(rs.Note, 12), textWidth(rs.Where, 12)) + 2*margin
	p := ratiosPicture{
		Ratios: rs, Width: px(max(width, head)), Left: px(margin + label + gap), Plot: plot, Top: 70,
		Scale: RatioScale(rs.Rows...), Text: px(margin + label + gap + plot + gap),
	}
	for i, r := range rs.Rows {
		p.Drawn = append(p.Drawn, drawnRatio{Ratio: r, Strip: r.Strip(p.Scale), Y: p.Top + float64(i)*rowHeight, Said: r.said()})
	}
	p.Bottom = p.Top + float64(len(rs.Rows))*rowHeight
	p.Height = p.Bottom + 56
	return templates.ExecuteTemplate(w, "ratios", p)
}

func (r Ratio) said() string { return strings.TrimSpace(r.Text + " " + r.Verdict) }

type ratiosPicture struct {
	Ratios
	Scale                                        Scale
	Width, Height, Left, Plot, Top, Bottom, Text float64
	Drawn                                        []drawnRatio
}

// The frame is a line of one pixel, which is sharp if it stands on half of one.
func (p ratiosPicture) InnerWidth() float64  { return p.Width - 1 }
func (p ratiosPicture) InnerHeight() float64 { return p.Height - 1 }
func (p ratiosPicture) Axis() template.HTML  { return p.Scale.Axis() }

type drawnRatio struct {
	Ratio
	Strip template.HTML
	Y     float64
	Said  string
}

func (d drawnRatio) LabelY() float64 { return d.Y + 15 }

// draw executes a template on what this package made for it.
func draw(name string, data any) template.HTML {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		panic("chart: " + name + ": " + err.Error())
	}
	return template.HTML(b.String())
}

var templates = template.Must(template.New("chart").Funcs(funcs).Parse(`
{{define "strip"}}<svg class="chart strip {{.Class}}" width="100%" height="22" aria-hidden="true" focusable="false"><g class="{{.Class}}">
{{- range .Ticks}}<line class="grid" x1="{{percent .At}}" x2="{{percent .At}}" y1="0" y2="100%"/>{{end -}}
<line class="one" x1="{{percent .One}}" x2="{{percent .One}}" y1="0" y2="100%"/>
{{- if .Drawn}}<line class="range" x1="{{percent .Low}}" x2="{{percent .High}}" y1="50%" y2="50%"/><svg x="{{percent .Median}}" y="50%" width="1" height="1" overflow="visible"><path class="mark" d="{{.Shape}}"/></svg>{{end -}}
</g></svg>{{end}}

{{define "axis"}}<svg class="chart axis" width="100%" height="20" aria-hidden="true" focusable="false">
{{- range .Ticks}}<text class="quiet" x="{{percent .At}}" y="14" text-anchor="middle">{{.Text}}</text>{{end -}}
</svg>{{end}}

{{define "mark"}}<svg class="chart alone" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true" focusable="false"><g class="{{.Class}}"><path class="mark" d="{{.Shape}}"/></g></svg>{{end}}

{{define "ratios"}}<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="{{.Width}}" height="{{.Height}}" viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-labelledby="title note">
<title id="title">{{.Title}}</title>
<desc id="note">{{.Note}}{{range .Drawn}} {{.Label}}: {{.Said}};{{end}} {{.Where}}</desc>
<style>{{style}}</style>
<rect class="paper" x="0.5" y="0.5" width="{{.InnerWidth}}" height="{{.InnerHeight}}" rx="6"/>
<text class="title" x="20" y="30">{{.Title}}</text>
<text class="quiet" x="20" y="51">{{.Note}}</text>
{{- $p := .}}
{{range .Drawn}}<text x="20" y="{{.LabelY}}">{{.Label}}</text>
<svg x="{{$p.Left}}" y="{{.Y}}" width="{{$p.Plot}}" height="22">{{.Strip}}</svg>
<text x="{{$p.Text}}" y="{{.LabelY}}">{{.Said}}</text>
{{end -}}
<svg x="{{.Left}}" y="{{.Bottom}}" width="{{.Plot}}" height="20">{{.Axis}}</svg>
<text class="quiet" x="20" y="{{.Bottom}}" dy="42">{{.Where}}</text>
</svg>
{{end}}

{{define "lines"}}<svg{{if .Alone}} xmlns="http://www.w3.org/2000/svg"{{end}} class="chart lines" width="{{.Width}}" height="{{.Height}}" viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-labelledby="{{.ID}}-title {{.ID}}-desc">
<title id="{{.ID}}-title">{{.Title}}</title>
<desc id="{{.ID}}-desc">{{.Desc}}</desc>
{{- if .Alone}}
<style>{{style}}</style>
<rect class="paper" x="0.5" y="0.5" width="{{.InnerWidth}}" height="{{.InnerHeight}}" rx="6"/>
<text class="title" x="20" y="30">{{.Title}}</text>
<text class="quiet" x="20" y="{{.InnerHeight}}" dy="-14">{{.Where}}</text>
{{- end}}
{{- $p := .}}
{{range .XTicks}}<line class="grid" x1="{{.At}}" x2="{{.At}}" y1="{{$p.Top}}" y2="{{$p.Bottom}}"/><text class="quiet" x="{{.At}}" y="{{$p.Bottom}}" dy="17" text-anchor="middle">{{.Text}}</text>
{{end -}}
{{range .YTicks}}<line class="grid" x1="{{$p.Left}}" x2="{{$p.Right}}" y1="{{.At}}" y2="{{.At}}"/><text class="quiet" x="{{$p.Left}}" dx="-6" y="{{.At}}" dy="4" text-anchor="end">{{.Text}}</text>
{{end -}}
<text class="quiet" x="{{.Left}}" y="{{.Bottom}}" dy="36">{{.XName}}</text>
<text class="quiet" x="{{.YNameX}}" y="{{.Top}}" dy="-12">{{.YName}}</text>
{{if .Meet}}<line class="one" x1="{{.MeetX}}" x2="{{.MeetX}}" y1="{{.Top}}" y2="{{.Bottom}}"/>
{{end -}}
{{range .Drawn}}<g class="series s{{.Class}}{{if .Ours}} ours{{end}}"><path class="line" d="{{.Path}}"/>
{{- range .Dots}}<line class="spread" x1="{{.X}}" x2="{{.X}}" y1="{{.Low}}" y2="{{.High}}"/>{{end -}}
{{- $s := .}}{{range .Dots}}<path class="dot" transform="translate({{.X}} {{.Y}})" d="{{$s.Shape}}"/>{{end -}}
<line class="leader" x1="{{.EndX}}" y1="{{.EndY}}" x2="{{.TextX}}" y2="{{.LeadY}}"/><text x="{{.TextX}}" dx="4" y="{{.TextY}}">{{.Name}}</text></g>
{{end -}}
</svg>{{end}}
`))

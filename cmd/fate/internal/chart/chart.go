// Package chart draws what was measured as SVG: ratios with their intervals, and cost along an axis. A chart is a file of its own, or a part of
// a page of HTML, which takes [CSS] into its stylesheet.
//
// All axes are logarithmic: twice as much and half as much are equally far apart. It formats no figure that was measured: whoever asks for a
// chart gives the words beside the dots. Every text is measured before it is placed, so that none leaves the picture; and what is better
// and what is worse differ by shape and in words, never by colour alone.
package chart

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
)

// CSS is the style of all charts. A chart that is a file has it inside; a page of HTML needs it once. Its colours are custom properties
// of .chart, light or dark as the reader's screen is; on paper they are light.
//
//go:embed chart.css
var CSS string

// A drawing is what the template draws: texts, straight lines and paths, in the order in which they were added.
type drawing struct {
	ID, Kind      string
	Width, Height float64
	Title, Desc   string
	Style         template.CSS // of a file; a part of a page has none, and no frame
	Items         []item
}

// An item is one of the three; which, says what is not empty. A path is drawn around 0, 0 and moved to where it belongs.
type item struct {
	Class          string
	Text, Anchor   string
	Path           string
	X, Y, X2, Y2   float64
	IsText, IsLine bool
}

func (d *drawing) text(class, anchor, s string, x, y float64) {
	d.Items = append(d.Items, item{IsText: true, Class: class, Anchor: anchor, Text: s, X: tenth(x), Y: tenth(y)})
}

// texts writes lines below each other and returns where the next would stand.
func (d *drawing) texts(class string, lines []string, x, y, step float64) float64 {
	for _, s := range lines {
		d.text(class, "start", s, x, y)
		y += step
	}
	return y
}

func (d *drawing) line(class string, x, y, x2, y2 float64) {
	d.Items = append(d.Items, item{IsLine: true, Class: class, X: tenth(x), Y: tenth(y), X2: tenth(x2), Y2: tenth(y2)})
}

func (d *drawing) path(class, path string, x, y float64) {
	d.Items = append(d.Items, item{Class: class, Path: path, X: tenth(x), Y: tenth(y)})
}

// InnerWidth is the width of the frame, a line of one pixel, which is sharp if it stands on half of one.
func (d *drawing) InnerWidth() float64 { return d.Width - 1 }

// InnerHeight is its height.
func (d *drawing) InnerHeight() float64 { return d.Height - 1 }

// html/template knows no SVG, but what SVG has in common with HTML: elements, attributes and text, all escaped as XML takes it. text/template
// would escape nothing.
var templates = template.Must(template.New("chart").Funcs(template.FuncMap{"percent": percent}).Parse(`
{{- define "chart"}}<svg{{if .Style}} xmlns="http://www.w3.org/2000/svg"{{end}} class="chart {{.Kind}}" width="{{.Width}}" height="{{.Height}}" viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-labelledby="{{.ID}}-title {{.ID}}-desc">
<title id="{{.ID}}-title">{{.Title}}</title>
<desc id="{{.ID}}-desc">{{.Desc}}</desc>
{{with .Style}}<style>
{{.}}</style>
<rect class="paper" x="0.5" y="0.5" width="{{$.InnerWidth}}" height="{{$.InnerHeight}}" rx="6"/>
{{end}}{{range .Items}}{{if .IsText}}<text{{with .Class}} class="{{.}}"{{end}} x="{{.X}}" y="{{.Y}}"{{if ne .Anchor "start"}} text-anchor="{{.Anchor}}"{{end}}>{{.Text}}</text>
{{else if .IsLine}}<line class="{{.Class}}" x1="{{.X}}" y1="{{.Y}}" x2="{{.X2}}" y2="{{.Y2}}"/>
{{else}}<path class="{{.Class}}"{{if or .X .Y}} transform="translate({{.X}} {{.Y}})"{{end}} d="{{.Path}}"/>
{{end}}{{end}}</svg>
{{end}}

{{define "strip"}}<svg class="chart strip" width="100%" height="22" aria-hidden="true" focusable="false">{{$c := .Class}}
{{- range .Ticks}}<line class="grid" x1="{{percent .}}" x2="{{percent .}}" y1="0" y2="100%"/>{{end -}}
<line class="one" x1="{{percent .One}}" x2="{{percent .One}}" y1="0" y2="100%"/>
{{- if .Drawn}}<line class="{{$c}} range" x1="{{percent .Low}}" x2="{{percent .High}}" y1="50%" y2="50%"/>
{{- if .Below}}<svg x="0%" y="50%" width="1" height="1" overflow="visible"><path class="{{$c}} range" d="{{.Left}}"/></svg>{{end}}
{{- if .Above}}<svg x="100%" y="50%" width="1" height="1" overflow="visible"><path class="{{$c}} range" d="{{.Right}}"/></svg>{{end -}}
<svg x="{{percent .Median}}" y="50%" width="1" height="1" overflow="visible"><path class="{{$c}} mark" d="{{.Shape}}"/></svg>{{end -}}
</svg>{{end}}

{{define "axis"}}<svg class="chart axis" width="100%" height="20" aria-hidden="true" focusable="false">
{{- range .}}<text class="quiet" x="{{percent .At}}" y="14" text-anchor="{{.Anchor}}">{{.Text}}</text>{{end -}}
</svg>{{end}}

{{define "mark"}}<svg class="chart alone" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true" focusable="false"><path class="{{.Class}} mark" d="{{.Shape}}"/></svg>{{end}}
`))

// writeSVG writes the drawing as a file of its own.
func (d *drawing) writeSVG(w io.Writer) error {
	d.Style = template.CSS(CSS)
	return templates.ExecuteTemplate(w, "chart", d)
}

// inline executes a template on what this package made for it, for a page that has CSS.
func inline(name string, data any) template.HTML {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		panic("chart: " + name + ": " + err.Error())
	}
	return template.HTML(b.String()) // all in it was escaped by the template
}

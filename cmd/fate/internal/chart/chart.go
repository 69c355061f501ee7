// Package chart draws what was measured as SVG: ratios with their intervals, and cost along an axis. A chart is a file of its own, or a part of
// a page of HTML.
//
// It formats no figure that was measured: whoever asks for a chart gives the words beside the dots. Every text is measured before it is
// placed, so that none leaves the picture; and what is better and what is worse differ by shape and in words, never by colour alone.
package chart

import (
	"bytes"
	"html/template"
	"io"
)

// CSS is the style of all charts. A chart that is a file has it inside; a page of HTML needs it once. Its colours are custom properties
// of .chart, light or dark as the reader's system is.
const CSS template.CSS = `.chart { --ink: #1f2328; --quiet: #59636e; --paper: #ffffff; --line: #d1d9e0; --theirs: #59636e; --ours: #0969da; --other: #8250df; }
@media (prefers-color-scheme: dark) {
.chart { --ink: #f0f6fc; --quiet: #9198a1; --paper: #0d1117; --line: #3d444d; --theirs: #9198a1; --ours: #4493f8; --other: #ab7df8; }
}
.chart text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; font-size: 13px; fill: var(--ink); stroke: var(--paper); stroke-width: 3px; paint-order: stroke; }
.chart text.title { font-size: 17px; font-weight: 600; }
.chart text.quiet { font-size: 12px; fill: var(--quiet); }
.chart text.mine { font-weight: 600; fill: var(--ours); }
.chart .page { fill: var(--paper); stroke: var(--line); }
.chart .grid { stroke: var(--line); fill: none; }
.chart .one { stroke: var(--ink); stroke-width: 1.5; fill: none; }
.chart .meet { stroke: var(--quiet); stroke-dasharray: 2 4; fill: none; }
.chart .range { stroke: var(--theirs); stroke-width: 2; fill: none; }
.chart .full { stroke: var(--ours); fill: var(--ours); stroke-width: 1.5; }
.chart .open { stroke: var(--theirs); fill: var(--paper); stroke-width: 2; }
.chart .warn { stroke: var(--other); fill: var(--other); stroke-width: 1.5; }
.chart .s0 { stroke: var(--ours); stroke-width: 2; fill: none; }
.chart .s1 { stroke: var(--theirs); stroke-width: 2; stroke-dasharray: 7 4; fill: none; }
.chart .s2 { stroke: var(--other); stroke-width: 2; stroke-dasharray: 2 3; fill: none; }
.chart .s3 { stroke: var(--ink); stroke-width: 2; stroke-dasharray: 9 3 2 3; fill: none; }
.chart .s4 { stroke: var(--quiet); stroke-width: 1.2; fill: none; }
@media print { .chart { --ink: #000000; --quiet: #333333; --paper: #ffffff; --line: #bbbbbb; --theirs: #444444; --ours: #0550ae; --other: #6639ba; } }
`

// A drawing is what the template draws: texts, straight lines and paths, in the order in which they were added.
type drawing struct {
	ID            string
	Width, Height float64
	Title, Desc   string
	Style         template.CSS
	Items         []item
}

// An item is one of the three; which, says what is not empty.
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

func (d *drawing) path(class, path string) {
	d.Items = append(d.Items, item{Class: class, Path: path})
}

// InnerWidth is the width of the frame, a line of one pixel, which is sharp if it stands on half of one.
func (d *drawing) InnerWidth() float64 { return d.Width - 1 }

// InnerHeight is its height.
func (d *drawing) InnerHeight() float64 { return d.Height - 1 }

// html/template knows no SVG, but what SVG has in common with HTML: elements, attributes and text, all escaped as XML takes it. text/template
// would escape nothing.
var page = template.Must(template.New("chart").Parse(`<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="{{.Width}}" height="{{.Height}}" viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-labelledby="{{.ID}}-title {{.ID}}-desc">
<title id="{{.ID}}-title">{{.Title}}</title>
<desc id="{{.ID}}-desc">{{.Desc}}</desc>
{{with .Style}}<style>
{{.}}</style>
{{end}}<rect class="page" x="0.5" y="0.5" width="{{.InnerWidth}}" height="{{.InnerHeight}}" rx="6"/>
{{range .Items}}{{if .IsText}}<text{{with .Class}} class="{{.}}"{{end}} x="{{.X}}" y="{{.Y}}"{{if ne .Anchor "start"}} text-anchor="{{.Anchor}}"{{end}}>{{.Text}}</text>
{{else if .IsLine}}<line class="{{.Class}}" x1="{{.X}}" y1="{{.Y}}" x2="{{.X2}}" y2="{{.Y2}}"/>
{{else}}<path class="{{.Class}}" d="{{.Path}}"/>
{{end}}{{end}}</svg>
`))

// writeSVG writes the drawing as a file of its own.
func (d *drawing) writeSVG(w io.Writer) error {
	d.Style = CSS
	return page.Execute(w, d)
}

// html returns the drawing for a page that has CSS.
func (d *drawing) html() (template.HTML, error) {
	d.Style = ""
	var b bytes.Buffer
	err := page.Execute(&b, d)
	return template.HTML(b.String()), err // all in it was escaped by the template
}

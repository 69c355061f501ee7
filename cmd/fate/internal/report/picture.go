package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/template"

	"github.com/sharedfate/fate/internal/price"
)

// WritePicture draws the spreads as SVG: for each contender a dot for each time it was measured, on a logarithmic scale. It is readable on a
// light page and on a dark one, also as an image, which can't take its colours from the page around it.
func (r *Report) WritePicture(w io.Writer) error {
	for _, ps := range r.Prices {
		if len(ps.Spreads) > 0 && len(ps.Spreads[0].Samples) > 0 {
			return picture.Execute(w, r.draw(ps.Spreads))
		}
	}
	return errors.New("there is nothing to draw: the run ended before it came to that")
}

// The picture's measures, in pixels.
const (
	pictureWidth = 720
	plotLeft     = 150
	plotRight    = pictureWidth - 28
	plotTop      = 92
	rowHeight    = 58
	dotSpread    = 22 // how far apart the dots of a row stand at most
)

// A drawing is what the template draws.
type drawing struct {
	Width, Height      int
	Left, Right        int
	Top, Bottom        int
	Title, Note, Where string
	Ticks              []tick
	Rows               []drawnRow
}

type tick struct {
	X    float64
	Text string
}

type drawnRow struct {
	Name, Median        string
	Ours                bool
	Y                   int
	Low, Middle, High   float64
	TextX               float64
	Anchor              string
	Dots                []dot
	LabelY, BarY, BarY2 int
}

type dot struct{ X, Y float64 }

// The frame is a line of one pixel, which is sharp if it stands on half of one.
func (d drawing) InnerWidth() int  { return d.Width - 1 }
func (d drawing) InnerHeight() int { return d.Height - 1 }

func (r *Report) draw(spreads []price.Spread) drawing {
	least, most := math.Inf(1), 0.0
	for _, s := range spreads {
		least, most = min(least, slices.Min(s.Samples)), max(most, slices.Max(s.Samples))
	}
	// Whole decades, so that every line of the grid has a round number.
	first, last := math.Floor(math.Log10(least)), math.Ceil(math.Log10(most))
	last = max(last, first+1)
	x := func(ns float64) float64 {
		at := (math.Log10(ns) - first) / (last - first)
		return math.Round(10*(plotLeft+at*(plotRight-plotLeft))) / 10
	}
	p := r.Provenance
	d := drawing{
		Width: pictureWidth, Left: plotLeft, Right: plotRight, Top: plotTop - 12, Bottom: plotTop + rowHeight*len(spreads),
		Title: fmt.Sprintf("When the last of %d short tasks starts on a busy machine", price.SpreadTasks),
		Note: fmt.Sprintf("%d goroutines burn CPU on %s. Each dot is one of %d tries; the bar is the median, the line p5 to p95.",
			price.SpreadBurners, count(p.GOMAXPROCS, "processor"), len(spreads[0].Samples)),
		Where: fmt.Sprintf("%s, %s, %s", processor(p), p.Go, p.Date.Format("2006-01-02")),
	}
	d.Height = d.Bottom + 62
	for e := first; e <= last; e++ {
		d.Ticks = append(d.Ticks, tick{x(math.Pow(10, e)), decade(e)})
	}
	for i, s := range spreads {
		d.Rows = append(d.Rows, drawRow(s, plotTop+rowHeight*i+rowHeight/2, x))
	}
	return d
}

func drawRow(s price.Spread, y int, x func(float64) float64) drawnRow {
	row := drawnRow{
		Name: s.Name, Ours: s.Ours, Y: y, LabelY: y + 5, BarY: y - 15, BarY2: y + 15,
		Low: x(price.Quantile(s.Samples, 0.05)), Middle: x(price.Quantile(s.Samples, 0.5)), High: x(price.Quantile(s.Samples, 0.95)),
		Median: duration(price.Quantile(s.Samples, 0.5)),
	}
	sorted := slices.Sorted(slices.Values(s.Samples))
	// The median's figure stands where there is room: beyond the last dot, or before the first.
	row.TextX, row.Anchor = x(sorted[len(sorted)-1])+12, "start"
	if row.TextX > plotRight-80 {
		row.TextX, row.Anchor = x(sorted[0])-12, "end"
	}
	for i, v := range sorted {
		// Neighbours stand at different heights, always the same: multiples of the golden ratio spread evenly.
		_, at := math.Modf(float64(i) * math.Phi)
		row.Dots = append(row.Dots, dot{x(v), math.Round(10*(float64(y)+(at-0.5)*dotSpread)) / 10})
	}
	return row
}

// decade writes ten to the e nanoseconds.
func decade(e float64) string {
	units := []string{"ns", "µs", "ms", "s"}
	i := min(max(int(math.Floor(e/3)), 0), len(units)-1)
	return fmt.Sprintf("%.0f %s", math.Pow(10, e-float64(3*i)), units[i])
}

// escaped writes text for XML.
func escaped(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}

var picture = template.Must(template.New("picture").Funcs(template.FuncMap{"text": escaped}).Parse(`<svg xmlns="http://www.w3.org/2000/svg" width="{{.Width}}" height="{{.Height}}" viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-labelledby="title note">
<title id="title">{{text .Title}}</title>
<desc id="note">{{text .Note}} Medians:{{range .Rows}} {{text .Name}} {{.Median}};{{end}} {{text .Where}}.</desc>
<style>
text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; font-size: 13px; fill: #1f2328; }
.page { fill: #ffffff; stroke: #d1d9e0; }
.title { font-size: 17px; font-weight: 600; }
.quiet { font-size: 12px; fill: #59636e; }
.grid { stroke: #d1d9e0; }
.dot { fill: #8c959f; fill-opacity: 0.45; }
.range { stroke: #59636e; stroke-width: 2; }
.median { stroke: #59636e; stroke-width: 3; }
.ours text { font-weight: 600; fill: #0969da; }
.ours .dot { fill: #0969da; }
.ours .range, .ours .median { stroke: #0969da; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.page { fill: #0d1117; stroke: #3d444d; }
.quiet { fill: #9198a1; }
.grid { stroke: #3d444d; }
.dot { fill: #9198a1; }
.range, .median { stroke: #9198a1; }
.ours text { fill: #4493f8; }
.ours .dot { fill: #4493f8; }
.ours .range, .ours .median { stroke: #4493f8; }
}
</style>
<rect class="page" x="0.5" y="0.5" width="{{.InnerWidth}}" height="{{.InnerHeight}}" rx="6"/>
<text class="title" x="20" y="32">{{text .Title}}</text>
<text class="quiet" x="20" y="54">{{text .Note}}</text>
{{- $d := .}}
{{range .Ticks}}<line class="grid" x1="{{.X}}" x2="{{.X}}" y1="{{$d.Top}}" y2="{{$d.Bottom}}"/>
<text class="quiet" x="{{.X}}" y="{{$d.Bottom}}" dy="18" text-anchor="middle">{{text .Text}}</text>
{{end -}}
{{range .Rows}}<g{{if .Ours}} class="ours"{{end}}>
<text x="20" y="{{.LabelY}}">{{text .Name}}</text>
{{range .Dots}}<circle class="dot" cx="{{.X}}" cy="{{.Y}}" r="3.5"/>
{{end}}<line class="range" x1="{{.Low}}" x2="{{.High}}" y1="{{.Y}}" y2="{{.Y}}"/>
<line class="median" x1="{{.Middle}}" x2="{{.Middle}}" y1="{{.BarY}}" y2="{{.BarY2}}"/>
<text x="{{.TextX}}" y="{{.LabelY}}" text-anchor="{{.Anchor}}">{{.Median}}</text>
</g>
{{end -}}
<text class="quiet" x="20" y="{{.Bottom}}" dy="44">{{text .Where}}. Logarithmic scale.</text>
</svg>
`))

package chart

// Measures of both plots, in pixels.
const (
	usualWidth = 720
	margin     = 20
	lineStep   = 17
)

// newDrawing is an empty drawing. Its height comes with the foot.
func newDrawing(id, kind, title string, width int) *drawing {
	d := &drawing{ID: id, Kind: kind, Title: title, Width: float64(width)}
	if id == "" {
		d.ID = kind
	}
	if width == 0 {
		d.Width = usualWidth
	}
	return d
}

// head writes title and note, and returns where what follows may stand.
func (d *drawing) head(title, note string) float64 {
	y := d.texts("title", titleFont.wrap(title, d.Width-2*margin), margin, 32, 22)
	return d.texts("quiet", quietFont.wrap(note, d.Width-2*margin), margin, y, lineStep) + 6
}

// foot writes where it all comes from, and closes the drawing.
func (d *drawing) foot(y float64, source string) {
	d.Height = d.texts("quiet", quietFont.wrap(source, d.Width-2*margin), margin, y, lineStep)
}

// verticals draws the lines of a horizontal axis and what they stand for, below. A name is moved inwards rather than cut off by the edge, and
// left out rather than written over the one before it.
func (d *drawing) verticals(x axis, top, bottom float64, name func(float64) string) {
	free := 0.0
	for _, v := range x.ticks(func(v float64) float64 { return quietFont.width(name(v)) + 10 }) {
		at, half := x.at(v), quietFont.width(name(v))/2
		d.line("grid", at, top, at, bottom)
		if at = min(max(at, half+4), d.Width-4-half); at-half >= free {
			d.text("quiet", "middle", name(v), at, bottom+17)
			free = at + half + 6
		}
	}
}

package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
	"github.com/sharedfate/fate/internal/stats"
)

var ratios = chart.Ratios{
	Title:  "What our answer costs beside the most usual other one & <more>",
	Note:   "Each dot is the median ratio of one row of the table, the line its interval of 95 %. Left of the line at 1, ours costs less.",
	Source: "A processor, go1.26.8, 2026-11-26.",
	Rows: []chart.Ratio{
		{Label: "1. a handful of tasks; the first error stops the rest", Text: "0.20 (0.19-0.21) of errgroup, faster", Estimate: interval(0.19, 0.2, 0.21), Verdict: stats.Faster},
		{Label: "2. a handful of tasks, at most N at once", Text: "2.10 (2.00-2.40) of errgroup, slower", Estimate: interval(2, 2.1, 2.4), Verdict: stats.Slower},
		{Label: "3. \"same\" <b>", Text: "1.01 (0.90-1.10) of a loop, same", Estimate: interval(0.9, 1.01, 1.1), Verdict: stats.Same},
		{Label: "4. no verdict", Text: "40 (0.0001-1000) of it, no verdict", Estimate: interval(0.0001, 40, 1000), Verdict: stats.NoVerdict},
		{Label: "5. " + strings.Repeat("unbroken", 30), Text: "not measured"},
	},
}

var lines = chart.Lines{
	Title: "What a task costs, by its length", Note: "1000 tasks.", Source: "A processor.", X: "length of a task", Y: "time for all",
	XName: func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) + " ns of work in each task" },
	Series: []chart.Series{
		{Name: "ours", Ours: true, Points: []chart.Point{{1, interval(90, 100, 110)}, {1e3, only(1e4)}, {1e6, only(1e6)}}},
		{Name: "errgroup", Points: []chart.Point{{1, only(400)}, {1e3, only(2e4)}, {1e6, only(1e6)}}},
		{Name: strings.Repeat("long ", 40), Points: []chart.Point{{1, only(4)}}},
		{Name: "fourth", Points: []chart.Point{{5, only(0)}, {7, only(3)}}},
	},
	Marks: []chart.Mark{{X: 1e6, Text: "from here on no difference was measured between them"}, {X: 1, Text: "at the edge"}},
}

func interval(low, median, high float64) stats.Estimate {
	return stats.Estimate{Low: low, Median: median, High: high}
}

// only is a median without an interval.
func only(median float64) stats.Estimate { return stats.Estimate{Median: median} }

type drawn interface{ WriteSVG(io.Writer) error }

// inPage writes the part of a page.
type inPage struct{ chart.Lines }

func (p inPage) WriteSVG(w io.Writer) error {
	_, err := io.WriteString(w, string(p.HTML()))
	return err
}

// sized are the charts at widths from a phone's to a wide page's, and with nothing in them.
func sized() []drawn {
	var all []drawn
	for _, width := range []int{320, 360, 0, 1000} {
		r, l := ratios, lines
		r.Width, l.Width = width, width
		spread := l
		spread.Intervals = true
		all = append(all, r, l, spread, inPage{l}, chart.Ratios{Title: "empty", Width: width}, chart.Lines{Title: "empty", Width: width})
	}
	return all
}

// An element is what a test must know of one.
type element struct {
	name, text string
	attrs      map[string]string
}

// elements reads the file as XML, which it must be.
func elements(t *testing.T, svg []byte) (all []*element) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			all = append(all, e)
		case xml.CharData:
			if len(all) > 0 {
				all[len(all)-1].text += strings.TrimSpace(string(token))
			}
		}
	}
}

func (e *element) number(t *testing.T, attr string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(e.attrs[attr], 64)
	if err != nil {
		t.Errorf("%s of %+v: %v", attr, e, err)
	}
	return v
}

func write(t *testing.T, d drawn) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Nothing leaves the picture, however narrow it is and however long the words are: texts by their measured width.
func TestNothingLeavesThePicture(t *testing.T) {
	for _, d := range sized() {
		all := elements(t, write(t, d))
		width, height := all[0].number(t, "width"), all[0].number(t, "height")
		if width < 300 || height < 60 {
			t.Errorf("the picture is %v by %v", width, height)
		}
		inside := func(what string, x, y float64) {
			if x < 0 || x > width || y < 0 || y > height {
				t.Errorf("%v by %v: %s reaches %v, %v", width, height, what, x, y)
			}
		}
		texts := 0
		for _, e := range all {
			switch e.name {
			case "text":
				texts++
				x, y, wide := e.number(t, "x"), e.number(t, "y"), chart.TextWidth(e.attrs["class"], e.text)
				left := x
				switch e.attrs["text-anchor"] {
				case "end":
					left = x - wide
				case "middle":
					left = x - wide/2
				}
				inside(e.text, left, y-12)
				inside(e.text, left+wide, y+4)
			case "line":
				inside("a line", e.number(t, "x1"), e.number(t, "y1"))
				inside("a line", e.number(t, "x2"), e.number(t, "y2"))
			}
		}
		if texts < 2 {
			t.Errorf("%d texts", texts)
		}
	}
}

// Words are words, whatever they hold.
func TestTextIsEscaped(t *testing.T) {
	svg := write(t, ratios)
	whole := ""
	for _, e := range elements(t, svg) {
		whole += e.text + "\n"
		if e.name == "b" || e.name == "more" {
			t.Errorf("%s became an element", e.name)
		}
	}
	for _, want := range []string{"& <more>", `3. "same" <b>`} {
		if !strings.Contains(whole, want) {
			t.Errorf("the texts lack %q:\n%s", want, whole)
		}
	}
}

// What a dot says by its colour it says by its shape and in words too: four verdicts are four shapes, each with a name.
func TestVerdictsDifferByShape(t *testing.T) {
	shapes := map[string]stats.Verdict{}
	for _, verdict := range []stats.Verdict{stats.Faster, stats.Slower, stats.Same, stats.NoVerdict} {
		one := chart.Ratios{Rows: []chart.Ratio{{Label: "row", Text: "words", Estimate: interval(1.5, 2, 3), Verdict: verdict}}}
		var form string
		for _, e := range elements(t, write(t, one)) {
			if e.name == "path" {
				form = e.attrs["d"] // around 0, 0
			}
		}
		if other, twice := shapes[form]; twice || form == "" {
			t.Errorf("%s and %s are both %q", verdict, other, form)
		}
		shapes[form] = verdict
	}
	text := string(write(t, ratios))
	for _, want := range []string{"ours costs less", "ours costs more", "no difference shown", "no verdict"} {
		if !strings.Contains(text, ">"+want+"</text>") {
			t.Errorf("no legend says %q", want)
		}
	}
}

// A row that was not measured has its words and no dot.
func TestMissingRowsHaveNoDot(t *testing.T) {
	only := chart.Ratios{Rows: []chart.Ratio{{Label: "a row", Text: "not measured"}}}
	svg := string(write(t, only))
	if !strings.Contains(svg, "not measured") || strings.Contains(svg, "<path") {
		t.Errorf("%s", svg)
	}
}

// Who can't see it is told everything.
func TestChartsDescribeThemselves(t *testing.T) {
	for d, want := range map[drawn]string{
		&ratios: "1. a handful of tasks; the first error stops the rest: 0.20 (0.19-0.21) of errgroup, faster",
		&lines:  "errgroup: 1 ns of work in each task 400, 1000 ns of work in each task 20000, ",
	} {
		all := elements(t, write(t, d))
		if all[0].attrs["role"] != "img" || all[0].attrs["aria-labelledby"] != all[1].attrs["id"]+" "+all[2].attrs["id"] {
			t.Errorf("%+v is labelled by %+v and %+v", all[0], all[1], all[2])
		}
		if all[1].name != "title" || all[1].text == "" || all[2].name != "desc" || !strings.Contains(all[2].text, want) {
			t.Errorf("%+v lacks %q", all[2], want)
		}
	}
}

// A file has its style in it, for light and dark. In a page, which has it once, no chart has one, and ids are the chart's own.
func TestStyleIsInFilesAlone(t *testing.T) {
	if svg := string(write(t, ratios)); strings.Count(svg, "<style>") != 1 || !strings.Contains(svg, "@media screen and (prefers-color-scheme:dark)") {
		t.Errorf("%s", svg)
	}
	named := lines
	named.ID = "by-length"
	html := string(named.HTML())
	if strings.Contains(html, "style") || strings.Contains(html, "paper") || !strings.Contains(html, `id="by-length-title"`) {
		t.Errorf("%s", html)
	}
}

// The axis has round names, in order, that do not run into each other.
func TestTicksAreRoundAndApart(t *testing.T) {
	for _, high := range []float64{1.01, 3, 40, 1e4, 1e12} {
		r := chart.Ratios{Rows: []chart.Ratio{{Label: "a", Text: "b", Estimate: interval(high, high, high)}}}
		last, n := 0.0, 0
		for _, e := range elements(t, write(t, r)) {
			if e.attrs["text-anchor"] != "middle" {
				continue
			}
			n++
			x, half := e.number(t, "x"), chart.TextWidth("quiet", e.text)/2
			if x-half <= last {
				t.Errorf("up to %v: %s begins before the one before it ends", high, e.text)
			}
			last = x + half
			if digits := strings.Trim(e.text, "0."); digits != "1" && digits != "2" && digits != "5" {
				t.Errorf("up to %v: %s is not round", high, e.text)
			}
		}
		if n == 0 {
			t.Errorf("up to %v: no tick", high)
		}
	}
}

// Six lines differ without their colours: by dashes or width, and by the shape of their points.
func TestSeriesDifferByDashesAndShape(t *testing.T) {
	const six = 6
	var l chart.Lines
	for i := range six {
		l.Series = append(l.Series, chart.Series{Name: strconv.Itoa(i), Points: []chart.Point{{1, only(1)}}})
	}
	strokes, shapes := map[string]bool{}, map[string]bool{}
	for _, e := range elements(t, write(t, l)) {
		class, part, _ := strings.Cut(e.attrs["class"], " ")
		switch {
		case e.name == "path" && part == "series":
			_, rule, _ := strings.Cut(chart.CSS, ".chart ."+class+".series{") // the first has none: it is not dashed
			rule, _, _ = strings.Cut(rule, "}")
			if strokes[rule] {
				t.Errorf("the line of %s is that of another", class)
			}
			strokes[rule] = true
		case e.name == "path" && part == "dot":
			shapes[e.attrs["d"]] = true
		}
	}
	if len(strokes) != six || len(shapes) != six {
		t.Errorf("%d lines and %d shapes differ, want %d", len(strokes), len(shapes), six)
	}
}

// A place has one letter, whatever there is to say of it, and letters go from left to right.
func TestMarksHaveLetters(t *testing.T) {
	l := lines
	l.Marks = []chart.Mark{{X: 1e3, Text: "there"}, {X: 1, Text: "here"}, {X: 1e3, Text: "there too"}}
	var said []string
	places := 0
	for _, e := range elements(t, write(t, l)) {
		switch {
		case e.name == "line" && e.attrs["class"] == "meet":
			places++
		case e.name == "text" && len(e.text) > 2 && e.text[1] == ':':
			said = append(said, e.text)
		}
	}
	if got := strings.Join(said, " | "); places != 2 || got != "A: here | B: there; there too" {
		t.Errorf("%d places: %s", places, got)
	}
}

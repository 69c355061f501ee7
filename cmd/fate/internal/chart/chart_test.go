package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
)

func interval(low, median, high float64) chart.Interval {
	return chart.Interval{Low: low, Median: median, High: high}
}

var ratios = []chart.Ratio{
	{Label: "errgroup", Interval: interval(0.2, 0.25, 0.3), Verdict: chart.Faster, Text: "0.25 (0.20 to 0.30)"},
	{Label: "conc", Interval: interval(1.2, 1.5, 2.9), Verdict: chart.Slower, Text: "1.50 (1.20 to 2.90)"},
	{Label: "by hand", Interval: interval(0.9, 1, 1.1), Verdict: chart.Same, Text: "1.00 (0.90 to 1.10)"},
	{Label: "<b>&\"'", Interval: interval(0.01, 0.5, 30), Verdict: chart.NoVerdict, Text: "0.50 (0.01 to 30)"},
	{Label: "nothing was measured"},
}

// texts are the texts of a picture that is well formed.
func texts(t *testing.T, picture []byte) string {
	t.Helper()
	var all strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all.String()
		}
		if err != nil {
			t.Fatalf("%v in %s", err, picture)
		}
		if text, ok := token.(xml.CharData); ok {
			all.Write(text)
			all.WriteByte('\n')
		}
	}
}

func TestRatiosAreToldInShapesAndWords(t *testing.T) {
	var b bytes.Buffer
	if err := (chart.Ratios{Title: "A title", Note: "A note.", Where: "Here", Rows: ratios}).WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	all := texts(t, b.Bytes())
	for _, r := range ratios {
		if !strings.Contains(all, "\n"+r.Label+"\n") || !strings.Contains(all, strings.TrimSpace(r.Text+" "+r.Verdict)+"\n") {
			t.Errorf("%s is not told: %s", r.Label, all)
		}
	}
	var shapes []string
	for _, m := range regexp.MustCompile(`class="mark" d="([^"]*)"`).FindAllStringSubmatch(b.String(), -1) {
		shapes = append(shapes, m[1])
	}
	if len(shapes) != 4 || len(slices.Compact(slices.Sorted(slices.Values(shapes)))) != 4 {
		t.Errorf("the marks of four verdicts are %q", shapes)
	}
}

func TestWhatIsNoRatioIsNotDrawn(t *testing.T) {
	for _, i := range []chart.Interval{{}, interval(-1, 1, 2), interval(2, 1, 3), interval(1, 2, math.Inf(1)), interval(math.NaN(), 1, 2)} {
		r := chart.Ratio{Interval: i, Verdict: chart.Faster}
		if got := string(r.Strip(chart.RatioScale(r))); strings.Contains(got, "mark") || strings.Contains(got, "NaN") || !strings.Contains(got, `class="one"`) {
			t.Errorf("%+v: %s", i, got)
		}
	}
}

// The scale is logarithmic, holds 1 and every interval, and its ticks are round.
func TestScale(t *testing.T) {
	s := chart.RatioScale(ratios...)
	for _, v := range []float64{1, 0.01, 30} {
		if at := s.At(v); at < 0 || at > 1 {
			t.Errorf("%v stands at %v", v, at)
		}
	}
	if below, above := s.At(1)-s.At(0.5), s.At(2)-s.At(1); math.Abs(below-above) > 1e-12 {
		t.Errorf("half as much is %v away, twice as much %v", below, above)
	}
	if got := s.Ticks(6); !slices.Equal(got, []float64{0.01, 0.1, 1, 10}) {
		t.Errorf("ticks: %v", got)
	}
	if got := chart.RatioScale().Ticks(6); !slices.Equal(got, []float64{0.5, 1, 2}) {
		t.Errorf("ticks of nothing: %v", got)
	}
}

var lines = chart.Lines{
	Title: "Cost of a task", Desc: "In words.", Where: "Here", XName: "length", YName: "cost", X: chart.Plain, Y: chart.Plain, Meet: 100,
	Series: []chart.Series{
		{Name: "fate", Ours: true, Points: []chart.Point{{1, interval(9, 10, 11)}, {10, interval(19, 20, 22)}, {100, interval(100, 101, 102)}}},
		{Name: "errgroup", Points: []chart.Point{{1, interval(90, 100, 110)}, {10, interval(100, 101, 102)}, {100, interval(100, 101.1, 102)}}},
		{Name: "a loop", Points: []chart.Point{{1, interval(1, 1, 1)}, {0, interval(1, 1, 1)}, {10, interval(-5, 1, 2)}, {100, interval(100, 101.2, 102)}}},
		{Name: "measured nowhere"},
	},
}

func TestLinesAreNamedAndDiffer(t *testing.T) {
	var b bytes.Buffer
	if err := lines.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	all := texts(t, b.Bytes())
	for _, want := range []string{"Cost of a task", "In words.", "Here", "length", "cost", "fate", "errgroup", "a loop"} {
		if !strings.Contains(all, "\n"+want+"\n") {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if strings.Contains(all, "nowhere") || strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
		t.Errorf("what can't stand there is drawn: %s", b.String())
	}
	paths := regexp.MustCompile(`class="line" d="([^"]*)"`).FindAllStringSubmatch(b.String(), -1)
	if len(paths) != 3 || strings.Count(paths[2][1], "L") != 1 {
		t.Errorf("lines: %q", paths)
	}
	if got := len(regexp.MustCompile(`class="dot"`).FindAllString(b.String(), -1)); got != 3+3+2 {
		t.Errorf("%d dots", got)
	}
}

// Names at the ends of lines that end together are one below the other, and within the picture, at the width of a phone as well.
func TestLabelsDoNotMeetAndStayInside(t *testing.T) {
	for _, width := range []int{320, 700} {
		svg := string(lines.Inline("x", width))
		if !strings.Contains(svg, `id="x-title"`) || strings.Contains(svg, "<style>") {
			t.Errorf("inline: %s", svg)
		}
		var ys []float64
		for _, m := range regexp.MustCompile(`<text x="([0-9.]+)" dx="4" y="([0-9.]+)">([a-z ]+)<`).FindAllStringSubmatch(svg, -1) {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			ys = append(ys, y)
			if right := x + 4 + chart.TextWidth(m[3], 12); right > float64(width) {
				t.Errorf("%s ends at %v of %d", m[3], right, width)
			}
		}
		slices.Sort(ys)
		if len(ys) != 3 {
			t.Fatalf("%d names in %s", len(ys), svg)
		}
		for i, y := range ys[1:] {
			if y-ys[i] < 15 {
				t.Errorf("names at %v", ys)
			}
		}
	}
}

func TestOfNothingThereIsAnEmptyChart(t *testing.T) {
	var b bytes.Buffer
	if err := (chart.Lines{X: chart.Plain, Y: chart.Plain}).WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	texts(t, b.Bytes())
	b.Reset()
	if err := (chart.Ratios{}).WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	texts(t, b.Bytes())
}

func TestMarksDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range []string{chart.Faster, chart.Slower, chart.Same, chart.NoVerdict} {
		seen[string(chart.Mark(v))] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d marks", len(seen))
	}
	if chart.Mark("unheard of") != chart.Mark(chart.NoVerdict) {
		t.Error("an unknown verdict has a mark of its own")
	}
}

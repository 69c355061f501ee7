package plot_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/page/plot"
)

func interval(low, median, high float64) plot.Interval {
	return plot.Interval{Low: low, Median: median, High: high}
}

var ratios = []plot.Ratio{
	{Interval: interval(0.2, 0.25, 0.3), Verdict: plot.Faster},
	{Interval: interval(1.2, 1.5, 2.9), Verdict: plot.Slower},
	{Interval: interval(0.01, 0.5, 30), Verdict: plot.NoVerdict},
	{},
}

// texts are the texts of a picture that is well formed.
func texts(t *testing.T, picture string) string {
	t.Helper()
	var all strings.Builder
	for d := xml.NewDecoder(strings.NewReader(picture)); ; {
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

func TestWhatIsNoRatioIsNotDrawn(t *testing.T) {
	for _, i := range []plot.Interval{{}, interval(-1, 1, 2), interval(2, 1, 3), interval(1, 2, math.Inf(1)), interval(math.NaN(), 1, 2)} {
		r := plot.Ratio{Interval: i, Verdict: plot.Faster}
		if got := string(r.Strip(plot.RatioScale(r))); strings.Contains(got, "mark") || strings.Contains(got, "NaN") || !strings.Contains(got, `class="one"`) {
			t.Errorf("%+v: %s", i, got)
		}
	}
}

// The scale is logarithmic, holds 1 and every median, and its ticks are round.
func TestScale(t *testing.T) {
	s := plot.RatioScale(ratios...)
	for _, v := range []float64{1, 0.25, 0.5, 1.5} {
		if at := s.At(v); at < 0 || at > 1 {
			t.Errorf("%v stands at %v", v, at)
		}
	}
	if below, above := s.At(1)-s.At(0.5), s.At(2)-s.At(1); math.Abs(below-above) > 1e-12 {
		t.Errorf("half as much is %v away, twice as much %v", below, above)
	}
	if got := s.Ticks(9); !slices.Equal(got, []float64{0.2, 0.5, 1, 2}) {
		t.Errorf("ticks: %v", got)
	}
	if got := plot.RatioScale(plot.Ratio{Interval: interval(0.001, 0.001, 1000)}).Ticks(6); !slices.Equal(got, []float64{0.001, 0.01, 0.1, 1}) {
		t.Errorf("ticks of a wide one: %v", got)
	}
	if got := plot.RatioScale().Ticks(6); !slices.Equal(got, []float64{0.5, 1, 2}) {
		t.Errorf("ticks of nothing: %v", got)
	}
}

// An interval that reaches beyond the scale ends at its edge, with an arrow.
func TestIntervalsBeyondTheScaleHaveArrows(t *testing.T) {
	s := plot.RatioScale(ratios...)
	for i, want := range []int{0, 0, 2, 0} {
		got := string(ratios[i].Strip(s))
		if n := strings.Count(got, `<path class="range"`); n != want {
			t.Errorf("%+v has %d arrows in %s", ratios[i], n, got)
		}
		for _, m := range regexp.MustCompile(`"(-?[0-9.]+)%"`).FindAllStringSubmatch(got, -1) {
			if at, err := strconv.ParseFloat(m[1], 64); err != nil || at < 0 || at > 100 {
				t.Errorf("%+v stands at %s %%", ratios[i], m[1])
			}
		}
	}
}

var lines = plot.Lines{
	Title: "Cost of a task", Desc: "In <words> & more.", XName: "length", YName: "cost", X: plot.Plain, Y: plot.Plain, Meets: []float64{50},
	Series: []plot.Series{
		{Name: "fate", Ours: true, Points: []plot.Point{{1, interval(9, 10, 11)}, {10, interval(19, 20, 22)}, {100, interval(100, 101, 102)}}},
		{Name: "errgroup", Points: []plot.Point{{1, interval(90, 100, 110)}, {10, interval(100, 101, 102)}, {100, interval(100, 101.1, 102)}}},
		{Name: "a loop", Points: []plot.Point{{1, interval(1, 1, 1)}, {0, interval(1, 1, 1)}, {10, interval(-5, 1, 2)}, {100, interval(100, 101.2, 102)}}},
		{Name: "measured nowhere"},
	},
}

func TestLinesAreNamedAndDiffer(t *testing.T) {
	svg := string(lines.Inline("x", 700))
	all := texts(t, svg)
	for _, want := range []string{"Cost of a task", "In <words> & more.", "length", "cost", "fate", "errgroup", "a loop"} {
		if !strings.Contains(all, "\n"+want+"\n") {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if strings.Contains(all, "nowhere") || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("what can't stand there is drawn: %s", svg)
	}
	paths := regexp.MustCompile(`class="line" d="([^"]*)"`).FindAllStringSubmatch(svg, -1)
	if len(paths) != 3 || strings.Count(paths[2][1], "L") != 1 {
		t.Errorf("lines: %q", paths)
	}
	if got := strings.Count(svg, `class="one"`); got != 1 {
		t.Errorf("%d lines where lines cross", got)
	}
	if got := len(regexp.MustCompile(`class="dot"`).FindAllString(svg, -1)); got != 3+3+2 {
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
			if right := x + 4 + plot.TextWidth(m[3], 12); right > float64(width) {
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
	svg := string(plot.Lines{X: plot.Plain, Y: plot.Plain}.Inline("x", 320))
	texts(t, svg)
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error(svg)
	}
}

func TestMarksDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range []string{plot.Faster, plot.Slower, plot.Same, plot.NoVerdict} {
		seen[string(plot.Mark(v))] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d marks", len(seen))
	}
	if plot.Mark("unheard of") != plot.Mark(plot.NoVerdict) {
		t.Error("an unknown verdict has a mark of its own")
	}
}

func TestAxisHasAsManyValuesAsFit(t *testing.T) {
	s := plot.RatioScale(plot.Ratio{Interval: interval(0.01, 0.02, 0.03)}, plot.Ratio{Interval: interval(50, 60, 70)})
	for most, want := range map[int]string{6: "0.01\n0.1\n1\n10\n100\n", 3: "0.01\n1\n100\n"} {
		if got := texts(t, string(s.Axis(most))); got != want {
			t.Errorf("at most %d: %q", most, got)
		}
	}
}

package chart_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
)

var three = chart.Lines{
	Title: "Cost of a task", Desc: "In <words> & more.", X: "length", Y: "cost", Intervals: true, Marks: []chart.Mark{{X: 50}},
	Series: []chart.Series{
		{Name: "fate", Ours: true, Points: []chart.Point{{1, interval(9, 10, 11)}, {10, interval(19, 20, 22)}, {100, interval(100, 101, 102)}}},
		{Name: "errgroup", Points: []chart.Point{{1, interval(90, 100, 110)}, {10, interval(100, 101, 102)}, {100, interval(100, 101.1, 102)}}},
		{Name: "a loop", Points: []chart.Point{{1, interval(1, 1, 1)}, {0, interval(1, 1, 1)}, {10, interval(-5, 1, 2)}, {100, interval(100, 101.2, 102)}}},
		{Name: "measured nowhere"},
	},
}

// inlined is the chart in a page.
func inlined(id string, width int) string {
	l := three
	l.ID, l.Width = id, width
	return string(l.HTML())
}

func TestLinesAreNamedAndDiffer(t *testing.T) {
	svg := inlined("x", 700)
	all := texts(t, svg)
	for _, want := range []string{"Cost of a task", "In <words> & more.", "length", "cost", "fate", "errgroup", "a loop"} {
		if !strings.Contains(all, "\n"+want+"\n") {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if strings.Contains(all, "nowhere") || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("what can't stand there is drawn: %s", svg)
	}
	paths := regexp.MustCompile(` series" d="([^"]*)"`).FindAllStringSubmatch(svg, -1)
	if len(paths) != 3 || strings.Count(paths[0][1], "L") != 1 {
		t.Errorf("lines: %q", paths)
	}
	if got := strings.Count(svg, `class="meet"`); got != 1 {
		t.Errorf("%d lines where lines cross", got)
	}
	if got := len(regexp.MustCompile(` dot"`).FindAllString(svg, -1)); got != 3+3+2 {
		t.Errorf("%d dots", got)
	}
	if got := strings.Count(svg, ` spread"`); got != 3+3+2 {
		t.Errorf("%d intervals", got)
	}
}

// Names at the ends of lines that end together are one below the other, and within the picture, at the width of a phone as well.
func TestLabelsDoNotMeetAndStayInside(t *testing.T) {
	for _, width := range []int{320, 700} {
		svg := inlined("x", width)
		if !strings.Contains(svg, `id="x-title"`) || strings.Contains(svg, "<style>") {
			t.Errorf("inline: %s", svg)
		}
		var ys []float64
		for _, m := range regexp.MustCompile(`<text class="([a-z0-9 ]+) name" x="([0-9.]+)" y="([0-9.]+)">([a-z ]+)<`).FindAllStringSubmatch(svg, -1) {
			x, _ := strconv.ParseFloat(m[2], 64)
			y, _ := strconv.ParseFloat(m[3], 64)
			ys = append(ys, y)
			if right := x + chart.TextWidth(m[1], m[4]); right > float64(width) {
				t.Errorf("%s ends at %v of %d", m[4], right, width)
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
	svg := string(chart.Lines{ID: "x", Width: 320}.HTML())
	texts(t, svg)
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error(svg)
	}
}

package chart_test

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

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
	"github.com/sharedfate/fate/internal/stats"
)

var strips = []chart.Ratio{
	{Estimate: interval(0.2, 0.25, 0.3), Verdict: stats.Faster},
	{Estimate: interval(1.2, 1.5, 2.9), Verdict: stats.Slower},
	{Estimate: interval(0.01, 0.5, 30), Verdict: stats.NoVerdict},
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
	for _, i := range []stats.Estimate{{}, interval(-1, 1, 2), interval(2, 1, 3), interval(1, 2, math.Inf(1)), interval(math.NaN(), 1, 2)} {
		r := chart.Ratio{Estimate: i, Verdict: stats.Faster}
		if got := string(r.Strip(chart.RatioScale(r))); strings.Contains(got, " mark") || strings.Contains(got, "NaN") || !strings.Contains(got, `class="one"`) {
			t.Errorf("%+v: %s", i, got)
		}
	}
}

// The scale is logarithmic, holds 1 and every median, and its ticks are round.
func TestScale(t *testing.T) {
	s := chart.RatioScale(strips...)
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
	if got := chart.RatioScale(chart.Ratio{Estimate: interval(0.001, 0.001, 1000)}).Ticks(6); !slices.Equal(got, []float64{0.001, 0.01, 0.1, 1}) {
		t.Errorf("ticks of a wide one: %v", got)
	}
	if got := chart.RatioScale().Ticks(6); !slices.Equal(got, []float64{0.5, 1, 2}) {
		t.Errorf("ticks of nothing: %v", got)
	}
}

// An interval that reaches beyond the scale ends at its edge, with an arrow.
func TestIntervalsBeyondTheScaleHaveArrows(t *testing.T) {
	s := chart.RatioScale(strips...)
	for i, want := range []int{0, 0, 2, 0} {
		got := string(strips[i].Strip(s))
		if n := strings.Count(got, `range" d="`); n != want {
			t.Errorf("%+v has %d arrows in %s", strips[i], n, got)
		}
		for _, m := range regexp.MustCompile(`"(-?[0-9.]+)%"`).FindAllStringSubmatch(got, -1) {
			if at, err := strconv.ParseFloat(m[1], 64); err != nil || at < 0 || at > 100 {
				t.Errorf("%+v stands at %s %%", strips[i], m[1])
			}
		}
	}
}

func TestMarksDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range []stats.Verdict{stats.Faster, stats.Slower, stats.Same, stats.NoVerdict} {
		seen[string(chart.MarkOf(v))] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d marks", len(seen))
	}
	if chart.MarkOf("unheard of") != chart.MarkOf(stats.NoVerdict) {
		t.Error("an unknown verdict has a mark of its own")
	}
}

func TestAxisHasAsManyValuesAsFit(t *testing.T) {
	s := chart.RatioScale(chart.Ratio{Estimate: interval(0.01, 0.02, 0.03)}, chart.Ratio{Estimate: interval(50, 60, 70)})
	for most, want := range map[int]string{6: "0.01\n0.1\n1\n10\n100\n", 3: "0.01\n1\n100\n"} {
		if got := texts(t, string(s.Axis(most))); got != want {
			t.Errorf("at most %d: %q", most, got)
		}
	}
}

package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestProgressPlain(t *testing.T) {
	var b bytes.Buffer
	p := newProgress(&b)
	p.Step("first")
	p.Detail("1 of 2")
	p.Step("second")
	p.End()
	if got, want := b.String(), "first\nsecond\n"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

func TestProgressRewritesOneLine(t *testing.T) {
	var b bytes.Buffer
	p := &progress{w: &b, width: 16}
	p.Step("first")
	p.Detail("too soon after the last drawing")
	p.last = time.Time{}
	p.Detail("1 of 2")
	p.last = time.Time{}
	p.Detail("12345 of 67890")
	p.Step("ünd")
	p.End()
	want := "\rfirst" +
		"\rfirst: 1 of 2" +
		"\rfirst: 12345 " + // cut: a longer line would be wrapped, with a ^C at its end, and could not be written over
		"\ründ          " +
		"\r               \r"
	if got := b.String(); got != want {
		t.Errorf("wrote\n%q, want\n%q", got, want)
	}
}

// The bar has what fits, and no line is longer than the terminal.
func TestProgressBar(t *testing.T) {
	for _, c := range []struct {
		width int
		want  string
	}{
		{100, "[########........]  50% 2m0s, 2m left  measuring: the third of five"},
		{200, "[##########..........]  50% 2m0s, 2m left  measuring: the third of five"},
		{70, "[#####......]  50% 2m0s, 2m left  measuring: the third of five"},
		{61, "[#####.....]  50% 2m0s, 2m left  measuring: the third of f"},
		{60, " 50% measuring: the third of five"},
		{20, " 50% measuring: t"},
		{2, " "},
	} {
		var b bytes.Buffer
		course, at := courseOf(0, 4*time.Minute)
		course.begin(0)
		at.passes(2 * time.Minute)
		p := &progress{w: &b, width: c.width, course: course, step: "measuring"}
		p.Detail("the third of five")
		if got := strings.TrimRight(strings.TrimPrefix(b.String(), "\r"), " "); got != strings.TrimRight(c.want, " ") {
			t.Errorf("at %d characters: %q, want %q", c.width, got, c.want)
		}
		if n := utf8.RuneCountInString(b.String()) - 1; n+len("^C") >= c.width && c.width > 3 {
			t.Errorf("at %d characters: %d of them", c.width, n)
		}
	}
}

// A terminal that was made narrower is not written beyond.
func TestProgressFollowsTheWidth(t *testing.T) {
	var b bytes.Buffer
	width := 40
	p := &progress{w: &b, width: width, resize: func() int { return width }}
	p.Step("a step with a name of some length")
	width = 12
	p.Step("another step")
	width = 0 // it can't be asked
	p.Step("third")
	want := "\ra step with a name of some length\ranother s  \rthird    "
	if got := b.String(); got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

func TestRoughly(t *testing.T) {
	for left, want := range map[time.Duration]string{
		0:                               "seconds left",
		4999 * time.Millisecond:         "seconds left",
		5 * time.Second:                 "5s left",
		63 * time.Second:                "65s left",
		89 * time.Second:                "90s left",
		90 * time.Second:                "2m left",
		11*time.Minute + 29*time.Second: "11m left",
		11*time.Minute + 30*time.Second: "12m left",
	} {
		if got := roughly(left); got != want {
			t.Errorf("%v: %q, want %q", left, got, want)
		}
	}
}

func TestNoTerminal(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if w := terminalWidth(f); w != 0 {
		t.Errorf("a file is a terminal of %d characters", w)
	}
}

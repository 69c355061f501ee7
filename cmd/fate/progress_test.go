package main

import (
	"bytes"
	"os"
	"testing"
	"time"
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
	p := &progress{w: &b, width: 14}
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
		"\rfirst: 12345 " + // cut: a longer line would be wrapped, and could not be written over
		"\ründ          " +
		"\r             \r"
	if got := b.String(); got != want {
		t.Errorf("wrote\n%q, want\n%q", got, want)
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

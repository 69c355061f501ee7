package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// progress tells on w how far a run has come. On a terminal it is one line that is written over and is gone at the end; anywhere else it
// is a plain line for each step.
type progress struct {
	w     io.Writer
	width int // of the terminal; 0 if w is none
	step  string
	shown int // how many characters stand on the terminal's line
	last  time.Time
}

// redraw is the least time between two drawings of the line: drawing takes time from what is measured.
const redraw = 100 * time.Millisecond

func newProgress(w io.Writer) *progress {
	return &progress{w: w, width: terminalWidth(w)}
}

// Step begins a part of the run.
func (p *progress) Step(text string) {
	p.step = text
	if p.width == 0 {
		fmt.Fprintln(p.w, text)
		return
	}
	p.draw(text)
}

// Detail says how far the part has come. It is for who looks on; a log of it would be noise.
func (p *progress) Detail(text string) {
	if p.width == 0 || time.Since(p.last) < redraw {
		return
	}
	p.draw(p.step + ": " + text)
}

// End takes the line away, all of it: a terminal writes ^C at its end by itself.
func (p *progress) End() {
	if p.width > 0 {
		p.shown = p.width - 1
		p.draw("")
		fmt.Fprint(p.w, "\r")
	}
}

// draw overwrites with spaces rather than with an escape sequence, which not every console knows.
func (p *progress) draw(text string) {
	if most := p.width - 1; utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most])
	}
	n := utf8.RuneCountInString(text)
	fmt.Fprint(p.w, "\r", text, strings.Repeat(" ", max(0, p.shown-n)))
	p.shown, p.last = n, time.Now()
}

// terminalWidth is how many characters fit a line of w; 0 if w is not a terminal.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 2 {
		return 80
	}
	return width
}

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
	w      io.Writer
	width  int        // of the terminal; 0 if w is none
	resize func() int // what the width has become; may be nil
	course *course    // nil if how far the run has come is not known
	step   string
	shown  int // how many characters stand on the terminal's line
	last   time.Time
}

// redraw is the least time between two drawings of the line: drawing takes time from what is measured. For the same reason nothing ticks while
// nothing is told.
const redraw = 100 * time.Millisecond

func newProgress(w io.Writer) *progress {
	return &progress{w: w, width: terminalWidth(w), resize: func() int { return terminalWidth(w) }}
}

// Step begins a part of the run.
func (p *progress) Step(text string) {
	p.step = text
	if p.width == 0 {
		fmt.Fprintln(p.w, text)
		return
	}
	p.draw(p.bar() + text)
}

// Detail says how far the part has come. It is for who looks on; a log of it would be noise.
func (p *progress) Detail(text string) {
	if p.width == 0 || time.Since(p.last) < redraw {
		return
	}
	p.draw(p.bar() + p.step + ": " + text)
}

// End takes the line away, all of it: a terminal writes ^C at its end by itself.
func (p *progress) End() {
	if p.width > 0 {
		p.shown = p.width - 1
		p.draw("")
		fmt.Fprint(p.w, "\r")
	}
}

// draw overwrites with spaces rather than with an escape sequence, which not every console knows. It leaves room for the ^C that a terminal writes: if
// that were wrapped, the line above could not be reached any more.
func (p *progress) draw(text string) {
	if p.resize != nil {
		if width := p.resize(); width > 0 {
			p.width = width
			p.shown = min(p.shown, width-1)
		}
	}
	if most := max(1, p.width-1-len("^C")); utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most])
	}
	n := utf8.RuneCountInString(text)
	fmt.Fprint(p.w, "\r", text, strings.Repeat(" ", max(0, p.shown-n)))
	p.shown, p.last = n, time.Now()
}

// Up to narrow characters, there is no room for a bar beside the words.
const narrow = 60

// bar is what stands before the words: how much is done, and the time. It has but characters that every console and every screen reader knows.
func (p *progress) bar() string {
	if p.course == nil {
		return ""
	}
	gone, left, done := p.course.where()
	percent := fmt.Sprintf("%3d%% ", min(99, int(100*done))) // at the end, the line is gone
	if p.width <= narrow {
		return percent
	}
	cells := min(20, p.width/6)
	full := min(cells, int(done*float64(cells)))
	return fmt.Sprintf("[%s%s] %s%s, %s  ", strings.Repeat("#", full), strings.Repeat(".", cells-full), percent, gone.Round(time.Second), roughly(left))
}

// roughly is a time that nobody knows better than so.
func roughly(left time.Duration) string {
	switch {
	case left < 5*time.Second:
		return "seconds left"
	case left < 90*time.Second:
		return fmt.Sprintf("%ds left", 5*int(left.Round(5*time.Second)/(5*time.Second)))
	}
	return fmt.Sprintf("%dm left", int((left+time.Minute/2)/time.Minute))
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

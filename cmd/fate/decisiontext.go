package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
)

// writeDecisionText writes the decision table for a terminal: for each situation what to take, what decides it as it was observed, and the ratios.
// The code and the reasons are in the other forms.
func writeDecisionText(w io.Writer, t decision.Table, width int) error {
	if len(t.Rows) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("\nWhat to take\n\n")
	for _, r := range t.Rows {
		number := fmt.Sprintf("%2d  ", r.Number)
		hang(&b, number, unmarked(r.Face)+": "+unmarked(r.Take)+".", width)
		indent := strings.Repeat(" ", len(number))
		for _, line := range observedOf(r) {
			hang(&b, indent, line, width)
		}
		for _, m := range r.Ratios {
			e := m.Line.Ratio
			hang(&b, indent, fmt.Sprintf("%s, beside %s: ratio %.3g (%.3g-%.3g)", m.Work, m.Beside, e.Median, e.Low, e.High), width)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// observedOf is a line for each behaviour that decides a row, of those that were observed.
func observedOf(r decision.Row) (lines []string) {
	last := ""
	for _, c := range r.Cells {
		saw := c.Cell
		if saw == "" {
			continue
		}
		if c.Behaviour == last {
			lines[len(lines)-1] += ", " + c.Contender + " " + saw
		} else {
			lines = append(lines, c.Behaviour+": "+c.Contender+" "+saw)
		}
		last = c.Behaviour
	}
	return lines
}

// hang writes words in lines of the width, after the lead and below its end.
func hang(b *strings.Builder, lead, words string, width int) {
	for line := range strings.SplitSeq(text.WrapSoft(words, max(20, width-len(lead))), "\n") {
		b.WriteString(lead + strings.TrimRight(line, " ") + "\n")
		lead = strings.Repeat(" ", len(lead))
	}
}

// unmarked is Markdown without its marks.
func unmarked(s string) string { return strings.NewReplacer("`", "", "**", "").Replace(s) }

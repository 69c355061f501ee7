package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// writeDecisionText writes the decision table for a terminal: for each situation what to take, what decides it as it was observed, and each work
// that was measured, with what its ratios show. The code and the reasons are in the other forms.
func writeDecisionText(w io.Writer, t decision.Table, width int) error {
	if len(t.Rows) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("\nWhat to take\n\n")
	for _, r := range t.Rows {
		number := fmt.Sprintf("%2d  ", r.Number)
		b.WriteString(report.Hang(number, markdown.Plain(r.Face, nil)+": "+markdown.Plain(r.Take, nil)+".", width))
		indent := strings.Repeat(" ", len(number))
		for _, line := range observedOf(r) {
			b.WriteString(report.Hang(indent, line, width))
		}
		writeRatios(&b, indent, r.Ratios, width)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeRatios writes each work once, and behind it all that it was measured beside. A line is broken between these where that can be had.
func writeRatios(b *strings.Builder, indent string, ratios []decision.Ratio, width int) {
	room, line := width-len(indent), ""
	flush := func() {
		if line == "" {
			return
		}
		lead := indent
		if strings.HasPrefix(line, "  ") { // it goes on with what the line before it began
			lead, line = lead+"  ", line[2:]
		}
		b.WriteString(report.Hang(lead, line, width))
		line = ""
	}
	for i, r := range ratios {
		shows := r.Of() + ", " + r.Shows()
		if !r.Measured() {
			shows = strings.TrimSuffix("beside "+r.Beside+" not measured: "+r.Err, ": ")
		}
		last := i == len(ratios)-1 || ratios[i+1].Work != r.Work
		if !last {
			shows += ";"
		}
		if i == 0 || ratios[i-1].Work != r.Work {
			line = r.Work + ":"
		}
		if text.StringWidth(line+" "+shows) <= room {
			line += " " + shows
		} else {
			flush()
			line = "  " + shows
		}
		if last {
			flush()
		}
	}
}

// observedOf is a line for each behaviour that decides a row, of those that were observed: each answer once, with whose it is.
func observedOf(r decision.Row) (lines []string) {
	for i := 0; i < len(r.Cells); {
		behaviour, asked := r.Cells[i].Behaviour, 0
		var answers []string
		whose := map[string][]string{}
		for ; i < len(r.Cells) && r.Cells[i].Behaviour == behaviour; i++ {
			asked++
			saw := r.Cells[i].Cell
			if saw == "" {
				continue
			}
			if whose[saw] == nil {
				answers = append(answers, saw)
			}
			whose[saw] = append(whose[saw], r.Cells[i].Contender)
		}
		for n, saw := range answers {
			names := strings.Join(whose[saw], ", ")
			if asked > 1 && len(whose[saw]) == asked {
				names = "all"
			}
			answers[n] = saw + " (" + names + ")"
		}
		if len(answers) > 0 {
			lines = append(lines, behaviour+": "+strings.Join(answers, ", "))
		}
	}
	return lines
}

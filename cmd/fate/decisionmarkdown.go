package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
)

// writeDecision writes the decision table as Markdown: a table of what to take, then each situation with its code and its evidence. The figures are
// those of the report's own table of prices, which stands before it with their intervals; here are the ratios.
func writeDecision(w io.Writer, t decision.Table) error {
	if len(t.Rows) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("\n### What to take\n\n| | what you face | take | beside |\n|---:|---|---|---|\n")
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", r.Number, cell(r.Face), cell(r.Take), cell(r.Beside))
	}
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "\n#### %d. %s\n\n%s\n\nTake %s.\n\n```go\n", r.Number, r.Face, r.Story, r.Take)
		if r.Import != "" {
			fmt.Fprintf(&b, "import %q\n\n", r.Import)
		}
		fmt.Fprintf(&b, "%s\n```\n", strings.Join(r.Code, "\n"))
		for _, line := range []string{r.Peers, r.Enough} {
			if line != "" {
				fmt.Fprintf(&b, "\n%s\n", line)
			}
		}
		writeEvidence(&b, r)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeEvidence writes what was observed and measured of a row.
func writeEvidence(b *strings.Builder, r decision.Row) {
	if len(r.Cells) > 0 {
		b.WriteString("\n| behaviour | contender | observed | what was seen |\n|---|---|---|---|\n")
		for _, c := range r.Cells {
			observed := c.Cell
			if observed == "" {
				observed = "not observed"
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", cell(c.Behaviour), cell(c.Contender), cell(observed), cell(c.Detail))
		}
	}
	if len(r.Ratios) > 0 {
		b.WriteString("\n| work | beside | ratio of ours to theirs | 95 % interval |\n|---|---|---:|---|\n")
		for _, m := range r.Ratios {
			e := m.Line.Ratio
			fmt.Fprintf(b, "| %s | %s | %.3g | %.3g-%.3g |\n", cell(m.Work), cell(m.Beside), e.Median, e.Low, e.High)
		}
	}
}

// cell is text that stands in a table.
func cell(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ")
}

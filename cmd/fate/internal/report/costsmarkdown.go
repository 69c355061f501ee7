package report

import (
	"fmt"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
)

// markdownBehaviours writes behaviours down and contenders across.
func (r *Report) markdownBehaviours(b *strings.Builder) {
	m := r.Behaviours
	if !observed(m) {
		return
	}
	b.WriteString("\n### What each contender does, as observed by running it\n\n")
	g := markdown.Grid{Head: append([]string{""}, m.Contenders...), Words: len(m.Contenders) + 1}
	for _, row := range m.Rows {
		cells := []string{row.Behaviour}
		for _, a := range row.Answers {
			if a.Cell == "" {
				a.Cell = missing
			}
			cells = append(cells, a.Cell)
		}
		g.Add(cells...)
	}
	g.Write(b)
}

// markdownCosts writes a table for each workload.
func (r *Report) markdownCosts(b *strings.Builder) {
	for _, w := range r.Workloads {
		fmt.Fprintf(b, "\n### %s\n\n", title(w))
		var notes []string
		g := markdown.Grid{Head: []string{"", "time", "ratio", "95 % interval", "allocs", "bytes"}, Words: 1}
		for _, row := range w.Rows {
			var cells []string
			for _, cell := range costRow(w, row, &notes) {
				cells = append(cells, fmt.Sprint(cell))
			}
			g.Add(cells...)
		}
		g.Write(b)
		for i, note := range notes {
			fmt.Fprintf(b, "\n[%d] %s\n", i+1, note)
		}
	}
	if len(r.Workloads) > 0 {
		fmt.Fprintf(b, "\n%s\n", costsExplained)
	}
}

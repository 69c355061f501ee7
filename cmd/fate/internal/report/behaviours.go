package report

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/sharedfate/fate/internal/compare"
)

// unclear is the answer of package compare where an observation failed by itself and says nothing about the contender.
const unclear = "?"

// writeBehaviours writes the first table: behaviours down, contenders across.
func (r *Report) writeBehaviours(b *strings.Builder, width int) {
	m := r.Behaviours
	if !observed(m) {
		return
	}
	var labels []string
	columns := make([]column, len(m.Contenders))
	for i, name := range m.Contenders {
		columns[i].head = name
	}
	for _, row := range m.Rows {
		labels = append(labels, row.Behaviour)
		for i, answer := range row.Answers {
			if answer.Cell == "" {
				answer.Cell = missing
			}
			columns[i].cells = append(columns[i].cells, answer.Cell)
		}
	}
	heading(b, "What each contender does, as observed by running it")
	matrix(b, labels, columns, width, text.AlignLeft)
	b.WriteByte('\n')
	notes := "The file that --json writes has the question of each row, and for each cell a sentence with what was seen."
	if !m.Complete() {
		notes += " A cell with " + missing + " was not observed."
	}
	if has(m, unclear) {
		notes += " In a cell with " + unclear + " the observation itself went wrong."
	}
	paragraph(b, notes, width)
}

// observed reports whether there is anything to show.
func observed(m compare.Matrix) bool {
	return slices.ContainsFunc(m.Rows, func(o compare.Observation) bool {
		return slices.ContainsFunc(o.Answers, func(a compare.Answer) bool { return a.Cell != "" })
	})
}

// has reports whether one of the cells is this.
func has(m compare.Matrix, cell string) bool {
	return slices.ContainsFunc(m.Rows, func(o compare.Observation) bool {
		return slices.ContainsFunc(o.Answers, func(a compare.Answer) bool { return a.Cell == cell })
	})
}

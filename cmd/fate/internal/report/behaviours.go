package report

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/sharedfate/fate/internal/compare"
)

// unclear is the answer of package compare where an observation failed by itself and says nothing about the contender.
const unclear = "?"

// noQuestion is its answer where the question makes no sense for the contender.
const noQuestion = "n/a"

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
	writeQuestions(b, m, width)
	b.WriteByte('\n')
	var notes string
	if has(m, noQuestion) {
		notes = noQuestion + ": the question makes no sense for this contender. "
	}
	notes += "The file that --json writes has for each cell a sentence with what was seen."
	if !m.Complete() {
		notes += " A cell with " + missing + " was not observed."
	}
	if has(m, unclear) {
		notes += " In a cell with " + unclear + " the observation itself went wrong."
	}
	paragraph(b, notes, width)
}

// writeQuestions writes what was asked in each row: the row's name alone does not say it.
func writeQuestions(b *strings.Builder, m compare.Matrix, width int) {
	t := plain()
	names := 0
	for _, row := range m.Rows {
		names = max(names, text.StringWidth(row.Behaviour))
		t.AppendRow(table.Row{row.Behaviour, row.Question})
	}
	write(b, wrapLast(t, width, names))
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

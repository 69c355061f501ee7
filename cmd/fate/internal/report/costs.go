package report

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/stats"
)

// between is how far two workloads stand apart that are written side by side.
const between = 4

// writeCosts writes the second table: a block for each workload, with the contenders below each other because that is how
// figures are compared, and at the end the ratios alone. Where the width allows it, two workloads stand side by side.
func (r *Report) writeCosts(b *strings.Builder, width int) {
	if len(r.Workloads) == 0 {
		return
	}
	heading(b, "What it costs")
	var notes []string
	blocks := make([]block, len(r.Workloads))
	widest := 0
	for i, w := range r.Workloads {
		blocks[i].rows = costRows(w, &notes)
		widest = max(widest, text.LongestLineLen(blocks[i].rows))
	}
	abreast := 1
	if 2*widest+between <= width {
		abreast = 2
	}
	for i, w := range r.Workloads {
		blocks[i].title = wrap(title(w), min(width, max(widest, 40)))
	}
	for i := 0; i < len(blocks); i += abreast {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(sideBySide(blocks[i:min(i+abreast, len(blocks))], widest+between))
	}
	b.WriteByte('\n')
	paragraph(b, costsExplained, width)
	if len(notes) > 0 {
		b.WriteByte('\n')
		for i, n := range notes {
			paragraph(b, fmt.Sprintf("[%d] %s", i+1, n), width)
		}
	}
	r.writeRatios(b, width)
	r.writePeer(b, width)
}

const costsExplained = "Time, allocations (of the whole process) and bytes are those of one run, all tasks of a workload. Ratio: the time over that of " +
	"the contender with ratio 1, taken in the same round of a shuffled order; the median over the rounds, and the interval that holds it with " +
	"95 % confidence. Below 1 is faster. In a title: how many rounds there were, and how many runs one sample of a round is made of. A/A is the contender with ratio 1 measured once more as if it were another: its interval " +
	"shows how widely ratios scatter here where there is no difference. " + marksExplained

// marksExplained is for tables that have no room for words.
const marksExplained = "Before a ratio stands = if it shows no difference: it is less than 3 % from 1, or its interval holds 1; and ? if there is no verdict, because A/A's interval " +
	"does not hold 1, or there is none, or there were fewer than six rounds. Any other is faster or slower."

// A block is a workload made ready to be written.
type block struct{ title, rows string }

// sideBySide writes the blocks next to each other, each so wide, with their rows at the same height.
func sideBySide(blocks []block, wide int) string {
	titles := 0
	for _, c := range blocks {
		titles = max(titles, lines(c.title))
	}
	var high int
	columns := make([][]string, len(blocks))
	for i, c := range blocks {
		all := c.title + strings.Repeat("\n", 1+titles-lines(c.title)) + c.rows
		columns[i] = strings.Split(all, "\n")
		high = max(high, len(columns[i]))
	}
	var b strings.Builder
	for n := range high {
		var line strings.Builder
		for _, c := range columns {
			cell := ""
			if n < len(c) {
				cell = c[n]
			}
			line.WriteString(text.Pad(cell, wide, ' '))
		}
		write(&b, strings.TrimRight(line.String(), " "))
	}
	return b.String()
}

func lines(s string) int { return 1 + strings.Count(s, "\n") }

func title(w compare.Report) string {
	s := w.Workload + ": " + w.About
	if w.Input != "" {
		s += " (" + w.Input + ")"
	}
	of := count(w.Rounds, "round") + " of " + count(w.Runs, "run")
	if w.Partial {
		of = "ended after " + of
	}
	return s + " [" + of + "]"
}

func costRows(w compare.Report, notes *[]string) string {
	t := plain()
	t.Style().Box.PaddingRight = " "
	t.AppendHeader(table.Row{"", "time", "ratio", "interval", "allocs", "bytes"})
	// The same widths in every workload, so that the eye goes down a column through all of them.
	configs := []table.ColumnConfig{{Number: 1, WidthMin: 13}}
	for i, least := range []int{7, 6, 11, 6, 7} {
		configs = append(configs, table.ColumnConfig{Number: i + 2, WidthMin: least, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(configs)
	for _, row := range w.Rows {
		t.AppendRow(costRow(w, row, notes))
	}
	return t.Render()
}

func costRow(w compare.Report, row compare.Row, notes *[]string) table.Row {
	name := rowName(row)
	if row.Err != "" {
		// The error may already begin with who it is about.
		*notes = append(*notes, fmt.Sprintf("%s, %s: %s", w.Workload, name, strings.TrimPrefix(row.Err, row.Contender+": ")))
		name += fmt.Sprintf(" [%d]", len(*notes))
	}
	if row.Time == (stats.Estimate{}) {
		return table.Row{name, missing, missing, missing, missing, missing}
	}
	within := interval(row.Ratio)
	if row.Ratio == (stats.Estimate{}) {
		within = missing
	} else if isBase(w, row) {
		within = "" // it is 1 by definition
	}
	return table.Row{name, duration(row.Time.Median), ratio(w, row), within, amount(row.Allocs), size(row.Bytes)}
}

func rowName(row compare.Row) string {
	if row.Again {
		return row.Contender + " A/A"
	}
	return row.Contender
}

// mark stands before a ratio that is neither faster nor slower for certain: = if it is the same, ? if there is no verdict.
func mark(v stats.Verdict) string {
	switch v {
	case stats.Same:
		return "="
	case stats.NoVerdict:
		return "?"
	}
	return ""
}

func isBase(w compare.Report, row compare.Row) bool { return row.Contender == w.Base && !row.Again }

func ratio(w compare.Report, row compare.Row) string {
	switch {
	case row.Ratio == stats.Estimate{}:
		return missing
	case isBase(w, row):
		return "1"
	}
	return mark(row.Verdict) + number(row.Ratio.Median)
}

// writeRatios writes the ratios alone, contenders down and workloads across, so that they are seen at a glance.
func (r *Report) writeRatios(b *strings.Builder, width int) {
	var names []string // of rows, in the order of the contenders
	for _, c := range r.Contenders {
		for _, again := range []bool{false, true} {
			name := rowName(compare.Row{Contender: c.Name, Again: again})
			for _, w := range r.Workloads {
				if find(w, name) != nil {
					names = append(names, name)
					break
				}
			}
		}
	}
	columns := make([]column, len(r.Workloads))
	for i, w := range r.Workloads {
		columns[i].head = w.Workload
		for _, name := range names {
			s := ""
			if row := find(w, name); row != nil {
				s = ratio(w, *row)
			}
			columns[i].cells = append(columns[i].cells, s)
		}
	}
	heading(b, "The ratios at a glance")
	matrix(b, names, columns, width, text.AlignRight)
	b.WriteByte('\n')
	paragraph(b, "An empty cell: the contender took no part: it can't do this work, would do less of it, or without a limit is the same "+
		"code as another (errgroup-sem is errgroup), or the workload takes one of each kind (sqlite).", width)
}

func find(w compare.Report, name string) *compare.Row {
	for i := range w.Rows {
		if rowName(w.Rows[i]) == name {
			return &w.Rows[i]
		}
	}
	return nil
}

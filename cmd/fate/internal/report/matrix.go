package report

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// gap is what stands between two columns.
const gap = 2

// missing stands where something was not observed or measured.
const missing = "-"

// A column of a matrix. A head is broken after its hyphens, as heads are wider than what is below them.
type column struct {
	head  string
	cells []string
}

func (c column) brokenHead() string { return strings.ReplaceAll(c.head, "-", "-\n") }

func (c column) width() int {
	w := text.LongestLineLen(c.brokenHead())
	for _, s := range c.cells {
		w = max(w, text.LongestLineLen(s))
	}
	return w
}

// matrix writes a table with labels down and columns across. If the columns don't fit side by side, it is written in bands below
// each other, each with all its rows.
func matrix(b *strings.Builder, labels []string, columns []column, width int, align text.Align) {
	first := 0
	for _, s := range labels {
		first = max(first, text.StringWidth(s))
	}
	for i, band := range bands(columns, width-first-gap) {
		if i > 0 {
			b.WriteByte('\n')
		}
		t := plain()
		t.Style().Options.SeparateHeader = true
		head := table.Row{""}
		configs := []table.ColumnConfig{{Number: 1, WidthMin: first + gap}}
		for i, c := range band {
			head = append(head, c.brokenHead())
			configs = append(configs, table.ColumnConfig{Number: i + 2, Align: align, AlignHeader: align, VAlignHeader: text.VAlignBottom})
		}
		t.AppendHeader(head)
		t.SetColumnConfigs(configs)
		for i, label := range labels {
			line := table.Row{label}
			for _, c := range band {
				line = append(line, c.cells[i])
			}
			t.AppendRow(line)
		}
		write(b, t.Render())
	}
}

// bands splits the columns into as few groups as fit the width, all of about the same size.
func bands(columns []column, width int) [][]column {
	for n := 1; n < len(columns); n++ {
		if split, fits := divide(columns, n, width); fits {
			return split
		}
	}
	split, _ := divide(columns, len(columns), width) // one a band: nothing is narrower
	return split
}

func divide(columns []column, n, width int) (split [][]column, fits bool) {
	fits = true
	for i := range n {
		band := columns[i*len(columns)/n : (i+1)*len(columns)/n]
		used := 0
		for _, c := range band {
			used += gap + c.width()
		}
		fits = fits && used <= width
		split = append(split, band)
	}
	return split, fits
}

package markdown

import (
	"io"
	"strings"
)

// A Grid is a table, of which the first columns are words and the others figures.
type Grid struct {
	Head  []string
	Words int // how many columns are words
	rows  [][]string
}

// Add adds a row. One that is shorter than the head has empty cells.
func (g *Grid) Add(cells ...string) { g.rows = append(g.rows, cells) }

// Write writes the table, without an empty line after it. A cell may have a | in it, or the ends of
// lines that an error of several has, which are spaces then.
func (g *Grid) Write(w io.StringWriter) {
	var b strings.Builder
	line := func(cells []string) {
		for i := range g.Head {
			cell := ""
			if i < len(cells) {
				cell = inCell.Replace(cells[i])
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
	}
	line(g.Head)
	for i := range g.Head {
		if i < g.Words {
			b.WriteString("|---")
		} else {
			b.WriteString("|---:")
		}
	}
	b.WriteString("|\n")
	for _, row := range g.rows {
		line(row)
	}
	_, _ = w.WriteString(b.String()) // a buffer, which fails never
}

// inCell is what would end a cell or the table.
var inCell = strings.NewReplacer("|", `\|`, "\r\n", " ", "\n", " ")

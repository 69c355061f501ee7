package pages

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
)

// Write writes the table as a part of a page of Markdown whose headings are of the second level: what to take, then each situation with its code
// and its evidence. It writes nothing of a table without rows. Its error is that of w.
func Write(w io.Writer, t decision.Table) error {
	if len(t.Rows) == 0 {
		return nil
	}
	var b bytes.Buffer
	b.WriteString("\n### What to take\n\n")
	overview(&b, t)
	for _, r := range t.Rows {
		section(&b, 4, r)
	}
	_, err := w.Write(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	return err
}

// overview is a line for each row, which leads to its section.
func overview(b *bytes.Buffer, t decision.Table) {
	g := markdown.Grid{Head: []string{"", "you face", "take", "beside", "measured"}, Words: 5}
	for _, r := range t.Rows {
		g.Add(fmt.Sprintf("[%d](#%s)", r.Number, r.Anchor()), r.Face, r.Take, r.Beside, worked(r))
	}
	g.Write(b)
	b.WriteByte('\n')
}

// section is one row in full, below a heading of that level.
func section(b *bytes.Buffer, level int, r decision.Row) {
	fmt.Fprintf(b, "%s %s\n\n", strings.Repeat("#", level), r.Heading())
	paragraph(b, r.Story)
	paragraph(b, "Take "+r.Take+".")
	b.WriteString("```go\n")
	for _, path := range r.Imports() {
		fmt.Fprintf(b, "import %q\n", path)
	}
	fmt.Fprintf(b, "\n%s\n```\n\n", strings.Join(r.Code, "\n"))
	paragraph(b, r.Notes)
	if r.Peers != "" {
		paragraph(b, "Beside it: "+r.Peers)
	}
	paragraph(b, r.Enough)
	observed(b, r)
	shown(b, r)
	measured(b, r)
	if len(r.Commands) > 0 {
		fmt.Fprintf(b, "```sh\n%s\n```\n\n", strings.Join(r.Commands, "\n"))
	}
}

// observed writes what decides the row, behaviours down and contenders across; the first of them is ours.
func observed(b *bytes.Buffer, r decision.Row) {
	if len(r.Cells) == 0 {
		return
	}
	var behaviours, contenders []string
	answers := map[[2]string]string{}
	for _, c := range r.Cells {
		if !slices.Contains(behaviours, c.Behaviour) {
			behaviours = append(behaviours, c.Behaviour)
		}
		if !slices.Contains(contenders, c.Contender) {
			contenders = append(contenders, c.Contender)
		}
		cell := c.Cell
		if cell == "" {
			cell = "not observed"
		}
		answers[[2]string{c.Behaviour, c.Contender}] = cell
	}
	g := markdown.Grid{Head: append([]string{"observed"}, contenders...), Words: 1 + len(contenders)}
	for _, behaviour := range behaviours {
		cells := []string{behaviour}
		for _, contender := range contenders {
			cells = append(cells, answers[[2]string{behaviour, contender}])
		}
		g.Add(cells...)
	}
	g.Write(b)
	b.WriteByte('\n')
}

// shown writes what else decides the row, with the tests that show it.
func shown(b *bytes.Buffer, r decision.Row) {
	if len(r.Shown) == 0 {
		return
	}
	b.WriteString("Shown by tests:\n\n")
	for _, s := range r.Shown {
		where := "`" + s.Test + "`"
		if s.Dir != "." {
			where += " in " + strings.TrimPrefix(s.Dir, "./")
		}
		fmt.Fprintf(b, "- %s: %s\n", strings.TrimSuffix(s.Says, "."), where)
	}
	b.WriteByte('\n')
}

// measured writes each work beside each equivalent.
func measured(b *bytes.Buffer, r decision.Row) {
	if len(r.Ratios) == 0 {
		paragraph(b, "No work of this row was measured in that run.")
		return
	}
	g := markdown.Grid{Head: []string{"measured", "beside", "verdict", "ratio", "A/A", "ours", "theirs"}, Words: 3}
	last := ""
	for _, one := range r.Ratios {
		work := one.Work
		if work == last {
			work = ""
		}
		last = one.Work
		if !one.Measured() {
			g.Add(work, one.Beside, strings.TrimSuffix(notMeasured+": "+one.Err, ": "), missing, missing, missing, missing)
			continue
		}
		f := report.Duration
		if one.Line.Of == price.OfMemory {
			f = report.Size
		}
		g.Add(work, one.Beside, one.Shows(), one.Figure(), cmp.Or(one.Again(), missing), f(one.Line.Ours), f(one.Line.Theirs))
	}
	g.Write(b)
	b.WriteByte('\n')
}

// missing stands for a figure that there is not.
const missing = "-"

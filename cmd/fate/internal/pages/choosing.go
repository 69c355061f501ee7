package pages

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
)

// generated says of a page who wrote it.
func (w writer) generated() string {
	return "<!-- Written by: go run ./cmd/fate docs --from docs/" + w.raw + ". The words are in internal/table; what is changed here is lost. -->\n\n"
}

const (
	intro = "What you face, what to take for it here, and what else there is: errgroup, another library, or a few lines of your own. Each row has tests, an " +
		"Example and a benchmark beside its equivalents; the commands run them. The code is quoted from the Examples, and a test holds the two together."
	explained = "Measured is what ours costs beside the equivalent that most would take: our time over theirs, taken in the same round of a shuffled order, the median " +
		"over the rounds and the interval that holds it with 95 % confidence. Below 1 ours is faster. No difference is shown where the interval holds 1, or the " +
		"median is less than 3 % from it; a wide interval may hide one. There is no verdict where theirs beside theirs (A/A) differ as well. Rows that are lost stay in. Each row's section has the work " +
		"that was measured, and all others beside it. What was observed was asked by running each contender: the questions, and who the contenders are, stand at the " +
		"end of this page."
	questions = "Two questions decide most of it. Does anybody need to know how it ended, or to end it early? If not, row 13. Does one task's failure make the " +
		"others worthless? If so, failfast; if not, collectall; if only some of them, selective."
)

// choosing is docs/choosing.md.
func (w writer) choosing(charts []chartPage) []byte {
	var b bytes.Buffer
	b.WriteString(w.generated())
	b.WriteString("# Choosing\n\n")
	paragraph(&b, intro)
	g := grid{&b, 5}
	g.head("", "you face", "take", "beside", "measured")
	for _, r := range w.table.Rows {
		g.row(fmt.Sprintf("[%d](#%s)", r.Number, r.Anchor()), r.Face, r.Take, r.Beside, main(r))
	}
	b.WriteByte('\n')
	paragraph(&b, questions)
	paragraph(&b, explained)
	paragraph(&b, w.source())
	for _, c := range charts {
		fmt.Fprintf(&b, "![%s](%s)\n\n", c.alt, strings.TrimPrefix(c.Name, "docs/"))
	}
	for _, r := range w.table.Rows {
		section(&b, r)
	}
	w.asked(&b)
	return append(bytes.TrimRight(b.Bytes(), "\n"), '\n')
}

// asked says what the words of the tables of what was observed mean: the questions, and the contenders.
func (w writer) asked(b *bytes.Buffer) {
	behaviours, contenders := map[string]string{}, map[string]bool{}
	var order []string
	for _, r := range w.table.Rows {
		for _, c := range r.Cells {
			if behaviours[c.Behaviour] == "" {
				order = append(order, c.Behaviour)
			}
			behaviours[c.Behaviour] = c.Question
			contenders[c.Contender] = true
		}
	}
	paragraph(b, "**What was observed**, and the question that each contender answered by being run; `n/a` is where it makes no sense. "+
		"`go run ./cmd/fate compare` asks them again.")
	g := grid{b, 2}
	g.head("observed", "question")
	for _, name := range order {
		g.row(name, behaviours[name])
	}
	b.WriteString("\n**The contenders** and what they do not promise:\n\n")
	g = grid{b, 3}
	g.head("contender", "what it is", "not promised")
	for _, c := range w.report.Contenders {
		if contenders[c.Name] {
			g.row(c.Name, c.What, c.Lack)
		}
	}
}

// section is one row in full.
func section(b *bytes.Buffer, r decision.Row) {
	fmt.Fprintf(b, "## %s\n\n", r.Heading())
	paragraph(b, r.Story)
	fmt.Fprintf(b, "```go\nimport %q\n\n%s\n```\n\n", r.Import, strings.Join(r.Code, "\n"))
	paragraph(b, r.Notes)
	paragraph(b, "Beside it: "+r.Peers)
	paragraph(b, r.Enough)
	observed(b, r)
	shown(b, r)
	measured(b, r)
	fmt.Fprintf(b, "```sh\n%s\n```\n\n", strings.Join(r.Commands, "\n"))
}

// observed writes what decides the row, behaviours down and contenders across; the first of them is ours.
func observed(b *bytes.Buffer, r decision.Row) {
	if len(r.Cells) == 0 {
		return
	}
	var behaviours, contenders []string
	answers := map[[2]string]string{}
	for _, c := range r.Cells {
		behaviours, contenders = include(behaviours, c.Behaviour), include(contenders, c.Contender)
		cell := c.Cell
		if cell == "" {
			cell = "not observed"
		}
		answers[[2]string{c.Behaviour, c.Contender}] = cell
	}
	g := grid{b, 1 + len(contenders)}
	g.head(append([]string{"observed"}, contenders...)...)
	for _, behaviour := range behaviours {
		cells := []string{behaviour}
		for _, contender := range contenders {
			cells = append(cells, answers[[2]string{behaviour, contender}])
		}
		g.row(cells...)
	}
	b.WriteByte('\n')
}

// include adds s to the list if it is not there.
func include(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
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
	g := grid{b, 3}
	g.head("measured", "beside", "verdict", "ratio", "A/A", "ours", "theirs")
	last := ""
	for _, one := range r.Ratios {
		work := one.Work
		if work == last {
			work = ""
		}
		last = one.Work
		if !one.Measured() {
			g.row(work, one.Beside, strings.TrimSuffix(notMeasured+": "+one.Err, ": "), missing, missing, missing, missing)
			continue
		}
		f := report.Duration
		if one.Line.Of == price.OfMemory {
			f = report.Size
		}
		again := missing
		if a := one.Line.Again; a.Median > 0 {
			again = report.Number(a.Median) + " (" + report.Interval(a.Low, a.High) + ")"
		}
		g.row(work, one.Beside, verdict(one.Verdict), ratio(one), again, f(one.Line.Ours), f(one.Line.Theirs))
	}
	b.WriteByte('\n')
}

// missing stands for a figure that there is not.
const missing = "-"

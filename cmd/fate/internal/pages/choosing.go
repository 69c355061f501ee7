package pages

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
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
	overview(&b, w.table)
	paragraph(&b, questions)
	paragraph(&b, explained)
	paragraph(&b, w.source())
	for _, c := range charts {
		fmt.Fprintf(&b, "![%s](%s)\n\n", c.alt, strings.TrimPrefix(c.Name, "docs/"))
	}
	for _, r := range w.table.Rows {
		section(&b, 2, r)
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
	g := markdown.Grid{Head: []string{"observed", "question"}, Words: 2}
	for _, name := range order {
		g.Add(name, behaviours[name])
	}
	g.Write(b)
	b.WriteString("\n**The contenders** and what they do not promise:\n\n")
	g = markdown.Grid{Head: []string{"contender", "what it is", "not promised"}, Words: 3}
	for _, c := range w.report.Contenders {
		if contenders[c.Name] {
			g.Add(c.Name, c.What, c.Lack)
		}
	}
	g.Write(b)
}

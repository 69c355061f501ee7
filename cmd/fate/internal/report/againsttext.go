package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
)

const (
	changesExplained = "A ratio has changed if the two intervals don't overlap and A/A holds 1 in both: a cautious test, as the samples of two runs are no pairs. " +
		"Other work on the machine changes ratios as well. Times of two runs are not compared. " +
		"Worse: a ratio of ours to theirs that has become greater."
	elsewhereExplained = "A change may come from there."
)

// WriteText writes the changes for people.
func (c *Changes) WriteText(w io.Writer, width int) error {
	var b strings.Builder
	heading(&b, "What changed")
	paragraph(&b, c.between(), width)
	if len(c.Elsewhere) > 0 {
		paragraph(&b, "The two don't come from the same place. "+elsewhereExplained, width)
		for _, d := range c.Elsewhere {
			paragraph(&b, "- "+d.String(), width)
		}
	}
	b.WriteByte('\n')
	paragraph(&b, c.summary(), width)
	for _, x := range c.Behaviours {
		paragraph(&b, fmt.Sprintf("- %v. It was: %s Now: %s", x, detail(x.Old.Detail), detail(x.New.Detail)), width)
	}
	for _, x := range c.Ratios {
		paragraph(&b, "- "+x.String(), width)
	}
	for _, x := range c.Verdicts {
		paragraph(&b, fmt.Sprintf(`- "%s": %s, now %s`, x.Says, x.Old, x.New), width)
	}
	b.WriteByte('\n')
	for _, line := range c.rest() {
		paragraph(&b, line, width)
	}
	paragraph(&b, changesExplained, width)
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteMarkdown writes the changes for a page.
func (c *Changes) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### What changed\n\n%s\n", c.between())
	if len(c.Elsewhere) > 0 {
		fmt.Fprintf(&b, "\nThe two don't come from the same place. %s\n\n", elsewhereExplained)
		g := markdown.Grid{Head: []string{"what", "old", "new"}, Words: 3}
		for _, d := range c.Elsewhere {
			g.Add(d.Field, d.Old, d.New)
		}
		g.Write(&b)
	}
	fmt.Fprintf(&b, "\n%s\n", c.summary())
	if len(c.Behaviours) > 0 {
		b.WriteByte('\n')
		g := markdown.Grid{Head: []string{"behaviour", "contender", "old", "new", "what was seen, old", "new"}, Words: 6}
		for _, x := range c.Behaviours {
			g.Add(x.Behaviour, x.Contender, x.Old.Cell, x.New.Cell, x.Old.Detail, x.New.Detail)
		}
		g.Write(&b)
	}
	if len(c.Ratios) > 0 {
		b.WriteByte('\n')
		g := markdown.Grid{Head: []string{"ratio", "old", "new", ""}, Words: 1}
		for _, x := range c.Ratios {
			how := ""
			if x.Ours {
				how = "better"
			}
			if x.Worse() {
				how = "worse"
			}
			g.Add(x.Name, x.Old.String(), x.New.String(), how)
		}
		g.Write(&b)
	}
	if len(c.Verdicts) > 0 {
		b.WriteByte('\n')
		g := markdown.Grid{Head: []string{"what is said", "old", "new"}, Words: 3}
		for _, x := range c.Verdicts {
			g.Add(x.Says, x.Old, x.New)
		}
		g.Write(&b)
	}
	for _, line := range append(c.rest(), changesExplained) {
		fmt.Fprintf(&b, "\n%s\n", line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// between says which two reports were compared.
func (c *Changes) between() string {
	const date = "2006-01-02 15:04:05 -0700"
	return fmt.Sprintf("Old: %s, by `%s`. New: %s, by `%s`.", c.Old.Date.Format(date), strings.Join(c.Old.Command, " "),
		c.New.Date.Format(date), strings.Join(c.New.Command, " "))
}

func (c *Changes) summary() string {
	worse := 0
	for _, x := range c.Ratios {
		if x.Worse() {
			worse++
		}
	}
	return fmt.Sprintf("Of %s, verdicts and ratios that both have, these changed: %s, %s (%d worse), %s.", count(c.Compared, "observation"),
		count(len(c.Behaviours), "behaviour"), count(len(c.Ratios), "ratio"), worse, count(len(c.Verdicts), "verdict"))
}

// rest says what could not be compared.
func (c *Changes) rest() (lines []string) {
	if len(c.Added) > 0 {
		lines = append(lines, "Only in the new one: "+byWorkload(c.Added)+".")
	}
	if len(c.Gone) > 0 {
		lines = append(lines, "Only in the old one: "+byWorkload(c.Gone)+".")
	}
	if len(c.Other) > 0 {
		lines = append(lines, "Not compared, because it is other work under the same name, such as that of a quick run: "+byWorkload(c.Other)+".")
	}
	return lines
}

// fewNames is how many of a workload's names are written out.
const fewNames = 6

// byWorkload lists names of which the first word is their workload's; where it has many of them, how many.
func byWorkload(names []string) string {
	var order []string
	of := map[string][]string{}
	for _, name := range names {
		workload, rest, _ := strings.Cut(name, ": ")
		if !slices.Contains(order, workload) {
			order = append(order, workload)
		}
		of[workload] = append(of[workload], rest)
	}
	for i, workload := range order {
		if some := of[workload]; len(some) <= fewNames {
			order[i] = workload + ": " + strings.Join(some, ", ")
		} else {
			order[i] = fmt.Sprintf("%s: %d rows", workload, len(some))
		}
	}
	return strings.Join(order, "; ")
}

// detail is a sentence with what was seen, also of who said nothing.
func detail(s string) string {
	switch {
	case s == "":
		return "nothing was noted."
	case strings.HasSuffix(s, "."):
		return s
	}
	return s + "."
}

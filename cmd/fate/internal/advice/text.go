package advice

import (
	"fmt"
	"io"
	"strings"

	"github.com/sharedfate/fate/internal/table"
)

// WriteText writes the advice for people. A contradiction is nothing to show but an error, which Err says.
func (a *Advice) WriteText(w io.Writer) error {
	var p page
	switch {
	case a.Row != nil:
		a.writeRow(&p)
	case a.Fits != nil:
		a.writeOpen(&p)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

func (a *Advice) writeRow(p *page) {
	writeTitle(p, *a.Row)
	if why := a.why(); why != "" {
		p.line("")
		p.paragraph(why)
	}
	if a.Row.Story != "" {
		p.line("")
		p.paragraph(plain(a.Row.Story))
	}
	writeCode(p, *a.Row)
	if a.Row.Notes != "" {
		p.line("")
		p.paragraph(plain(a.Row.Notes))
	}
	for _, r := range a.With {
		p.line("")
		p.paragraph("For the rest of what you said, with it:")
		p.line("")
		writeTitle(p, r)
		writeCode(p, r)
	}
	if len(a.Rest) > 0 {
		p.line("")
		p.paragraph("It goes with a row for the rest of what you said, of which there are several:")
		p.line("")
		writeSeveral(p, a.Rest, a.Ask)
	}
	if a.Row.Enough != "" {
		p.heading("When something else is enough")
		p.indented(plain(a.Row.Enough))
	}
	if a.Row.Peers != "" {
		p.heading("Beside it")
		p.indented(stop(plain(a.Row.Peers)))
	}
	a.writeEvidence(p)
	if len(a.Neighbours) > 0 {
		p.heading("Its neighbours, and why not")
		for _, n := range a.Neighbours {
			p.hang(fmt.Sprintf("%4d  ", n.Row.Number), stop(plain(n.Row.Face)+" ("+plain(n.Row.Take)+"): "+n.Because))
		}
	}
	if len(a.Row.Commands) > 0 {
		p.heading("On your machine, in a clone of the repository")
		for _, c := range a.Row.Commands {
			p.line(indent + c)
		}
	}
}

func writeTitle(p *page, r table.Row) {
	p.hang(fmt.Sprintf("Row %d: ", r.Number), plain(r.Face))
	p.hang(fmt.Sprintf("%*s", len(fmt.Sprintf("Row %d: ", r.Number)), "take "), plain(r.Take))
}

func writeCode(p *page, r table.Row) {
	p.line("")
	for _, path := range r.Imports() {
		p.line(fmt.Sprintf("    import %q", path))
	}
	if len(r.Code) > 0 {
		p.line("")
	}
	for _, line := range r.Code {
		p.line("    " + strings.ReplaceAll(line, "\t", "    "))
	}
	if dir, name, ok := strings.Cut(r.Example, " "); ok {
		p.line("")
		p.indented("It is from " + name + ", in " + place(dir) + ".")
	}
}

// why is a sentence that says for which of the wishes the row is.
func (a *Advice) why() string {
	if len(a.Wishes) == 0 {
		return ""
	}
	return "Because you " + wanted(a.Wishes) + "."
}

func wanted(list []table.Wish) string {
	var all []string
	for _, w := range list {
		all = append(all, w.Wanted())
	}
	return and(all)
}

func (a *Advice) writeOpen(p *page) {
	p.paragraph(fmt.Sprintf("%d rows fit:", len(a.Fits)))
	p.line("")
	writeSeveral(p, a.Fits, a.Ask)
}

// writeSeveral lists rows, and the answers that would tell them apart.
func writeSeveral(p *page, several []table.Row, ask *table.Question) {
	for _, r := range several {
		p.hang(fmt.Sprintf("%4d  ", r.Number), plain(r.Face)+": "+plain(r.Take))
	}
	if ask == nil {
		return
	}
	p.line("")
	p.paragraph("What would tell them apart best: " + ask.Ask)
	p.line("")
	for _, answer := range ask.Answers {
		if rows := leaves(several, ask.Name, answer.Name); len(rows) > 0 {
			p.hang(fmt.Sprintf("  --%s %-9s", ask.Name, answer.Name), answer.Means+" ("+rowList(rows)+")")
		}
	}
}

// rowList is "row 5" or "rows 1, 2 and 3".
func rowList(rows []table.Row) string {
	var all []string
	for _, n := range numbers(rows) {
		all = append(all, fmt.Sprint(n))
	}
	if len(all) == 1 {
		return "row " + all[0]
	}
	return "rows " + and(all)
}

// Err is nil if there is a row, Is ErrOpen if there are several, and else says what contradicts what, and what to take back.
func (a *Advice) Err() error {
	switch c := a.Contradiction; {
	case a.Row != nil:
		return nil
	case c != nil:
		return fmt.Errorf("%s", contradictionText(*c))
	case a.Ask == nil:
		return fmt.Errorf("%w, and no question tells them apart", ErrOpen)
	}
	return fmt.Errorf("%w: --%s would tell them apart", ErrOpen, a.Ask.Name)
}

func contradictionText(c table.Contradiction) string {
	var p page
	const before = "fate: " // as the tool writes its errors
	p.hang(strings.Repeat(" ", len(before)), "no row of the table is for all of this: you "+wanted(c.Wishes)+" ("+flags(c.Wishes)+").")
	for _, w := range c.Drop {
		p.indented("Without " + flags(w.Wishes) + ": " + places(w.Rows))
	}
	for _, w := range c.Add {
		p.indented("With " + flags(w.Wishes) + " besides: " + places(w.Rows))
	}
	return strings.TrimSpace(p.String())
}

func flags(list []table.Wish) string {
	var all []string
	for _, w := range list {
		all = append(all, w.String())
	}
	return and(all)
}

// places are rows with what they are about.
func places(rows []table.Row) string {
	if len(rows) > 1 {
		return rowList(rows) + "."
	}
	return stop(rowList(rows) + ", " + plain(rows[0].Face))
}

package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

const verdictsExplained = "Verdict: same, if the ratio is less than 3 % from 1 or its interval holds 1; faster or slower, if not; none, where the interval of A/A " +
	"does not hold 1, or there was none, or there were fewer than six rounds."

// WriteMarkdown writes the report as a page of documentation takes it: where it comes from, the tables, what they mean. There is nothing
// to be added by hand, so that no figure is ever typed.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.source())
	if len(r.Runs) > 1 {
		fmt.Fprintf(&b, "\nMeasured in parts. %s.\n", r.whenMeasured())
	}
	r.markdownBehaviours(&b)
	r.markdownCosts(&b)
	for _, ps := range r.Prices {
		ps.writeMarkdown(&b)
	}
	if r.Claims != nil {
		r.Claims.writeMarkdown(&b)
	}
	if len(r.LeftOut) > 0 {
		fmt.Fprintf(&b, "\nLeft out, because the time was over: %s.\n", strings.Join(r.LeftOut, ", "))
	}
	if r.Interrupted {
		b.WriteString("\nInterrupted: the tables hold what was measured until then.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// source says in a sentence where the figures come from.
func (r *Report) source() string {
	p := r.Provenance
	s := fmt.Sprintf("Measured by `%s` on %s: %s, %s, GOMAXPROCS %d, %s/%s, %s", strings.Join(p.Command, " "),
		p.Date.Format("2006-01-02 15:04:05 -0700"), processor(p), count(p.Cores, "core"), p.GOMAXPROCS, p.OS, p.Arch, p.Go)
	if p.Commit != "" {
		s += ", commit " + p.Commit
	}
	for i, m := range p.Modules {
		s += [2]string{"; ", ", "}[min(i, 1)] + m.Path + " " + m.Version
	}
	return s + "."
}

func (ps *Prices) writeMarkdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s\n\n", ps.title())
	ps.MarkdownRows(b)
	ps.MarkdownGrowth(b)
	ps.MarkdownCurves(b)
	ps.MarkdownSpreads(b)
}

// MarkdownRows writes a table of the rows, and what its columns mean. This and the three below are for a page that has headings of its own.
func (ps *Prices) MarkdownRows(b *strings.Builder) {
	if len(ps.Rows) == 0 {
		b.WriteString("No row was measured.\n")
		return
	}
	fmt.Fprintf(b, "%s\n\n", ps.summary())
	rows := markdown.Grid{Head: []string{"work", "beside", "ours", "theirs", "ratio", "95 % interval", "A/A", "verdict", "at most", "met", "allocs, ours", "theirs", "pairs"}, Words: 2}
	last := ""
	for _, r := range ps.Rows {
		for _, l := range r.Lines {
			work := r.Work
			if work == last {
				work = ""
			}
			last = r.Work
			f := figure(l.Of)
			row := []string{work, besides(r, l), f(l.Ours), f(l.Theirs), missing, missing, again(l), verdict(l.Verdict), atMost(l), met(l), "", "", fmt.Sprint(r.Pairs)}
			if l.Ratio != (stats.Estimate{}) {
				row[4], row[5] = number(l.Ratio.Median), interval(l.Ratio)
			}
			if l.Of == price.OfTime {
				row[10], row[11] = allocs(r.OurAllocs), allocs(r.TheirAllocs)
			}
			rows.Add(row...)
		}
		if r.Err != "" {
			rows.Add(r.Work, r.Beside, "not measured: "+r.Err)
		}
	}
	rows.Write(b)
	fmt.Fprintf(b, "\n%s\n", pricesExplained(verdictsExplained))
}

// MarkdownGrowth writes how the cost of a task grows with their number, if that was measured.
func (ps *Prices) MarkdownGrowth(b *strings.Builder) {
	if len(ps.Growth) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n", growthTitle)
	g := markdown.Grid{Head: []string{"tasks"}, Words: 1}
	for _, p := range ps.Growth[0].Points {
		g.Head = append(g.Head, price.Amount(p.Tasks))
	}
	for _, one := range ps.Growth {
		row := []string{one.Strategy}
		for i := range one.Points {
			row = append(row, strings.Join(strings.Fields(grown(one, i)), " "))
		}
		g.Add(row...)
	}
	g.Write(b)
	fmt.Fprintf(b, "\n%s\n", growthExplained)
}

// MarkdownCurves writes a table for each curve, and for each of those that it has beside ours.
func (ps *Prices) MarkdownCurves(b *strings.Builder) {
	for _, c := range ps.besides() {
		fmt.Fprintf(b, "\n### %s\n\n", c.Title())
		g := markdown.Grid{Head: []string{c.Name, "ours", c.Points[0].Result.Beside, "ratio", "95 % interval"}, Words: 1}
		for _, p := range c.Points {
			cells := curveCells(p)
			g.Add(append([]string{p.At}, cells[:]...)...)
		}
		g.Write(b)
	}
	if len(ps.Curves) > 0 {
		fmt.Fprintf(b, "\n%s\n", ps.curvesNote())
	}
}

// MarkdownSpreads writes what WritePicture draws.
func (ps *Prices) MarkdownSpreads(b *strings.Builder) {
	if len(ps.Spreads) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n", spreadTitle)
	g := markdown.Grid{Head: []string{""}, Words: 1}
	for _, q := range spreadQuantiles {
		g.Head = append(g.Head, fmt.Sprintf("p%.0f", 100*q))
	}
	for _, s := range ps.Spreads {
		row := []string{s.Name}
		for _, q := range spreadQuantiles {
			row = append(row, duration(price.Quantile(s.Samples, q)))
		}
		g.Add(row...)
	}
	g.Write(b)
	fmt.Fprintf(b, "\n%s\n", ps.spreadNote())
}

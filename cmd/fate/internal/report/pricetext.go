package report

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// pricesExplained says what the columns are, with what is said of verdicts.
func pricesExplained(verdicts string) string { return fmt.Sprintf(pricesColumns, verdicts) }

const pricesColumns = "Ours and theirs: the median of one run, all tasks of it; for p50 and p95, that quantile of how long it took until the last task had started, or of the wait. " +
	"Ratio: ours over theirs, each pair sampled in turn in a shuffled order; the median of the pairs, and the interval that holds it with 95 %% confidence. " +
	"For p50 and p95 it is the ratio of the two quantiles, its interval by bootstrap. A/A: theirs, or the first of theirs that the same work is " +
	"done beside and that is quick enough, over itself, measured once more in each round, or in the first ten; - where one sample takes so long that there was none. " +
	"%s Met: whether the ratio is within the target; no, if not even the interval's lower end is; unclear, if that is and the median is not. " +
	"Allocs: heap allocations of one task, ours and theirs, by the whole process. What a sample leaves behind is collected before the next."

const (
	growthTitle = "How the cost of a task grows with their number"
	spreadTitle = "When the last of many starts on a busy machine"
)

const growthExplained = "Nanoseconds for one empty task, and the ratio to the fewest in the same round, which may be at most 1.2. Shed, at a limit, refuses nearly all: " +
	"what is counted there is the offers."

const spreadExplained = "How long it took until the last of %d tasks that do nothing had started while %d goroutines kept the processors busy, by quantile, over %d rounds."

// writeText writes the tables: what each row came to, and how cost grows.
func (ps *Prices) writeText(b *strings.Builder, width int) {
	heading(b, ps.title())
	ps.writeRows(b, width)
	ps.writeGrowth(b, width)
	ps.writeCurves(b, width)
	ps.writeSpreads(b, width)
}

func (ps *Prices) writeRows(b *strings.Builder, width int) {
	if len(ps.Rows) == 0 {
		b.WriteString("No row was measured.\n")
		return
	}
	verdicts := marksExplained
	if rows := ps.table(); text.LongestLineLen(rows) <= width {
		b.WriteString(rows)
	} else {
		ps.writeSentences(b, width)
		verdicts = verdictsExplained
	}
	b.WriteByte('\n')
	paragraph(b, pricesExplained(verdicts), width)
	b.WriteByte('\n')
	paragraph(b, ps.summary(), width)
	for _, r := range ps.Rows {
		if r.Err != "" {
			paragraph(b, fmt.Sprintf("%s, beside %s, could not be measured: %s", r.Work, r.Beside, r.Err), width)
		}
	}
	for _, g := range ps.Growth {
		if g.Err != "" {
			paragraph(b, fmt.Sprintf("growth under %s could not be measured: %s", g.Strategy, g.Err), width)
		}
	}
}

func (ps *Prices) title() string {
	s := ps.Workload + ": " + ps.About
	if ps.Quick {
		s += ", in short"
	}
	return s
}

// summary says how many targets were met.
func (ps *Prices) summary() string {
	n := ps.Targets()
	return fmt.Sprintf("%s: %d met, %d missed, %d unclear.",
		count(n[price.Yes]+n[price.No]+n[price.Unclear], "target"), n[price.Yes], n[price.No], n[price.Unclear])
}

// table has each work in a line of its own, and below it whom it was measured beside.
func (ps *Prices) table() string {
	t := plain()
	t.AppendHeader(table.Row{"  beside", "ours", "theirs", "ratio", "interval", "A/A", "at most", "met", "allocs", "pairs"})
	var configs []table.ColumnConfig
	for i := 2; i <= 10; i++ {
		configs = append(configs, table.ColumnConfig{Number: i, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(configs)
	titles := map[int]string{} // before which of the table's lines each work stands
	n, last := 0, ""
	for _, r := range ps.Rows {
		for _, l := range r.Lines {
			if r.Work != last {
				titles[n], last = r.Work, r.Work
			}
			t.AppendRow(priceRow(r, l))
			n++
		}
	}
	var b strings.Builder
	header, lines, _ := strings.Cut(t.Render(), "\n")
	write(&b, header)
	for i, line := range strings.Split(lines, "\n") {
		if title, ok := titles[i]; ok {
			write(&b, title)
		}
		write(&b, line)
	}
	return b.String()
}

func priceRow(r price.Result, l price.Line) table.Row {
	f := figure(l.Of)
	row := table.Row{"  " + besides(r, l), f(l.Ours), f(l.Theirs), missing, missing, again(l), atMost(l), met(l), "", r.Pairs}
	if l.Ratio != (stats.Estimate{}) {
		row[3], row[4] = mark(l.Verdict)+number(l.Ratio.Median), interval(l.Ratio)
	}
	if l.Of == price.OfTime {
		row[8] = allocs(r.OurAllocs) + " " + allocs(r.TheirAllocs)
	}
	return row
}

// writeSentences is for a terminal that is too narrow for the table.
func (ps *Prices) writeSentences(b *strings.Builder, width int) {
	last := ""
	for _, r := range ps.Rows {
		for _, l := range r.Lines {
			if r.Work != last {
				paragraph(b, r.Work, width)
				last = r.Work
			}
			s := sentence(r, l)
			if l.Target {
				s += ": " + met(l)
			}
			if l.Verdict != "" {
				s += "; verdict " + verdict(l.Verdict)
			}
			paragraph(b, "- "+s, width)
		}
	}
}

func (ps *Prices) writeGrowth(b *strings.Builder, width int) {
	var labels []string
	var columns []column
	for _, g := range ps.Growth {
		labels = append(labels, g.Strategy)
		for i, p := range g.Points {
			if i == len(columns) {
				columns = append(columns, column{head: price.Amount(p.Tasks)})
			}
			columns[i].cells = append(columns[i].cells, grown(g, i))
		}
	}
	if len(columns) == 0 {
		return
	}
	heading(b, growthTitle)
	matrix(b, labels, columns, width, text.AlignRight)
	b.WriteByte('\n')
	paragraph(b, growthExplained, width)
}

// grown is what a task costs at the ith number of tasks, and its ratio to the first.
func grown(g price.Growth, i int) string {
	p := g.Points[i]
	switch {
	case g.Err != "":
		return missing
	case i == 0:
		return duration(p.PerTask.Median)
	}
	return duration(p.PerTask.Median) + text.AlignRight.Apply(number(p.Ratio.Median), 6)
}

func (ps *Prices) writeCurves(b *strings.Builder, width int) {
	for _, c := range ps.besides() {
		heading(b, c.Title())
		var labels []string
		columns := []column{{head: "ours"}, {head: c.Points[0].Result.Beside}, {head: "ratio"}, {head: "interval"}}
		for _, p := range c.Points {
			labels = append(labels, p.At)
			for i, cell := range curveCells(p) {
				columns[i].cells = append(columns[i].cells, cell)
			}
		}
		matrix(b, labels, columns, width, text.AlignRight)
	}
	if len(ps.Curves) > 0 {
		b.WriteByte('\n')
		paragraph(b, ps.curvesNote(), width)
	}
}

// besides are the curves, each once for everybody it has beside ours.
func (ps *Prices) besides() (all []price.CurveResult) {
	for _, c := range ps.Curves {
		all = append(all, c.Split()...)
	}
	return all
}

// curvesNote says what a curve's figures are: in a workload, they are the same in all. Tasks that are not empty are only in curves that have
// several beside ours.
func (ps *Prices) curvesNote() string {
	if len(ps.Curves[0].Points[0].Others) > 0 {
		return "Nanoseconds for one task, and the ratio in pairs."
	}
	if l := ps.Curves[0].Points[0].Result.Lines; len(l) > 0 && l[0].Of != price.OfTime {
		return "The median of how long it took, and the ratio of the medians, its interval by bootstrap."
	}
	return "Nanoseconds for one empty task, and the ratio in pairs."
}

// curveCells are what a task costs at a point of a curve, ours and theirs, and the ratio.
func curveCells(p price.PointResult) [4]string {
	if len(p.Result.Lines) == 0 {
		return [4]string{missing, missing, missing, missing}
	}
	l := p.Result.Lines[0]
	per := 1.0
	if l.Of == price.OfTime {
		per = float64(p.Result.Tasks)
	}
	return [4]string{duration(l.Ours / per), duration(l.Theirs / per), number(l.Ratio.Median), interval(l.Ratio)}
}

func (ps *Prices) writeSpreads(b *strings.Builder, width int) {
	if len(ps.Spreads) == 0 {
		return
	}
	var labels []string
	columns := make([]column, len(spreadQuantiles))
	for i, q := range spreadQuantiles {
		columns[i].head = fmt.Sprintf("p%.0f", 100*q)
	}
	for _, s := range ps.Spreads {
		labels = append(labels, s.Name)
		for i, q := range spreadQuantiles {
			columns[i].cells = append(columns[i].cells, duration(price.Quantile(s.Samples, q)))
		}
	}
	heading(b, spreadTitle)
	matrix(b, labels, columns, width, text.AlignRight)
	b.WriteByte('\n')
	paragraph(b, ps.spreadNote(), width)
}

func (ps *Prices) spreadNote() string {
	return fmt.Sprintf(spreadExplained, price.SpreadTasks, price.SpreadBurners, len(ps.Spreads[0].Samples))
}

// spreadQuantiles are shown of each Spread.
var spreadQuantiles = []float64{0.05, 0.25, 0.5, 0.75, 0.95}

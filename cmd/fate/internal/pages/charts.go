package pages

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// A chartPage is a chart with what stands for it where pictures are not shown.
type chartPage struct {
	Page
	alt   string
	front bool // it is shown in README.md
}

// charts are those of the run: the rows' ratios, and each curve that was measured.
func (w writer) charts() ([]chartPage, error) {
	var b bytes.Buffer
	ratios := w.ratios()
	if err := ratios.WriteSVG(&b); err != nil {
		return nil, err
	}
	all := []chartPage{{Page{"docs/ratios.svg", b.Bytes()}, ratios.Title + ", row by row", true}}
	for i, curve := range w.table.Curves {
		lines := Lines(curve)
		if len(lines.Series[0].Points) == 0 {
			continue
		}
		lines.Source = w.report.Place() + "."
		var b bytes.Buffer
		if err := lines.WriteSVG(&b); err != nil {
			return nil, err
		}
		name := "docs/by-" + strings.ReplaceAll(curve.Name, " ", "-") + ".svg"
		all = append(all, chartPage{Page{name, b.Bytes()}, lines.Title, i == 0})
	}
	return all, nil
}

// ratios are the rows of the table, each with the one ratio that stands for it.
func (w writer) ratios() chart.Ratios {
	c := chart.Ratios{
		Title: "What ours costs beside the most usual other way",
		Note: "Our time over theirs, one work for each row of the table: the median and the interval of 95 %. Left of the line at 1 ours is faster. " +
			"In row 13 the answer is not ours, but what it is measured beside.",
		Source: w.report.Place() + ".",
	}
	for _, r := range w.table.Rows {
		row := chart.Ratio{Label: fmt.Sprintf("%d. %s", r.Number, markdown.Plain(r.Face, nil)), Text: main(r)}
		if one, ok := r.Main(); ok {
			row.Estimate, row.Verdict = one.Line.Ratio, one.Verdict
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// Lines is the chart of a curve, with the places from which on one of the others costs the same as ours, more or less.
func Lines(curve price.CurveResult) chart.Lines {
	cost := decision.CostOf(curve)
	l := cost.Lines()
	l.ID = "by-" + strings.ReplaceAll(curve.Name, " ", "-")
	l.Note = upper(cost.Work) + "."
	for _, m := range cost.Meets() {
		words := "from %s on no difference shown from %s"
		switch m.Verdict {
		case stats.Faster:
			words = "from %s on faster than %s"
		case stats.Slower:
			words = "from %s on slower than %s"
		}
		l.Marks = append(l.Marks, chart.Mark{X: m.X, Text: fmt.Sprintf(words, m.At, m.Beside)})
	}
	return l
}

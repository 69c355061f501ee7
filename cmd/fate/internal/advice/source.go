package advice

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/table"
)

// ReadEvidence reads the file that "fate compare --json" has written, and joins it with the table. It returns nil for a run that has observed
// nothing and measured no row, and an error for what is no such file.
func ReadEvidence(data []byte) (*decision.Table, error) {
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("it is no report of a run: %w", err)
	}
	t := join(&r)
	if !slices.ContainsFunc(t.Rows, observed) {
		return nil, nil
	}
	return &t, nil
}

func join(r *report.Report) decision.Table {
	t := decision.Table{Provenance: r.Provenance}
	for _, row := range table.Rows() {
		d := decision.Row{Row: row}
		for _, b := range row.Decides {
			for i, name := range b.Contenders {
				d.Cells = append(d.Cells, cell(r, b.Name, name, i == 0))
			}
		}
		for _, ps := range r.Prices {
			if ps.Workload != decision.Workload {
				continue
			}
			for _, result := range ps.Rows {
				if len(result.Lines) > 0 && strings.HasPrefix(result.Name, fmt.Sprintf("row%d-", row.Number)) {
					d.Ratios = append(d.Ratios, decision.Ratio{Key: result.Name + "/" + result.Beside, Work: result.Work, Beside: result.Beside, Line: result.Lines[0]})
				}
			}
		}
		t.Rows = append(t.Rows, d)
	}
	return t
}

func cell(r *report.Report, behaviour, contender string, ours bool) decision.Cell {
	c := decision.Cell{Behaviour: behaviour, Contender: contender, Ours: ours}
	column := slices.Index(r.Behaviours.Contenders, contender)
	for _, o := range r.Behaviours.Rows {
		if o.Behaviour == behaviour && column >= 0 && column < len(o.Answers) {
			c.Question, c.Cell, c.Detail = o.Question, o.Answers[column].Cell, o.Answers[column].Detail
		}
	}
	return c
}

// sameWithin is how far from 1 a ratio may be and still count as none.
const sameWithin = 0.03

// verdict is what the ratio shows. There is none where the same code against itself differed, or was not measured.
func verdict(r decision.Ratio) string {
	l := r.Line
	holds1 := func(low, high float64) bool { return low <= 1 && 1 <= high }
	switch less := l.Of == price.OfMemory || l.Of == price.OfAllocs; {
	case l.Ratio.Median == 0 || l.Again.Median == 0 || !holds1(l.Again.Low, l.Again.High):
		return "no verdict"
	case holds1(l.Ratio.Low, l.Ratio.High), 1-sameWithin < l.Ratio.Median && l.Ratio.Median < 1+sameWithin:
		return "same"
	case l.Ratio.Median < 1 && less:
		return "less"
	case l.Ratio.Median < 1:
		return "faster"
	case less:
		return "more"
	}
	return "slower"
}

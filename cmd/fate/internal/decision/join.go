package decision

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/table"
)

// Join puts what the run observed and measured into the table. What it did not come to is missing there: a Cell without an answer, a Row
// without ratios. Its error names what the report holds and the table has no place for, or what contradicts itself; the Table is then
// of no use.
//
// It does not change the report, and the Table shares the report's samples.
func Join(r *report.Report) (Table, error) {
	t := Table{Provenance: r.Provenance, Questions: table.Questions(), Matrix: r.Behaviours}
	questions := map[string]string{}
	for _, b := range compare.Behaviours() {
		questions[b.Name] = b.Question
	}
	observed, err := index(r.Behaviours)
	errs := []error{err}
	for _, row := range table.Rows() {
		t.Rows = append(t.Rows, Row{Row: row, Cells: observed.cells(row, questions)})
	}
	for _, ps := range r.Prices {
		if ps == nil || ps.Workload != Workload {
			continue
		}
		t.Quick = t.Quick || ps.Quick
		t.Curves = append(t.Curves, ps.Curves...)
		for _, result := range ps.Rows {
			errs = append(errs, t.add(result))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Table{}, err
	}
	return t, nil
}

var rowName = regexp.MustCompile(`^row([1-9][0-9]*)-.`)

// add puts a measured row where it belongs.
func (t *Table) add(result price.Result) error {
	ratio := Ratio{Key: result.Name + "/" + result.Beside, Work: result.Work, Beside: result.Beside, Err: result.Err, Result: result}
	m := rowName.FindStringSubmatch(result.Name)
	if m == nil {
		return fmt.Errorf("decision: a measured row is named %q: it must be row<N>-<work>", result.Name)
	}
	n, err := strconv.Atoi(m[1])
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Number == n })
	if err != nil || i < 0 {
		return fmt.Errorf("decision: a measured row is named %q: the table has rows 1 to %d", result.Name, len(t.Rows))
	}
	row := &t.Rows[i]
	if slices.ContainsFunc(row.Ratios, func(other Ratio) bool { return other.Key == ratio.Key }) {
		return fmt.Errorf("decision: %s was measured twice", ratio.Key)
	}
	if len(result.Lines) > 0 {
		ratio.Line = result.Lines[0]
	}
	if err := consistent(ratio); err != nil {
		return fmt.Errorf("decision: %s: %w", ratio.Key, err)
	}
	ratio.Verdict = stats.Judge(ratio.Line.Ratio, ratio.Line.Again)
	row.Ratios = append(row.Ratios, ratio)
	return nil
}

// consistent finds what no measurement gives.
func consistent(r Ratio) error {
	of := r.Line.Ratio
	switch {
	case r.Err != "" && !r.Measured(), of.Median == 0 && of.Low == 0 && of.High == 0:
		return nil // it was not measured, and says so by having no ratio
	case !(0 < of.Low && of.Low <= of.Median && of.Median <= of.High) || math.IsInf(of.High, 0):
		return fmt.Errorf("the ratio %v is not within its interval, %v to %v, above 0", of.Median, of.Low, of.High)
	}
	return nil
}

// observations are the matrix by behaviour and contender.
type observations map[string]map[string]compare.Answer

func index(m compare.Matrix) (observations, error) {
	found := observations{}
	for _, row := range m.Rows {
		if len(row.Answers) != len(m.Contenders) {
			return nil, fmt.Errorf("decision: %q has %d answers of %d contenders", row.Behaviour, len(row.Answers), len(m.Contenders))
		}
		if found[row.Behaviour] != nil {
			return nil, fmt.Errorf("decision: %q was observed twice", row.Behaviour)
		}
		found[row.Behaviour] = map[string]compare.Answer{}
		for i, a := range row.Answers {
			found[row.Behaviour][m.Contenders[i]] = a
		}
	}
	return found, nil
}

// cells are the answers that decide the row, by behaviour and then contender; one that was not observed is empty.
func (o observations) cells(row table.Row, questions map[string]string) []Cell {
	var cells []Cell
	for _, b := range row.Decides {
		for i, name := range b.Contenders {
			a := o[b.Name][name]
			cells = append(cells, Cell{Behaviour: b.Name, Question: questions[b.Name], Contender: name, Ours: i == 0, Cell: a.Cell, Detail: a.Detail})
		}
	}
	return cells
}

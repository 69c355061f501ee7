// Package advice shows a choice from the decision table to people and to programs: the row, its code, its evidence, and why its neighbours
// were not taken.
package advice

import (
	"errors"
	"slices"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/internal/table"
)

// Advice is a choice with what was measured of its row.
type Advice struct {
	table.Choice
	Evidence *decision.Table // nil if nothing was measured
	File     string          // where the evidence stands
}

// row returns what was observed and measured of the row, nil if nothing was.
func (a *Advice) row(number int) *decision.Row {
	if a.Evidence == nil {
		return nil
	}
	i := slices.IndexFunc(a.Evidence.Rows, func(r decision.Row) bool { return r.Number == number })
	if i < 0 || !observed(a.Evidence.Rows[i]) {
		return nil
	}
	return &a.Evidence.Rows[i]
}

// observed says whether a run came to anything of the row.
func observed(r decision.Row) bool {
	return len(r.Ratios) > 0 || slices.ContainsFunc(r.Cells, func(c decision.Cell) bool { return c.Cell != "" })
}

// leaves are the rows of those that fit for which an answer to the question is.
func leaves(fits []table.Row, question, answer string) (rows []table.Row) {
	for _, r := range fits {
		if is := r.Fits[question]; is == nil || slices.Contains(is, answer) {
			rows = append(rows, r)
		}
	}
	return rows
}

// ErrOpen says that more than one row fits.
var ErrOpen = errors.New("several rows fit")

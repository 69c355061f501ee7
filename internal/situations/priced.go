package situations

import (
	"fmt"
	"slices"

	"github.com/sharedfate/fate/internal/price"
)

// priced are the works of package price that belong to a row, with how many tasks they have in the table of all rows, and where time is
// short: so few that a run takes milliseconds. 0 is as many as there.
var priced = []struct {
	row   int
	name  string
	tasks int
	quick int
}{
	{1, "start-1", 0, 0},
	{1, "start-2", 0, 0},
	{1, "start-4", 0, 0},
	{2, "limit-8", 20_000, 10_000},
	{3, "foreach", 100_000, 30_000},
	{3, "foreach-1us", 10_000, 5_000},
	{3, "map", 100_000, 30_000},
	{3, "stream", 20_000, 10_000},
	{5, "fail-1000", 0, 0},
	{7, "refuse-shed-1", 0, 0},
	{7, "refuse-shed-8", 0, 0},
	{8, "spawn-err", 0, 0},
	{8, "spawn-done", 0, 0},
	{8, "spawn-blind", 0, 0},
	{11, "stages", 20_000, 10_000},
}

// Priced returns the rows of package price that belong to rows of docs/choosing.md, named as Rows names its own. They have no targets:
// those are for the sizes that they have there.
func Priced() (rows []price.Row) {
	all := price.Rows()
	for _, p := range priced {
		before := len(rows)
		for _, r := range all {
			if r.Name != p.name {
				continue
			}
			r.Name = fmt.Sprintf("row%d-%s", p.row, p.name)
			r.AtMost, r.AtMost95, r.NoAllocs = 0, 0, false
			if p.tasks > 0 {
				r.Tasks, r.Quick = p.tasks, p.quick
			}
			rows = append(rows, r)
		}
		if len(rows) == before {
			panic(fmt.Sprintf("situations: package price has no row %q", p.name))
		}
	}
	return rows
}

// InOrder sorts rows of a table by row of docs/choosing.md, and has those of one name stand together, where the first of them does.
func InOrder(rows []price.Row) {
	first := map[string]int{}
	for i, r := range rows {
		if _, ok := first[r.Name]; !ok {
			first[r.Name] = i
		}
	}
	slices.SortStableFunc(rows, func(a, b price.Row) int {
		if a, b := RowOf(a.Name), RowOf(b.Name); a != b {
			return a - b
		}
		return first[a.Name] - first[b.Name]
	})
}

// RowOf is the row of docs/choosing.md that a row of a table of prices belongs to, by its name, or 0.
func RowOf(name string) (row int) {
	if n, err := fmt.Sscanf(name, "row%d-", &row); n != 1 || err != nil {
		return 0
	}
	return row
}

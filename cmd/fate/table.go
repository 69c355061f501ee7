package main

import (
	"slices"

	"github.com/sharedfate/fate/internal/peers"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
)

// One of the peers starts goroutines when it is imported. The tool counts goroutines of what it looks at, and ends them first.
func init() { peers.Quiet() }

// tableWorkload is every row of the decision table that docs/choosing.md explains, ours beside each equivalent, in the order of the page; and
// how cost changes with how long tasks are and how many.
func tableWorkload() price.Workload {
	rows := slices.Concat(situations.Rows(), situations.Priced(), peers.Rows())
	situations.InOrder(rows)
	return price.Workload{Name: "table", About: "the rows of the decision table", Rows: rows, Curves: price.CostCurves()}
}

package main

import (
	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
)

// tableWorkload is the rows of the decision table as the tool measures them.
func tableWorkload() price.Workload {
	w := situations.Workload()
	w.Name, w.About = decision.Workload, "the decision table, each situation beside its equivalents"
	return w
}

package price

import "slices"

// A Workload is what is measured together.
type Workload struct {
	Name   string // as the tool's --workload takes it
	About  string
	Rows   []Row
	Growth bool    // of each strategy
	Curves []Curve // where there is time for them
	Spread bool    // when the last of many tasks starts on a busy machine
}

// Workloads returns the workloads, in the order of tables.
func Workloads() []Workload {
	return []Workload{
		{Name: "engine", About: "what a task costs beside what others charge", Rows: Rows(), Growth: true, Curves: Curves()},
		{Name: "busy", About: "how soon tasks start where the processors are busy", Rows: slices.Concat(busyRows(), neighbourRows()), Curves: busyCurves(), Spread: true},
	}
}

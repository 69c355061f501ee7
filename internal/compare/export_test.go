package compare

// What tests from outside need to say what a workload's work is without asking the workload.
var (
	Spin     = spin
	SpinsFor = spinsFor
	Outside  = outside
	Ratios   = ratios
)

func EstimateOf(samples []float64) Estimate { return estimate(samples) }

const (
	GoFiles    = goFiles
	QuickFiles = quickFiles
)

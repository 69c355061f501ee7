package compare

// What tests from outside need to say what a workload's work is without asking the workload.
var Outside = outside

const (
	GoFiles    = goFiles
	QuickFiles = quickFiles
)

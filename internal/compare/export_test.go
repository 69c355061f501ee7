package compare

// What tests from outside need to say what a workload's work is without asking the workload.
const (
	GoFiles    = goFiles
	QuickFiles = quickFiles
)

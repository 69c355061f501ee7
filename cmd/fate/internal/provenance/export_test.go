package provenance

// The parts that don't depend on this machine.
var (
	Versions    = versions
	Commit      = commit
	CPUInfoName = cpuInfoName
	CommitAt    = commitAt
	MadeToRun   = madeToRun
	Changed     = changed
)

package price

import "slices"

// Rows returns the table, in the order in which it is shown.
func Rows() []Row {
	return slices.Concat(
		startRows(),
		limitRows(),
		itemRows(),
		stageRows(),
		workRows(),
		failRows(),
		spawnRows(),
		refuseRows(),
		[]Row{produceRow(8, 0.5)},
		busyRows(),
		memoryRows(),
	)
}

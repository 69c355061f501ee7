package report

// How figures are written, for a table of them.
var (
	Amount = amount
)

// Bands returns how many columns of one width each band has.
func Bands(columns int, head, cell string, width int) []int {
	all := make([]column, columns)
	for i := range all {
		all[i] = column{head: head, cells: []string{cell}}
	}
	var sizes []int
	for _, band := range bands(all, width) {
		sizes = append(sizes, len(band))
	}
	return sizes
}

//go:build !race

package migrate_test

// raced says whether the race detector is on.
const raced = false

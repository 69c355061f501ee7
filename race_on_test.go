//go:build race

package fate_test

// raced says that the race detector is on, which makes a test take ten times as long.
const raced = true

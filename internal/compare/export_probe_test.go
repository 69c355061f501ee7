package compare

import (
	"testing"
	"time"
)

// What the tests of probes need from inside.

var Settle = settle

const (
	ProbeVariable = probeVariable
	Unknown       = unknown
)

// SetProbeTime changes what an observation may take in this process, until restore is called.
func SetProbeTime(d time.Duration) (restore func()) {
	before := probeTime
	probeTime = d
	return func() { probeTime = before }
}

// Unready makes this program one that has not called RunProbeIfAsked, while the test runs.
func Unready(t *testing.T) {
	probeReady = false
	t.Cleanup(func() { probeReady = true })
}

// Stuck parses a picture of goroutines and says of each what state it is in, where, and whether it is blocked.
func Stuck(text string) (lines []string) {
	for _, g := range parseGoroutines(text) {
		line := g.id + " " + g.state + " " + g.where()
		if g.blocked() {
			line += " blocked"
		}
		lines = append(lines, line)
	}
	return lines
}

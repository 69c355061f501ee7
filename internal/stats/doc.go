// Package stats says what samples come to: medians with intervals that assume no distribution, ratios by round, whether a ratio shows a
// difference, and when more rounds would add nothing.
//
// It takes no samples: package trial does, for packages compare and price. Use it, and not a mean with a standard deviation, for times on
// a machine that does other things as well: a few samples that are ten times too long move a mean, and not a median.
package stats

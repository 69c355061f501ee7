//go:build race

package soak

// Raced says that the race detector is on.
const Raced = true

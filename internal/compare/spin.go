package compare

import (
	"sync"
	"time"
)

// Spin keeps a processor busy for n rounds of an xorshift generator, each of which needs the one before, and returns what it came
// to. It does not look at the clock, so that each contender's task is the same number of instructions. A seed of 0 stays 0.
func Spin(seed uint64, n int) uint64 {
	x := seed
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// SpinsFor returns how many rounds of Spin take d on this machine, measured once in the life of the process.
func SpinsFor(d time.Duration) int {
	return max(1, int(d.Seconds()*spinsPerSecond()))
}

// The fastest of several tries is the one that was disturbed least.
var spinsPerSecond = sync.OnceValue(func() float64 {
	const n, tries = 100_000, 10
	best := time.Duration(0)
	x := uint64(1)
	for range tries {
		start := time.Now()
		x = Spin(x, n)
		if took := time.Since(start); best == 0 || took < best {
			best = took
		}
	}
	if x == 0 || best <= 0 { // x is never 0; looking at it keeps the compiler from leaving Spin out
		best = time.Millisecond
	}
	return n / best.Seconds()
})

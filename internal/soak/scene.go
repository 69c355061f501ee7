package soak

import (
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/sharedfate/fate"
)

// A Scene is what an episode is given: dice, what to try, and somebody to tell what came of it. All but the dice may be used by several
// goroutines at once.
type Scene struct {
	Dice *rand.Rand // for the episode's own goroutine: what happens is drawn before it happens
	Subjects

	soak   *soak
	kind   string
	number uint64
	once   sync.Once
}

// Fault says that a promise was not kept. Only the first of an episode is told: others mostly follow from it.
func (sc *Scene) Fault(format string, args ...any) {
	sc.once.Do(func() {
		sc.soak.fault(Fault{sc.kind, sc.soak.Seed, sc.number, fmt.Sprintf(format, args...)})
	})
}

// Count adds to a line of the report.
func (sc *Scene) Count(what string, n uint64) { sc.soak.count(what, n) }

// group counts a group whose Wait has returned, how many task bodies have begun in it, and how many there were at once.
func (sc *Scene) group(t fate.Tally, runs, most uint64) { sc.soak.group(t, runs, most) }

// chance is true n times of a hundred.
func (sc *Scene) chance(n int) bool { return sc.Dice.IntN(100) < n }

// among draws one of the values.
func among[T any](sc *Scene, values ...T) T { return values[sc.Dice.IntN(len(values))] }

// few draws a number up to most, small ones more often.
func (sc *Scene) few(most int) int { return sc.Dice.IntN(1 + sc.Dice.IntN(most+1)) }

// recorder is a source of random numbers that keeps a digest of what it gave, so that two runs can be seen to have drawn the same.
type recorder struct {
	rand.PCG
	digest uint64
}

func (r *recorder) Uint64() uint64 {
	n := r.PCG.Uint64()
	r.digest = (r.digest ^ n) * 0x9e3779b97f4a7c15
	return n
}

func newRecorder(seed, n uint64) *recorder {
	r := new(recorder)
	r.Seed(seed, n)
	return r
}

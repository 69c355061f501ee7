package supervise

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// defaultBackoff is that of a strategy without one.
var defaultBackoff = Jitter(Exponential(100*time.Millisecond, 10*time.Second), nil)

// Exponential is a backoff that starts at first, doubles with each attempt, and is never more than most. It is a pure function.
// Exponential(d, d) is always d. It panics if first is negative or most less than first.
//
// A backoff of another library that keeps its state in itself, as cenkalti/backoff's ExponentialBackOff, goes into a func
// that resets it at attempt 0 and returns its next; each child needs one of its own.
func Exponential(first, most time.Duration) func(attempt int) time.Duration {
	switch {
	case first < 0:
		panic(fmt.Sprintf("supervise: Exponential: first is %v: must be 0 or more", first))
	case most < first:
		panic(fmt.Sprintf("supervise: Exponential: most is %v: must be %v, which is first, or more", most, first))
	}
	return func(attempt int) time.Duration {
		attempt = max(attempt, 0)
		if attempt >= 63 || first > most>>attempt {
			if first == 0 {
				return 0
			}
			return most
		}
		return first << attempt
	}
}

// Jitter makes a backoff random, between a half of what it is and all of it, so that those who failed together do not come back
// together. random returns numbers from 0 up to 1, as rand.Float64 of math/rand/v2 does, which nil is; it is called as Backoff
// is, by each group under its own lock. Jitter panics if backoff is nil.
func Jitter(backoff func(attempt int) time.Duration, random func() float64) func(attempt int) time.Duration {
	if backoff == nil {
		panic("supervise: Jitter: the backoff is nil")
	}
	if random == nil {
		random = rand.Float64
	}
	return func(attempt int) time.Duration {
		d := backoff(attempt)
		return d - time.Duration(random()*float64(d)/2)
	}
}

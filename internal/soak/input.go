package soak

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync/atomic"
	"time"
)

// An input gives the items, and may break off.
type input struct {
	how   uint8
	at    int // before which item
	pause pause
	every int         // how often it pauses
	broke atomic.Bool // it has panicked or exited
}

const (
	inputEnds uint8 = iota
	inputPanics
	inputExits
)

func (in *input) String() string { return fmt.Sprintf("input %d at %d", in.how, in.at) }

var (
	errInput  = errors.New("soak: the input panicked")
	errReader = errors.New("soak: the reader panicked")
)

func (in *input) draw(sc *Scene, n int) {
	in.at, in.every, in.pause = n, 1+sc.Dice.IntN(200), sc.brief()
	if sc.chance(15) {
		in.how, in.at = among(sc, inputPanics, inputExits), sc.few(n)
	}
}

// len is how many of n items it gives.
func (in *input) len(n int) int { return min(n, in.at) }

func (in *input) each(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if i == in.at {
				in.breakOff()
			}
			if i%in.every == 0 {
				in.pause.pass(context.Background(), nil)
			}
			if !yield(i) {
				return
			}
		}
		if n == in.at {
			in.breakOff()
		}
	}
}

func (in *input) breakOff() {
	switch in.how {
	case inputPanics:
		in.broke.Store(true)
		panic(errInput)
	case inputExits:
		in.broke.Store(true)
		runtime.Goexit()
	}
}

// A reader reads a stream: all of it, or until it leaves the loop.
type reader struct {
	leaves int // after how many pairs; below 0 it doesn't
	throws bool
	pause  time.Duration
	every  int

	got    []pair
	failed bool // an error was among them
	left   bool
	last   error // of the group, after the items
	threw  atomic.Bool
}

func (r *reader) String() string { return fmt.Sprintf("the reader leaves at %d: %v", r.leaves, r.left) }

func (r *reader) draw(sc *Scene, n int) {
	r.every, r.pause = 1+sc.Dice.IntN(200), time.Duration(sc.few(100))*time.Microsecond
	if sc.chance(20) {
		r.leaves, r.throws = 1+sc.few(n), sc.chance(20)
	}
}

func (r *reader) read(in iter.Seq2[int, error]) {
	for v, err := range in {
		r.got = append(r.got, pair{v, err})
		r.failed = r.failed || err != nil
		if len(r.got) == r.leaves {
			r.left = true
			if r.throws {
				r.threw.Store(true)
				panic(errReader)
			}
			return
		}
		if len(r.got)%r.every == 0 {
			time.Sleep(r.pause)
		}
	}
}

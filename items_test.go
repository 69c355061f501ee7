package fate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// What the tests of ForEach, Map and Stream share.

var errItem = errors.New("the item failed")

// overItems runs f for the items 0 to n-1 and returns the last error it was told.
type overItems func(ctx context.Context, s fate.Strategy, n int, f func(context.Context, int) error, opts ...fate.Option) error

// ways are the three that run one function over many items.
var ways = []struct {
	name string
	run  overItems
}{
	{"ForEach", func(ctx context.Context, s fate.Strategy, n int, f func(context.Context, int) error, opts ...fate.Option) error {
		return fate.ForEach(ctx, s, numbers(n), f, opts...)
	}},
	{"Map", func(ctx context.Context, s fate.Strategy, n int, f func(context.Context, int) error, opts ...fate.Option) error {
		_, err := fate.Map(ctx, s, slices.Collect(numbers(n)), withResult(f), opts...)
		return err
	}},
	{"Stream", func(ctx context.Context, s fate.Strategy, n int, f func(context.Context, int) error, opts ...fate.Option) (last error) {
		for _, err := range fate.Stream(ctx, s, numbers(n), withResult(f), opts...) {
			if err != nil {
				last = err
			}
		}
		return last
	}},
}

// eachWay runs a test for ForEach, Map and Stream.
func eachWay(t *testing.T, test func(t *testing.T, run overItems)) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) { test(t, w.run) })
	}
}

// unlimited are the strategies with no limit that is ever reached.
func unlimited() []fate.Strategy {
	return []fate.Strategy{failfast.Strategy{}, collectall.Strategy{}, selective.Strategy{}, shed.Strategy{Limit: 1_000_000}, unhinted{failfast.Strategy{}}}
}

// limited are those that hold what comes at the limit.
func limited(limit int) []fate.Strategy {
	return []fate.Strategy{failfast.Strategy{Limit: limit}, collectall.Strategy{Limit: limit}, selective.Strategy{Limit: limit}, unhinted{failfast.Strategy{Limit: limit}}}
}

// unhinted is a strategy that gives no hints, so that it is asked about every item.
type unhinted struct{ fate.Strategy }

func withResult(f func(context.Context, int) error) func(context.Context, int) (int, error) {
	return func(ctx context.Context, i int) (int, error) { return i, f(ctx, i) }
}

// double is the work of an item that can't fail.
func double(_ context.Context, i int) (int, error) { return 2 * i, nil }

// numbers yields 0 to n-1.
func numbers(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// endless yields 0, 1, 2 and so on, and counts how many were pulled.
func endless(pulled *atomic.Int64) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; ; i++ {
			pulled.Add(1)
			if !yield(i) {
				return
			}
		}
	}
}

// pair is what a stream yields.
type pair struct {
	value int
	err   error
}

func collect(stream iter.Seq2[int, error]) (pairs []pair) {
	for v, err := range stream {
		pairs = append(pairs, pair{v, err})
	}
	return pairs
}

// exits runs f in a goroutine of its own and reports whether f ended that by runtime.Goexit.
func exits(f func()) bool {
	returned := false
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
		returned = true
	}()
	<-done
	return !returned
}

// list and detailed are errors that can't be compared. Of a list, == is false; of a detailed, whose type alone does not tell, it panics.
type (
	list     []string
	detailed struct{ detail any }
)

func (l list) Error() string     { return l[0] }
func (d detailed) Error() string { return "an error with details" }

var incomparable = []error{list{"an error that is a list"}, detailed{[]int{1, 2, 3}}}

// panicsNaming fails the test unless f panics at once with a text that names the call and what was wrong with it, as "Map: the function".
func panicsNaming(t *testing.T, name string, f func()) {
	t.Helper()
	v := recovered(f)
	text := fmt.Sprint(v)
	for word := range strings.SplitSeq(name, ": ") {
		if v == nil || !strings.Contains(text, word) {
			t.Errorf("%s: panicked with %q, want a text that names it", name, text)
			return
		}
	}
}

// What goroutines dumps to: thousands of bubbles do so.
var (
	dumping sync.Mutex
	dumps   [1 << 18]byte
)

// goroutines counts those of the bubble it is called in, itself and two of the testing package's included. It counts them in a stack dump,
// because runtime.NumGoroutine counts one that has ended until the runtime has put it away.
func goroutines() (n int) {
	dumping.Lock()
	defer dumping.Unlock()
	dump := dumps[:runtime.Stack(dumps[:], true)]
	first, _, _ := bytes.Cut(dump, []byte("]:\n"))
	_, bubble, ok := bytes.Cut(first, []byte("synctest bubble "))
	if !ok {
		panic("goroutines: not in a bubble")
	}
	return bytes.Count(dump, fmt.Appendf(nil, "synctest bubble %s]:\n", bubble))
}

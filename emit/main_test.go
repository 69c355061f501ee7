package emit_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate/emit"
)

// atImport is how many goroutines there were before any test: the one that is looking.
var atImport int

// unused stands for a program's emitter in a package variable.
var unused = emit.New(func(context.Context, []int) error { return nil }, emit.Options{})

func TestMain(m *testing.M) {
	if os.Getenv(crashVariable) != "" {
		panicInOnError()
		os.Exit(0) // which is not how a crash ends
	}
	atImport = runtime.NumGoroutine()
	goleak.VerifyTestMain(m)
}

var (
	errSink  = errors.New("sink: no connection")
	errCause = errors.New("shutdown took too long")
)

// recorder is a sink that takes copies.
type recorder struct {
	mu      sync.Mutex
	batches [][]int
}

func (r *recorder) sink(_ context.Context, batch []int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.batches = append(r.batches, append([]int(nil), batch...))
	return nil
}

func (r *recorder) got() [][]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.batches
}

// balanced reports whether the counts add up.
func balanced(s emit.Stats) bool {
	return s.Accepted == s.Delivered+s.Failed+s.Lost+s.Waiting+s.InFlight
}

func wantStats[T any](t *testing.T, e *emit.Emitter[T], want emit.Stats) {
	t.Helper()
	if got := e.Stats(); got != want || !balanced(got) {
		t.Errorf("stats are %v; want %v", got, want)
	}
}

func wantIs(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("the error is %v; want %v", err, target)
	}
}

// accept emits values that there is room for.
func accept(t *testing.T, e *emit.Emitter[int], values ...int) {
	t.Helper()
	for _, v := range values {
		if !e.Emit(v) {
			t.Errorf("Emit(%d) is false", v)
		}
	}
}

// closes closes an emitter that can deliver all it has.
func closes[T any](t *testing.T, e *emit.Emitter[T]) {
	t.Helper()
	if err := e.Close(t.Context()); err != nil {
		t.Errorf("Close is %v", err)
	}
}

package fate_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/sharedfate/fate"
)

var (
	errTask  = errors.New("the task's error")
	errCause = errors.New("the stop's cause")
	errFault = errors.New("the strategy's fault")
)

// policy is a strategy made of functions. Without them it runs everything, is changed by nothing, and joins the failures.
type policy struct {
	admit    func(fate.Tally) fate.Admission
	settle   func(fate.Tally, fate.Event) fate.Verdict
	conclude func(fate.Summary) error
}

func (p policy) Admit(t fate.Tally) fate.Admission {
	if p.admit == nil {
		return fate.Run
	}
	return p.admit(t)
}

func (p policy) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if p.settle == nil {
		return fate.Continue
	}
	return p.settle(t, e)
}

func (p policy) Conclude(s fate.Summary) error {
	if p.conclude == nil {
		return s.Join()
	}
	return p.conclude(s)
}

// witness is a strategy that also keeps what another one is shown. It needs no lock: its group calls it one call at a time.
type witness struct {
	of        fate.Strategy
	events    []fate.Event
	sum       fate.Summary
	concluded int // how often Conclude was called
}

func (w *witness) Admit(t fate.Tally) fate.Admission {
	return w.of.Admit(t)
}

func (w *witness) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	w.events = append(w.events, e)
	return w.of.Settle(t, e)
}

func (w *witness) Conclude(s fate.Summary) error {
	w.sum = s
	w.concluded++
	return w.of.Conclude(s)
}

// kinds lists the kinds of the events in their order.
func (w *witness) kinds() []fate.Kind {
	var all []fate.Kind
	for _, e := range w.events {
		all = append(all, e.Kind)
	}
	return all
}

func wantTally(t *testing.T, g *fate.Group, want fate.Tally) {
	t.Helper()
	if got := g.Tally(); got != want {
		t.Errorf("tally is %v, want %v", got, want)
	}
}

// balanced reports whether each task offered is counted exactly once.
func balanced(t fate.Tally) bool { return t.Offered == t.Ended()+t.Held+t.Running }

func wantIs(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("error is %v, want one that is %v", err, target)
	}
}

func wantKinds(t *testing.T, w *witness, want ...fate.Kind) {
	t.Helper()
	if got := w.kinds(); !slices.Equal(got, want) {
		t.Errorf("the strategy was shown %v, want %v", got, want)
	}
}

// Tasks that end in each way there is.
func succeeds(context.Context) error  { return nil }
func fails(context.Context) error     { return errTask }
func panicsNow(context.Context) error { panic(errTask) }
func goexits(context.Context) error   { runtime.Goexit(); return nil }

// untilDone is a task that runs until its context ends, and returns the context's error.
func untilDone(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// until makes a task that runs until the channel is closed, whatever becomes of its context.
func until(gate <-chan struct{}) fate.Task {
	return func(context.Context) error { <-gate; return nil }
}

// recovered returns what f panics with.
func recovered(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

// rethrown waits for the group, which is to panic as it does under Panics(Rethrow).
func rethrown(t *testing.T, g *fate.Group) *fate.RethrownError {
	t.Helper()
	r, ok := recovered(func() { _ = g.Wait() }).(*fate.RethrownError)
	if !ok {
		t.Fatal("Wait did not panic with a *RethrownError")
	}
	return r
}

// goroutinesSince returns how many goroutines there are beyond before. It looks more than once where there are some: while garbage is
// collected, the runtime counts dead ones too, and those of an earlier test may be on their way out.
func goroutinesSince(before int) (n int) {
	for range 100 {
		if n = runtime.NumGoroutine() - before; n <= 0 {
			return 0
		}
		runtime.GC()
	}
	return n
}

// mustPanic fails the test unless f panics.
func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	f()
}

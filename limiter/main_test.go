package limiter_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/limiter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errTask  = errors.New("the task failed")
	errCause = errors.New("the cause")
)

// callers are goroutines that wait, each with a name, in a bubble.
type callers struct {
	t       *testing.T
	mu      sync.Mutex
	back    []string // those that have come back, in that order
	answers map[string]error
}

func newCallers(t *testing.T) *callers { return &callers{t: t, answers: map[string]error{}} }

// start calls f in a goroutine, and returns when that has come back or waits.
func (c *callers) start(name string, f func() error) {
	go func() {
		err := f()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.back = append(c.back, name)
		c.answers[name] = err
	}()
	synctest.Wait()
}

// want checks who has come back since it was last asked, in that order where they came one by one.
func (c *callers) want(names ...string) {
	c.t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	same := len(c.back) == len(names)
	for i := 0; same && i < len(names); i++ {
		same = c.back[i] == names[i]
	}
	if !same {
		c.t.Errorf("%q came back, want %q", c.back, names)
	}
	c.back = nil
}

// answer returns whether one has come back, and what it was told.
func (c *callers) answer(name string) (back bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	err, back = c.answers[name]
	return back, err
}

// count returns how many have come back.
func (c *callers) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.answers)
}

func (c *callers) wantErr(name string, want error) {
	c.t.Helper()
	if back, err := c.answer(name); !back || !errors.Is(err, want) {
		c.t.Errorf("%s: has come back: %v, the error is %v, want %v", name, back, err, want)
	}
}

func (c *callers) wantTooHeavy(name string, want limiter.TooHeavyError) {
	c.t.Helper()
	_, err := c.answer(name)
	wantTooHeavy(c.t, err, want)
}

func wantStats(t *testing.T, l *limiter.Limiter, want limiter.Stats) {
	t.Helper()
	if got := l.Stats(); got != want {
		t.Errorf("the limiter has %v, want %v", got, want)
	}
}

func wantTally(t *testing.T, g *fate.Group, want fate.Tally) {
	t.Helper()
	if got := g.Tally(); got != want {
		t.Errorf("the tally is %v, want %v", got, want)
	}
}

func wantIs(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("the error is %v, want %v", err, want)
	}
}

func wantTooHeavy(t *testing.T, err error, want limiter.TooHeavyError) {
	t.Helper()
	if e, ok := errors.AsType[*limiter.TooHeavyError](err); !ok || *e != want {
		t.Errorf("the error is %v, want %v", err, &want)
	}
}

// recovered returns what f panics with.
func recovered(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

func succeeds(context.Context) error { return nil }

// until makes a task that does not look at its context.
func until(gate <-chan struct{}) fate.Task {
	return func(context.Context) error { <-gate; return nil }
}

// foreign is a context that is none of package context's. It counts who wants to be told of its end.
type foreign struct {
	context.Context
	done       chan struct{}
	over       atomic.Bool
	registered atomic.Int32 // that have not been taken back
	ever       atomic.Int32
}

func newForeign() *foreign {
	return &foreign{Context: context.Background(), done: make(chan struct{})}
}

func (c *foreign) Done() <-chan struct{} { return c.done }
func (c *foreign) Value(any) any         { return nil }

func (c *foreign) Err() error {
	if c.over.Load() {
		return context.DeadlineExceeded
	}
	return nil
}

func (c *foreign) end() {
	c.over.Store(true)
	close(c.done)
}

// AfterFunc is what package context looks for in a context of another type.
func (c *foreign) AfterFunc(f func()) func() bool {
	c.registered.Add(1)
	c.ever.Add(1)
	stopped := make(chan struct{})
	var once sync.Once
	stop := func() bool {
		first := false
		once.Do(func() { first = true; c.registered.Add(-1); close(stopped) })
		return first
	}
	go func() {
		select {
		case <-c.done:
			if stop() {
				f()
			}
		case <-stopped:
		}
	}()
	return stop
}

// ending is a way in which a group is stopped.
type ending struct {
	name  string
	cause error
	// begin makes the group's parent, and a function that stops the group at that moment; the parent may do so by itself.
	begin func(at time.Duration) (parent context.Context, stop func(*fate.Group))
}

// isStop reports whether an error is that of a task that was refused because its group had stopped with the cause.
func isStop(err, cause error) bool { return errors.Is(err, fate.ErrStopped) && errors.Is(err, cause) }

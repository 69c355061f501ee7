package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/supervise"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errTask  = errors.New("the task's error")
	errOther = errors.New("another task's error")
	errCause = errors.New("the stop's cause")
)

// at is a backoff that is always d.
func at(d time.Duration) func(int) time.Duration { return supervise.Exponential(d, d) }

// ends are the ways in which a run can end.
var ends = map[string]func() error{
	"nil":      func() error { return nil },
	"error":    func() error { return errTask },
	"panic":    func() error { panic(errTask) },
	"Goexit":   func() error { runtime.Goexit(); return nil },
	"done":     func() error { return supervise.ErrDone },
	"wrapped":  func() error { return fmt.Errorf("nothing left: %w", supervise.ErrDone) },
	"stop all": func() error { return fmt.Errorf("disk gone: %w", supervise.ErrStopAll) },
}

// A diary has what children did, and when since it was begun.
type diary struct {
	mu    sync.Mutex
	lines []string
	began time.Time
}

func newDiary() *diary { return &diary{began: time.Now()} }

func (d *diary) note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf("%v ", time.Since(d.began))+fmt.Sprintf(format, args...))
}

// child notes its beginnings and its stop. It runs until it is told to fail, or its context ends, which takes it the time ends.
func (d *diary) child(name string, fails <-chan error, ends time.Duration) fate.Task {
	return func(ctx context.Context) error {
		d.note("%s begins", name)
		select {
		case err := <-fails:
			d.note("%s ends: %v", name, err)
			return err
		case <-ctx.Done():
		}
		d.note("%s is stopped", name)
		time.Sleep(ends)
		d.note("%s has stopped", name)
		return ctx.Err()
	}
}

// want compares the lines since the last time. Those in one moment that begin may come in any order, so these are sorted.
func (d *diary) want(t *testing.T, lines ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := 0; i < len(d.lines); {
		n := i + 1
		when, _, _ := strings.Cut(d.lines[i], " ")
		for n < len(d.lines) && strings.HasSuffix(d.lines[i], " begins") && strings.HasSuffix(d.lines[n], " begins") && strings.HasPrefix(d.lines[n], when+" ") {
			n++
		}
		slices.Sort(d.lines[i:n])
		i = n
	}
	if !slices.Equal(d.lines, lines) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(d.lines, "\n\t"), strings.Join(lines, "\n\t"))
	}
	d.lines = nil
}

func (d *diary) clear() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = nil
}

func wantIs(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("error is %v, want one that is %v", err, target)
	}
}

func hasEnded(c *fate.Child) bool {
	select {
	case <-c.Done():
		return true
	default:
		return false
	}
}

// untilDone runs until its context ends, and returns the context's error.
func untilDone(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func mustPanic(t *testing.T, what string, says []string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		text := fmt.Sprint(recover())
		for _, say := range says {
			if !strings.Contains(text, say) {
				t.Errorf("%s panicked with %q, which does not say %q", what, text, say)
			}
		}
	}()
	f()
}

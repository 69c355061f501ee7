package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate/daemon"
)

func TestMain(m *testing.M) {
	if program, ok := programs[os.Getenv(programVariable)]; ok {
		program()
		os.Exit(99) // which no program of these ends with
	}
	goleak.VerifyTestMain(m)
}

var (
	errA = errors.New("a")
	errB = errors.New("b")
)

// A diary is what happens in a bubble, with the time since its beginning.
type diary struct {
	began time.Time
	mu    sync.Mutex
	lines []string // under mu
}

func newDiary() *diary { return &diary{began: time.Now()} }

func (d *diary) note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf("%v ", time.Since(d.began))+fmt.Sprintf(format, args...))
}

// want compares the diary, and begins a new one at once, with new time.
func (d *diary) want(t *testing.T, want ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.lines, want) {
		t.Errorf("got  %q\nwant %q", d.lines, want)
	}
	d.began, d.lines = time.Now(), nil
}

// part is one that takes some time to start and to stop, and then returns err.
func (d *diary) part(name string, start, stop time.Duration, err error) daemon.Part {
	return daemon.Part{Name: name, Serve: func(ctx context.Context, ready func()) error {
		d.note("%s starts", name)
		time.Sleep(start)
		ready()
		<-ctx.Done()
		d.note("%s is told: %v", name, context.Cause(ctx))
		time.Sleep(stop)
		d.note("%s ends", name)
		return err
	}}
}

// fails is a part that is ready at once and fails after a while.
func fails(name string, after time.Duration, err error) daemon.Part {
	return daemon.Part{Name: name, Run: func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(after):
			return err
		}
	}}
}

func untilTold(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func closed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

func wantIs(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("got %v, want %v", err, target)
	}
}

func wantLate(t *testing.T, err error, want ...daemon.Late) {
	t.Helper()
	late, ok := errors.AsType[*daemon.LateError](err)
	if !ok || !slices.Equal(late.Late, want) {
		t.Errorf("got %v, want a *LateError of %v", err, want)
	}
}

func start(t *testing.T, s *daemon.Service) {
	t.Helper()
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

package peers_test

import (
	"errors"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oklog/run"
)

// runtime.Goexit in an actor of oklog/run's hangs its Run, whatever the others do.
func TestGoexitHangsOklogRun(t *testing.T) {
	hangs(t, func(*testing.T) {
		var g run.Group
		g.Add(func() error { runtime.Goexit(); return nil }, func(error) {})
		g.Add(func() error { return errTask }, func(error) {})
		_ = g.Run()
	})
}

// oklog/run interrupts its actors all at once, in the order in which they were added: none is waited for before the next.
func TestOklogRunInterruptsInTheOrderOfAdd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g run.Group
		var interrupted []string
		ended := make([]time.Duration, 3)
		began := time.Now()
		for i, name := range []string{"db", "cache", "http"} {
			told := make(chan struct{})
			g.Add(func() error {
				<-told
				time.Sleep(time.Duration(i) * time.Second) // http takes longest
				ended[i] = time.Since(began)
				return nil
			}, func(error) {
				interrupted = append(interrupted, name)
				close(told)
			})
		}
		g.Add(func() error { return errTask }, func(error) {})
		if err := g.Run(); err != errTask {
			t.Errorf("Run returns %v", err)
		}
		if want := []string{"db", "cache", "http"}; !slices.Equal(interrupted, want) {
			t.Errorf("interrupted %v", interrupted)
		}
		if want := []time.Duration{0, time.Second, 2 * time.Second}; !slices.Equal(ended, want) {
			t.Errorf("ended after %v: db is not closed while http serves", ended)
		}
	})
}

// Of the errors with which actors end after they were interrupted, oklog/run returns none.
func TestOklogRunLosesTheErrorsOfTheStop(t *testing.T) {
	errClose := errors.New("can't flush")
	var g run.Group
	told := make(chan struct{})
	g.Add(func() error { <-told; return errClose }, func(error) { close(told) })
	g.Add(func() error { return errTask }, func(error) {})
	if err := g.Run(); err != errTask || errors.Is(err, errClose) {
		t.Errorf("Run returns %v", err)
	}
}

// oklog/run has no deadline: an actor that does not end keeps Run for ever.
func TestOklogRunWaitsForEver(t *testing.T) {
	hangs(t, func(*testing.T) {
		var g run.Group
		g.Add(func() error { select {} }, func(error) {})
		g.Add(func() error { return errTask }, func(error) {})
		_ = g.Run()
	})
}

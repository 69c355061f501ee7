package fate_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// log is an observer that writes a line for all it is told.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *log) observer() fate.Observer {
	event := func(what string) func(*fate.Group, fate.Event) {
		return func(_ *fate.Group, e fate.Event) { l.add("%s %s %d %v", what, e.Name, e.Attempt, e.Kind) }
	}
	timed := func(what string) func(*fate.Group, fate.Event, time.Duration) {
		return func(_ *fate.Group, e fate.Event, d time.Duration) { l.add("%s %s %d %v", what, e.Name, e.Attempt, d) }
	}
	return fate.Observer{Start: event("start"), End: event("end"), Skip: event("skip"), Restart: timed("restart"), Late: timed("late")}
}

func (l *log) want(t *testing.T, lines ...string) {
	t.Helper()
	if !slices.Equal(l.lines, lines) {
		t.Errorf("told\n\t%s\nwant\n\t%s", strings.Join(l.lines, "\n\t"), strings.Join(lines, "\n\t"))
	}
}

// Each run has a Start, and an End or a Restart.
func TestObserversAreToldOfRestarts(t *testing.T) {
	var l log
	g := fate.New(t.Context(), restarting(0, 2), fate.Observe(l.observer()))
	runs := 0
	g.Spawn("child", func(context.Context) error {
		if runs++; runs <= 2 {
			return errTask
		}
		return nil
	})
	_ = g.Wait()
	l.want(t, "start child 0 ok", "restart child 0 0s", "start child 1 ok", "restart child 1 0s", "start child 2 ok", "end child 2 ok")
}

// One that is not restarted after all is told as skipped.
func TestObserversAreToldOfARestartThatDoesNotCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		g := fate.New(t.Context(), restarting(time.Hour, 2), fate.Observe(l.observer()))
		g.Spawn("child", func(context.Context) error { return errTask })
		time.Sleep(time.Second)
		g.Stop(errCause)
		_ = g.Wait()
		l.want(t, "start child 0 ok", "restart child 0 1h0m0s", "skip child 1 cancelled")
	})
}

// What is offered while children are stopped one by one is skipped, with the cause of that stop.
func TestObserversAreToldOfWhatAStopInOrderSkips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		skipped := make(map[uint64]error)
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(0), fate.Observe(fate.Observer{
			Skip: func(_ *fate.Group, e fate.Event) { skipped[e.ID] = e.Err },
		}))
		g.Spawn("slow", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Second); return nil })
		go g.Go(succeeds) // waits for room
		synctest.Wait()
		go func() { _ = g.StopInOrder(errCause) }()
		synctest.Wait()
		if g.Go(succeeds) {
			t.Error("a task was accepted")
		}
		_ = g.Wait()
		if len(skipped) != 2 {
			t.Errorf("%d were skipped, want 2", len(skipped))
		}
		for id, err := range skipped {
			if !errors.Is(err, fate.ErrStopped) || !errors.Is(err, errCause) {
				t.Errorf("task %d was skipped with %v", id, err)
			}
		}
	})
}

func TestObserversAreToldWhoIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		g := fate.New(t.Context(), collectall.Strategy{}, fate.Observe(l.observer()))
		g.Spawn("slow", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Hour); return nil }, fate.Grace(time.Second))
		synctest.Wait()
		_ = g.StopInOrder(errCause)
		_ = g.Wait()
		l.want(t, "start slow 0 ok", "late slow 0 1s", "end slow 0 ok")
	})
	synctest.Test(t, func(t *testing.T) {
		var l log
		g := fate.New(t.Context(), together(0, everybody), fate.Observe(l.observer()))
		fails := make(chan error)
		g.Spawn("slow", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Hour); return nil }, fate.Grace(time.Second))
		synctest.Wait()
		g.Spawn("failing", func(context.Context) error { return <-fails })
		synctest.Wait()
		fails <- errTask
		time.Sleep(time.Minute)
		l.mu.Lock()
		l.want(t, "start slow 0 ok", "start failing 0 ok", "restart failing 0 0s", "late slow 0 1s", "start failing 1 ok")
		l.mu.Unlock()
		g.Stop(nil)
		close(fails)
		_ = g.Wait()
	})
}

// While children are stopped in order the group's context has not ended yet; what is refused meanwhile is told as skipped, with the cause.
func TestObserversAreToldOfWhatAStopInOrderRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l listener
		g := fate.New(t.Context(), collectall.Strategy{}, l.option())
		g.Spawn("slow", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Second); return nil })
		synctest.Wait()
		go func() { _ = g.StopInOrder(errCause) }()
		synctest.Wait()
		if g.Go(func(context.Context) error { return nil }) {
			t.Error("Go is true during a stop in order")
		}
		_ = g.Wait()
		for _, c := range l.calls() {
			if c.what == "skip" && (c.ID != 1 || !errors.Is(c.Err, fate.ErrStopped) || !errors.Is(c.Err, errCause)) {
				t.Errorf("told %v", c)
			}
		}
		l.addsUp(t, g.Tally())
	})
}

// However many wait for a child, that it is late is told once.
func TestWhoIsLateIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		var again error
		g := fate.New(t.Context(), collectall.Strategy{}, fate.Observe(fate.Observer{Late: func(g *fate.Group, _ fate.Event, _ time.Duration) {
			told++
			again = g.StopInOrder(errCause)
		}}))
		g.Spawn("slow", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Hour); return nil }, fate.Grace(time.Second))
		synctest.Wait()
		go func() { _ = g.StopInOrder(errCause) }()
		_ = g.StopInOrder(errCause)
		_ = g.Wait()
		var late *fate.LateError
		if told != 1 || !errors.As(again, &late) {
			t.Errorf("told %d times; from there it was %v", told, again)
		}
	})
}

// In a restart of several, nobody starts before observers have been told of the run before.
func TestARestartIsToldBeforeTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		o := l.observer()
		restart := o.Restart
		o.Restart = func(g *fate.Group, e fate.Event, d time.Duration) {
			time.Sleep(time.Minute)
			restart(g, e, d)
		}
		g := fate.New(t.Context(), together(0, everybody), fate.Observe(o))
		fails := make(chan error)
		g.Spawn("member", untilDone)
		synctest.Wait()
		g.Spawn("failing", func(context.Context) error { return <-fails })
		synctest.Wait()
		fails <- errTask
		time.Sleep(time.Hour)
		g.Stop(nil)
		close(fails)
		_ = g.Wait()
		var member []string
		for _, line := range l.lines {
			if strings.Contains(line, "member") {
				member = append(member, line)
			}
		}
		if want := []string{"start member 0 ok", "restart member 0 0s", "start member 1 ok"}; len(member) < 3 || !slices.Equal(member[:3], want) {
			t.Errorf("told %q, want %q first", member, want)
		}
	})
}

// An observer that calls runtime.Goexit when it is told of a restart, or of who is late, stops the group and strands nobody.
func TestObserversOfRestartsMayExit(t *testing.T) {
	exit := func(*fate.Group, fate.Event, time.Duration) { runtime.Goexit() }
	for name, o := range map[string]fate.Observer{"Restart": {Restart: exit}, "Late": {Late: exit}} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), together(0, everybody), fate.Panics(fate.Return), fate.Observe(o))
			g.Spawn("slow", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Hour); return ctx.Err() }, fate.Grace(time.Second))
			synctest.Wait()
			g.Spawn("failing", func(context.Context) error { return errTask })
			var p *fate.PanicError
			if err := g.Wait(); !errors.As(err, &p) {
				t.Errorf("%s: Wait is %v", name, err)
			}
			if tally := g.Tally(); !balanced(tally) || tally.Running+tally.Held > 0 {
				t.Errorf("%s: %v", name, tally)
			}
		})
	}
}

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
)

// A diary has what children did, in order. Its children run until they are told to end.
type diary struct {
	mu    sync.Mutex
	lines []string
	began time.Time
}

func (d *diary) note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf("%v ", time.Since(d.began))+fmt.Sprintf(format, args...))
}

// child runs until its context ends and takes some time to end then; fails fails it.
func (d *diary) child(name string, fails <-chan error, ends time.Duration) fate.Task {
	return func(ctx context.Context) error {
		d.note("%s begins", name)
		select {
		case err := <-fails:
			d.note("%s fails", name)
			return err
		case <-ctx.Done():
		}
		d.note("%s is cancelled: %v", name, context.Cause(ctx))
		time.Sleep(ends)
		d.note("%s ends", name)
		return ctx.Err()
	}
}

func (d *diary) want(t *testing.T, lines ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.lines, lines) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(d.lines, "\n\t"), strings.Join(lines, "\n\t"))
	}
	d.lines = nil
}

// sort orders all lines but the first n: those that begin together may overtake each other before they write.
func (d *diary) sort(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	slices.Sort(d.lines[n:])
}

func (d *diary) clear() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	lines := d.lines
	d.lines = nil
	return lines
}

// together restarts a child that failed with those that which picks, and those that were cancelled for it.
func together(after time.Duration, which func(*fate.Child) bool) policy {
	return policy{settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
		switch {
		case e.Cause == errRestart:
			return fate.Restart(0)
		case e.Kind.Failure():
			return fate.Restart(after).With(which, errRestart)
		}
		return fate.Continue
	}}
}

func everybody(*fate.Child) bool { return true }

// The others are cancelled newest first, one by one; once all have ended, and the time has passed, all are started in spawn order.
func TestARestartWithOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), together(10*time.Second, everybody))
		fails := make(chan error)
		g.Spawn("a", d.child("a", nil, time.Second))
		g.Spawn("b", d.child("b", fails, 0))
		synctest.Wait()
		g.Spawn("c", d.child("c", nil, 2*time.Second))
		synctest.Wait()
		d.sort(0)
		d.want(t, "0s a begins", "0s b begins", "0s c begins")
		fails <- errTask
		time.Sleep(12 * time.Second)
		synctest.Wait()
		d.want(t, "0s b fails", "0s c is cancelled: "+errRestart.Error(), "2s c ends", "2s a is cancelled: "+errRestart.Error(), "3s a ends")
		time.Sleep(time.Second)
		synctest.Wait()
		d.sort(0)
		d.want(t, "13s a begins", "13s b begins", "13s c begins")
		if tally := g.Tally(); tally.Restarted != 3 || tally.Running != 3 {
			t.Errorf("%v", tally)
		}
		g.Stop(errCause)
		wantIs(t, g.Wait(), errCause)
	})
}

func TestARestartWithSomeLeavesTheOthersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), together(0, func(c *fate.Child) bool { return c.ID() > 1 }))
		fails := make(chan error)
		g.Spawn("a", d.child("a", nil, 0))
		g.Spawn("b", d.child("b", fails, 0))
		g.Spawn("c", d.child("c", nil, 0))
		synctest.Wait()
		d.clear()
		fails <- errTask
		synctest.Wait()
		lines := d.clear()
		if len(lines) != 5 || slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "0s a") }) {
			t.Errorf("got %v, want what b and c did", lines)
		}
		g.Stop(nil)
		_ = g.Wait()
	})
}

// One that does not end in time is not waited for, and starts again when it has ended, never beside itself.
func TestOneThatDoesNotEndInTimeRestartsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), together(0, everybody))
		fails := make(chan error)
		g.Spawn("a", d.child("a", fails, 0))
		g.Spawn("b", d.child("b", nil, time.Hour), fate.Grace(time.Second))
		synctest.Wait()
		d.clear()
		fails <- errTask
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		d.want(t, "0s a fails", "0s b is cancelled: "+errRestart.Error(), "1s a begins", "1h0m0s b ends", "1h0m0s b begins")
		g.Stop(nil)
		_ = g.Wait()
	})
}

// Failures that come while a restart goes on become a part of it.
func TestFailuresDuringARestartJoinIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), together(0, everybody))
		first, second := make(chan error, 1), make(chan error, 1)
		g.Spawn("a", d.child("a", second, 0))
		g.Spawn("b", d.child("b", first, 0))
		g.Spawn("c", d.child("c", nil, time.Minute), fate.Grace(time.Hour))
		synctest.Wait()
		d.clear()
		first <- errTask
		time.Sleep(time.Second)
		second <- errTask
		time.Sleep(time.Hour)
		synctest.Wait()
		d.sort(4)
		d.want(t, "0s b fails", "0s c is cancelled: "+errRestart.Error(), "1s a fails", "1m0s c ends",
			"1m0s a begins", "1m0s b begins", "1m0s c begins")
		if tally := g.Tally(); tally.Restarted != 3 {
			t.Errorf("%v", tally)
		}
		g.Stop(nil)
		_ = g.Wait()
	})
}

// A child that is to wait long holds up those spawned after it, and nobody else. One whose time comes earlier waits for those before it.
func TestEachWaitsForItsOwnTimeDuringARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waits := map[string]time.Duration{"a": time.Second, "b": 2 * time.Second, "c": 10 * time.Second}
		s := policy{settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
			if e.Cause == errRestart {
				return fate.Restart(0)
			}
			return fate.Restart(waits[e.Name]).With(func(c *fate.Child) bool { return c.ID() > e.ID }, errRestart)
		}}
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), s)
		fails := map[string]chan error{"a": make(chan error), "b": make(chan error), "c": make(chan error)}
		for _, name := range []string{"a", "b", "c"} {
			g.Spawn(name, d.child(name, fails[name], time.Second))
			synctest.Wait()
		}
		d.clear()
		fails["c"] <- errTask
		time.Sleep(4 * time.Second)
		fails["a"] <- errTask // b ends at 5s
		time.Sleep(4 * time.Second)
		synctest.Wait()
		why := " is cancelled: " + errRestart.Error()
		d.sort(4)
		d.want(t, "0s c fails", "4s a fails", "4s b"+why, "5s b ends", "6s a begins", "6s b begins")
		fails["b"] <- errTask // it is to wait until 10s, as c is, which must come after it
		time.Sleep(2 * time.Second)
		synctest.Wait()
		d.sort(1)
		d.want(t, "8s b fails", "10s b begins", "10s c begins")
		if tally := g.Tally(); tally.Restarted != 4 {
			t.Errorf("%v", tally)
		}
		fails["c"] <- errTask
		time.Sleep(time.Second)
		fails["a"] <- errTask // b ends at 12s, and c would have been ready at 20s
		time.Sleep(time.Second)
		synctest.Wait()
		waits["b"] = time.Minute
		time.Sleep(2 * time.Second)
		fails["b"] <- errTask
		time.Sleep(time.Hour)
		synctest.Wait()
		d.sort(4)
		d.want(t, "10s c fails", "11s a fails", "11s b"+why, "12s b ends", "13s a begins", "13s b begins", "14s b fails",
			"1m14s b begins", "1m14s c begins")
		g.Stop(nil)
		_ = g.Wait()
	})
}

// A member that the strategy does not restart has ended; one that was cancelled on purpose meanwhile, too, at once.
func TestWhoIsNotRestartedWithTheOthersHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := together(time.Minute, everybody)
		settle := s.settle
		s.settle = func(tally fate.Tally, e fate.Event) fate.Verdict {
			if e.Name == "temporary" {
				return fate.Continue
			}
			return settle(tally, e)
		}
		d := &diary{began: time.Now()}
		g := fate.New(t.Context(), s)
		fails := make(chan error)
		g.Spawn("a", d.child("a", fails, 0))
		temporary := g.Spawn("temporary", d.child("temporary", nil, 0))
		dropped := g.Spawn("dropped", d.child("dropped", nil, 0))
		synctest.Wait()
		fails <- errTask
		synctest.Wait()
		if !hasEnded(temporary) || hasEnded(dropped) {
			t.Error("the temporary one has not ended, or the other has")
		}
		dropped.Cancel(errCause)
		synctest.Wait()
		if !hasEnded(dropped) {
			t.Error("a child cancelled while it waits to be restarted has not ended")
		}
		d.clear()
		time.Sleep(time.Hour)
		synctest.Wait()
		d.want(t, "1m0s a begins")
		g.Stop(nil)
		_ = g.Wait()
		wantTally(t, g, fate.Tally{Offered: 3, Cancelled: 3, Restarted: 1})
	})
}

// A stop at any moment of a restart ends it.
func TestAStopAtAnyMomentOfARestart(t *testing.T) {
	for moment := range 12 {
		for name, stop := range map[string]func(*fate.Group){
			"Stop":        func(g *fate.Group) { g.Stop(errCause) },
			"StopInOrder": func(g *fate.Group) { _ = g.StopInOrder(errCause) },
		} {
			synctest.Test(t, func(t *testing.T) {
				d := &diary{began: time.Now()}
				g := fate.New(t.Context(), together(3*time.Second, everybody))
				fails := make(chan error, 1)
				for i := range 3 {
					g.Spawn("child", d.child(fmt.Sprint(i), fails, 2*time.Second))
				}
				synctest.Wait()
				fails <- errTask
				time.Sleep(time.Duration(moment) * time.Second)
				stop(g)
				wantIs(t, g.Wait(), errCause)
				tally := g.Tally()
				if !balanced(tally) || tally.Cancelled+tally.Failed != 3 || tally.Restarted > 3 {
					t.Errorf("%s after %ds: %v", name, moment, tally)
				}
			})
		}
	}
}

func TestAFaultInTheSelectorOfARestartSurfaces(t *testing.T) {
	for name, fault := range map[string]func(*fate.Child) bool{
		"panics": func(*fate.Child) bool { panic(errFault) },
		"exits":  func(*fate.Child) bool { runtime.Goexit(); return false },
	} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), together(0, fault), fate.Panics(fate.Return))
			g.Spawn("other", untilDone)
			synctest.Wait()
			g.Spawn("child", func(context.Context) error { return errTask })
			var p *fate.PanicError
			if err := g.Wait(); !errors.As(err, &p) {
				t.Errorf("%s: Wait is %v", name, err)
			}
			wantTally(t, g, fate.Tally{Offered: 2, Cancelled: 2})
		})
	}
}

// A member's grace is its own: it does not begin anew when newer ones join.
func TestAMembersGraceIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{began: time.Now()}
		late := fate.Observe(fate.Observer{Late: func(_ *fate.Group, e fate.Event, _ time.Duration) { d.note("%s is late", e.Name) }})
		g := fate.New(t.Context(), together(0, everybody), late)
		fails := make(chan error, 1)
		g.Spawn("slow", d.child("slow", nil, time.Hour), fate.Grace(3*time.Second))
		g.Spawn("a", d.child("a", fails, 0))
		synctest.Wait()
		d.clear()
		fails <- errTask
		for range 4 {
			time.Sleep(time.Second)
			more := make(chan error, 1)
			more <- errTask
			g.Spawn("newer", d.child("newer", more, 0))
		}
		lines := d.clear()
		if !slices.Contains(lines, "3s slow is late") {
			t.Errorf("told %q", lines)
		}
		g.Stop(nil)
		_ = g.Wait()
	})
}

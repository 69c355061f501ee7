package limiter_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
	"github.com/sharedfate/fate/shed"
)

// What a strategy refuses holds nothing, and is counted as any other task.
func TestATaskThatItsStrategyShedsHoldsNothing(t *testing.T) {
	l := limiter.New(10)
	g := fate.New(t.Context(), shed.Strategy{Limit: 1})
	gate := make(chan struct{})
	wantIs(t, l.Go(g, 2, until(gate)), nil)
	for range 2 {
		wantIs(t, l.Go(g, 3, succeeds), fate.ErrShed)
	}
	if l.TryGo(g, 3, succeeds) {
		t.Error("accepted")
	}
	wantStats(t, l, limiter.Stats{Size: 10, InUse: 2})
	close(gate)
	wantIs(t, g.Wait(), nil)
	wantTally(t, g, fate.Tally{Offered: 4, OK: 1, Shed: 3})
	wantStats(t, l, limiter.Stats{Size: 10})
}

// fickle holds tasks while one runs, and sheds or does worse to those held once that has ended. Nobody but the group learns of it.
type fickle struct {
	then func() fate.Admission
}

func (s fickle) Admit(t fate.Tally) fate.Admission {
	switch {
	case t.Ended() > 0:
		return s.then()
	case t.Running > 0:
		return fate.Hold
	}
	return fate.Run
}
func (fickle) Settle(fate.Tally, fate.Event) fate.Verdict { return fate.Continue }
func (fickle) Conclude(s fate.Summary) error              { return s.Join() }

// A held task may be shed while its group lives on: its weight comes back then, not when the group ends.
func TestAHeldTaskThatIsShedGivesItsWeightBack(t *testing.T) {
	for what, then := range map[string]func() fate.Admission{
		"shed":  func() fate.Admission { return fate.Shed },
		"fault": func() fate.Admission { panic(errCause) },
	} {
		synctest.Test(t, func(t *testing.T) {
			l := limiter.New(10)
			g := fate.New(t.Context(), fickle{then}, fate.Panics(fate.Return))
			gate := make(chan struct{})
			g.Go(until(gate))
			for range 3 {
				wantIs(t, l.Go(g, 2, func(context.Context) error { t.Error("it ran"); return nil }), nil)
			}
			wantStats(t, l, limiter.Stats{Size: 10, InUse: 6})
			close(gate)
			synctest.Wait()
			wantStats(t, l, limiter.Stats{Size: 10})
			err := g.Wait()
			tally := fate.Tally{Offered: 4, OK: 1, Shed: 3}
			if what == "fault" {
				wantIs(t, err, errCause)
				tally = fate.Tally{Offered: 4, OK: 1, Skipped: 3}
			}
			wantTally(t, g, tally)
		})
	}
}

// A strategy that calls runtime.Goexit when it is asked takes the producer with it, and not its weight.
func TestAStrategyThatExitsLosesNoWeight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(10), newCallers(t)
		g := fate.New(t.Context(), fickle{func() fate.Admission { runtime.Goexit(); return fate.Run }}, fate.Panics(fate.Return))
		wantIs(t, l.Go(g, 1, succeeds), nil)
		synctest.Wait()
		c.start("Go", func() error { return l.Go(g, 2, succeeds) })
		c.want() // nobody comes back
		wantStats(t, l, limiter.Stats{Size: 10})
		wantIs(t, l.Go(g, 1, succeeds), fate.ErrStopped)
		wantIs(t, g.Wait(), fate.ErrGoexit)
		wantStats(t, l, limiter.Stats{Size: 10})
	})
}

// Promise 2 of fate holds for a task that never got as far as its group: one that was kept from running by a stop shows in Wait's error,
// and one that was refused for want of weight was told so.
func TestWhatIsRefusedIsCountedByTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(1), newCallers(t)
		_ = l.TryAcquire(1)
		g := fate.New(t.Context(), collectall.Strategy{})
		g.Go(func(context.Context) error { time.Sleep(time.Second); return nil })
		if l.TryGo(g, 1, succeeds) {
			t.Error("accepted")
		}
		wantTally(t, g, fate.Tally{Offered: 2, Running: 1, Shed: 1})
		c.start("Go", func() error { return l.Go(g, 1, succeeds) })
		g.Stop(errCause)
		c.want("Go")
		wantTally(t, g, fate.Tally{Offered: 3, Running: 1, Skipped: 1, Shed: 1})
		wantIs(t, g.Wait(), errCause)
		wantTally(t, g, fate.Tally{Offered: 3, OK: 1, Skipped: 1, Shed: 1})
	})
}

// A group's context ends when its Wait returns, and whoever still waits for weight is told then. The group's tally is final.
func TestAWaitingGoComesBackWhenWaitReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(1), newCallers(t)
		_ = l.TryAcquire(1)
		g := fate.New(t.Context(), failfast.Strategy{})
		c.start("Go", func() error { return l.Go(g, 1, succeeds) })
		c.want()
		wantIs(t, g.Wait(), nil)
		c.want("Go")
		c.wantErr("Go", fate.ErrStopped)
		l.Release(1)
		wantIs(t, l.Go(g, 1, succeeds), fate.ErrStopped)
		if l.TryGo(g, 1, succeeds) {
			t.Error("accepted after Wait")
		}
		wantTally(t, g, fate.Tally{})
		wantStats(t, l, limiter.Stats{Size: 1})
	})
}

// slow takes its time to conclude.
type slow struct {
	failfast.Strategy
	concludes, gate chan struct{}
}

func (s slow) Conclude(sum fate.Summary) error {
	close(s.concludes)
	<-s.gate
	return s.Strategy.Conclude(sum)
}

// While Wait concludes the group has stopped, though its context has not ended.
func TestOfferedWhileWaitConcludesIsStopped(t *testing.T) {
	l := limiter.New(1)
	s := slow{concludes: make(chan struct{}), gate: make(chan struct{})}
	g := fate.New(t.Context(), s)
	done := make(chan error)
	go func() { done <- g.Wait() }()
	<-s.concludes
	wantIs(t, l.Go(g, 1, succeeds), fate.ErrStopped)
	if l.TryGo(g, 1, succeeds) {
		t.Error("accepted")
	}
	close(s.gate)
	wantIs(t, <-done, nil)
	wantTally(t, g, fate.Tally{})
	wantStats(t, l, limiter.Stats{Size: 1})
}

// A task keeps its weight while its own group holds it back: that is why groups without a limit are recommended.
func TestATaskHeldByItsGroupKeepsItsWeight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := limiter.New(3), newCallers(t)
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(1))
		gate := make(chan struct{})
		for _, name := range []string{"runs", "is held", "waits for room"} {
			c.start(name, func() error { return l.Go(g, 1, until(gate)) })
		}
		c.want("runs", "is held")
		wantStats(t, l, limiter.Stats{Size: 3, InUse: 3})
		close(gate)
		c.want("waits for room")
		wantIs(t, g.Wait(), nil)
		wantStats(t, l, limiter.Stats{Size: 3})
	})
}

// Go takes the weight and then the slot, a Task the slot and then the weight. In one group with a limit they may wait for each other, which
// ends when the group is stopped.
func TestGoAndTaskInOneGroupWithALimitMayWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithCancelCause(t.Context())
		l := limiter.New(1)
		g := fate.New(parent, failfast.Strategy{Limit: 1})
		gate := make(chan struct{})
		g.Go(func(ctx context.Context) error { <-gate; return l.Task(1, succeeds)(ctx) })
		wantIs(t, l.Go(g, 1, succeeds), nil)
		close(gate)
		synctest.Wait()
		wantStats(t, l, limiter.Stats{Size: 1, InUse: 1, Waiting: 1, Wanted: 1})
		wantTally(t, g, fate.Tally{Offered: 2, Held: 1, Running: 1})
		cancel(errCause)
		synctest.Wait()
		wantStats(t, l, limiter.Stats{Size: 1})
		wantIs(t, g.Wait(), errCause)
	})
}

// A group listens to its parent for the sake of those that wait for what its tasks hold, once for all of them, and only if it holds one back.
func TestAGroupListensToItsParentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for held, want := range []int32{0, 1, 1, 1} {
			parent, l := newForeign(), limiter.New(10)
			g := fate.New(parent, failfast.Strategy{Limit: 1})
			gate := make(chan struct{})
			for range 1 + held {
				wantIs(t, l.Go(g, 1, until(gate)), nil)
			}
			if got := parent.ever.Load(); got != want {
				t.Errorf("%d held: %d registrations, want %d", held, got, want)
			}
			close(gate)
			wantIs(t, g.Wait(), nil)
			if left := parent.registered.Load(); left != 0 {
				t.Errorf("%d held: %d registrations are left after Wait", held, left)
			}
		}
	})
}

// Beyond what a group's Go costs there is one allocation for a task that does not wait.
func TestAllocationsOfGo(t *testing.T) {
	const tasks = 100
	run := func(offer func(*limiter.Limiter, *fate.Group)) float64 {
		l := limiter.New(tasks)
		return testing.AllocsPerRun(50, func() {
			g := fate.New(context.Background(), failfast.Strategy{})
			for range tasks {
				offer(l, g)
			}
			_ = g.Wait()
		})
	}
	plain := run(func(_ *limiter.Limiter, g *fate.Group) { g.Go(succeeds) })
	for name, offer := range map[string]func(*limiter.Limiter, *fate.Group){
		"Go":    func(l *limiter.Limiter, g *fate.Group) { _ = l.Go(g, 1, succeeds) },
		"TryGo": func(l *limiter.Limiter, g *fate.Group) { l.TryGo(g, 1, succeeds) },
	} {
		// Some for what is made anew now and then; one more for each task would be tasks.
		if got := run(offer); got > plain+tasks+tasks/4 {
			t.Errorf("%s: %v allocations for %d tasks, the group alone has %v", name, got, tasks, plain)
		}
	}
}

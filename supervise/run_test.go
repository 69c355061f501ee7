package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/supervise"
)

// When ctx ends, children are stopped one by one, the newest first, and Run says why if one was cut short.
func TestRunStopsInOrderWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		d := newDiary()
		s := &supervise.Strategy{Children: []supervise.Child{
			{Name: "db", Run: d.child("db", nil, time.Second)},
			{Name: "cache", Run: d.child("cache", nil, time.Second)},
			{Name: "http", Run: d.child("http", nil, time.Second)},
		}}
		result := make(chan error, 1)
		go func() { result <- supervise.Run(ctx, s) }()
		synctest.Wait()
		d.want(t, "0s cache begins", "0s db begins", "0s http begins")
		cancel(errCause)
		err := <-result
		d.want(t, "0s http is stopped", "1s http has stopped", "1s cache is stopped", "2s cache has stopped", "2s db is stopped", "3s db has stopped")
		wantIs(t, err, errCause)
		if _, ok := err.(*fate.Errors); !ok {
			t.Errorf("Run returned %#v", err)
		}
	})
}

// A stop that cut nobody short does not show.
func TestRunReturnsNilWhenAllStopWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		well := func(ctx context.Context) error { <-ctx.Done(); return nil }
		s := &supervise.Strategy{Restart: supervise.Permanent, Children: []supervise.Child{{Name: "a", Run: well}, {Name: "b", Run: well}}}
		time.AfterFunc(time.Second, cancel)
		if err := supervise.Run(ctx, s); err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
}

func TestRunWithAContextThatHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	s := &supervise.Strategy{Children: []supervise.Child{{Name: "a", Run: func(context.Context) error { t.Error("it ran"); return nil }}}}
	wantIs(t, supervise.Run(ctx, s), errCause)
	if err := supervise.Run(ctx, &supervise.Strategy{}); err != nil {
		t.Errorf("without children: %v", err)
	}
}

// Children have the values of ctx, and not its deadline, which they are to outlive until it is their turn.
func TestChildrensContexts(t *testing.T) {
	type key struct{}
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, 7), time.Hour)
	defer cancel()
	err := supervise.Run(ctx, &supervise.Strategy{Children: []supervise.Child{{Name: "a", Run: func(ctx context.Context) error {
		if _, ok := ctx.Deadline(); ok || ctx.Value(key{}) != 7 {
			t.Errorf("deadline %v, value %v", ok, ctx.Value(key{}))
		}
		return nil
	}}}})
	if err != nil {
		t.Error(err)
	}
}

// Giving up and ErrStopAll stop in order too, and nobody is restarted any more.
func TestAStopByTheStrategyIsInOrder(t *testing.T) {
	for _, why := range []error{errTask, supervise.ErrStopAll} {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			fails := make(chan error)
			g := fate.New(t.Context(), &supervise.Strategy{Intensity: 1, Backoff: at(time.Hour)})
			g.Spawn("a", d.child("a", nil, time.Second))
			synctest.Wait()
			g.Spawn("b", d.child("b", nil, time.Second))
			synctest.Wait()
			g.Spawn("waits", func(context.Context) error { return errOther })
			g.Spawn("child", d.child("child", fails, 0))
			synctest.Wait()
			d.want(t, "0s a begins", "0s b begins", "0s child begins")
			fails <- why
			err := g.Wait()
			d.want(t, "0s child ends: "+why.Error(), "0s b is stopped", "1s b has stopped", "1s a is stopped", "2s a has stopped")
			wantIs(t, err, why)
			if want := (fate.Tally{Offered: 4, Failed: 1, Cancelled: 3}); g.Tally() != want {
				t.Errorf("%v; want %v", g.Tally(), want)
			}
		})
	}
}

// Who does not stop in time is reported at once, and in Run's error; it is joined all the same.
func TestWhoIsLateIsReported(t *testing.T) {
	for name, stop := range map[string]func(context.CancelCauseFunc, chan error){
		"ctx ends":    func(cancel context.CancelCauseFunc, _ chan error) { cancel(errCause) },
		"it gives up": func(_ context.CancelCauseFunc, fails chan error) { fails <- errCause; fails <- errCause },
		"stop all": func(_ context.CancelCauseFunc, fails chan error) {
			fails <- errors.Join(errCause, supervise.ErrStopAll)
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			d := newDiary()
			fails := make(chan error)
			began := time.Now()
			var told *fate.LateError
			var after time.Duration
			s := &supervise.Strategy{Intensity: 1, Backoff: at(0),
				Late: func(e *fate.LateError) { told, after = e, time.Since(began) },
				Children: []supervise.Child{
					{Name: "first", Run: d.child("first", nil, time.Hour), Grace: time.Minute},
					{Name: "prompt", Run: d.child("prompt", nil, 0)},
					{Name: "usual", Run: d.child("usual", nil, time.Hour)},
					{Name: "in time", Run: d.child("in time", nil, 8*time.Second), Grace: 9 * time.Second},
					{Name: "late for its turn", Run: d.child("late for its turn", nil, 3*time.Second), Grace: time.Second},
					{Name: "child", Run: d.child("child", fails, 0)},
				}}
			result := make(chan error, 1)
			go func() { result <- supervise.Run(ctx, s) }()
			synctest.Wait()
			stop(cancel, fails)
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			if told == nil || len(told.Late) != 2 || told.Late[0].Child.Name() != "usual" || told.Late[0].Grace != fate.DefaultGrace ||
				told.Late[1].Child.Name() != "first" || told.Late[1].Grace != time.Minute || after != 74*time.Second {
				t.Errorf("%s: told of %v after %v", name, told, after)
			}
			err := <-result
			if took := time.Since(began); took != time.Hour+14*time.Second {
				t.Errorf("%s: Run returned after %v", name, took)
			}
			var late *fate.LateError
			if !errors.As(err, &late) || late != told {
				t.Errorf("%s: Run returned %v", name, err)
			}
			wantIs(t, err, errCause)
		})
	}
}

// A stop during the backoff ends it at once.
func TestAStopDuringTheBackoff(t *testing.T) {
	for _, radius := range []supervise.Radius{supervise.Itself, supervise.Later, supervise.All} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			runs := 0
			time.AfterFunc(time.Minute, func() { cancel(errCause) })
			began := time.Now()
			err := supervise.Run(ctx, &supervise.Strategy{Radius: radius, Backoff: at(time.Hour), Children: []supervise.Child{
				{Name: "other", Run: untilDone},
				{Name: "child", Run: func(context.Context) error { runs++; return errTask }},
			}})
			if took := time.Since(began); took != time.Minute || runs != 1 {
				t.Errorf("%v: %d runs in %v", radius, runs, took)
			}
			wantIs(t, err, errCause)
		})
	}
}

// A child cancelled on purpose does not come back, whether it runs or waits to.
func TestACancelledChildDoesNotComeBack(t *testing.T) {
	for _, radius := range []supervise.Radius{supervise.Itself, supervise.Later, supervise.All} {
		for _, restart := range []supervise.Restart{supervise.Transient, supervise.Permanent} {
			synctest.Test(t, func(t *testing.T) {
				s := &supervise.Strategy{Restart: restart, Radius: radius, Intensity: 1, Backoff: at(time.Hour)}
				g := fate.New(t.Context(), s)
				running := g.Spawn("running", func(ctx context.Context) error { <-ctx.Done(); return errTask })
				waits := g.Spawn("waits", func(context.Context) error { return errTask })
				synctest.Wait()
				running.Cancel(errCause)
				waits.Cancel(errCause)
				synctest.Wait()
				if !hasEnded(running) || !hasEnded(waits) {
					t.Errorf("%v, %v: they have not ended", radius, restart)
				}
				if err := g.Wait(); err != nil {
					t.Errorf("%v, %v: Wait is %v", radius, restart, err)
				}
				if want := (fate.Tally{Offered: 2, Cancelled: 2}); g.Tally() != want {
					t.Errorf("%v, %v: %v", radius, restart, g.Tally())
				}
			})
		}
	}
}

// A timeout is a failure like any other; each run has it for itself.
func TestATimeoutRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		began := time.Now()
		err := supervise.Run(t.Context(), &supervise.Strategy{Intensity: 2, Period: time.Hour, Backoff: at(time.Second), Children: []supervise.Child{
			{Name: "child", Timeout: time.Minute, Run: func(ctx context.Context) error { runs++; <-ctx.Done(); return context.Cause(ctx) }},
		}})
		var gave *supervise.GaveUpError
		if !errors.As(err, &gave) || runs != 3 || time.Since(began) != 3*time.Minute+2*time.Second {
			t.Errorf("%d runs in %v, and Run returned %v", runs, time.Since(began), err)
		}
		wantIs(t, err, context.DeadlineExceeded)
	})
}

// Daemons end with the others and are not restarted then; a failure of theirs before that restarts them.
func TestDaemons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		err := supervise.Run(t.Context(), &supervise.Strategy{Restart: supervise.Permanent, Backoff: at(time.Second), Children: []supervise.Child{
			{Name: "daemon", Daemon: true, Run: func(ctx context.Context) error {
				if runs.Add(1) == 1 {
					return errTask
				}
				return untilDone(ctx)
			}},
			{Name: "child", Run: func(context.Context) error { time.Sleep(time.Minute); return supervise.ErrDone }},
		}})
		if err != nil || runs.Load() != 2 {
			t.Errorf("%d runs, and Run returned %v", runs.Load(), err)
		}
	})
}

// An inner group that gives up is a failure of the outer one's child, and starts again with everything new; then the outer one gives up.
func TestEscalation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		workers, neighbours, outside := 0, 0, 0
		inner := &supervise.Strategy{Intensity: 2, Period: time.Hour, Backoff: at(time.Second), Children: []supervise.Child{
			{Name: "neighbour", Run: func(ctx context.Context) error { neighbours++; return untilDone(ctx) }},
			{Name: "worker", Run: func(context.Context) error { workers++; panic(errTask) }},
		}}
		began := time.Now()
		err := supervise.Run(t.Context(), &supervise.Strategy{Intensity: 3, Period: time.Hour, Backoff: at(time.Minute), Children: []supervise.Child{
			{Name: "outside", Run: func(ctx context.Context) error { outside++; return untilDone(ctx) }},
			{Name: "inner", Run: inner.Task()},
		}})
		// Three runs of the worker in each of four runs of the inner group.
		if workers != 12 || neighbours != 4 || outside != 1 || time.Since(began) != 3*time.Minute+8*time.Second {
			t.Errorf("%d, %d and %d runs in %v", workers, neighbours, outside, time.Since(began))
		}
		var gave, innermost *supervise.GaveUpError
		if !errors.As(err, &gave) || gave.Name != "inner" || !errors.As(gave.Err, &innermost) || innermost.Name != "worker" || innermost.Restarts != 2 {
			t.Errorf("Run returned %v", err)
		}
		if p, ok := errors.AsType[*fate.PanicError](err); !ok || len(p.Stack) == 0 {
			t.Errorf("the panic's stack is lost: %v", err)
		}
	})
}

// ErrStopAll goes through all levels, each stopped in order.
func TestStopAllReachesTheOutermost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		fails := make(chan error)
		inmost := &supervise.Strategy{Children: []supervise.Child{
			{Name: "deep", Run: d.child("deep", nil, time.Second)}, {Name: "child", Run: d.child("child", fails, 0)}}}
		middle := &supervise.Strategy{Restart: supervise.Permanent, Children: []supervise.Child{
			{Name: "between", Run: d.child("between", nil, time.Second)}, {Name: "inmost", Run: inmost.Task()}}}
		result := make(chan error, 1)
		go func() {
			result <- supervise.Run(t.Context(), &supervise.Strategy{Children: []supervise.Child{
				{Name: "top", Run: d.child("top", nil, time.Second)}, {Name: "middle", Run: middle.Task()}}})
		}()
		synctest.Wait()
		d.want(t, "0s between begins", "0s child begins", "0s deep begins", "0s top begins")
		fails <- errors.Join(supervise.ErrStopAll, errTask)
		err := <-result
		d.want(t, "0s child ends: supervise: stop all\nthe task's error", "0s deep is stopped", "1s deep has stopped",
			"1s between is stopped", "2s between has stopped", "2s top is stopped", "3s top has stopped")
		wantIs(t, err, supervise.ErrStopAll)
		wantIs(t, err, errTask)
	})
}

// An inner group that is stopped for a sibling's restart is no failure, and starts again.
func TestAnInnerGroupIsRestartedWithItsSiblings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		fails := make(chan error)
		inner := &supervise.Strategy{Children: []supervise.Child{
			{Name: "a", Run: d.child("a", nil, time.Second)}, {Name: "b", Run: d.child("b", nil, time.Second)}}}
		ctx, cancel := context.WithCancelCause(t.Context())
		result := make(chan error, 1)
		go func() {
			result <- supervise.Run(ctx, &supervise.Strategy{Radius: supervise.Later, Intensity: 1, Backoff: at(time.Second), Children: []supervise.Child{
				{Name: "first", Run: d.child("first", fails, 0)},
				{Name: "inner", Run: inner.Task()}}})
		}()
		synctest.Wait()
		d.want(t, "0s a begins", "0s b begins", "0s first begins")
		fails <- errTask
		time.Sleep(time.Minute)
		synctest.Wait()
		d.want(t, "0s first ends: the task's error", "0s b is stopped", "1s b has stopped", "1s a is stopped", "2s a has stopped",
			"3s a begins", "3s b begins", "3s first begins")
		cancel(errCause)
		wantIs(t, <-result, errCause)
	})
}

// One Strategy serves any number of Runs, also at once, and before and after a group by fate.New; such groups one after the other.
func TestAStrategyIsAsNewAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		s := &supervise.Strategy{Intensity: 2, Period: time.Hour, Backoff: at(0), Children: []supervise.Child{
			{Name: "child", Run: func(context.Context) error { return fmt.Errorf("run %d", runs.Add(1)) }}}}
		for range 3 {
			runs.Store(0)
			g := fate.New(t.Context(), s)
			s.Start(g)
			gave, ok := g.Wait().(*supervise.GaveUpError)
			if want := (fate.Tally{Offered: 1, Failed: 1, Restarted: 2}); !ok || gave.Err.Error() != "run 3" || g.Tally() != want {
				t.Errorf("Wait is %v, and the tally %v", gave, g.Tally())
			}
		}
		runs.Store(0)
		s.Intensity = 200
		g := fate.New(t.Context(), s)
		s.Start(g)
		results := make(chan error)
		for range 3 {
			go func() { results <- supervise.Run(t.Context(), s) }()
		}
		for range 3 {
			if gave, ok := (<-results).(*supervise.GaveUpError); !ok || gave.Restarts != 200 {
				t.Errorf("Run returned %v", gave)
			}
		}
		_ = g.Wait()
		if n := runs.Load(); n != 4*201 {
			t.Errorf("%d runs; want 201 of each", n)
		}
	})
}

// A fault in Backoff is the strategy's, and stops everything; those who then do not end are reported as well.
func TestAFaultInBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told *fate.LateError
		began := time.Now()
		err := supervise.Run(t.Context(), &supervise.Strategy{
			Late:    func(e *fate.LateError) { told = e },
			Backoff: func(int) time.Duration { panic(errOther) },
			Children: []supervise.Child{
				{Name: "late", Run: func(ctx context.Context) error { time.Sleep(time.Hour); return nil }},
				{Name: "other", Run: func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Second); return nil }},
				{Name: "child", Run: func(context.Context) error { time.Sleep(time.Minute); return errTask }},
			}})
		wantIs(t, err, errOther)
		wantIs(t, err, errTask)
		if told == nil || len(told.Late) != 1 || told.Late[0].Child.Name() != "late" || time.Since(began) != time.Hour {
			t.Errorf("told of %v; Run returned %v after %v", told, err, time.Since(began))
		}
	})
}

// A child without a Grace has that of package fate.
func TestGraceIsFatesByDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var late *fate.LateError
		s := &supervise.Strategy{
			Children: []supervise.Child{{Name: "slow", Run: func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Hour); return nil }}},
			Late:     func(e *fate.LateError) { late = e },
		}
		time.AfterFunc(time.Second, cancel)
		_ = supervise.Run(ctx, s)
		if late == nil || len(late.Late) != 1 || late.Late[0].Grace != fate.DefaultGrace {
			t.Errorf("late were %v", late)
		}
	})
}

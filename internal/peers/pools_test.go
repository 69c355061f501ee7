package peers_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// runtime.Goexit in a task of pond's hangs whoever waits for its group. Ours returns ErrGoexit.
func TestGoexitHangsPondsGroup(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{Limit: 2})
	g.Go(func(context.Context) error { runtime.Goexit(); return nil })
	if err := g.Wait(); !errors.Is(err, fate.ErrGoexit) {
		t.Errorf("ours returns %v", err)
	}
	hangs(t, func(*testing.T) {
		p := pond.NewPool(2).NewGroup()
		p.Submit(func() { runtime.Goexit() })
		_ = p.Wait()
	})
}

// pond replaces the worker that it takes with it: a pool of one runs what comes then. So does ours.
func TestGoexitCostsPondNoWorker(t *testing.T) {
	pool := pond.NewPool(1)
	defer pool.StopAndWait()
	pool.Submit(func() { runtime.Goexit() })
	if err := pool.Submit(func() {}).Wait(); err != nil {
		t.Errorf("pond returns %v", err)
	}
	g := fate.New(t.Context(), collectall.Strategy{Limit: 1})
	g.Go(func(context.Context) error { runtime.Goexit(); return nil })
	g.Go(func(context.Context) error { return nil })
	if err := g.Wait(); !errors.Is(err, fate.ErrGoexit) || g.Tally().OK != 1 {
		t.Errorf("ours returns %v: %v", err, g.Tally())
	}
}

// What Wait of pond's group returns is the first error itself, and the cause of its context is another that has its text alone:
// errors.Is does not find the first in it. Ours are both that error.
func TestCauseOfPondsGroup(t *testing.T) {
	pool := pond.NewPool(2)
	defer pool.StopAndWait()
	p := pool.NewGroup()
	p.SubmitErr(func() error { return errTask })
	if err := p.Wait(); err != errTask || errors.Is(context.Cause(p.Context()), errTask) || context.Cause(p.Context()).Error() != errTask.Error() {
		t.Errorf("pond's: %v, %v", err, context.Cause(p.Context()))
	}
	g := fate.New(t.Context(), failfast.Strategy{Limit: 2})
	g.Go(func(context.Context) error { return errTask })
	if err := g.Wait(); err != errTask || context.Cause(g.Context()) != errTask {
		t.Errorf("ours: %v, %v", err, context.Cause(g.Context()))
	}
}

// Without an option pond's pool queues whatever is submitted: the limit holds tasks back, and not their producer. Ours holds a few, and then
// its producer waits.
func TestPondQueuesWithoutABound(t *testing.T) {
	const n = 10_000
	pool, goOn := pond.NewPool(1), make(chan struct{})
	defer pool.StopAndWait()
	p := pool.NewGroup()
	for range n {
		p.Submit(func() { <-goOn })
	}
	if waiting := pool.WaitingTasks(); waiting < n-1 {
		t.Errorf("%d tasks wait at pond", waiting)
	}
	g, offered := fate.New(t.Context(), failfast.Strategy{Limit: 1}), 0
	for g.TryGo(func(context.Context) error { <-goOn; return nil }) { // which is refused where Go would wait
		offered++
	}
	if offered != 1+fate.DefaultBacklog {
		t.Errorf("%d tasks were taken by ours", offered)
	}
	close(goOn)
	if err := errors.Join(p.Wait(), g.Wait()); err != nil {
		t.Error(err)
	}
}

// A panic in a task of pond's is an error of Wait, unless the pool was told otherwise. Ours ends the process, unless the group was told
// otherwise.
func TestPondTakesAPanicForAnError(t *testing.T) {
	pool := pond.NewPool(1)
	defer pool.StopAndWait()
	p := pool.NewGroup()
	p.Submit(func() { panic(errTask) })
	if err := p.Wait(); !errors.Is(err, pond.ErrPanic) || !errors.Is(err, errTask) {
		t.Errorf("pond's Wait returns %v", err)
	}
	g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Panics(fate.Return))
	g.Go(func(context.Context) error { panic(errTask) })
	if p, ok := errors.AsType[*fate.PanicError](g.Wait()); !ok || !errors.Is(p, errTask) {
		t.Errorf("ours returns %v", p)
	}
}

// Whoever imports ants has two goroutines that nobody started.
func TestAntsStartsTwoGoroutinesAtImport(t *testing.T) {
	if atImport != 3 {
		t.Errorf("%d goroutines before the first test, not 3", atImport)
	}
}

// ants takes a nil task, and the worker that gets it ends. Ours panics in the caller.
func TestANilTaskEndsAWorkerOfAnts(t *testing.T) {
	pool, err := ants.NewPool(1)
	if err != nil {
		t.Fatal(err)
	}
	started, goOn := make(chan struct{}), make(chan struct{})
	if err := pool.Submit(func() { close(started); <-goOn }); err != nil {
		t.Fatal(err)
	}
	<-started
	if n := pool.Running(); n != 1 {
		t.Errorf("%d workers before", n)
	}
	close(goOn)
	if err := pool.Submit(nil); err != nil { // waits for the one worker
		t.Errorf("ants refuses a nil task: %v", err)
	}
	for pool.Running() > 0 { // it does not come back
		runtime.Gosched()
	}
	if err := pool.ReleaseContext(t.Context()); err != nil {
		t.Error(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("ours takes a nil task")
		}
	}()
	fate.New(t.Context(), failfast.Strategy{}).Go(nil)
}

// A caller that waits at the limit of ants is told of nothing: that the work it belongs to has been cancelled, it can't know. A Go of ours
// comes back.
func TestWaitingForAntsIsNotCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		pool, err := ants.NewPool(1)
		if err != nil {
			t.Fatal(err)
		}
		g := fate.New(ctx, failfast.Strategy{Limit: 1}, fate.Backlog(0))
		goOn := make(chan struct{})
		g.Go(func(context.Context) error { <-goOn; return nil })
		if err := pool.Submit(func() { <-goOn }); err != nil {
			t.Fatal(err)
		}
		theirs, ours := make(chan error, 1), make(chan bool, 1)
		go func() { theirs <- pool.Submit(func() {}) }()
		go func() { ours <- g.Go(func(context.Context) error { return nil }) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		select {
		case ran := <-ours:
			if ran {
				t.Error("ours was taken")
			}
		default:
			t.Error("ours waits on")
		}
		select {
		case err := <-theirs:
			t.Errorf("ants came back: %v", err)
		default:
		}
		close(goOn)
		_ = g.Wait()
		if err := <-theirs; err != nil {
			t.Error(err)
		}
		if err := pool.ReleaseContext(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

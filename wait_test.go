package fate_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

// Promise 1: No task outlives Wait. Engine goroutines never outlive the group.
func TestNoTaskOutlivesWait(t *testing.T) {
	for _, s := range []fate.Strategy{
		failfast.Strategy{}, failfast.Strategy{Limit: 2}, collectall.Strategy{Limit: 3}, shed.Strategy{Limit: 2},
	} {
		for seed := range uint64(20) {
			random := rand.New(rand.NewPCG(seed, 0))
			synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left at its end
				var running atomic.Int32
				g := fate.New(t.Context(), s, fate.Panics(fate.Return), fate.Backlog(int(seed%3)))
				for range 20 {
					took, how := time.Duration(random.IntN(5))*time.Millisecond, random.IntN(12)
					g.Go(func(ctx context.Context) error {
						running.Add(1)
						defer running.Add(-1)
						time.Sleep(took)
						switch how {
						case 0:
							return errTask
						case 1:
							panic(errTask)
						case 2:
							runtime.Goexit()
						case 3:
							g.TryGo(untilDone)
							g.Stop(errCause)
						}
						return nil
					})
				}
				if seed%2 == 0 {
					g.Spawn("daemon", untilDone, fate.Daemon())
				}
				_ = g.Wait()
				if n := running.Load(); n != 0 {
					t.Errorf("%v, seed %d: %d tasks are running after Wait", s, seed, n)
				}
				tally := g.Tally()
				if tally.Running+tally.Held != 0 || !balanced(tally) {
					t.Errorf("%v, seed %d: the tally after Wait is %v", s, seed, tally)
				}
			})
		}
	}
}

// Promise 1: New starts nothing, and neither does a group that is given no task.
func TestAGroupWithoutTasksStartsNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	g := fate.New(ctx, failfast.Strategy{Limit: 2})
	_ = g.Context().Done()
	g.Stop(nil)
	_ = g.Wait()
	if n := goroutinesSince(before); n > 0 {
		t.Errorf("%d goroutines more than before", n)
	}
}

// Edge 6: a second Wait gives the same error. Native: Go returns false after Wait.
// Promise 8: After Wait has returned, Go returns false.
func TestNothingIsAcceptedAfterWait(t *testing.T) {
	for _, task := range []fate.Task{succeeds, fails} {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Go(task)
		first := g.Wait()
		tally := g.Tally()
		never := func(context.Context) error { t.Error("a task ran after Wait"); return nil }
		if g.Go(never) || g.TryGo(never) {
			t.Error("a task was accepted after Wait")
		}
		c := g.Spawn("late", never)
		select {
		case <-c.Done():
			wantIs(t, c.Err(), fate.ErrStopped)
		default:
			t.Error("a child spawned after Wait has not ended")
		}
		if n := g.Cancel(errCause, nil); n != 0 {
			t.Errorf("Cancel reached %d children after Wait", n)
		}
		g.Stop(errCause)
		if again := g.Wait(); again != first {
			t.Errorf("Wait was %v and is %v", first, again)
		}
		if g.Tally() != tally {
			t.Errorf("the tally was %v and is %v", tally, g.Tally())
		}
		if cause := context.Cause(g.Context()); errors.Is(cause, errCause) {
			t.Error("a Stop after Wait changed the context's cause")
		}
	}
}

// Wait may be called more than once and from several goroutines: same answer.
func TestEveryWaitGivesTheSameAnswer(t *testing.T) {
	for _, mode := range []fate.PanicMode{fate.Return, fate.Rethrow} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), collectall.Strategy{}, fate.Panics(mode))
			var mu sync.Mutex
			var answers []any
			wait := func() {
				var err error
				answer := recovered(func() { err = g.Wait() })
				mu.Lock()
				defer mu.Unlock()
				if answers = append(answers, answer); answer == nil {
					answers[len(answers)-1] = err
				}
			}
			gate := make(chan struct{})
			g.Go(func(context.Context) error { <-gate; return errTask })
			g.Go(func(context.Context) error { <-gate; panic(errTask) })
			for range 8 {
				go wait()
			}
			synctest.Wait()
			if len(answers) != 0 {
				t.Error("Wait returned before the tasks had ended")
			}
			close(gate)
			wait()
			synctest.Wait()
			wait()
			for _, a := range answers {
				if a != answers[0] || a == nil {
					t.Errorf("%v: one Wait answers %v, another %v", mode, answers[0], a)
				}
			}
			if len(answers) != 10 {
				t.Errorf("%d answers", len(answers))
			}
		})
	}
}

// Conclude is called once, with the final tally.
func TestConcludeIsCalledOnce(t *testing.T) {
	w := &witness{of: collectall.Strategy{}}
	g := fate.New(t.Context(), w)
	g.Go(fails)
	g.Go(succeeds)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { _ = g.Wait() })
	}
	wg.Wait()
	if w.concluded != 1 {
		t.Errorf("Conclude was called %d times", w.concluded)
	}
	if w.sum.Tally != g.Tally() {
		t.Errorf("Conclude was shown %v, the tally is %v", w.sum.Tally, g.Tally())
	}
}

// Edge 19: happens-before: Go call before task start; task end before Wait's return. Race-detector clean without locks of
// the user.
func TestTasksAndCallersNeedNoLocksOfTheirOwn(t *testing.T) {
	const n = 200
	remembers := &witness{of: collectall.Strategy{Limit: 3}}
	g := fate.New(t.Context(), remembers)
	in, out := make([]int, n), make([]int, n)
	for i := range n {
		in[i] = i // before the task starts
		g.Go(func(context.Context) error { out[i] = in[i] * in[i]; return nil })
	}
	result := 0
	c := g.Spawn("child", func(context.Context) error { result = 1; return nil })
	<-c.Done()
	if result != 1 { // after the child has ended
		t.Error("a child's write is not seen after Done")
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for i, got := range out {
		if got != i*i {
			t.Fatalf("task %d wrote %d", i, got)
		}
	}
	if len(remembers.events) != n+1 { // which the strategy wrote without a lock
		t.Errorf("the strategy was shown %d events", len(remembers.events))
	}
}

// Edge 20: the slot is free once Wait has returned; natively, once a child's end is seen.
func TestSlotIsFreeOnceTheEndIsSeen(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(0))
	for i := range 500 {
		c := g.Spawn("child", succeeds)
		<-c.Done()
		if !g.TryGo(succeeds) {
			t.Fatalf("round %d: the slot of a child that has ended is taken", i)
		}
		<-fate.Go(g, func(context.Context) (int, error) { return 0, nil }).Done()
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if tally := g.Tally(); tally.Running+tally.Held != 0 {
		t.Errorf("the tally after Wait is %v", tally)
	}
}

// Edge 14 and edge 29: Go works from inside a task while Wait waits, however deep.
// Promise 8: Go from inside a running task works, also while Wait waits.
func TestTasksOfferTasksWhileWaitWaits(t *testing.T) {
	for _, s := range []fate.Strategy{failfast.Strategy{}, failfast.Strategy{Limit: 1}, collectall.Strategy{Limit: 2}} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), s)
			const depth = 100
			var ran atomic.Int32
			var descend func(level int) fate.Task
			descend = func(level int) fate.Task {
				return func(context.Context) error {
					synctest.Wait() // until Wait waits
					ran.Add(1)
					if level < depth && !g.Go(descend(level+1)) {
						t.Errorf("refused at level %d", level)
					}
					return nil
				}
			}
			g.Go(func(ctx context.Context) error { time.Sleep(time.Second); return descend(1)(ctx) })
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
			if n := ran.Load(); n != depth {
				t.Errorf("%v: %d levels ran, want %d", s, n, depth)
			}
		})
	}
}

// Tasks that each offer several, to a depth, are all joined.
func TestTreesOfTasksAreJoined(t *testing.T) {
	for _, s := range []fate.Strategy{failfast.Strategy{}, failfast.Strategy{Limit: 2}} {
		g := fate.New(t.Context(), s, fate.Backlog(5000))
		var ran atomic.Int32
		var grow func(level int) fate.Task
		grow = func(level int) fate.Task {
			return func(context.Context) error {
				ran.Add(1)
				for range 3 {
					if level > 0 && !g.Go(grow(level-1)) {
						return errTask
					}
				}
				return nil
			}
		}
		g.Go(grow(6))
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if n := ran.Load(); n != 1093 { // the sum of 3^k for k from 0 to 6
			t.Errorf("%v: %d tasks ran", s, n)
		}
	}
}

// Offers beside Wait are accepted and joined, or refused: nothing that was accepted is lost, and nothing runs after Wait.
func TestOffersBesideWaitAreJoinedOrRefused(t *testing.T) {
	for round := range 200 {
		backlog := []int{0, 1, 64}[round%3]
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1 + round%2}, fate.Backlog(backlog))
		var accepted, ran atomic.Int32
		var over atomic.Bool
		task := func(context.Context) error {
			if over.Load() {
				t.Error("a task ran after Wait")
			}
			ran.Add(1)
			return nil
		}
		var producers sync.WaitGroup
		for range 3 {
			producers.Go(func() {
				for i := 0; i < 100 && g.Go(task); i++ {
					accepted.Add(1)
				}
			})
		}
		err := g.Wait()
		over.Store(true)
		producers.Wait()
		if err != nil || accepted.Load() != ran.Load() {
			t.Errorf("%d were accepted and %d ran, Wait is %v", accepted.Load(), ran.Load(), err)
		}
		wantTally(t, g, fate.Tally{Offered: uint64(ran.Load()), OK: uint64(ran.Load())})
	}
}

// Whoever is woken from Wait may be overtaken by an offer and by another Wait, which then has to see that the offered task gets a runner.
func TestWaitsAndOffersAtTheLastEnd(t *testing.T) {
	for range 300 {
		ending := make(chan struct{})
		var once sync.Once
		g := fate.New(t.Context(), policy{settle: func(fate.Tally, fate.Event) fate.Verdict {
			once.Do(func() {
				close(ending)
				for range 200 { // whoever offers now is next in line for the lock
					runtime.Gosched()
				}
			})
			return fate.Continue
		}})
		release := make(chan struct{})
		g.Go(until(release))
		var waits sync.WaitGroup
		waits.Go(func() { _ = g.Wait() })
		for range 20 {
			runtime.Gosched() // until it waits, most of the time
		}
		close(release)
		<-ending
		for range 3 {
			waits.Go(func() { g.Go(succeeds); _ = g.Wait() })
		}
		waits.Wait()
	}
}

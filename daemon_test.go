package fate_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// Wait does not wait for a daemon to end by itself but cancels it, once all others have ended, and joins it. The error it
// then returns is not a failure.
func TestDaemonsEndWithTheOthers(t *testing.T) {
	for _, s := range []fate.Strategy{failfast.Strategy{}, collectall.Strategy{Limit: 5}} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), s)
			began := time.Now()
			var cancelled time.Duration
			d := g.Spawn("refresher", func(ctx context.Context) error {
				<-ctx.Done()
				cancelled = time.Since(began)
				time.Sleep(time.Second)
				return errTask
			}, fate.Daemon())
			g.Go(endsAfter(time.Hour, nil))
			g.Spawn("worker", endsAfter(2*time.Hour, nil))
			if err := g.Wait(); err != nil {
				t.Errorf("%v: Wait is %v", s, err)
			}
			if cancelled != 2*time.Hour {
				t.Errorf("%v: cancelled after %v", s, cancelled)
			}
			if took := time.Since(began); took != 2*time.Hour+time.Second || !hasEnded(d) {
				t.Errorf("%v: not joined", s)
			}
			wantTally(t, g, fate.Tally{Offered: 3, OK: 2, Cancelled: 1})
		})
	}
}

// A daemon that fails before it is cancelled has failed.
func TestADaemonsEarlyErrorIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Spawn("daemon", endsAfter(time.Second, errTask), fate.Daemon())
		worker := g.Spawn("worker", untilDone)
		if err := g.Wait(); err != errTask {
			t.Errorf("Wait is %v", err)
		}
		wantIs(t, worker.Err(), context.Canceled)
	})
}

// Daemons and others in each order, before and during Wait: Wait ends when the others have, and every daemon has ended then.
func TestDaemonsInEachOrder(t *testing.T) {
	const kinds = 4 // of what may come at a place
	for code := range kinds * kinds * kinds {
		for _, s := range []fate.Strategy{failfast.Strategy{}, failfast.Strategy{Limit: 3}} {
			for late := range 4 { // how many of the three come while Wait waits
				synctest.Test(t, func(t *testing.T) {
					g := fate.New(t.Context(), s)
					var daemons []*fate.Child
					place := func(i int) {
						switch code / []int{1, kinds, kinds * kinds}[i] % kinds {
						case 0:
							g.Go(endsAfter(time.Minute, nil))
						case 1:
							g.Spawn("worker", endsAfter(time.Minute, nil))
						case 2:
							daemons = append(daemons, g.Spawn("daemon", untilDone, fate.Daemon()))
						case 3: // ends before it is told to
							daemons = append(daemons, g.Spawn("daemon", endsAfter(time.Second, nil), fate.Daemon()))
						}
					}
					for i := range 3 - late {
						place(i)
					}
					if late > 0 {
						g.Go(func(context.Context) error { // keeps the group open until all have come
							for i := 3 - late; i < 3; i++ {
								time.Sleep(10 * time.Second)
								place(i)
							}
							return nil
						})
					}
					if err := g.Wait(); err != nil {
						t.Errorf("code %d: Wait is %v", code, err)
					}
					for _, d := range daemons {
						if !hasEnded(d) {
							t.Errorf("code %d: a daemon has not ended", code)
						}
					}
					if tally := g.Tally(); !balanced(tally) || tally.Skipped+tally.Failures() != 0 {
						t.Errorf("code %d: the tally is %v", code, tally)
					}
				})
			}
		}
	}
}

// Several daemons and nobody else: Wait ends them at once.
func TestWaitForNothingButDaemons(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	for range 20 {
		g.Spawn("daemon", untilDone, fate.Daemon())
	}
	if err := g.Wait(); err != nil {
		t.Errorf("Wait is %v", err)
	}
	wantTally(t, g, fate.Tally{Offered: 20, Cancelled: 20})
}

// A daemon that waits for a slot need not start any more once the others have ended.
func TestAHeldDaemonEndsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
		g.Go(endsAfter(time.Second, nil))
		g.Spawn("first", untilDone, fate.Daemon())
		g.Spawn("second", untilDone, fate.Daemon())
		if err := g.Wait(); err != nil {
			t.Errorf("Wait is %v", err)
		}
		wantTally(t, g, fate.Tally{Offered: 3, OK: 1, Cancelled: 2})
	})
}

// Work that a daemon offers when it is told to end is done and waited for, and the daemons it starts then are told, too.
func TestADaemonMayOfferWorkAtItsEnd(t *testing.T) {
	t.Run("work", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{})
			flushed := false
			g.Spawn("daemon", func(ctx context.Context) error {
				<-ctx.Done()
				if !g.Go(func(ctx context.Context) error { time.Sleep(time.Second); flushed = true; return ctx.Err() }) {
					t.Error("refused")
				}
				return nil
			}, fate.Daemon())
			synctest.Wait() // or it would be told before it has started
			if err := g.Wait(); err != nil {
				t.Errorf("Wait is %v", err)
			}
			if !flushed {
				t.Error("Wait did not wait for it")
			}
		})
	})
	t.Run("daemons", func(t *testing.T) {
		for range 100 {
			g := fate.New(t.Context(), failfast.Strategy{})
			const generations = 5
			started := make(chan struct{})
			var daemon func(left int) fate.Task
			daemon = func(left int) fate.Task {
				return func(ctx context.Context) error {
					if left == generations {
						close(started)
					}
					<-ctx.Done()
					if left > 1 {
						g.Spawn("next", daemon(left-1), fate.Daemon())
					}
					return nil
				}
			}
			g.Spawn("first", daemon(generations), fate.Daemon())
			<-started
			if err := g.Wait(); err != nil {
				t.Fatalf("Wait is %v", err)
			}
			// A later one may be told before it has started, and is the last then.
			if tally := g.Tally(); tally.Offered < 2 || !balanced(tally) {
				t.Fatalf("the tally is %v", tally)
			}
		}
	})
}

// A daemon spawned at the very moment when somebody begins to wait is told to end.
func TestADaemonSpawnedBesideWaitEnds(t *testing.T) {
	for range 200 {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Spawn("first", untilDone, fate.Daemon())
		spawned := make(chan *fate.Child)
		go func() { spawned <- g.Spawn("second", untilDone, fate.Daemon()) }()
		runtime.Gosched()
		if err := g.Wait(); err != nil {
			t.Fatalf("Wait is %v", err)
		}
		if c := <-spawned; !hasEnded(c) {
			t.Fatal("the second has not ended")
		}
	}
}

// A stop that cuts a daemon short shows in the error, whether the daemon ends before or after Wait is called.
// Promise 2.
func TestAStopCutsDaemonsShort(t *testing.T) {
	for _, wait := range []time.Duration{0, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), collectall.Strategy{})
			g.Spawn("daemon", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Second); return ctx.Err() }, fate.Daemon())
			synctest.Wait()
			g.Stop(errCause)
			time.Sleep(wait)
			wantIs(t, g.Wait(), errCause)
		})
	}
}

// A daemon's panic and Goexit count as anybody's, also when it is told to end.
func TestADaemonsAccidentsAreFailures(t *testing.T) {
	for _, accident := range []fate.Task{panicsNow, goexits} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), collectall.Strategy{}, fate.Panics(fate.Return))
			g.Spawn("daemon", func(ctx context.Context) error { <-ctx.Done(); return accident(ctx) }, fate.Daemon())
			g.Spawn("daemon", untilDone, fate.Daemon())
			synctest.Wait()
			err := g.Wait()
			if !errors.Is(err, errTask) && !errors.Is(err, fate.ErrGoexit) {
				t.Errorf("Wait is %v", err)
			}
			if tally := g.Tally(); tally.Failures() != 1 || tally.Cancelled != 1 {
				t.Errorf("the tally is %v", tally)
			}
		})
	}
}

// Many daemons end, and are told once each.
func TestManyDaemonsEnd(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	const n = 500
	for i := range n {
		g.Spawn(fmt.Sprint(i), untilDone, fate.Daemon())
	}
	g.Go(succeeds)
	if err := g.Wait(); err != nil {
		t.Errorf("Wait is %v", err)
	}
	if tally := g.Tally(); tally.OK != 1 || tally.OK+tally.Cancelled != n+1 {
		t.Errorf("the tally is %v", tally)
	}
}

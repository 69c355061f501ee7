package fate_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

func writeThere(write func() error) error {
	var g errgroup.Group
	defer g.Wait()
	g.Go(write)
	return nil
}

func writeHere(ctx context.Context, write fate.Task, opts ...fate.Option) error {
	g := fate.New(ctx, failfast.Strategy{}, opts...)
	defer g.Wait()
	g.Go(write)
	return nil
}

func writeInstead(ctx context.Context, write fate.Task) error {
	return fate.Do(ctx, failfast.Strategy{}, func(g *fate.Group) error {
		g.Go(write)
		return nil
	})
}

func TestPitfallAnErrorOfWaitThatIsDropped(t *testing.T) {
	pitfall{
		there: func(t *testing.T) {
			if err := writeThere(func() error { return errTask }); err != nil {
				t.Errorf("the error was not dropped: %v", err)
			}
		},
		here: func(t *testing.T) {
			var told error
			err := writeHere(t.Context(), fails, fate.Observe(fate.Observer{
				Stop: func(_ *fate.Group, cause error) { told = cause },
			}))
			if err != nil {
				t.Errorf("the error was not dropped: %v", err)
			}
			wantIs(t, told, errTask)
		},
		instead: func(t *testing.T) { wantIs(t, writeInstead(t.Context(), fails), errTask) },
	}.test(t)
}

func serveThere(ctx context.Context, serve, check func(context.Context) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serve(ctx) })
	if err := check(ctx); err != nil {
		return err // and nobody waits
	}
	return g.Wait()
}

func serveHere(ctx context.Context, serve, check func(context.Context) error) error {
	g := fate.New(ctx, failfast.Strategy{})
	g.Go(serve)
	if err := check(ctx); err != nil {
		return err
	}
	return g.Wait()
}

func serveInstead(ctx context.Context, serve, check func(context.Context) error) error {
	return fate.Do(ctx, failfast.Strategy{}, func(g *fate.Group) error {
		g.Go(serve)
		return check(ctx)
	})
}

func TestPitfallAReturnBeforeWait(t *testing.T) {
	// serving returns how many still serve an hour after the function has returned.
	serving := func(t *testing.T, f func(ctx context.Context, serve, check func(context.Context) error) error) int32 {
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		var n atomic.Int32
		err := f(ctx, func(ctx context.Context) error {
			defer n.Add(-n.Add(1))
			return untilDone(ctx)
		}, func(context.Context) error {
			synctest.Wait()
			return errTask
		})
		wantIs(t, err, errTask)
		time.Sleep(time.Hour)
		return n.Load()
	}
	leaves := func(f func(ctx context.Context, serve, check func(context.Context) error) error, want int32) func(t *testing.T) {
		return bubble(func(t *testing.T) {
			if n := serving(t, f); n != want {
				t.Errorf("%d are still serving, want %d", n, want)
			}
		})
	}
	pitfall{
		there:   leaves(serveThere, 1),
		here:    leaves(serveHere, 1),
		instead: leaves(serveInstead, 0),
	}.test(t)
}

func waitInATaskThere(ctx context.Context) error {
	g, _ := errgroup.WithContext(ctx)
	part := func() error { return nil }
	g.Go(func() error {
		g.Go(part)
		return g.Wait() // for this very function, too
	})
	return g.Wait()
}

func waitInATask(ctx context.Context) error {
	g := fate.New(ctx, failfast.Strategy{})
	g.Go(func(context.Context) error {
		g.Go(succeeds)
		return g.Wait()
	})
	return g.Wait()
}

func waitInside(ctx context.Context, part fate.Task) error {
	g := fate.New(ctx, failfast.Strategy{})
	g.Go(func(ctx context.Context) error {
		return fate.Do(ctx, failfast.Strategy{}, func(parts *fate.Group) error {
			parts.Go(part)
			return nil
		})
	})
	return g.Wait()
}

func TestPitfallAGroupWaitedForInItsOwnTask(t *testing.T) {
	pitfall{
		there: func(t *testing.T) { wantStuck(t, "waitInATaskThere") },
		here:  func(t *testing.T) { wantStuck(t, "waitInATask") },
		instead: func(t *testing.T) {
			if err := waitInside(t.Context(), succeeds); err != nil {
				t.Error(err)
			}
			wantIs(t, waitInside(t.Context(), fails), errTask)
		},
	}.test(t)
}

func goInATaskThere(limit int, part func() error) error {
	var g errgroup.Group
	g.SetLimit(limit)
	g.Go(func() error {
		g.Go(part) // for a slot that perhaps only this function's end would free
		return nil
	})
	return g.Wait()
}

func goInATask(g *fate.Group, part fate.Task) error {
	g.Go(func(context.Context) error {
		g.Go(part)
		return nil
	})
	return g.Wait()
}

func goInATaskInstead(g *fate.Group, part fate.Task) error {
	g.Go(func(ctx context.Context) error {
		if !g.TryGo(part) {
			return part(ctx) // there is no room for another
		}
		return nil
	})
	return g.Wait()
}

func TestPitfallATaskThatWaitsForASlotOfItsOwnGroup(t *testing.T) {
	one := failfast.Strategy{Limit: 1}
	pitfall{
		there: func(t *testing.T) { wantStuck(t, "goInATaskThere") },
		here: bubble(func(t *testing.T) {
			ran := false
			err := goInATask(fate.New(t.Context(), one), func(context.Context) error { ran = true; return nil })
			if err != nil || !ran {
				t.Errorf("Wait is %v, and the part has run: %v", err, ran)
			}
			// With a full backlog it waits, but not beyond the group's stop.
			g := fate.New(t.Context(), one, fate.Backlog(0))
			time.AfterFunc(time.Hour, func() { g.Stop(errCause) })
			wantTook(t, time.Hour, func() { wantIs(t, goInATask(g, succeeds), errCause) })
			// So it is with the result of one that is held behind the task that wants it.
			g = fate.New(t.Context(), one)
			time.AfterFunc(time.Hour, func() { g.Stop(errCause) })
			g.Go(func(context.Context) error {
				_, err := fate.Go(g, give(1, nil)).Wait()
				return err
			})
			wantTook(t, time.Hour, func() { wantIs(t, g.Wait(), errCause) })
		}),
		instead: bubble(func(t *testing.T) {
			for _, o := range []fate.Option{fate.Backlog(0), fate.Backlog(1)} {
				ran := 0
				g := fate.New(t.Context(), one, o)
				if err := goInATaskInstead(g, func(context.Context) error { ran++; return nil }); err != nil || ran != 1 {
					t.Errorf("Wait is %v, and the part has run %d times", err, ran)
				}
			}
		}),
	}.test(t)
}

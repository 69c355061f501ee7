package fate_test

import (
	"context"
	"errors"
	"io"
	"slices"
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

// hasEnded reports whether a child has ended.
func hasEnded(c *fate.Child) bool {
	select {
	case <-c.Done():
		return true
	default:
		return false
	}
}

// Cancel reaches this child only: its context ends with the cause, and the error it then returns is not a failure.
func TestCancelReachesOneChildOnly(t *testing.T) {
	for _, s := range []fate.Strategy{failfast.Strategy{}, collectall.Strategy{}} {
		synctest.Test(t, func(t *testing.T) {
			w := &witness{of: s}
			g := fate.New(t.Context(), w)
			var cause error
			c := g.Spawn("one", func(ctx context.Context) error {
				<-ctx.Done()
				cause = context.Cause(ctx)
				return io.ErrUnexpectedEOF // no echo: what it returns does not matter
			})
			other := g.Spawn("other", func(ctx context.Context) error { time.Sleep(time.Second); return ctx.Err() })
			synctest.Wait()
			c.Cancel(errCause)
			synctest.Wait()
			if !hasEnded(c) || hasEnded(other) {
				t.Error("the wrong child has ended")
			}
			if cause != errCause {
				t.Errorf("the cause is %v", cause)
			}
			if c.Err() != io.ErrUnexpectedEOF {
				t.Errorf("Err is %v", c.Err())
			}
			if err := g.Wait(); err != nil {
				t.Errorf("%v: Wait is %v", s, err)
			}
			wantKinds(t, w, fate.Cancelled, fate.OK)
			wantTally(t, g, fate.Tally{Offered: 2, OK: 1, Cancelled: 1})
		})
	}
}

// A cancelled child that returns nil has succeeded; one that panics or exits has failed all the same.
func TestACancelledChildMayEndInAnyWay(t *testing.T) {
	for name, c := range map[string]struct {
		task fate.Task
		want fate.Tally
	}{
		"nil":    {succeeds, fate.Tally{Offered: 1, OK: 1}},
		"error":  {fails, fate.Tally{Offered: 1, Cancelled: 1}},
		"panic":  {panicsNow, fate.Tally{Offered: 1, Panicked: 1}},
		"Goexit": {goexits, fate.Tally{Offered: 1, Exited: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := fate.New(t.Context(), collectall.Strategy{}, fate.Panics(fate.Return))
				child := g.Spawn("child", func(ctx context.Context) error { <-ctx.Done(); return c.task(ctx) })
				synctest.Wait()
				child.Cancel(nil)
				if err := g.Wait(); (err != nil) != (c.want.Failures() > 0) {
					t.Errorf("Wait is %v", err)
				}
				wantTally(t, g, c.want)
			})
		})
	}
}

// A child that is cancelled while it waits for a slot never starts, and has ended at once, whatever the others do.
func TestCancelEndsAHeldChildAtOnce(t *testing.T) {
	for _, cause := range []error{errCause, nil} {
		synctest.Test(t, func(t *testing.T) {
			w := &witness{of: failfast.Strategy{Limit: 1}}
			g := fate.New(t.Context(), w, fate.Backlog(2))
			gate := make(chan struct{})
			g.Go(until(gate))
			never := func(context.Context) error { t.Error("a cancelled child started"); return nil }
			first, second := g.Spawn("first", never), g.Spawn("second", never)
			blocked := false
			go func() { blocked = g.Go(succeeds) }() // waits for a place in the backlog
			synctest.Wait()
			first.Cancel(cause)
			if !hasEnded(first) || hasEnded(second) {
				t.Error("the wrong child has ended")
			}
			want := cause
			if want == nil {
				want = context.Canceled
			}
			if first.Err() != want {
				t.Errorf("Err is %v", first.Err())
			}
			if n := g.Cancel(cause, nil); n != 1 {
				t.Errorf("Cancel reached %d", n)
			}
			synctest.Wait()
			if !hasEnded(second) || !blocked {
				t.Error("the place of a cancelled child is not free")
			}
			wantTally(t, g, fate.Tally{Offered: 4, Running: 1, Held: 1, Cancelled: 2})
			close(gate)
			if err := g.Wait(); err != nil {
				t.Errorf("Wait is %v", err)
			}
			wantKinds(t, w, fate.Cancelled, fate.Cancelled, fate.OK, fate.OK)
			for i, e := range w.events[:2] {
				if e.Err != want || e.ID != uint64(i+1) || e.Took != 0 {
					t.Errorf("the strategy was shown %+v", e)
				}
			}
		})
	}
}

// Cancelling a child that has ended changes nothing, and the first cause of several stays.
func TestOnlyTheFirstCancelCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{})
		gone := g.Spawn("gone", fails)
		<-gone.Done()
		gone.Cancel(errCause)
		if gone.Err() != errTask {
			t.Errorf("Err is %v", gone.Err())
		}
		c := g.Spawn("child", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Second); return context.Cause(ctx) })
		synctest.Wait()
		if n := g.Cancel(errCause, nil); n != 1 {
			t.Errorf("the first Cancel reached %d", n)
		}
		if n := g.Cancel(errFault, nil); n != 0 {
			t.Errorf("the second Cancel reached %d", n)
		}
		c.Cancel(errFault)
		wantIs(t, g.Wait(), errTask)
		if c.Err() != errCause {
			t.Errorf("Err is %v", c.Err())
		}
		wantTally(t, g, fate.Tally{Offered: 2, Failed: 1, Cancelled: 1})
	})
}

// A child that is cancelled at any moment ends in one way: it never starts, is cut short, or had ended.
func TestCancelAtEveryMoment(t *testing.T) {
	for half := range 14 {
		at := time.Duration(half)*time.Second + time.Second/2
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
			began := time.Now()
			g.Go(endsAfter(3*time.Second, nil))
			var started time.Duration
			c := g.Spawn("child", func(ctx context.Context) error { // runs from 3 s to 6 s
				started = time.Since(began)
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(3 * time.Second):
					return nil
				}
			})
			last := g.Spawn("last", endsAfter(3*time.Second, nil))
			time.Sleep(at)
			c.Cancel(errCause)
			synctest.Wait()
			if !hasEnded(c) {
				t.Errorf("at %v: has not ended", at)
			}
			err := g.Wait()
			switch {
			case err != nil:
				t.Errorf("at %v: Wait is %v", at, err)
			case at < 3*time.Second && (started != 0 || c.Err() != errCause):
				t.Errorf("at %v: started at %v and ended with %v", at, started, c.Err())
			case at > 3*time.Second && at < 6*time.Second && c.Err() != context.Canceled:
				t.Errorf("at %v: ended with %v", at, c.Err())
			case at > 6*time.Second && c.Err() != nil:
				t.Errorf("at %v: ended with %v", at, c.Err())
			}
			want := min(max(at, 3*time.Second), 6*time.Second) + 3*time.Second // last runs right after it
			if at > 6*time.Second {
				want = max(want, at)
			}
			if took := time.Since(began); took != want || !hasEnded(last) {
				t.Errorf("at %v: took %v, want %v", at, took, want)
			}
		})
	}
}

// A Stop or the parent's end that came first is what counts: a Cancel after it does not excuse the child.
// Promise 2: A Stop that cut a task short shows in the error.
func TestCancelAfterAStopDoesNotHideTheStop(t *testing.T) {
	for _, e := range endings {
		synctest.Test(t, func(t *testing.T) {
			parent, stop := e.begin(time.Second)
			g := fate.New(parent, collectall.Strategy{})
			c := g.Spawn("child", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Second); return ctx.Err() })
			time.Sleep(time.Second)
			stop(g)
			if n := g.Cancel(io.EOF, nil); n != 0 {
				t.Errorf("%s: Cancel reached %d children that the stop had cancelled", e.name, n)
			}
			c.Cancel(io.EOF)
			wantIs(t, g.Wait(), e.cause)
			wantTally(t, g, fate.Tally{Offered: 1, Cancelled: 1})
		})
	}
}

// Group.Cancel asks for each child that has not ended, in spawn order and without any lock, and says how many it reached.
func TestGroupCancelAsksInSpawnOrderAndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), collectall.Strategy{Limit: 3})
		g.Go(untilDone) // no child: never asked for
		g.Spawn("ended", succeeds)
		synctest.Wait()
		names := []string{"a", "b", "c", "d", "e"} // two of them run, three are held
		for _, name := range names {
			g.Spawn(name, untilDone)
		}
		synctest.Wait()
		var asked []string
		n := g.Cancel(errCause, func(c *fate.Child) bool {
			asked = append(asked, c.Name())
			_, _ = g.Tally(), g.Go(succeeds) // which need the lock
			_, _ = c.Err(), slices.Collect(g.Children())
			if c.Name() == "d" {
				c.Cancel(io.EOF) // by itself, so that it is not reached any more
			}
			return c.Name() != "a"
		})
		if n != 3 || !slices.Equal(asked, names) {
			t.Errorf("reached %d of %v", n, asked)
		}
		if n := g.Cancel(errCause, func(*fate.Child) bool { return false }); n != 0 {
			t.Errorf("reached %d where nobody was picked", n)
		}
		synctest.Wait()
		if n := g.Cancel(errCause, nil); n != 1 {
			t.Errorf("reached %d, want the one that is left", n)
		}
		g.Stop(nil)
		_ = g.Wait()
		wantTally(t, g, fate.Tally{Offered: 12, OK: 6, Cancelled: 6})
	})
}

// Children lists the named children that have not ended, in spawn order, as they are when the loop begins.
func TestChildrenListsTheLivingInSpawnOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 3})
		living := func() (names []string) {
			for c := range g.Children() {
				names = append(names, c.Name())
			}
			return names
		}
		if got := living(); len(got) != 0 {
			t.Errorf("a new group has %v", got)
		}
		gates := map[string]chan struct{}{}
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			gates[name] = make(chan struct{})
			g.Spawn(name, until(gates[name]))
			g.Go(succeeds)
		}
		synctest.Wait()
		if got := living(); !slices.Equal(got, []string{"a", "b", "c", "d", "e"}) {
			t.Errorf("living are %v", got)
		}
		close(gates["b"])
		synctest.Wait()
		if got := living(); !slices.Equal(got, []string{"a", "c", "d", "e"}) {
			t.Errorf("after b, living are %v", got)
		}
		close(gates["a"])
		close(gates["e"])
		synctest.Wait()
		n := 0
		for c := range g.Children() {
			if n++; n == 1 {
				close(gates["c"]) // ends while the loop goes on
				close(gates["d"])
				<-c.Done()
				g.Spawn("f", succeeds)
			}
		}
		if n != 2 {
			t.Errorf("the loop saw %d, want c and d", n)
		}
		for range g.Children() {
			break
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if got := living(); len(got) != 0 {
			t.Errorf("after Wait, living are %v", got)
		}
	})
}

// A child knows its name, its place in the order of submission, and its needs.
func TestAChildKnowsWhoItIs(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	g.Go(succeeds)
	a := g.Spawn("a", succeeds)
	b := g.Spawn("b", succeeds, fate.DependsOn("a", "x"), fate.DependsOn("y"))
	if a.Name() != "a" || a.ID() != 1 || len(a.Needs()) != 0 {
		t.Errorf("a is %q, %d, %v", a.Name(), a.ID(), a.Needs())
	}
	if b.Name() != "b" || b.ID() != 2 || !slices.Equal(b.Needs(), []string{"a", "x", "y"}) {
		t.Errorf("b is %q, %d, %v", b.Name(), b.ID(), b.Needs())
	}
	b.Needs()[0] = "changed"
	if b.Needs()[0] != "a" {
		t.Error("Needs can be changed from outside")
	}
	_ = g.Wait()
}

// Spawn never returns nil. A refused child has ended, and its Err says why.
func TestARefusedChildSaysWhy(t *testing.T) {
	never := func(context.Context) error { t.Error("a refused child ran"); return nil }
	refused := func(c *fate.Child, why ...error) {
		t.Helper()
		if c == nil {
			t.Fatal("Spawn returned nil")
		}
		if !hasEnded(c) {
			t.Fatal("a refused child has not ended")
		}
		for _, err := range why {
			wantIs(t, c.Err(), err)
		}
	}
	t.Run("shed", func(t *testing.T) {
		g := fate.New(t.Context(), shed.Strategy{Limit: 1})
		gate := make(chan struct{})
		g.Go(until(gate))
		refused(g.Spawn("late", never), fate.ErrShed)
		if n := len(slices.Collect(g.Children())); n != 0 {
			t.Errorf("Children lists %d", n)
		}
		close(gate)
		_ = g.Wait()
	})
	t.Run("stopped", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Stop(errCause)
		refused(g.Spawn("late", never), fate.ErrStopped, errCause)
		_ = g.Wait()
	})
	t.Run("held when the group stopped", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
		gate := make(chan struct{})
		g.Go(until(gate))
		c := g.Spawn("held", never)
		if hasEnded(c) {
			t.Error("a held child has ended")
		}
		g.Stop(errCause)
		refused(c, fate.ErrStopped, errCause)
		close(gate)
		_ = g.Wait()
	})
	t.Run("failed", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		<-g.Spawn("first", fails).Done()
		refused(g.Spawn("late", never), fate.ErrStopped, errTask)
		_ = g.Wait()
	})
	t.Run("after Wait", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		_ = g.Wait()
		c := g.Spawn("late", never)
		refused(c, fate.ErrStopped)
		c.Cancel(errCause) // changes nothing
		refused(c, fate.ErrStopped)
	})
}

// Err is nil while the child runs and after it has succeeded, else what it ended with.
func TestErrIsWhatTheChildEndedWith(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{}, fate.Panics(fate.Return))
	var c *fate.Child
	told := make(chan struct{})
	c = g.Spawn("child", func(context.Context) error {
		<-told
		if c.Err() != nil || hasEnded(c) {
			t.Error("it has ended while it runs")
		}
		return errTask
	})
	close(told)
	<-c.Done()
	if c.Err() != errTask {
		t.Errorf("Err is %v", c.Err())
	}
	_ = g.Wait()
}

// A child may cancel itself, and be cancelled by a sibling, by a task, and by several at once.
func TestAnybodyMayCancelAChild(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{})
	var self *fate.Child
	ready := make(chan struct{})
	self = g.Spawn("self", func(ctx context.Context) error {
		<-ready
		self.Cancel(errCause)
		return context.Cause(ctx)
	})
	close(ready)
	target := g.Spawn("target", func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) })
	var reached atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			reached.Add(int32(g.Cancel(errCause, func(c *fate.Child) bool { return c.Name() == "target" })))
		})
	}
	g.Spawn("sibling", func(context.Context) error { target.Cancel(errCause); return nil })
	wg.Wait()
	if err := g.Wait(); err != nil {
		t.Errorf("Wait is %v", err)
	}
	if reached.Load() > 1 {
		t.Errorf("Cancel claims to have reached one child %d times", reached.Load())
	}
	for _, c := range []*fate.Child{self, target} {
		if !errors.Is(c.Err(), errCause) {
			t.Errorf("%s ended with %v", c.Name(), c.Err())
		}
	}
}

// A strategy's Cancel verdict reaches whom its selector picks; a nil selector means every child. Tasks started by Go are not
// reached.
func TestACancelVerdictReachesChildrenOnly(t *testing.T) {
	for name, which := range map[string]func(*fate.Child) bool{
		"all": nil,
		"b":   func(c *fate.Child) bool { return c.Name() == "b" },
	} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), policy{settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
				if e.Kind.Failure() {
					return fate.Cancel(which, errCause)
				}
				return fate.Continue
			}})
			cause := func(ctx context.Context) error {
				select {
				case <-ctx.Done():
					return context.Cause(ctx)
				case <-time.After(time.Second):
					return nil
				}
			}
			a, b := g.Spawn("a", cause), g.Spawn("b", cause)
			f := fate.Go(g, func(ctx context.Context) (int, error) { return 0, cause(ctx) })
			synctest.Wait()
			g.Go(fails)
			wantIs(t, g.Wait(), errTask)
			if (a.Err() == errCause) != (name == "all") || b.Err() != errCause {
				t.Errorf("%s: a ended with %v, b with %v", name, a.Err(), b.Err())
			}
			if _, err := f.Wait(); err != nil {
				t.Errorf("%s: the task ended with %v", name, err)
			}
		})
	}
}

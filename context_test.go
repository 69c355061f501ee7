package fate_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

type contextKey struct{}

var errForeign = errors.New("the foreign context has ended")

// foreignContext is a context that package context does not know.
type foreignContext struct {
	parent context.Context
	done   chan struct{}
	mu     sync.Mutex
	err    error // guarded by mu
}

func newForeign(parent context.Context) *foreignContext {
	return &foreignContext{parent: parent, done: make(chan struct{})}
}

func (f *foreignContext) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = errForeign
	close(f.done)
}

func (f *foreignContext) Deadline() (time.Time, bool) { return time.Time{}, false }
func (f *foreignContext) Done() <-chan struct{}       { return f.done }
func (f *foreignContext) Value(any) any               { return nil }

func (f *foreignContext) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// eachContext gives f each context that a task can get, below the parent: the group's, a child's, one with a timeout, and those
// of a group inside a task.
func eachContext(t *testing.T, parent context.Context, f func(ctx context.Context)) {
	t.Helper()
	task := func(ctx context.Context) error { f(ctx); return nil }
	each := func(g *fate.Group) { // one after the other, for f to be alone
		<-g.Spawn("child", task).Done()
		<-g.Spawn("timed", task, fate.Timeout(time.Hour)).Done()
		<-fate.Go(g, func(ctx context.Context) (int, error) { return 0, task(ctx) }).Done()
	}
	g := fate.New(parent, failfast.Strategy{})
	each(g)
	<-g.Spawn("outer", func(ctx context.Context) error {
		return fate.Do(ctx, failfast.Strategy{}, func(g *fate.Group) error { each(g); return nil })
	}).Done()
	if err := g.Wait(); err != nil {
		t.Errorf("Wait is %v", err)
	}
}

// Promise 11: Contexts derived from a task's context cost no extra goroutine.
func TestDerivedContextsStartNoGoroutine(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	defer cancel()
	deadline, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	for name, parent := range map[string]context.Context{
		"background": context.Background(),
		"cancel":     cancelled,
		"deadline":   deadline,
		"value":      context.WithValue(cancelled, contextKey{}, 1),
		"foreign":    newForeign(t.Context()), // costs one goroutine for the whole group
	} {
		t.Run(name, func(t *testing.T) {
			eachContext(t, parent, func(ctx context.Context) {
				_ = ctx.Done()
				before := runtime.NumGoroutine()
				cancels := make([]context.CancelFunc, 400)
				for i := range cancels {
					var derived context.Context
					switch i % 4 {
					case 0:
						derived, cancels[i] = context.WithCancel(ctx)
					case 1:
						derived, cancels[i] = context.WithTimeout(ctx, time.Hour)
					case 2:
						derived, cancels[i] = context.WithCancel(context.WithValue(ctx, contextKey{}, i))
					case 3:
						derived = ctx
						stop := context.AfterFunc(ctx, func() {})
						cancels[i] = func() { stop() }
					}
					_ = derived.Done()
				}
				if n := goroutinesSince(before); n > 0 {
					t.Errorf("400 derived contexts cost %d goroutines", n)
				}
				for _, cancel := range cancels {
					cancel()
				}
			})
		})
	}
}

// Promise 11: context.Cause works, on a task's context and on those derived from it.
func TestCauseReachesDerivedContexts(t *testing.T) {
	for _, e := range endings {
		synctest.Test(t, func(t *testing.T) {
			parent, stop := e.begin(time.Second)
			g := fate.New(parent, failfast.Strategy{})
			var causes []error
			var mu sync.Mutex
			look := func(ctx context.Context) error {
				derived, cancel := context.WithCancel(context.WithValue(ctx, contextKey{}, 1))
				defer cancel()
				<-derived.Done()
				mu.Lock()
				defer mu.Unlock()
				causes = append(causes, context.Cause(ctx), context.Cause(derived))
				return ctx.Err()
			}
			g.Go(look)
			g.Spawn("child", look)
			g.Spawn("timed", look, fate.Timeout(time.Hour))
			time.Sleep(time.Second)
			stop(g)
			_ = g.Wait()
			for _, cause := range append(causes, context.Cause(g.Context())) {
				if cause != e.cause {
					t.Errorf("%s: a cause is %v", e.name, cause)
				}
			}
			if len(causes) != 6 {
				t.Errorf("%d causes", len(causes))
			}
		})
	}
}

// Promise 11: parent values pass through, also once the group has stopped and after its end.
func TestParentValuesPassThrough(t *testing.T) {
	parent := context.WithValue(t.Context(), contextKey{}, "the parent's")
	check := func(ctx context.Context) {
		if v := ctx.Value(contextKey{}); v != "the parent's" {
			t.Errorf("the value is %v", v)
		}
		if v := ctx.Value("another"); v != nil {
			t.Errorf("another value is %v", v)
		}
	}
	eachContext(t, parent, check)
	t.Run("after a stop", func(t *testing.T) {
		g := fate.New(parent, failfast.Strategy{})
		g.Stop(errCause)
		check(g.Context())
		_ = g.Wait()
		check(g.Context())
	})
	t.Run("after the end", func(t *testing.T) {
		g := fate.New(parent, failfast.Strategy{})
		_ = g.Wait()
		check(g.Context())
	})
}

// The parent's deadline is the tasks', and a timeout that is nearer is the child's.
func TestDeadlinesPassThrough(t *testing.T) {
	far := time.Now().Add(2 * time.Hour)
	parent, cancel := context.WithDeadline(t.Context(), far)
	defer cancel()
	eachContext(t, parent, func(ctx context.Context) {
		deadline, ok := ctx.Deadline()
		if !ok || deadline.After(far) {
			t.Errorf("the deadline is %v, %v", deadline, ok)
		}
	})
	eachContext(t, parent, func(ctx context.Context) {
		_ = ctx.Done()
		deadline, ok := ctx.Deadline()
		if !ok || deadline.After(far) {
			t.Errorf("the deadline is %v, %v", deadline, ok)
		}
	})
	g := fate.New(t.Context(), failfast.Strategy{})
	if _, ok := g.Context().Deadline(); ok {
		t.Error("there is a deadline without one")
	}
	_ = g.Wait()
}

// Edge 4: the context is cancelled always once Wait has returned, used before or not; and so is a child's once it has ended.
func TestContextsEndWithWhatTheyServe(t *testing.T) {
	for _, used := range []bool{true, false} {
		g := fate.New(t.Context(), failfast.Strategy{})
		if used {
			_ = g.Context().Done()
		}
		if err := g.Context().Err(); err != nil {
			t.Errorf("a new group's context ended with %v", err)
		}
		var child context.Context
		c := g.Spawn("child", func(ctx context.Context) error {
			if child = ctx; used {
				_ = ctx.Done()
			}
			return ctx.Err()
		})
		<-c.Done()
		<-child.Done()
		if child.Err() != context.Canceled || context.Cause(child) != context.Canceled {
			t.Errorf("a child's context ended with %v, %v", child.Err(), context.Cause(child))
		}
		if err := g.Context().Err(); err != nil {
			t.Errorf("the group's context ended with its child: %v", err)
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		select {
		case <-g.Context().Done():
		default:
			t.Error("the context is live after Wait")
		}
		if g.Context().Err() != context.Canceled {
			t.Errorf("the context ended with %v", g.Context().Err())
		}
	}
}

// A context's error is nil until it has ended, agrees with Done, and never changes after that, whoever else ends.
func TestAContextsErrorNeverChanges(t *testing.T) {
	for _, e := range endings {
		for _, used := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				parent, stop := e.begin(time.Second)
				g := fate.New(parent, failfast.Strategy{})
				seen := map[context.Context]error{}
				look := func(when string, ctx context.Context) {
					err := ctx.Err()
					if first := seen[ctx]; first != nil && err != first {
						t.Errorf("%s, used %v: %s the error is %v and was %v", e.name, used, when, err, first)
					}
					seen[ctx] = err
				}
				var own context.Context
				c := g.Spawn("child", func(ctx context.Context) error {
					own = ctx
					if used {
						_, _ = ctx.Done(), g.Context().Done()
					}
					time.Sleep(time.Minute)
					return nil
				})
				synctest.Wait()
				all := func(when string) {
					look(when, own)
					look(when, g.Context())
				}
				all("before")
				time.Sleep(time.Second)
				stop(g)
				synctest.Wait()
				all("after the stop")
				c.Cancel(errFault)
				all("after a Cancel")
				<-c.Done()
				all("after the child's end")
				_ = g.Wait()
				all("after Wait")
				for _, ctx := range []context.Context{own, g.Context()} {
					<-ctx.Done()
					look("after Done", ctx)
					if err := ctx.Err(); err == nil {
						t.Error("the error is nil after Done")
					}
					if cause := context.Cause(ctx); cause != e.cause {
						t.Errorf("%s, used %v: the cause is %v", e.name, used, cause)
					}
				}
			})
		}
	}
}

// A context may be used by many at once while it ends: whoever sees Done closed sees the error and the cause.
func TestContextsAgreeWithThemselves(t *testing.T) {
	for range 100 {
		g := fate.New(t.Context(), failfast.Strategy{})
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				ctx := g.Context()
				if i%2 == 0 {
					for ctx.Err() == nil {
						runtime.Gosched()
					}
				}
				<-ctx.Done()
				if err, cause := ctx.Err(), context.Cause(ctx); err != context.Canceled || cause != errCause {
					t.Errorf("it ended with %v, %v", err, cause)
				}
			})
		}
		wg.Go(func() { g.Stop(errCause) })
		wg.Wait()
		_ = g.Wait()
	}
}

// Edge 26: a second group below the same parent gets a live context, however the first ended.
func TestASecondGroupGetsALiveContext(t *testing.T) {
	parent, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range 3 {
		g := fate.New(parent, failfast.Strategy{})
		g.Go(func(ctx context.Context) error {
			if ctx.Err() != nil {
				t.Errorf("it begins with %v", ctx.Err())
			}
			return errTask
		})
		wantIs(t, g.Wait(), errTask)
	}
	if parent.Err() != nil {
		t.Error("a group's failure ended its parent")
	}
}

// A parent that had ended before is noticed at the first offer.
func TestAParentThatHadEnded(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	g := fate.New(ctx, failfast.Strategy{})
	if g.Go(func(context.Context) error { t.Error("a task ran"); return nil }) {
		t.Error("accepted")
	}
	wantIs(t, g.Wait(), errCause)
	wantTally(t, g, fate.Tally{Offered: 1, Skipped: 1})
	g = fate.New(ctx, failfast.Strategy{})
	if err := g.Wait(); err != nil {
		t.Errorf("nothing was kept from running, and Wait is %v", err)
	}
}

// Groups within tasks of groups: the outer stop reaches the innermost task, and says why.
func TestAStopReachesGroupsWithinGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const depth = 20
		var cause error
		var nest func(ctx context.Context, level int) error
		nest = func(ctx context.Context, level int) error {
			if level == 0 {
				<-ctx.Done()
				cause = context.Cause(ctx)
				return ctx.Err()
			}
			return fate.Do(ctx, failfast.Strategy{Limit: 1}, func(g *fate.Group) error {
				if level%2 == 0 {
					g.Go(func(ctx context.Context) error { return nest(ctx, level-1) })
				} else {
					g.Spawn("child", func(ctx context.Context) error { return nest(ctx, level-1) })
				}
				return nil
			})
		}
		g := fate.New(t.Context(), failfast.Strategy{})
		g.Go(func(ctx context.Context) error { return nest(ctx, depth) })
		synctest.Wait()
		g.Stop(errCause)
		wantIs(t, g.Wait(), errCause)
		if cause != errCause {
			t.Errorf("the innermost cause is %v", cause)
		}
		wantTally(t, g, fate.Tally{Offered: 1, Cancelled: 1})
	})
}

// Whoever has seen the error goes on seeing it, and finds the cause, also while somebody uses the context for the first time.
func TestAContextsErrorIsNotTakenBack(t *testing.T) {
	for range 400 {
		g := fate.New(t.Context(), failfast.Strategy{})
		ctx := g.Context()
		var wg sync.WaitGroup
		seen := make(chan struct{})
		wg.Go(func() {
			for ctx.Err() == nil {
				runtime.Gosched()
			}
			close(seen)
			for range 100 {
				if err, cause := ctx.Err(), context.Cause(ctx); err == nil || cause != errCause {
					t.Errorf("the error is %v by now, the cause %v", err, cause)
					return
				}
			}
		})
		wg.Go(func() { <-seen; _ = ctx.Done() })
		g.Stop(errCause)
		wg.Wait()
		_ = g.Wait()
	}
}

// delayed is a foreign context that tells those who have registered with it some time after its end.
type delayed struct {
	context.Context
	ended chan struct{}
}

func (c delayed) Done() <-chan struct{} { return c.ended }
func (c delayed) Value(any) any         { return nil }

func (c delayed) Err() error {
	select {
	case <-c.ended:
		return errForeign
	default:
		return nil
	}
}

func (c delayed) AfterFunc(func()) (stop func() bool) { return func() bool { return true } } // so late that it is never

// A child says of its parent's end what the group says, also if it asks for Done only after that.
func TestAChildsErrorUnderAForeignParentNeverChanges(t *testing.T) {
	parent := delayed{context.Background(), make(chan struct{})}
	g := fate.New(parent, collectall.Strategy{})
	_ = g.Context().Done()
	look, begun := make(chan struct{}), make(chan struct{})
	g.Spawn("child", func(ctx context.Context) error {
		close(begun)
		<-look
		before := ctx.Err()
		<-ctx.Done()
		if after := ctx.Err(); before != errForeign || after != errForeign || g.Context().Err() != errForeign {
			t.Errorf("the child's error was %v and is %v, the group's is %v; want %v", before, after, g.Context().Err(), errForeign)
		}
		return ctx.Err()
	})
	<-begun
	close(parent.ended)
	g.Go(succeeds) // the group looks
	close(look)
	wantIs(t, g.Wait(), errForeign)
}

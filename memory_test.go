package fate_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

// heapInUse is how many bytes are in use, garbage left aside.
func heapInUse() int64 {
	runtime.GC()
	runtime.GC() // what the first one finalised
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Promise 12: Memory is bounded by what runs and what is held, never by how many have run.
func TestMemoryDoesNotGrowWithTasksThatHaveRun(t *testing.T) {
	wait := func(ctx context.Context) error { _ = ctx.Done(); return nil }
	for name, c := range map[string]struct {
		s    fate.Strategy
		opts []fate.Option
		task func(g *fate.Group)
	}{
		"Go":      {failfast.Strategy{Limit: 4}, nil, func(g *fate.Group) { g.Go(succeeds) }},
		"TryGo":   {shed.Strategy{Limit: 4}, nil, func(g *fate.Group) { g.TryGo(succeeds) }},
		"Backlog": {failfast.Strategy{Limit: 4}, []fate.Option{fate.Backlog(0)}, func(g *fate.Group) { g.Go(succeeds) }},
		"Spawn":   {failfast.Strategy{Limit: 4}, nil, func(g *fate.Group) { g.Spawn("child", wait) }},
		"Timeout": {failfast.Strategy{Limit: 4}, nil, func(g *fate.Group) { g.Spawn("child", wait, fate.Timeout(time.Hour)) }},
		"Cancel":  {failfast.Strategy{Limit: 4}, nil, func(g *fate.Group) { g.Spawn("child", wait).Cancel(errCause) }},
		"daemon":  {failfast.Strategy{Limit: 4}, nil, func(g *fate.Group) { g.Spawn("child", wait, fate.Daemon()) }},
		"future": {failfast.Strategy{Limit: 4}, nil, func(g *fate.Group) {
			fate.Go(g, func(ctx context.Context) (int, error) { return 0, wait(ctx) })
		}},
		"failures": {collectall.Strategy{Limit: 4, Keep: 3}, nil, func(g *fate.Group) {
			g.Spawn("child", func(context.Context) error { return errors.New("one of many") })
		}},
		"panics": {collectall.Strategy{Limit: 4, Keep: 3}, []fate.Option{fate.Panics(fate.Return)}, func(g *fate.Group) {
			g.Go(func(context.Context) error { panic("one of many") })
		}},
		"Goexit": {collectall.Strategy{Limit: 4, Keep: 3}, nil, func(g *fate.Group) { g.Go(goexits) }},
		"after a stop": {failfast.Strategy{Limit: 4}, nil, func(g *fate.Group) {
			g.Stop(errCause)
			g.Spawn("child", succeeds)
		}},
		"without a limit": {failfast.Strategy{}, nil, func(g *fate.Group) { <-g.Spawn("child", wait).Done() }},
	} {
		t.Run(name, func(t *testing.T) {
			const before, then = 300, 2500
			g := fate.New(t.Context(), c.s, append([]fate.Option{fate.Backlog(8)}, c.opts...)...)
			for range before {
				c.task(g)
			}
			first := heapInUse()
			for range then {
				c.task(g)
			}
			grown := heapInUse() - first
			_ = g.Wait()
			if tally := g.Tally(); tally.Offered != before+then {
				t.Fatalf("the tally is %v", tally)
			}
			// Anything kept for each task would be more; what is held or running at the two moments is less.
			if grown > 16*then {
				t.Errorf("%d tasks later the group holds %d bytes more", then, grown)
			}
		})
	}
}

// Promise 12: memory is bounded by what is held: what a backlog has held is given back when its tasks have run.
func TestTasksThatHaveRunAreForgotten(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(64))
	gate := make(chan struct{})
	g.Go(until(gate))
	before := heapInUse()
	for range 64 {
		large := make([]byte, 1<<16)
		g.Go(func(context.Context) error { large[0] = 1; return nil })
	}
	if held := heapInUse() - before; held < 63<<16 {
		t.Fatalf("the held tasks hold %d bytes", held)
	}
	close(gate)
	<-fate.Go(g, func(context.Context) (int, error) { return 0, nil }).Done()
	if left := heapInUse() - before; left > 2<<16 { // one may still be in the hands of its runner
		t.Errorf("%d bytes are left of tasks that have run", left)
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// A task costs no more than one allocation, and a group no more than one for itself and few for what it needs.
func TestAFailureThatIsNotHeldIsForgotten(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{Limit: 1, Keep: 1})
	begin, blocked, end := make(chan struct{}), make(chan struct{}), make(chan struct{})
	forgotten := make(chan struct{})
	g.Go(func(context.Context) error {
		<-begin // so that one runner runs all three
		return errTask
	})
	g.Go(func(context.Context) error {
		err := &largeError{}
		runtime.AddCleanup(err, func(c chan struct{}) { close(c) }, forgotten)
		return err
	})
	g.Go(func(context.Context) error {
		close(blocked)
		<-end
		return nil
	})
	close(begin)
	<-blocked
	for gone := false; !gone; { // or the test runs out of time
		runtime.GC()
		select {
		case <-forgotten:
			gone = true
		case <-time.After(time.Millisecond):
		}
	}
	close(end)
	wantIs(t, g.Wait(), errTask)
}

type largeError [4096]byte

func (*largeError) Error() string { return "large" }

func TestTasksAndGroupsCostFewAllocations(t *testing.T) {
	for name, s := range map[string]fate.Strategy{
		"failfast": failfast.Strategy{}, "failfast limit": failfast.Strategy{Limit: 8}, "collectall": collectall.Strategy{},
	} {
		run := func(n int) float64 {
			return testing.AllocsPerRun(20, func() {
				g := fate.New(context.Background(), s)
				for range n {
					g.Go(succeeds)
				}
				if err := g.Wait(); err != nil {
					t.Error(err)
				}
			})
		}
		empty := run(0)
		if empty > 3 {
			t.Errorf("%s: an empty group costs %v allocations", name, empty)
		}
		if perTask := (run(1000) - empty) / 1000; perTask > 1 {
			t.Errorf("%s: a task costs %v allocations", name, perTask)
		}
	}
}

// A refusal costs no allocation, and a child that does not ask for more than its context's Err no more than itself.
func TestRefusalsAndChildrenCostFewAllocations(t *testing.T) {
	for _, s := range []fate.Strategy{shed.Strategy{Limit: 1}, failfast.Strategy{Limit: 1}} {
		g := fate.New(t.Context(), s, fate.Backlog(0))
		release := make(chan struct{})
		g.Go(until(release))
		if g.TryGo(succeeds) {
			t.Fatalf("%v: accepted at the limit", s)
		}
		if n := testing.AllocsPerRun(1000, func() { g.TryGo(succeeds) }); n != 0 {
			t.Errorf("%v: a refusal costs %v allocations", s, n)
		}
		close(release)
		_ = g.Wait()
	}
	looks := func(ctx context.Context) error { return ctx.Err() }
	run := func(n int) float64 {
		return testing.AllocsPerRun(20, func() {
			g := fate.New(t.Context(), failfast.Strategy{})
			for range n {
				g.Spawn("child", looks)
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
	if perChild := (run(1000) - run(0)) / 1000; perChild > 1.1 { // and a runner now and then
		t.Errorf("a child costs %v allocations", perChild)
	}
}

// A task that needs its context pays for it once for the whole group.
func TestTheContextIsMadeOncePerGroup(t *testing.T) {
	run := func(n int) float64 {
		return testing.AllocsPerRun(20, func() {
			g := fate.New(context.Background(), failfast.Strategy{Limit: 1})
			for range n {
				g.Go(func(ctx context.Context) error { _ = ctx.Done(); return ctx.Err() })
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
	few := run(10)
	if many := run(1010); many-few > 1000 {
		t.Errorf("1000 more tasks cost %v allocations", many-few)
	}
}

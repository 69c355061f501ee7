package daemon_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/sharedfate/fate/daemon"
)

// A contender starts parts that run until they are told, and stops them.
type contender struct {
	name    string
	ordered bool // stops in reverse order
	open    func(parts []func(context.Context)) (start, stop func())
}

// What the two by hand do not promise: they know no readiness, no errors, no deadline, and no second Start beside a Stop that hangs.
var contenders = []contender{
	{"daemon", true, func(parts []func(context.Context)) (start, stop func()) {
		var data []daemon.Part
		for i, p := range parts {
			data = append(data, daemon.Part{Name: fmt.Sprint(i), Run: func(ctx context.Context) error { p(ctx); return nil }})
		}
		s := daemon.New(data...)
		return func() { _ = s.Start(context.Background()) }, func() { _ = s.Stop(context.Background()) }
	}},
	{"by-hand", false, func(parts []func(context.Context)) (start, stop func()) {
		var running sync.WaitGroup
		var cancel context.CancelFunc
		start = func() {
			var ctx context.Context
			ctx, cancel = context.WithCancel(context.Background())
			for _, p := range parts {
				running.Go(func() { p(ctx) })
			}
		}
		return start, func() { cancel(); running.Wait() }
	}},
	{"by-hand-ordered", true, func(parts []func(context.Context)) (start, stop func()) {
		type running struct {
			cancel context.CancelFunc
			ended  chan struct{}
		}
		all := make([]running, len(parts))
		start = func() {
			for i, p := range parts {
				ctx, cancel := context.WithCancel(context.Background())
				ended := make(chan struct{})
				all[i] = running{cancel, ended}
				go func() { defer close(ended); p(ctx) }()
			}
		}
		stop = func() {
			for _, r := range slices.Backward(all) {
				r.cancel()
				<-r.ended
			}
		}
		return start, stop
	}},
}

// All contenders run each part once each time, and have joined them when stop returns, in order if they say so.
func TestContendersDoTheSame(t *testing.T) {
	for _, c := range contenders {
		const n, rounds = 3, 4
		var mu sync.Mutex
		var began [n]int
		var ended []int
		var up sync.WaitGroup
		var parts []func(context.Context)
		for i := range n {
			parts = append(parts, func(ctx context.Context) {
				mu.Lock()
				began[i]++
				mu.Unlock()
				up.Done()
				<-ctx.Done()
				mu.Lock()
				ended = append(ended, i)
				mu.Unlock()
			})
		}
		start, stop := c.open(parts)
		for range rounds {
			ended = nil
			up.Add(n)
			start()
			up.Wait()
			stop()
			if c.ordered && !slices.Equal(ended, []int{2, 1, 0}) || len(ended) != n {
				t.Errorf("%s: they ended in the order %v", c.name, ended)
			}
		}
		if began != [n]int{rounds, rounds, rounds} {
			t.Errorf("%s: they began %v times", c.name, began)
		}
	}
}

// One operation is a Start of all parts and a Stop.
func BenchmarkStartStop(b *testing.B) {
	for _, c := range contenders {
		for _, n := range []int{3} {
			b.Run(fmt.Sprintf("impl=%s/parts=%d", c.name, n), func(b *testing.B) {
				parts := make([]func(context.Context), n)
				for i := range parts {
					parts[i] = func(ctx context.Context) { <-ctx.Done() }
				}
				start, stop := c.open(parts)
				b.ReportAllocs()
				for b.Loop() {
					start()
					stop()
				}
			})
		}
	}
}

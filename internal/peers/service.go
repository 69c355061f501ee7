package peers

import (
	"context"
	"fmt"
	"sync"

	"github.com/oklog/run"
	"github.com/sharedfate/fate/daemon"
	"github.com/sharedfate/fate/internal/situations"
)

// Row 4: a service of several parts lives until it is stopped, or one of them fails.

func serviceWorks() []situations.Work {
	const (
		ofRun  = "stops all at once, not in reverse; no deadline; of a stop's errors none is told; a Run is once; runtime.Goexit hangs it"
		ofHand = "the same, but Goexit does not hang it: it is taken for success"
	)
	work := func(name, about string, fails bool, want func(n int) situations.Done) situations.Work {
		side := func(name, less string, serve server) situations.Side {
			return situations.Side{Name: name, Less: less, Do: func(ctx context.Context, n int) situations.Done { return served(ctx, n, fails, serve) }}
		}
		return situations.Work{
			Row: 4, Name: name, About: about, Tasks: 4, Want: want,
			Sides: []situations.Side{
				side("daemon", "", byDaemon),
				side("oklog/run", ofRun, byRun),
				side("by hand", ofHand, byWaitGroup),
			},
		}
	}
	return []situations.Work{
		work("service", "a service of %s parts, started and stopped", false, func(n int) situations.Done {
			return situations.Done{Sum: uint64(n), Told: n}
		}),
		work("service-fails", "a service of %s parts, started, and then the last one fails", true, func(n int) situations.Done {
			return situations.Done{Sum: uint64(n), Told: n, Err: errTask}
		}),
	}
}

// A server starts the parts, has them stopped when until returns, if there is one, and returns once all have ended, with the
// first error.
type server func(ctx context.Context, parts []func(context.Context) error, until func()) error

// served has a server do it with parts that run until they are told to end. Told counts those that have ended when it has returned.
func served(ctx context.Context, n int, fails bool, serve server) situations.Done {
	var up sync.WaitGroup
	up.Add(n)
	ran, ended := make([]bool, n), make([]bool, n)
	parts := make([]func(context.Context) error, n)
	for i := range parts {
		parts[i] = func(ctx context.Context) error {
			defer func() { ended[i] = true }()
			ran[i] = true
			up.Done()
			if fails && i == n-1 {
				up.Wait()
				return errTask
			}
			<-ctx.Done()
			return nil
		}
	}
	until := up.Wait
	if fails {
		until = nil // nobody stops it
	}
	d := situations.Done{Err: serve(ctx, parts, until)}
	for i := range n {
		if ran[i] {
			d.Sum++
		}
		if ended[i] {
			d.Told++
		}
	}
	return d
}

func byDaemon(ctx context.Context, parts []func(context.Context) error, until func()) error {
	list := make([]daemon.Part, len(parts))
	for i, p := range parts {
		list[i] = daemon.Part{Name: fmt.Sprint(i), Run: p}
	}
	s := daemon.New(list...)
	if err := s.Start(ctx); err != nil {
		return err
	}
	if until == nil {
		<-s.Done()
		return s.Err()
	}
	until()
	return s.Stop(ctx)
}

func byRun(ctx context.Context, parts []func(context.Context) error, until func()) error {
	var g run.Group
	for _, p := range parts {
		own, cancel := context.WithCancel(ctx)
		g.Add(func() error { return p(own) }, func(error) { cancel() })
	}
	if until != nil {
		g.Add(func() error { until(); return nil }, func(error) {})
	}
	return g.Run()
}

func byWaitGroup(ctx context.Context, parts []func(context.Context) error, until func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for _, p := range parts {
		wg.Go(func() {
			if err := p(ctx); err != nil {
				once.Do(func() {
					first = err
					cancel()
				})
			}
		})
	}
	if until != nil {
		until()
		cancel()
	}
	wg.Wait()
	return first
}

package soak

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate/daemon"
)

// served is the episode of a service that is started and stopped by several at once, in any order.
func served(sc *Scene) {
	v := &service{sc: sc}
	var parts []daemon.Part
	for i := range 1 + sc.few(4) {
		p := &part{service: v, at: i, pause: sc.brief()}
		for range 1 + sc.few(4) {
			p.ends = append(p.ends, among(sc, heeds, heeds, heeds, heeds, heeds, fails, panics, exits, succeeds))
		}
		v.parts = append(v.parts, p)
		d := daemon.Part{Name: fmt.Sprint("part ", i), Grace: time.Minute, Ends: among(sc, daemon.Never, daemon.Alone, daemon.StopsAll)}
		if p.says = sc.chance(50); !p.says {
			d.Run = func(ctx context.Context) error { return p.run(ctx, func() {}) }
		} else {
			d.Serve = p.run
		}
		parts = append(parts, d)
	}
	v.hurried = sc.chance(20)
	var callers [][]uint8
	for range 1 + sc.few(4) {
		var calls []uint8
		for range 1 + sc.few(8) {
			calls = append(calls, uint8(sc.Dice.IntN(5)))
		}
		callers = append(callers, calls)
	}
	within := time.Duration(sc.few(500)) * time.Microsecond

	s := sc.Service(parts...)
	var all sync.WaitGroup
	for _, calls := range callers {
		all.Go(func() {
			for _, call := range calls {
				v.call(s, call, within)
			}
		})
	}
	all.Wait()
	_ = s.Stop(context.Background()) // what it says was told before, or is told by Err
	started := v.parts[0].runs.Load() > 0
	if started {
		select {
		case <-s.Done():
		case <-time.After(time.Minute):
			sc.Fault("a service that was stopped is not done")
		}
	}
	// In a hurry a stop waits for nobody, so what was told may still be on its way.
	for deadline := time.Now().Add(time.Minute); v.hurried && v.running() > 0 && time.Now().Before(deadline); {
		time.Sleep(50 * time.Microsecond)
	}
	v.left.Store(true)
	if n := v.running(); n > 0 {
		sc.Fault("%d parts run after Stop", n)
	}
	var late *daemon.LateError
	if err := s.Err(); !v.hurried && errors.As(err, &late) {
		sc.Fault("a part is late that had a minute: %v", err)
	}
	var runs uint64
	for _, p := range v.parts {
		runs += uint64(p.runs.Load())
	}
	sc.Count("runs of daemon's parts", runs)
}

// A Service is what a *daemon.Service is.
type Service interface {
	Start(context.Context) error
	Stop(context.Context) error
	Done() <-chan struct{}
	Err() error
}

// A service is one, and what became of its parts.
type service struct {
	sc      *Scene
	parts   []*part
	hurried bool // some stops wait for nobody
	left    atomic.Bool
}

func (v *service) running() (n int32) {
	for _, p := range v.parts {
		n += p.inside.Load()
	}
	return n
}

func (v *service) call(s Service, call uint8, within time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	switch call {
	case 0, 1:
		last := v.parts[len(v.parts)-1]
		if err := s.Start(context.Background()); err == nil && last.says && last.runs.Load() == 0 {
			v.sc.Fault("Start is nil, and the last part has not run")
		}
	case 2:
		_ = s.Start(ctx) // ends the service as well, perhaps before it has begun
	case 3:
		if v.hurried {
			_ = s.Stop(ctx)
			return
		}
		_ = s.Stop(context.Background())
	case 4:
		time.Sleep(within)
	}
}

// A part is one of its parts.
type part struct {
	*service
	at     int
	says   bool  // itself when it is ready; else it is just before it runs
	ends   []end // run by run; the last is for all after it
	pause  pause
	runs   atomic.Int64
	inside atomic.Int32
}

func (p *part) run(ctx context.Context, ready func()) error {
	n := p.runs.Add(1)
	if p.inside.Add(1) > 1 {
		p.sc.Fault("two generations of part %d at once", p.at)
	}
	defer p.inside.Add(-1)
	if p.left.Load() {
		p.sc.Fault("part %d begins after the last Stop", p.at)
	}
	if p.at > 0 && p.parts[p.at-1].says && p.parts[p.at-1].runs.Load() < n {
		p.sc.Fault("part %d begins for the %dth time before the one that it comes after", p.at, n)
	}
	p.pause.pass(ctx, nil)
	e := p.ends[min(int(n), len(p.ends))-1]
	if e == heeds {
		ready()
		<-ctx.Done()
		if !p.hurried {
			for _, later := range p.parts[p.at+1:] {
				if later.inside.Load() > 0 {
					p.sc.Fault("part %d is told to stop, and part %d has not ended", p.at, later.at)
				}
			}
		}
		return nil
	}
	return e.finish(ctx, nil, func() *mishap { return &mishap{p.at, n} })
}

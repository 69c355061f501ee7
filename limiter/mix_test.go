package limiter_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// mix is several groups under every kind of use of one limiter at once.
type mix struct {
	t    *testing.T
	seed uint64
	l    *limiter.Limiter
	most int64 // the limiter is never larger than this
	now  atomic.Int64
}

// ways are how tasks come under the limit in one group: in one that holds tasks back only by Go and TryGo, or only by Task, as the package
// comment says.
type ways uint8

const (
	byGo ways = iota
	byTask
	byBoth
)

// task makes a task of weight n that ends in some way.
func (m *mix) task(g *fate.Group, by ways, n int64, random *rand.Rand) fate.Task {
	how, yields, nested := random.IntN(12), random.IntN(4), random.Int64N(3)
	return func(ctx context.Context) error {
		if now := m.now.Add(n); now > m.most {
			m.t.Errorf("seed %d: a weight of %d is running, the limit is %d", m.seed, now, m.most)
		}
		defer m.now.Add(-n)
		for range yields {
			runtime.Gosched()
		}
		switch how {
		case 0:
			return errTask
		case 1:
			panic(errTask)
		case 2:
			runtime.Goexit()
		case 3:
			return ctx.Err()
		case 4:
			if by != byTask {
				m.l.TryGo(g, nested, succeeds)
			}
		}
		return nil
	}
}

// offer puts a task under the limit in some way.
func (m *mix) offer(g *fate.Group, by ways, random *rand.Rand) {
	n := random.Int64N(m.most + 2)
	if random.IntN(3) > 0 {
		n = min(n, 2)
	}
	task := m.task(g, by, n, random)
	how := random.IntN(10)
	if by == byGo && how < 4 || by == byTask && how >= 6 {
		how = (how + 6) % 10
	}
	switch how {
	case 0, 1:
		g.Go(m.l.Task(n, task))
	case 2, 3:
		c := g.Spawn("child", m.l.Task(n, task))
		if random.IntN(3) == 0 {
			c.Cancel(errCause)
		}
	case 4:
		ctx, cancel := context.WithCancel(g.Context())
		if random.IntN(3) == 0 {
			go cancel()
		}
		if m.l.Acquire(ctx, n) == nil {
			m.l.Release(n)
		}
		cancel()
	case 5:
		if m.l.TryAcquire(n) {
			m.l.Release(n)
		}
	case 6:
		m.l.TryGo(g, n, task)
	default:
		err := m.l.Go(g, n, task)
		_, heavy := errors.AsType[*limiter.TooHeavyError](err)
		if err != nil && !heavy && !errors.Is(err, fate.ErrShed) && !errors.Is(err, fate.ErrStopped) {
			m.t.Errorf("seed %d: Go's error is %v", m.seed, err)
		}
	}
}

// The limit is never exceeded by many groups at once, in any mix of uses, ends and stops, and at the end nothing is in use and nobody waits.
func TestAnyMixKeepsTheLimitAndGivesAllBack(t *testing.T) {
	type choice struct {
		s     fate.Strategy
		holds bool
	}
	strategies := []choice{
		{failfast.Strategy{}, false}, {collectall.Strategy{}, false}, {shed.Strategy{Limit: 2}, false}, {selective.Strategy{Scope: selective.Group}, false},
		{failfast.Strategy{Limit: 2}, true}, {collectall.Strategy{Limit: 1}, true}, {collectall.Strategy{Limit: 3, StopAfter: 9}, true},
		{selective.Strategy{Limit: 2, Scope: selective.Later}, true}, {fickle{func() fate.Admission { return fate.Run }}, true},
	}
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 14))
		most := 1 + random.Int64N(6)
		m := &mix{t: t, seed: seed, l: limiter.New(most), most: most}
		parent, cancel := context.WithCancelCause(t.Context())
		var groups []*fate.Group
		var producers sync.WaitGroup
		for i := range 5 {
			c, by := strategies[random.IntN(len(strategies))], byBoth
			if c.holds {
				by = ways(random.IntN(2))
			}
			g := fate.New(parent, c.s, fate.Panics(fate.Return), fate.Backlog(random.IntN(3)))
			groups = append(groups, g)
			for p := range uint64(2) {
				random := rand.New(rand.NewPCG(seed, uint64(i)*2+p))
				producers.Go(func() {
					for range 30 {
						m.offer(g, by, random)
					}
					if random.IntN(4) == 0 {
						g.Stop(errCause)
					}
				})
			}
		}
		producers.Go(func() {
			random := rand.New(rand.NewPCG(seed, 99))
			for range 40 {
				m.l.Resize(1 + random.Int64N(most)) // up and down
				runtime.Gosched()
				if s := m.l.Stats(); s.InUse < 0 || s.InUse > most || s.Wanted < int64(s.Waiting) {
					t.Errorf("seed %d: the figures are %v", seed, s)
				}
			}
			m.l.Resize(most)
			if seed%3 == 0 {
				cancel(errCause)
			}
		})
		producers.Wait()
		for _, g := range groups {
			_ = g.Wait()
			if tally := g.Tally(); tally.Ended() != tally.Offered || tally.Held+tally.Running > 0 {
				t.Errorf("seed %d: the tally is %v", seed, tally)
			}
		}
		cancel(nil)
		wantStats(t, m.l, limiter.Stats{Size: most})
		if t.Failed() {
			return
		}
	}
}

// The goroutines of those who wait in Go are the producers: no other is there for their sake.
func TestAWaitingGoStartsNoGoroutine(t *testing.T) {
	l := limiter.New(1)
	_ = l.TryAcquire(1)
	g := fate.New(t.Context(), failfast.Strategy{})
	before := runtime.NumGoroutine()
	answers := make(chan error)
	for range 10 {
		go func() { answers <- l.Go(g, 1, succeeds) }()
	}
	for l.Stats().Waiting < 10 {
		runtime.Gosched()
	}
	if now := runtime.NumGoroutine(); now > before+10 { // those of a test before may have ended meanwhile
		t.Errorf("%d goroutines, want no more than the %d before and the 10 producers", now, before)
	}
	l.Release(1)
	for range 10 {
		wantIs(t, <-answers, nil)
	}
	wantIs(t, g.Wait(), nil)
}

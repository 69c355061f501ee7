package fate_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// mix is a group under every kind of use at once, and what is to be true of it.
type mix struct {
	t        *testing.T
	g        *fate.Group
	limit    int32
	seed     uint64
	running  atomic.Int32
	ran      atomic.Int64 // tasks that have started
	accepted atomic.Int64 // offers that were accepted
	offered  atomic.Int64
}

func (m *mix) enter() {
	m.ran.Add(1)
	if now := m.running.Add(1); m.limit > 0 && now > m.limit {
		m.t.Errorf("seed %d: %d tasks are running, the limit is %d", m.seed, now, m.limit)
	}
	tally := m.g.Tally()
	if !balanced(tally) || m.limit > 0 && tally.Running > uint64(m.limit) {
		m.t.Errorf("seed %d: the tally is %v", m.seed, tally)
	}
}

// task makes a task that ends in some way.
func (m *mix) task(random *rand.Rand) fate.Task {
	how, yields := random.IntN(14), random.IntN(4)
	nested := rand.New(rand.NewPCG(random.Uint64(), 0))
	return func(ctx context.Context) error {
		m.enter()
		defer m.running.Add(-1)
		for range yields {
			runtime.Gosched()
		}
		switch how {
		case 0, 1:
			return errTask
		case 2:
			panic(errTask)
		case 3:
			runtime.Goexit()
		case 4, 5:
			m.offered.Add(1)
			if m.g.TryGo(m.task(nested)) {
				m.accepted.Add(1)
			}
		case 6:
			m.g.Cancel(errCause, func(c *fate.Child) bool { return c.ID()%3 == 0 })
		case 7:
			return ctx.Err()
		}
		return nil
	}
}

// offer offers a task in some way.
func (m *mix) offer(random *rand.Rand) {
	task, how := m.task(random), random.IntN(6)
	m.offered.Add(1)
	ok := false
	switch how {
	case 0:
		ok = m.g.TryGo(task)
	case 1, 2:
		c := m.g.Spawn("child", task)
		ok = c.Err() == nil || !errors.Is(c.Err(), fate.ErrShed) && !errors.Is(c.Err(), fate.ErrStopped)
		if random.IntN(4) == 0 {
			c.Cancel(errCause)
		}
	default:
		ok = m.g.Go(task)
	}
	if ok {
		m.accepted.Add(1)
	}
}

// Promise 7: A limit is never exceeded, under any mix of Go, TryGo, Spawn, panics, Goexit. The tally adds up at every
// moment, and each accepted task runs once.
func TestAnyMixKeepsTheLimitAndTheTally(t *testing.T) {
	strategies := []struct {
		limit int
		s     fate.Strategy
	}{
		{1, collectall.Strategy{Limit: 1}}, {2, collectall.Strategy{Limit: 2, Keep: 3}}, {3, collectall.Strategy{Limit: 3}},
		{2, selective.Strategy{Limit: 2, Scope: selective.Later}}, {0, collectall.Strategy{}}, {2, shed.Strategy{Limit: 2}},
		{3, failfast.Strategy{Limit: 3}}, {2, collectall.Strategy{Limit: 2, StopAfter: 20}},
	}
	for seed := range uint64(64) {
		c := strategies[seed/8%8]
		backlog := []int{0, 1, 64}[seed%3]
		watch := &balance{of: c.s}
		m := &mix{t: t, limit: int32(c.limit), seed: seed}
		parent, cancel := context.WithCancelCause(t.Context())
		m.g = fate.New(parent, watch, fate.Panics(fate.Return), fate.Backlog(backlog))
		stopAt := -1
		stop := func() { m.g.Stop(errCause) }
		switch seed % 8 {
		case 3:
			stopAt = int(seed)
		case 7:
			stopAt, stop = int(seed), func() { cancel(errCause) }
		}
		var producers sync.WaitGroup
		for p := range uint64(3) {
			random := rand.New(rand.NewPCG(seed, p))
			producers.Go(func() {
				for i := range 60 {
					m.offer(random)
					if p == 0 && i == stopAt {
						stop()
					}
				}
			})
		}
		producers.Wait()
		_ = m.g.Wait()
		cancel(nil)
		if watch.wrong != "" {
			t.Errorf("seed %d: the strategy was shown %s", seed, watch.wrong)
		}
		tally := m.g.Tally()
		hasEnded := tally.Ended() - tally.Skipped - tally.Shed
		notRun := hasEnded - uint64(m.ran.Load()) // children cancelled before they started
		switch {
		case m.running.Load() != 0 || tally.Running+tally.Held != 0:
			t.Errorf("seed %d: tasks are running after Wait: %v", seed, tally)
		case !balanced(tally) || tally.Offered != uint64(m.offered.Load()):
			t.Errorf("seed %d: %d were offered, the tally is %v", seed, m.offered.Load(), tally)
		case notRun > tally.Cancelled:
			t.Errorf("seed %d: %d ran, the tally is %v", seed, m.ran.Load(), tally)
		case tally.Skipped == 0 && uint64(m.accepted.Load()) != hasEnded:
			t.Errorf("seed %d: %d were accepted, the tally is %v", seed, m.accepted.Load(), tally)
		}
	}
}

// balance is a strategy that checks the tallies which another is shown.
type balance struct {
	of      fate.Strategy
	offered uint64
	wrong   string
}

func (b *balance) look(call string, t fate.Tally) {
	if b.wrong == "" && (!balanced(t) || t.Offered < b.offered) {
		b.wrong = call + " with " + t.String()
	}
	b.offered = t.Offered
}

func (b *balance) Admit(t fate.Tally) fate.Admission {
	b.look("Admit", t)
	return b.of.Admit(t)
}

func (b *balance) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	b.look("Settle", t)
	return b.of.Settle(t, e)
}

func (b *balance) Conclude(s fate.Summary) error {
	b.look("Conclude", s.Tally)
	return b.of.Conclude(s)
}

// Edge 9, native: a limit below 0 is refused, naming package and field; 0 is none.
func TestNegativeLimitsAreRefused(t *testing.T) {
	for name, s := range map[string]fate.Strategy{
		"failfast: Limit":      failfast.Strategy{Limit: -1},
		"collectall: Limit":    collectall.Strategy{Limit: -1},
		"collectall: Keep":     collectall.Strategy{Keep: -1},
		"selective: Limit":     selective.Strategy{Limit: -1},
		"shed: Limit":          shed.Strategy{Limit: -1},
		"shed: Limit is 0":     shed.Strategy{},
		"shed: Then: failfast": shed.Strategy{Limit: 1, Then: failfast.Strategy{Limit: -1}},
	} {
		if err := fate.Validate(s); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%#v: Validate is %v, want %s", s, err, name)
		}
		v := recovered(func() { fate.New(t.Context(), s) })
		if err, ok := v.(error); !ok || !strings.Contains(err.Error(), name) {
			t.Errorf("%#v: New panics with %v, want %s", s, v, name)
		}
	}
	t.Run("0 is none", func(t *testing.T) {
		g := fate.New(t.Context(), failfast.Strategy{})
		all := make(chan struct{})
		for range 100 {
			if !g.TryGo(until(all)) {
				t.Error("TryGo is false without a limit")
			}
		}
		close(all)
		_ = g.Wait()
	})
}

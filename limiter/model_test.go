package limiter_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"

	"golang.org/x/sync/semaphore"

	"github.com/sharedfate/fate/limiter"
)

// model is what a limiter is to do, in the simplest words.
type model struct {
	size  int64
	inUse int64
	line  []entry
	state map[int]string // of each Acquire: waits, in, cancelled, too heavy
}

type entry struct {
	id int
	n  int64
}

func (m *model) serve() {
	for len(m.line) > 0 && m.line[0].n <= m.size-m.inUse {
		m.inUse += m.line[0].n
		m.state[m.line[0].id] = "in"
		m.line = m.line[1:]
	}
}

func (m *model) acquire(id int, n int64) {
	switch {
	case n == 0:
		m.state[id] = "in"
	case n > m.size:
		m.state[id] = "too heavy"
	default:
		m.line = append(m.line, entry{id, n})
		m.state[id] = "waits"
		m.serve()
	}
}

func (m *model) tryAcquire(n int64) bool {
	ok := n == 0 || len(m.line) == 0 && n <= m.size-m.inUse
	if ok {
		m.inUse += n
	}
	return ok
}

func (m *model) release(n int64) {
	m.inUse -= n
	m.serve()
}

func (m *model) resize(size int64) {
	m.size = size
	m.line = slices.DeleteFunc(m.line, func(e entry) bool {
		if e.n > size {
			m.state[e.id] = "too heavy"
		}
		return e.n > size
	})
	m.serve()
}

func (m *model) cancel(id int) {
	m.line = slices.DeleteFunc(m.line, func(e entry) bool {
		if e.id == id {
			m.state[id] = "cancelled"
		}
		return e.id == id
	})
	m.serve()
}

func (m *model) stats() limiter.Stats {
	s := limiter.Stats{Size: m.size, InUse: m.inUse, Waiting: len(m.line)}
	for _, e := range m.line {
		s.Wanted += e.n
	}
	return s
}

// subject is what is compared with the model.
type subject interface {
	Acquire(context.Context, int64) error
	TryAcquire(int64) bool
	Release(int64)
}

// acquirer is one call of Acquire that is under way, or has come back.
type acquirer struct {
	n        int64
	cancel   context.CancelFunc
	answer   chan error
	state    string
	released bool
}

func (a *acquirer) look() {
	select {
	case err := <-a.answer:
		switch {
		case err == nil:
			a.state = "in"
		case err == context.Canceled:
			a.state = "cancelled"
		default:
			a.state = err.Error()
			if _, ok := errors.AsType[*limiter.TooHeavyError](err); ok {
				a.state = "too heavy"
			}
		}
	default:
	}
}

// follow does what data says to the subject and to the model, in a bubble, and compares them after each step. It returns what is wrong.
// A limiter is also resized and asked for its figures; anything else is given only weights that it can take.
func follow(s subject, data []byte) string {
	const size, most = 6, 9
	l, _ := s.(*limiter.Limiter)
	m := &model{size: size, state: map[int]string{}}
	var all []*acquirer
	var byTry int64 // taken by TryAcquire
	compare := func(step string) string {
		synctest.Wait()
		for id, a := range all {
			a.look()
			if a.state != m.state[id] {
				return fmt.Sprintf("%s: the call %d of weight %d %s, want: %s", step, id, a.n, a.state, m.state[id])
			}
		}
		if l != nil && l.Stats() != m.stats() {
			return fmt.Sprintf("%s: the figures are %v, want %v", step, l.Stats(), m.stats())
		}
		return ""
	}
	release := func(a *acquirer) {
		a.released = true
		s.Release(a.n)
		m.release(a.n)
	}
	for i := 0; i+1 < len(data); i += 2 {
		op, arg := data[i]%8, int64(data[i+1])
		n := arg % (most + 2)
		if l == nil {
			n = 1 + arg%size
		}
		step := fmt.Sprintf("step %d: %d, %d", i/2, op, arg)
		switch op {
		case 0, 1, 2:
			ctx, cancel := context.WithCancel(context.Background())
			a := &acquirer{n: n, cancel: cancel, answer: make(chan error, 1), state: "waits"}
			all = append(all, a)
			go func() { a.answer <- s.Acquire(ctx, n) }()
			synctest.Wait()
			m.acquire(len(all)-1, n)
		case 3:
			got, want := s.TryAcquire(n), m.tryAcquire(n)
			if got != want {
				return fmt.Sprintf("%s: TryAcquire(%d) is %v, want %v", step, n, got, want)
			}
			if got {
				byTry += n
			}
		case 4, 5: // gives back what one has
			var in []*acquirer
			for _, a := range all {
				if a.state == "in" && !a.released {
					in = append(in, a)
				}
			}
			switch {
			case byTry > 0 && arg%3 == 0:
				byTry--
				s.Release(1)
				m.release(1)
			case len(in) > 0:
				release(in[int(arg)%len(in)])
			}
		case 6:
			if len(all) > 0 {
				id := int(arg) % len(all)
				all[id].cancel()
				m.cancel(id)
			}
		case 7:
			if l != nil {
				l.Resize(1 + arg%most)
				m.resize(1 + arg%most)
			}
		}
		if wrong := compare(step); wrong != "" {
			return wrong
		}
	}
	for id, a := range all {
		a.cancel()
		m.cancel(id)
		synctest.Wait() // the last may let others in that are about to be cancelled
	}
	if wrong := compare("at the end"); wrong != "" {
		return wrong
	}
	for _, a := range all {
		if a.state == "in" && !a.released {
			release(a)
		}
	}
	s.Release(byTry)
	m.release(byTry)
	if wrong := compare("when all has been given back"); wrong != "" {
		return wrong
	}
	if end := m.stats(); end.InUse != 0 || end.Waiting != 0 {
		return fmt.Sprintf("the model ends with %v", end)
	}
	return ""
}

// script makes a script for follow.
func script(seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 38))
	data := make([]byte, 2*(1+random.IntN(120)))
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return data
}

func TestAsTheModel(t *testing.T) {
	for seed := range uint64(400) {
		synctest.Test(t, func(t *testing.T) {
			if wrong := follow(limiter.New(6), script(seed)); wrong != "" {
				t.Errorf("seed %d: %s", seed, wrong)
			}
		})
	}
}

// The reference: a semaphore does as the model says, where neither is resized, and where no weight is 0 or above the size.
func TestTheModelIsThatOfASemaphore(t *testing.T) {
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			if wrong := follow(semaphore.NewWeighted(6), script(seed)); wrong != "" {
				t.Errorf("seed %d: %s", seed, wrong)
			}
		})
	}
}

func FuzzAsTheModel(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(script(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = data[:min(len(data), 400)]
		synctest.Test(t, func(t *testing.T) {
			if wrong := follow(limiter.New(6), data); wrong != "" {
				t.Error(wrong)
			}
		})
	})
}

// Why a limiter is not built on a semaphore that is larger than all sizes, of which it holds the rest: to make the size smaller it would have
// to take from the semaphore what is free, and can't while somebody waits. Should this fail, a semaphore has learnt to.
func TestASemaphoreCantBeMadeSmallerWhileSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const huge = 1 << 40
		s, c := semaphore.NewWeighted(huge), newCallers(t)
		ctx, cancel := context.WithCancel(t.Context())
		_ = s.TryAcquire(huge - 10) // the size is 10
		_ = s.TryAcquire(4)
		c.start("8", func() error { return s.Acquire(ctx, 8) })
		if s.TryAcquire(1) {
			t.Fatal("of the 6 that are free one could be taken back, so that the size is 9")
		}
		c.start("6", func() error { return s.Acquire(t.Context(), 6) })
		cancel()
		synctest.Wait()
		if c.count() != 2 {
			t.Fatal("no more is let in than 9")
		}
	})
}

package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how much is to be done. The zero value runs one round of episodes with seed 0.
type Options struct {
	For     time.Duration // go on for so long, to the end of a round
	Seed    uint64
	Only    *uint64                   // run this one episode and no other
	Times   int                       // how often, with Only; 0 is once
	Every   time.Duration             // how often Progress is called; 0 is never
	Process func(Report)              // told how things stand
	Kinds   map[string]Episode        // what to run, by name; nil is Kinds()
	Fault   func(f Fault) (stop bool) // told of each fault; nil stops at the first
}

// An Episode is something that happens from beginning to end, and checks itself.
type Episode func(context.Context, *Scene)

// A Fault is a promise that was not kept.
type Fault struct {
	Kind    string // of the episode
	Seed    uint64 // of the soak
	Episode uint64
	What    string
}

func (f Fault) Error() string {
	return fmt.Sprintf("soak: %s: %s (seed %d, episode %d)", f.Kind, f.What, f.Seed, f.Episode)
}

// perRound is how many episodes there are between two looks at what is left over.
const perRound = 64

// Run soaks until the time is over, ctx has ended, or something is at fault. The report is of what was done until then. Faults
// are returned as they were found.
func Run(ctx context.Context, o Options) (Report, []Fault) {
	s := newSoak(o)
	if o.Only != nil {
		for range max(1, o.Times) {
			s.episode(ctx, *o.Only)
		}
		s.lookForGoroutines()
		return s.report(), s.faults
	}
	for n := uint64(0); ; n += perRound {
		s.round(ctx, n)
		if s.over() || ctx.Err() != nil || time.Since(s.began) >= o.For {
			return s.report(), s.faults
		}
	}
}

// soak is one run of Run.
type soak struct {
	Options
	began    time.Time
	told     time.Time
	names    []string // of the kinds, sorted
	baseline int      // goroutines before

	totals
	mu     sync.Mutex
	faults []Fault // guarded by mu
	stop   bool    // guarded by mu
}

func newSoak(o Options) *soak {
	if o.Kinds == nil {
		o.Kinds = Kinds()
	}
	s := &soak{Options: o, began: time.Now(), told: time.Now(), baseline: runtime.NumGoroutine()}
	s.names = sortedKeys(o.Kinds)
	s.episodes = make(map[string]*atomic.Uint64)
	for _, name := range s.names {
		s.episodes[name] = new(atomic.Uint64)
	}
	return s
}

// round runs episodes, several at once, and looks for what they left behind.
func (s *soak) round(ctx context.Context, first uint64) {
	var next atomic.Uint64
	var workers sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= perRound || s.over() || ctx.Err() != nil {
					return
				}
				s.episode(ctx, first+i)
			}
		})
	}
	workers.Wait()
	s.lookForGoroutines()
	if s.Every > 0 && s.Process != nil && time.Since(s.told) >= s.Every {
		s.told = time.Now()
		s.Process(s.report())
	}
}

// episode runs one, and takes what it panics with for a fault.
func (s *soak) episode(ctx context.Context, n uint64) {
	dice := rand.New(rand.NewPCG(s.Seed, n))
	name := s.names[dice.IntN(len(s.names))]
	sc := &Scene{Dice: dice, soak: s, kind: name, number: n}
	// Its end is awaited, with patience, from outside: what hangs is a fault as well.
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if v := recover(); v != nil {
				sc.Fault("it panicked: %v\n%s", v, debug.Stack())
			}
		}()
		s.Kinds[name](ctx, sc)
	}()
	select {
	case <-done:
	case <-time.After(patience):
		buf := make([]byte, 1<<20)
		sc.Fault("it has not ended after %v:\n%s", patience, buf[:runtime.Stack(buf, true)])
	}
	s.episodes[name].Add(1)
}

// patience is how long an episode may take. Most take a millisecond.
const patience = 2 * time.Minute

// over reports whether the soak is to end because of a fault.
func (s *soak) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop
}

func (s *soak) fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	s.stop = s.stop || s.Options.Fault == nil || s.Options.Fault(f)
}

// lookForGoroutines waits until no more goroutines are there than in the beginning. Those of finished episodes are just
// about to be gone.
func (s *soak) lookForGoroutines() {
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > s.baseline {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			s.fault(Fault{"all", s.Seed, 0, fmt.Sprintf("%d goroutines are left, of %d in the beginning:\n%s",
				runtime.NumGoroutine(), s.baseline, buf[:runtime.Stack(buf, true)])})
			s.mu.Lock()
			s.stop = true
			s.mu.Unlock()
			return
		}
		time.Sleep(time.Millisecond)
	}
}

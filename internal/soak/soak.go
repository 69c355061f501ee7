package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how much is to be done. The zero value runs one round of episodes with seed 0.
type Options struct {
	Seed     uint64
	For      time.Duration      // begin episodes for so long
	Episodes uint64             // run the first so many, however long they take; 0 is as many as there is time for
	Only     *uint64            // run this one episode and no other
	Times    int                // how often, with Only; 0 is once
	Kinds    map[string]Episode // what to run, by name; nil is Kinds()
	Subjects *Subjects          // what to try; nil is what this module has

	Workers  int                       // how many episodes at once; 0 is two for each processor
	Patience time.Duration             // how long an episode may take; 0 is DefaultPatience
	Fault    func(f Fault) (stop bool) // told of each fault, one at a time; nil stops at the first
	Progress func(Report)              // told after each round how things stand; may be nil
}

// DefaultPatience is how long an episode may take before it counts as hanging. Most take a millisecond.
const DefaultPatience = 2 * time.Minute

// An Episode is something that happens from beginning to end, and checks itself.
type Episode func(*Scene)

// A Fault is a promise that was not kept.
type Fault struct {
	Kind    string `json:"kind"`    // of the episode; empty if it was found between episodes, and may be any of the last round's
	Seed    uint64 `json:"seed"`    // of the soak
	Episode uint64 `json:"episode"` // its number, or that of the first of the round
	What    string `json:"what"`
}

func (f Fault) Error() string {
	if f.Kind == "" {
		return fmt.Sprintf("soak: %s (seed %d, episodes %d to %d)", f.What, f.Seed, f.Episode, f.Episode+PerRound-1)
	}
	return fmt.Sprintf("soak: %s: %s (seed %d, episode %d)", f.Kind, f.What, f.Seed, f.Episode)
}

// PerRound is how many episodes there are between two looks at what is left over.
const PerRound = 64

// Run soaks until the time is over or all episodes have been run, ctx has ended, or something is at fault. Episodes that have begun
// are finished first: ctx is not theirs. The report is of what was done until then. Faults are returned in the order in which
// they were found.
//
// It counts the process's goroutines, and, every now and then, its memory. So nothing else should be going on.
func Run(ctx context.Context, o Options) (Report, []Fault) {
	s := newSoak(o)
	if o.Only != nil {
		for range max(1, o.Times) {
			if ctx.Err() != nil || s.stopped() {
				break
			}
			s.episode(*o.Only)
		}
		s.lookForGoroutines(*o.Only)
		return s.report(), s.found()
	}
	for n := uint64(0); ; n += PerRound {
		s.round(ctx, n)
		if s.Progress != nil {
			s.Progress(s.report())
		}
		if s.enough(ctx, n+PerRound) {
			return s.report(), s.found()
		}
	}
}

// soak is one run of Run.
type soak struct {
	Options
	began    time.Time
	names    []string // of the kinds, sorted
	baseline int      // goroutines before
	memory   memory

	totals
	mu     sync.Mutex
	faults []Fault // guarded by mu
	stop   bool    // guarded by mu
}

func newSoak(o Options) *soak {
	if o.Kinds == nil {
		o.Kinds = Kinds()
	}
	if o.Subjects == nil {
		o.Subjects = Ours()
	}
	if o.Workers == 0 {
		o.Workers = 2 * runtime.GOMAXPROCS(0)
	}
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	return &soak{Options: o, began: time.Now(), names: sortedKeys(o.Kinds), baseline: runtime.NumGoroutine()}
}

// enough reports whether the nth episode is not to begin any more.
func (s *soak) enough(ctx context.Context, n uint64) bool {
	if ctx.Err() != nil || s.stopped() {
		return true
	}
	if s.Episodes > 0 {
		return n >= s.Episodes
	}
	return n >= PerRound && time.Since(s.began) >= s.For // the first round there is always time for
}

// round runs episodes, several at once, and looks for what they left behind.
func (s *soak) round(ctx context.Context, first uint64) {
	var next atomic.Uint64
	var workers sync.WaitGroup
	for range s.Workers {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < PerRound && !s.enough(ctx, first+i); i = next.Add(1) - 1 {
				s.episode(first + i)
			}
		})
	}
	workers.Wait()
	s.lookForGoroutines(first)
	if grown := s.memory.look(first / PerRound); grown != "" {
		s.fault(Fault{"", s.Seed, first, grown})
	}
}

// episode runs one, and takes it for a fault if it panics, or hangs.
func (s *soak) episode(n uint64) {
	// The kind is drawn by dice of its own, so that the episode is the same however many kinds it was drawn from.
	name := s.names[rand.New(rand.NewPCG(n, s.Seed)).IntN(len(s.names))]
	drawn := newRecorder(s.Seed, n)
	sc := &Scene{Dice: rand.New(drawn), Subjects: *s.Subjects, soak: s, kind: name, number: n}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if v, exited := aside(func() { s.Kinds[name](sc) }); v != nil || exited {
			sc.Fault("it panicked, or exited: %v", v)
		}
	}()
	patience := time.NewTimer(s.Patience)
	defer patience.Stop()
	select {
	case <-done:
		s.played(name, drawn.digest)
	case <-patience.C:
		sc.Fault("it has not ended after %v:\n%s", s.Patience, stacks())
		s.halt() // it is in the way of every later look at what is left
	}
}

// stopped reports whether the soak is to end because of a fault.
func (s *soak) stopped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop
}

func (s *soak) halt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop = true
}

func (s *soak) fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	s.stop = s.Options.Fault == nil || s.Options.Fault(f) || s.stop
}

// found is what was at fault so far. What an episode has left behind may find more.
func (s *soak) found() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}

// stacks are those of all goroutines.
func stacks() []byte {
	buf := make([]byte, 1<<20)
	return buf[:runtime.Stack(buf, true)]
}

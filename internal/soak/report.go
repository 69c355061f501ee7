package soak

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
)

// A Report says what was done.
type Report struct {
	Seed     uint64
	Took     time.Duration
	Episodes map[string]uint64 // by kind
	Groups   uint64
	Tasks    fate.Tally        // of all groups together
	Runs     uint64            // task bodies that began
	Most     uint64            // of them at once, in one group
	Stops    map[string]uint64 // by how they were brought about
	Emitted  uint64            // values given to emitters, whether they were taken or not
	Weighed  uint64            // tasks that went through a limiter
	Faults   int
}

// totals are what the report is made of.
type totals struct {
	episodes map[string]*atomic.Uint64
	emitted  atomic.Uint64
	weighed  atomic.Uint64

	sum struct {
		sync.Mutex
		groups uint64
		tally  fate.Tally
		runs   uint64
		most   uint64
		stops  map[string]uint64
	}
}

// add counts a group whose Wait has returned.
func (t *totals) add(tally fate.Tally, runs, most uint64, stopped string) {
	t.sum.Lock()
	defer t.sum.Unlock()
	t.sum.groups++
	t.sum.runs += runs
	t.sum.most = max(t.sum.most, most)
	if stopped != "" {
		if t.sum.stops == nil {
			t.sum.stops = make(map[string]uint64)
		}
		t.sum.stops[stopped]++
	}
	s := &t.sum.tally
	s.Offered += tally.Offered
	s.OK += tally.OK
	s.Failed += tally.Failed
	s.Panicked += tally.Panicked
	s.Exited += tally.Exited
	s.Cancelled += tally.Cancelled
	s.Skipped += tally.Skipped
	s.Shed += tally.Shed
	s.Restarted += tally.Restarted
}

func (s *soak) report() Report {
	r := Report{Seed: s.Seed, Took: time.Since(s.began), Episodes: make(map[string]uint64)}
	for name, n := range s.episodes {
		r.Episodes[name] = n.Load()
	}
	r.Emitted, r.Weighed = s.emitted.Load(), s.weighed.Load()
	s.sum.Lock()
	r.Groups, r.Tasks, r.Runs, r.Most, r.Stops = s.sum.groups, s.sum.tally, s.sum.runs, s.sum.most, maps.Clone(s.sum.stops)
	s.sum.Unlock()
	s.mu.Lock()
	r.Faults = len(s.faults)
	s.mu.Unlock()
	return r
}

// String is the report, a line for each thing.
func (r Report) String() string {
	var b strings.Builder
	var all uint64
	for _, n := range r.Episodes {
		all += n
	}
	fmt.Fprintf(&b, "seed %d, %v: %d episodes, %d groups, %d tasks offered, %d runs\n",
		r.Seed, r.Took.Round(100*time.Millisecond), all, r.Groups, r.Tasks.Offered, r.Runs)
	fmt.Fprintf(&b, "episodes: %s\n", counts(r.Episodes))
	fmt.Fprintf(&b, "tasks: %v; at most %d of a group at once\n", r.Tasks, r.Most)
	if len(r.Stops) > 0 {
		fmt.Fprintf(&b, "groups stopped by: %s\n", counts(r.Stops))
	}
	fmt.Fprintf(&b, "beside groups: %d values emitted, %d tasks weighed by a shared limiter\n", r.Emitted, r.Weighed)
	if r.Faults == 0 {
		b.WriteString("nothing was lost: every task counted once, every limit kept, no goroutine left\n")
	} else {
		fmt.Fprintf(&b, "%d at fault\n", r.Faults)
	}
	return b.String()
}

func counts(m map[string]uint64) string {
	var parts []string
	for _, name := range sortedKeys(m) {
		parts = append(parts, fmt.Sprintf("%s %d", name, m[name]))
	}
	return strings.Join(parts, ", ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

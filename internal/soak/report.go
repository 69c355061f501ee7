package soak

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sharedfate/fate"
)

// A Report says what was done.
type Report struct {
	Seed     uint64            `json:"seed"`
	Race     bool              `json:"race"` // the race detector is on
	Took     time.Duration     `json:"took_ns"`
	Episodes map[string]uint64 `json:"episodes"` // by kind
	Plan     string            `json:"plan"`     // a digest of all that was drawn: the same episodes of the same seed have the same
	Groups   uint64            `json:"groups"`
	Tasks    fate.Tally        `json:"tasks"` // of all groups together
	Runs     uint64            `json:"runs"`  // task bodies that began, of groups and of what is no group
	Most     uint64            `json:"most"`  // of them at once, in one group
	Counts   map[string]uint64 `json:"counts"`
	Heap     [2]uint64         `json:"heap_bytes"` // what stayed on it after the first rounds, and when it was last looked at; 0 if it was not
	Faults   int               `json:"faults"`
}

// totals are what the report is made of.
type totals struct {
	sum sync.Mutex
	Report
	plan uint64
}

// played counts an episode that has ended.
func (t *totals) played(kind string, digest uint64) {
	t.sum.Lock()
	defer t.sum.Unlock()
	if t.Report.Episodes == nil {
		t.Report.Episodes = make(map[string]uint64)
	}
	t.Report.Episodes[kind]++
	t.plan += digest // in whatever order they end
}

func (t *totals) count(what string, n uint64) {
	t.sum.Lock()
	defer t.sum.Unlock()
	if t.Counts == nil {
		t.Counts = make(map[string]uint64)
	}
	t.Counts[what] += n
}

func (t *totals) group(tally fate.Tally, runs, most uint64) {
	t.sum.Lock()
	defer t.sum.Unlock()
	t.Groups++
	t.Runs += runs
	t.Most = max(t.Most, most)
	s := &t.Tasks
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
	s.mu.Lock()
	faults := len(s.faults)
	s.mu.Unlock()
	s.sum.Lock()
	defer s.sum.Unlock()
	r := s.totals.Report
	r.Seed, r.Race, r.Took, r.Faults = s.Seed, Raced, time.Since(s.began), faults
	r.Plan = fmt.Sprintf("%016x", s.plan)
	r.Episodes, r.Counts = maps.Clone(r.Episodes), maps.Clone(r.Counts)
	r.Heap = [2]uint64{s.memory.first, s.memory.last}
	return r
}

// All is how many episodes there were.
func (r Report) All() (n uint64) {
	for _, of := range r.Episodes {
		n += of
	}
	return n
}

// String is the report, a line for each thing.
func (r Report) String() string {
	var b strings.Builder
	detector := "off"
	if r.Race {
		detector = "on"
	}
	fmt.Fprintf(&b, "seed %d, %v, race detector %s: %d episodes, plan %s\n",
		r.Seed, r.Took.Round(100*time.Millisecond), detector, r.All(), r.Plan)
	fmt.Fprintf(&b, "episodes: %s\n", counts(r.Episodes))
	fmt.Fprintf(&b, "groups: %d, with tasks %v\n", r.Groups, r.Tasks)
	fmt.Fprintf(&b, "runs of tasks: %d, in one group at most %d at once\n", r.Runs, r.Most)
	if len(r.Counts) > 0 {
		fmt.Fprintf(&b, "besides: %s\n", counts(r.Counts))
	}
	if r.Heap[0] > 0 {
		fmt.Fprintf(&b, "heap after a collection: at first %d KB, at last %d KB\n", r.Heap[0]>>10, r.Heap[1]>>10)
	}
	if r.Faults == 0 {
		b.WriteString("nothing was lost: every task counted once, every limit kept, no goroutine left\n")
	} else {
		fmt.Fprintf(&b, "%d at fault\n", r.Faults)
	}
	return b.String()
}

func counts(m map[string]uint64) string {
	if len(m) == 0 {
		return "none"
	}
	var parts []string
	for _, name := range sortedKeys(m) {
		parts = append(parts, fmt.Sprintf("%s %d", name, m[name]))
	}
	return strings.Join(parts, ", ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

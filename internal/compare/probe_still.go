package compare

import (
	"runtime"
	"strings"
	"time"
)

// A probe often has to know that a group has done all it is going to do: that a failure has been taken in, that Go is blocked,
// that nobody was cancelled. Waiting "long enough" for that would make the answer depend on how busy the machine is. In a
// process that does nothing else there is an exact way: runtime.Stack stops the world and shows what each goroutine
// waits for. If each of them waits for another one, nothing will happen any more until the probe does something; and if the probe
// is one of them, it hangs.
//
// This holds as long as nobody waits for a timer, a signal or the network. Probes don't, and goroutines that were there before
// the probe are left out.

// A stillness tells whether all goroutines of the process are blocked but those that it leaves out.
type stillness struct{ leftOut map[string]bool }

// newStillness leaves out all goroutines that there are, the caller among them.
func newStillness() *stillness {
	s := &stillness{leftOut: map[string]bool{}}
	for _, g := range goroutines() {
		s.leftOut[g.id] = true
	}
	return s
}

// reached reports whether all goroutines are blocked but the caller and those left out. It returns them.
func (s *stillness) reached() ([]goroutine, bool) {
	var watched []goroutine
	for _, g := range goroutines()[1:] {
		if s.leftOut[g.id] {
			continue
		}
		if !g.blocked() {
			return nil, false
		}
		watched = append(watched, g)
	}
	return watched, true
}

// probing is the stillness of this process while it makes an observation for another one, else nil.
var probing *stillness

// settle returns once every goroutine but the caller waits for another one. It is for behaviours that are Isolated.
func settle() {
	if probing == nil {
		panic("compare: settle in a behaviour that is not isolated")
	}
	for pause := 10 * time.Microsecond; ; pause = min(2*pause, time.Millisecond) {
		if _, ok := probing.reached(); ok {
			return
		}
		time.Sleep(pause)
	}
}

// A goroutine is one entry of what runtime.Stack prints.
type goroutine struct {
	id    string
	state string // "running", "chan receive"
	trace string // the frames, innermost first
}

// blockedStates are those in which a goroutine can only go on if another one does something. All others are taken for
// busy: among them "semacquire", in which the runtime waits for the world to start again.
var blockedStates = map[string]bool{
	"chan receive":            true,
	"chan receive (nil chan)": true,
	"chan send":               true,
	"chan send (nil chan)":    true,
	"coroutine":               true,
	"select":                  true,
	"select (no cases)":       true,
	"sync.Cond.Wait":          true,
	"sync.Mutex.Lock":         true,
	"sync.RWMutex.Lock":       true,
	"sync.RWMutex.RLock":      true,
	"sync.WaitGroup.Wait":     true,
}

func (g goroutine) blocked() bool { return blockedStates[g.state] }

// goroutines returns all goroutines of the process as they were at one moment, the caller first.
func goroutines() []goroutine {
	for size := 1 << 16; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return parseGoroutines(string(buf[:n]))
		}
	}
}

// parseGoroutines reads what runtime.Stack prints, or what a process prints that crashes.
func parseGoroutines(text string) []goroutine {
	var all []goroutine
	for entry := range strings.SplitSeq(text, "\n\n") {
		head, trace, _ := strings.Cut(entry, "\n")
		head, ok := strings.CutPrefix(head, "goroutine ")
		if !ok {
			continue
		}
		id, rest, _ := strings.Cut(head, " ")
		_, state, _ := strings.Cut(rest, "[")
		if i := strings.IndexAny(state, ",]"); i >= 0 {
			state = state[:i]
		}
		all = append(all, goroutine{id: id, state: strings.TrimSuffix(state, " (scan)"), trace: trace})
	}
	return all
}

// where returns the innermost function that belongs neither to the runtime nor to package sync, as a reader knows it:
// "errgroup.(*Group).Wait". In a panicking goroutine it is the one that panicked first.
func (g goroutine) where() string {
	trace := g.trace
	if i := strings.LastIndex(trace, "\npanic("); i >= 0 {
		trace = trace[i:] // what deferred functions did stands above it
	}
	for line := range strings.Lines(trace) {
		name := strings.TrimSpace(line)
		if name == "" || strings.HasPrefix(line, "\t") || strings.HasPrefix(name, "created by ") || ofTheRuntime(name) {
			continue
		}
		if args := strings.LastIndexByte(name, '('); args > 0 {
			name = name[:args]
		}
		return name[strings.LastIndexByte(name, '/')+1:]
	}
	return "the runtime"
}

func ofTheRuntime(function string) bool {
	for _, prefix := range []string{"runtime.", "internal/", "sync.", "panic("} {
		if strings.HasPrefix(function, prefix) {
			return true
		}
	}
	return false
}

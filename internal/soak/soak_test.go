package soak_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate/internal/soak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Some episodes, other ones each time.
func TestSoak(t *testing.T) {
	report, faults := soak.Run(t.Context(), soak.Options{Episodes: 40, Seed: uint64(time.Now().UnixNano())})
	t.Log(report)
	for _, f := range faults {
		t.Error(f)
	}
	if report.All() != 40 || report.Tasks.Offered != report.Tasks.Ended() || report.Faults != 0 {
		t.Errorf("the report is %+v", report)
	}
}

// Each kind can be had by itself.
func TestEachKind(t *testing.T) {
	for kind, e := range soak.Kinds() {
		report, faults := soak.Run(t.Context(), soak.Options{Episodes: 2, Seed: 1, Kinds: map[string]soak.Episode{kind: e}})
		if len(faults) > 0 || report.Episodes[kind] != 2 || report.Runs == 0 && len(report.Counts) == 0 {
			t.Errorf("%s: faults %v, report %v", kind, faults, report)
		}
	}
}

func TestASeedDrawsTheSameAgain(t *testing.T) {
	plan := func(seed uint64) string {
		report, faults := soak.Run(t.Context(), soak.Options{Episodes: 10, Seed: seed})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return report.Plan
	}
	if one, again := plan(1), plan(1); one != again {
		t.Errorf("the plan is %s, and was %s", again, one)
	}
	if one, other := plan(1), plan(2); one == other {
		t.Errorf("the plan is %s for another seed as well", one)
	}
}

// One episode alone is what it was among all.
func TestAnEpisodeIsRunAgain(t *testing.T) {
	draws := map[uint64]uint64{}
	var sum atomic.Uint64
	kinds := map[string]soak.Episode{"draws": func(sc *soak.Scene) { sum.Add(sc.Dice.Uint64()) }}
	for n := range uint64(10) {
		soak.Run(t.Context(), soak.Options{Seed: 3, Only: &n, Kinds: kinds})
		draws[n] = sum.Swap(0)
	}
	soak.Run(t.Context(), soak.Options{Seed: 3, Episodes: 10, Kinds: kinds})
	var all uint64
	for _, n := range draws {
		all += n
	}
	if got := sum.Swap(0); got != all {
		t.Errorf("all together drew %d, one by one %d", got, all)
	}
	n := uint64(4)
	soak.Run(t.Context(), soak.Options{Seed: 3, Only: &n, Times: 3, Kinds: kinds})
	if got := sum.Load(); got != 3*draws[n] {
		t.Errorf("three times drew %d, once %d", got, draws[n])
	}
}

func kind(e soak.Episode) map[string]soak.Episode { return map[string]soak.Episode{"broken": e} }

func TestFaultsSayWhatAndWhere(t *testing.T) {
	report, faults := soak.Run(t.Context(), soak.Options{Seed: 9, Episodes: 1, Kinds: kind(func(sc *soak.Scene) {
		sc.Fault("%d is wrong", 1)
		sc.Fault("so is %d", 2)
	})})
	want := soak.Fault{Kind: "broken", Seed: 9, Episode: 0, What: "1 is wrong"}
	if len(faults) != 1 || faults[0] != want || report.Faults != 1 || !strings.Contains(report.String(), "1 at fault") {
		t.Errorf("faults %v, report %v", faults, report)
	}
}

// A soak goes on after a fault if it is told to.
func TestFaultsMayBeCollected(t *testing.T) {
	report, faults := soak.Run(t.Context(), soak.Options{
		Episodes: 5, Kinds: kind(func(sc *soak.Scene) { sc.Fault("always") }), Fault: func(soak.Fault) bool { return false },
	})
	if len(faults) != 5 || report.All() != 5 {
		t.Errorf("%d faults in %d episodes", len(faults), report.All())
	}
}

func TestAPanicOrExitOfAnEpisodeIsAFault(t *testing.T) {
	for _, e := range []soak.Episode{func(*soak.Scene) { panic(errForeign) }, func(*soak.Scene) { runtime.Goexit() }} {
		if _, faults := soak.Run(t.Context(), soak.Options{Episodes: 1, Kinds: kind(e)}); len(faults) != 1 {
			t.Errorf("faults %v", faults)
		}
	}
}

// leave returns a channel that is closed at the end of the test. Goroutines that wait for it have ended then.
func leave(t *testing.T) chan struct{} {
	release := make(chan struct{})
	settle(t)
	t.Cleanup(func() { close(release) })
	return release
}

// settle lets what the test leaves behind end before the next one begins, which counts goroutines too.
func settle(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for runtime.NumGoroutine() > before {
			runtime.Gosched()
		}
	})
}

func TestAnEpisodeThatHangsIsAFault(t *testing.T) {
	release := leave(t)
	_, faults := soak.Run(t.Context(), soak.Options{Episodes: 1, Patience: 10 * time.Millisecond, Kinds: kind(func(*soak.Scene) { <-release })})
	if len(faults) != 1 || !strings.Contains(faults[0].What, "has not ended") || !strings.Contains(faults[0].What, "goroutine ") {
		t.Errorf("faults %v", faults)
	}
}

func TestAGoroutineThatIsLeftIsAFault(t *testing.T) {
	release := leave(t)
	many := func(*soak.Scene) { // more than may be about to go when the run begins, and are counted in its beginning
		for range 100 {
			go func() { <-release }()
		}
	}
	_, faults := soak.Run(t.Context(), soak.Options{Episodes: 1, Patience: 10 * time.Millisecond, Kinds: kind(many)})
	if len(faults) != 1 || faults[0].Kind != "" || !strings.Contains(faults[0].What, "goroutines are left") {
		t.Errorf("faults %v", faults)
	}
}

func TestMemoryThatStaysIsAFault(t *testing.T) {
	var kept [][]byte
	var n atomic.Int64
	episode := func(*soak.Scene) {
		if n.Add(1)%soak.PerRound == 0 {
			kept = append(kept, make([]byte, 4<<20))
		}
	}
	report, faults := soak.Run(t.Context(), soak.Options{Episodes: 40 * soak.PerRound, Kinds: kind(episode)})
	if len(faults) != 1 || !strings.Contains(faults[0].What, "stay on the heap") || report.Heap[0] == 0 {
		t.Errorf("faults %v, heap %v, with %d kept", faults, report.Heap, len(kept))
	}
	runtime.KeepAlive(kept)
}

// What has begun is finished, and nothing else begins.
func TestASoakThatIsInterruptedReportsWhatItDid(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	var rounds int
	report, faults := soak.Run(ctx, soak.Options{For: time.Hour, Kinds: kind(func(sc *soak.Scene) { sc.Count("things", 1) }), Progress: func(soak.Report) {
		if rounds++; rounds == 2 {
			cancel(errors.New("enough"))
		}
	}})
	if len(faults) > 0 || report.All() != 2*soak.PerRound || report.Counts["things"] != report.All() {
		t.Errorf("faults %v, report %v", faults, report)
	}
}

package compare_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/internal/compare"
)

func workload(t *testing.T, name string) compare.Workload {
	t.Helper()
	ws, err := compare.PickWorkloads(compare.Workloads(), name)
	if err != nil {
		t.Fatal(err)
	}
	return ws[0]
}

// prepare makes the job ready and closes it at the end of the test.
func prepare(t *testing.T, w compare.Workload, in compare.Input) compare.Job {
	t.Helper()
	job, err := w.Prepare(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := job.Close(); err != nil {
			t.Error(err)
		}
	})
	return job
}

// tree makes files of some sizes, one of them empty and one deep, and returns their directory.
func tree(t *testing.T, files int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range files {
		path := filepath.Join(dir, fmt.Sprintf("%d", i%3), fmt.Sprintf("file%04d", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Repeat("x", i*i*100)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// serially says what each workload's work is, one thing after another and without its code.
var serially = map[string]func(t *testing.T, dir string) compare.Done{
	"empty":         tasks(1000, 0, nil),
	"limited":       tasks(1000, 0, nil),
	"small":         tasks(4, 0, nil),
	"single":        tasks(1, 0, nil),
	"cpu-1us":       tasks(1000, 0, spun(time.Microsecond)),
	"cpu-10us":      tasks(1000, 0, spun(10*time.Microsecond)),
	"cpu-100us":     tasks(100, 0, spun(100*time.Microsecond)),
	"cpu-1ms":       tasks(20, 0, spun(time.Millisecond)),
	"blocked":       tasks(1000, 0, nil),
	"failing-1pct":  tasks(1000, 10, func(i int) uint64 { return uint64(i) * b2u(i%100 == 99) }),
	"failing-all":   tasks(1000, 1000, func(i int) uint64 { return uint64(i) }),
	"first-failure": tasks(100, 100, nil),
	"overflow":      tasks(8, 0, func(i int) uint64 { return uint64(i) }),
	"dashboard":     func(*testing.T, string) compare.Done { return compare.Done{Tasks: 24, Sum: dashboardSum()} },
	"hash":          hashedSerially,
}

func tasks(n, failures int, value func(int) uint64) func(*testing.T, string) compare.Done {
	return func(*testing.T, string) compare.Done {
		d := compare.Done{Tasks: n, Failures: failures}
		for i := 0; value != nil && i < n; i++ {
			d.Sum += value(i)
		}
		return d
	}
}

func spun(d time.Duration) func(int) uint64 {
	return func(i int) uint64 { return compare.Spin(uint64(i+1), compare.SpinsFor(d)) }
}

func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// dashboardSum adds up what six servers' four panels show, the fifth server's being unavailable.
func dashboardSum() (sum uint64) {
	for server := range 6 {
		for panel := range 4 {
			status := 200
			if server == 4 {
				status = 500
			}
			sum += compare.Spin(uint64(server<<20|panel<<10|status), 8)
			if status != 200 {
				continue
			}
			x := uint64(server*100 + panel + 1)
			for i := range 64 {
				x = compare.Spin(x, 1)
				sum += uint64(uint32(x)) * uint64(i+1)
			}
		}
	}
	return sum
}

func hashedSerially(t *testing.T, dir string) (d compare.Done) {
	for _, sub := range []string{"0", "1", "2"} {
		files, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(filepath.Join(dir, sub, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			digest := sha256.Sum256(data)
			d.Tasks++
			d.Sum += binary.BigEndian.Uint64(digest[:8])
		}
	}
	return d
}

// Before anything is timed: whoever does a workload does the same, and what it is meant to be.
func TestAllContendersDoTheSameWork(t *testing.T) {
	dir := tree(t, 40)
	for _, w := range compare.Workloads() {
		t.Run(w.Name, func(t *testing.T) {
			serial, ok := serially[w.Name]
			if !ok {
				t.Fatal("nothing here says what this workload's work is")
			}
			want := serial(t, dir)
			job := prepare(t, w, compare.Input{Dir: dir})
			if n := w.Tasks; n != 0 && !w.Overflows && n != want.Tasks {
				t.Errorf("Tasks is %d, but there are %d", n, want.Tasks)
			}
			got, err := compare.Verify(t.Context(), job, w.Accepted(compare.Contenders()))
			if err != nil || got != want {
				t.Errorf("done %+v, not %+v; error: %v", got, want, err)
			}
		})
	}
}

// What a workload says of itself is made from the numbers that it works with.
func TestWorkloadsSayWhatTheyDo(t *testing.T) {
	for name, want := range map[string]string{
		"empty":        "1000 tasks that do nothing",
		"limited":      "1000 tasks that do nothing, 8 at once",
		"single":       "1 task that does nothing",
		"cpu-10us":     "1000 tasks of 10 µs of CPU",
		"cpu-1ms":      "20 tasks of 1 ms of CPU",
		"failing-1pct": "1000 tasks, 1 of each 100 fails; all errors are kept",
		"failing-all":  "1000 tasks that all fail; all errors are kept",
		"overflow":     "1000 tasks offered to 8 places; 992 are refused",
		"dashboard":    "24 requests to 6 HTTP servers, one of them slow (20 ms) and one failing, shown as unavailable",
	} {
		if got := workload(t, name).About; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestEachWorkloadIsDoneByOursAndByPeers(t *testing.T) {
	for _, w := range compare.Workloads() {
		var ours, peers int
		var base string
		for _, c := range w.Accepted(compare.Contenders()) {
			switch {
			case c.Ours:
				ours++
			default:
				peers++
			}
			if c.Name == compare.BaseName || c.Name == w.Base {
				base = c.Name
			}
		}
		if ours == 0 || peers < 2 || base == "" || w.About == "" {
			t.Errorf("%s: %d of ours, %d others, base %q, %q", w.Name, ours, peers, base, w.About)
		}
	}
}

func TestWorkloadsAcceptWhoCanDoThem(t *testing.T) {
	for _, c := range []struct {
		workload, contender string
		want                bool
	}{
		{"empty", "shed", true},          // no limit: nothing is shed
		{"limited", "shed", false},       // it would drop most of it
		{"overflow", "shed", true},       // which is wanted here
		{"overflow", "conc", false},      // it can't refuse
		{"empty", "errgroup-sem", false}, // without a limit it is errgroup
		{"limited", "errgroup-sem", true},
		{"failing-all", "errgroup", false}, // keeps one error of a thousand
		{"failing-all", "go", true},        // keeps none, and is what ratios are taken against
		{"first-failure", "collectall", false},
		{"first-failure", "failfast", true},
		{"limited", "failfast-b0", true},
		{"empty", "failfast-b0", false},    // without a limit it is failfast
		{"overflow", "failfast-b0", false}, // where nobody holds anything beyond the limit, too
		{"empty", "serial", true},
		{"cpu-1ms", "serial", true},
		{"limited", "serial", false}, // its tasks are not limited but one at a time
		{"blocked", "serial", false}, // it would never end
		{"dashboard", "serial", false},
	} {
		one, err := compare.ContenderByName(c.contender)
		if err != nil {
			t.Fatal(err)
		}
		if got := workload(t, c.workload).Accepts(one); got != c.want {
			t.Errorf("%s accepts %s: %v, not %v", c.workload, c.contender, got, c.want)
		}
	}
	if (compare.Workload{Limit: 1}).Accepts(compare.Contender{}) {
		t.Error("work with a limit accepts a contender without one")
	}
}

// What a user interrupts ends at once and says why, whatever is under way.
func TestARunEndsWithItsContext(t *testing.T) {
	dir := tree(t, 40)
	interrupted := errors.New("interrupted")
	for _, w := range compare.Workloads() {
		t.Run(w.Name, func(t *testing.T) {
			job := prepare(t, w, compare.Input{Dir: dir, Quick: true})
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(interrupted)
			cs := w.Accepted(compare.Contenders())
			for _, c := range cs {
				if _, err := job.Run(ctx, c); !errors.Is(err, interrupted) {
					t.Errorf("%s: %v", c.Name, err)
				}
			}
			// Nothing of an interrupted run is found in the next.
			if got, err := job.Run(t.Context(), cs[0]); err != nil || got != serially[w.Name](t, dir) {
				t.Errorf("done %+v, %v", got, err)
			}
		})
	}
}

// A contender that does not start every task leaves the others waiting for it; that ends with the context too.
func TestATaskNeverStartedHangsNothing(t *testing.T) {
	interrupted := errors.New("interrupted")
	for _, name := range []string{"blocked", "first-failure"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				job := prepare(t, workload(t, name), compare.Input{})
				bad := altered(t, "drops-last", func(g compare.Group) compare.Group { return dropsLast{g} })
				ctx, cancel := context.WithCancelCause(t.Context())
				ended := make(chan error, 1)
				go func() {
					_, err := job.Run(ctx, bad)
					ended <- err
				}()
				synctest.Wait()
				select {
				case err := <-ended:
					t.Fatalf("it ended without its last task: %v", err)
				default:
				}
				cancel(interrupted)
				if err := <-ended; err != interrupted {
					t.Errorf("it ended with %v", err)
				}
			})
		})
	}
}

func TestDoneSurvivesJSON(t *testing.T) {
	want := compare.Done{Tasks: 3, Failures: 1, Sum: 1<<64 - 1} // more than a float64 holds
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got compare.Done
	if err := json.Unmarshal(text, &got); err != nil || got != want {
		t.Errorf("%s came back as %+v, %v", text, got, err)
	}
}

package fate_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/trace"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// traced runs f while runtime/trace is on and returns how often each annotation is in the trace, as "RegionBegin name".
func traced(t *testing.T, f func()) map[string]int {
	t.Helper()
	if trace.IsEnabled() {
		t.Skip("the tests are being traced themselves")
	}
	path := filepath.Join(t.TempDir(), "trace")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := trace.Start(file); err != nil {
		t.Fatal(err)
	}
	f()
	trace.Stop()
	out, err := exec.CommandContext(t.Context(), "go", "tool", "trace", "-d=parsed", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m) (TaskBegin|TaskEnd|RegionBegin|RegionEnd) .*Type="(.*)"$`).FindAllSubmatch(out, -1) {
		count[string(m[1])+" "+string(m[2])]++
	}
	return count
}

func TestANamedGroupIsATaskOfTheTraceAndWhatItRunsARegion(t *testing.T) {
	before := fate.New(t.Context(), collectall.Strategy{}, fate.Name("before")) // from before the trace
	count := traced(t, func() {
		before.Go(succeeds)
		_ = before.Wait()
		g := fate.New(t.Context(), collectall.Strategy{}, fate.Name("thumbs"), fate.Panics(fate.Return))
		for _, task := range []fate.Task{succeeds, fails, panicsNow, goexits} {
			g.Go(task)
			g.Spawn("db", task)
		}
		g.Spawn("", succeeds)
		_ = g.Wait()
		unnamed := fate.New(t.Context(), failfast.Strategy{})
		unnamed.Spawn("unseen", succeeds)
		_ = unnamed.Wait()
		for _, w := range ways {
			for _, s := range []fate.Strategy{collectall.Strategy{Limit: 2}, unhinted{collectall.Strategy{Limit: 2}}} {
				_ = w.run(t.Context(), s, 10, func(ctx context.Context, i int) error {
					if i == 5 {
						return fails(ctx)
					}
					return nil
				}, fate.Name(w.name))
			}
		}
	})
	want := map[string]int{
		"RegionBegin before": 1, "RegionEnd before": 1, "TaskEnd ": 1, // whose name was in its beginning
		"TaskBegin thumbs": 1, "TaskEnd thumbs": 1,
		"RegionBegin thumbs": 5, "RegionEnd thumbs": 5,
		"RegionBegin thumbs/db": 4, "RegionEnd thumbs/db": 4,
	}
	for _, w := range ways {
		want["TaskBegin "+w.name], want["TaskEnd "+w.name] = 2, 2
		want["RegionBegin "+w.name], want["RegionEnd "+w.name] = 20, 20
	}
	for what, n := range want {
		if count[what] != n {
			t.Errorf("%s is in the trace %d times, want %d", what, count[what], n)
		}
	}
	for what, n := range count {
		if want[what] == 0 {
			t.Errorf("%s is in the trace %d times", what, n)
		}
	}
}

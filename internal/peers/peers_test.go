package peers_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/sharedfate/fate/internal/peers"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
	"go.uber.org/goleak"
)

func TestAllSidesDoTheSameWork(t *testing.T) {
	var rows []int
	for _, w := range peers.Works() {
		for _, n := range []int{2, 8, 100} {
			for range 3 {
				if err := w.Verify(t.Context(), n); err != nil {
					t.Errorf("%d tasks: %v", n, err)
				}
			}
		}
		if !slices.Contains(rows, w.Row) {
			rows = append(rows, w.Row)
		}
		idle := situations.Side{Name: "idle", Do: func(context.Context, int) situations.Done { return situations.Done{} }}
		w.Sides = append(slices.Clone(w.Sides), idle)
		if err := w.Verify(t.Context(), 100); err == nil || !strings.Contains(err.Error(), "idle") {
			t.Errorf("%s: that nothing was done is not noticed: %v", w.Name, err)
		}
	}
	if want := []int{2, 4, 5, 10}; !slices.Equal(rows, want) {
		t.Errorf("there are works for the rows %v, not %v", rows, want)
	}
}

// The rows of the table of prices are each of our sides beside each other one; those of rows 2 and 5 differ from those of package situations
// in who is beside, and in nothing else.
func TestRowsCanBeMeasured(t *testing.T) {
	type kind struct {
		work  string
		tasks int
	}
	there := map[string]kind{}
	for _, r := range situations.Rows() {
		there[r.Name+"/"+r.Beside] = kind{}
		there[r.Name] = kind{r.Work, r.Tasks}
	}
	want, shared := 0, 0
	for _, w := range peers.Works() {
		want += len(w.Sides) - 1
	}
	rows := peers.Rows()
	if len(rows) != want {
		t.Errorf("%d rows, not %d", len(rows), want)
	}
	for _, r := range rows {
		if _, twice := there[r.Name+"/"+r.Beside]; twice {
			t.Errorf("%s beside %s is in package situations as well", r.Name, r.Beside)
		}
		if of, ok := there[r.Name]; ok {
			if shared++; of != (kind{r.Work, r.Tasks}) {
				t.Errorf("%s is %q with %d tasks here, and %v there", r.Name, r.Work, r.Tasks, of)
			}
		}
		for impl, side := range map[string]price.Side{"ours": r.Ours, r.Beside: r.Theirs} {
			if err := side(&price.Meter{Context: t.Context(), Tasks: r.Size(true), Runs: 2, Clock: clock{}}); err != nil {
				t.Errorf("%s: %s: %v", r.Name, impl, err)
			}
		}
	}
	if shared != 7 {
		t.Errorf("%d rows are of works of package situations, not 7", shared)
	}
}

// clock is looked at by nobody.
type clock struct{}

func (clock) StartTimer() {}
func (clock) StopTimer()  {}

// Once ants is quiet, nothing is left of it. It is so for good, and is looked at in a process of its own.
func TestQuietEndsWhatAntsStarted(t *testing.T) {
	if os.Getenv(quietVariable) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), quietVariable+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v:\n%s", err, out)
		}
		return
	}
	if goleak.Find() == nil {
		t.Error("ants has started nothing")
	}
	peers.Quiet()
	if err := goleak.Find(); err != nil {
		t.Error(err)
	}
	peers.Quiet() // a second time does nothing
}

// quietVariable says that this process is to see for itself.
const quietVariable = "FATE_TEST_QUIET"

// BenchmarkPeers has each side of each work, by row of docs/choosing.md:
//
//	go test -run '^$' -bench 'Peers/row=2$' -count 10 ./internal/peers | benchstat -col /impl -
func BenchmarkPeers(b *testing.B) {
	for _, w := range peers.Works() {
		for _, s := range w.Sides {
			b.Run(fmt.Sprintf("row=%d/work=%s/tasks=%d/impl=%s", w.Row, w.Name, w.Tasks, slug(s.Name)), func(b *testing.B) {
				b.ReportAllocs()
				b.StopTimer()
				b.ResetTimer()
				m := &price.Meter{Context: b.Context(), Tasks: w.Tasks, Runs: b.N, Clock: b}
				if err := w.Timed(s)(m); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

// slug is a name without what a benchmark's name can't have.
func slug(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToLower(strings.Join(words, "-"))
}

// Without a pause nobody makes a timer: ours has none then.
func TestNoPauseTakesNoTimer(t *testing.T) {
	const restarts = 100
	looked := false
	for _, w := range peers.Works() {
		for _, s := range w.Sides {
			if w.Name != "restart" || s.Name != "by hand" {
				continue
			}
			looked = true
			if n := testing.AllocsPerRun(10, func() { s.Do(t.Context(), restarts) }); n >= restarts {
				t.Errorf("%v allocations in %d restarts", n, restarts)
			}
		}
	}
	if !looked {
		t.Error("there is no such work by hand")
	}
}

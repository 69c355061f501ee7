package fate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/compare"
)

// Every strategy beside its equivalents in errgroup, conc, go-multierror and code by hand. The contenders, the workloads
// and the interleaved measurement that publishes ratios are in internal/compare; here they are proved to do the same work, and
// offered to benchstat:
//
//	go test -run '^$' -bench 'Empty' -count 10 . | benchstat -col /impl -
//
// Blocks of benchmarks, one contender after another, drift with the machine: take ratios from cmd/fate instead.

func TestEveryStrategyDoesTheWorkOfItsEquivalents(t *testing.T) {
	dir := t.TempDir()
	for i := range 20 {
		text := strings.Repeat("a line of text\n", i*100)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	done := map[string]int{} // workloads, by contender
	for _, w := range compare.Workloads() {
		job, err := w.Prepare(t.Context(), compare.Input{Dir: dir, Quick: true})
		if err != nil {
			t.Fatal(err)
		}
		cs := w.Accepted(compare.Contenders())
		if _, err := compare.Verify(t.Context(), job, cs); err != nil {
			t.Errorf("%s: %v", w.Name, err)
		}
		if err := job.Close(); err != nil {
			t.Errorf("%s: %v", w.Name, err)
		}
		for _, c := range cs {
			done[c.Name]++
		}
	}
	for _, c := range compare.Contenders() {
		if done[c.Name] == 0 {
			t.Errorf("%s was never run", c.Name)
		}
	}
}

func BenchmarkEmpty(b *testing.B)        { benchmark(b, "empty", "limited", "small", "single") }
func BenchmarkCPU1us(b *testing.B)       { benchmark(b, "cpu-1us") }
func BenchmarkCPU10us(b *testing.B)      { benchmark(b, "cpu-10us") }
func BenchmarkCPU100us(b *testing.B)     { benchmark(b, "cpu-100us") }
func BenchmarkCPU1ms(b *testing.B)       { benchmark(b, "cpu-1ms") }
func BenchmarkBlocked(b *testing.B)      { benchmark(b, "blocked") }
func BenchmarkFailing1pct(b *testing.B)  { benchmark(b, "failing-1pct") }
func BenchmarkFailingAll(b *testing.B)   { benchmark(b, "failing-all") }
func BenchmarkFirstFailure(b *testing.B) { benchmark(b, "first-failure") }
func BenchmarkOverflow(b *testing.B)     { benchmark(b, "overflow") }

// benchmark runs the workloads with each contender that can do them. One operation is the whole workload.
func benchmark(b *testing.B, workloads ...string) {
	ws, err := compare.PickWorkloads(compare.Workloads(), workloads...)
	if err != nil {
		b.Fatal(err)
	}
	for _, w := range ws {
		job, err := w.Prepare(b.Context(), compare.Input{})
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range w.Accepted(compare.Contenders()) {
			b.Run(fmt.Sprintf("impl=%s/tasks=%d/limit=%d", c.Name, w.Tasks, w.Limit), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := job.Run(b.Context(), c); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		if err := job.Close(); err != nil {
			b.Error(err)
		}
	}
}

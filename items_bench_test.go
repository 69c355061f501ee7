package fate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/price"
)

// ForEach, Map and Stream, and stage after stage, each beside its equivalents. The sides are those of package price, where their ratios
// are measured; here they stand in one table by work, for benchstat:
//
//	go test -run '^$' -bench 'Items/work=foreach-1us' -count 10 . | benchstat -col /impl -

func BenchmarkItems(b *testing.B)  { benchmarkItems(b, "foreach", "foreach-1us", "map", "stream") }
func BenchmarkStages(b *testing.B) { benchmarkItems(b, "stages") }

// A side of a work, and how it is named.
type itemSide struct {
	work, impl string
	items      int
	run        price.Side
}

func (s itemSide) String() string {
	return fmt.Sprintf("work=%s/items=%d/impl=%s", s.work, s.items, s.impl)
}

// itemSides are those of the works of these names, ours first.
func itemSides(t testing.TB, works ...string) (sides []itemSide) {
	for _, work := range works {
		first := len(sides)
		for _, r := range price.Rows() {
			if r.Name != work {
				continue
			}
			if len(sides) == first {
				sides = append(sides, itemSide{work, "fate", r.Size(true), r.Ours})
			}
			impl := strings.NewReplacer(", ", "-", " ", "-", "(", "", ")", "").Replace(r.Beside)
			sides = append(sides, itemSide{work, impl, r.Size(true), r.Theirs})
		}
		if len(sides) == first {
			t.Fatalf("no work is named %s", work)
		}
	}
	return sides
}

func benchmarkItems(b *testing.B, works ...string) {
	for _, s := range itemSides(b, works...) {
		b.Run(s.String(), func(b *testing.B) {
			b.ReportAllocs()
			b.StopTimer()
			b.ResetTimer()
			if err := s.run(&price.Meter{Context: b.Context(), Tasks: s.items, Runs: b.N, Clock: b}); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(s.items), "ns/item")
		})
	}
}

// Each side of BenchmarkItems and BenchmarkStages does its work, which the side itself checks: each slot set, each result there and, where
// that is the work, in order.
func TestEverySideOfTheItemBenchmarksDoesItsWork(t *testing.T) {
	for work, want := range map[string][]string{
		"foreach":     {"fate", "errgroup-SetLimit8", "conc-iter-on-a-slice", "errgroup-8-workers", "a-serial-loop"},
		"foreach-1us": {"fate", "a-serial-loop", "errgroup-SetLimit2", "errgroup-2-workers", "conc-iter-on-a-slice"},
		"map":         {"fate", "conc-iter.Map", "errgroup-SetLimit8", "errgroup-8-workers", "a-serial-loop"},
		"stream":      {"fate", "conc-stream", "channels-by-hand", "a-serial-loop"},
		"stages":      {"fate", "channels-by-hand-in-no-order", "conc-stream", "a-serial-loop"},
	} {
		var impls []string
		for _, s := range itemSides(t, work) {
			impls = append(impls, s.impl)
			if err := s.run(&price.Meter{Context: t.Context(), Tasks: 1000, Runs: 2, Clock: noClock{}}); err != nil {
				t.Errorf("%v: %v", s, err)
			}
		}
		if !slices.Equal(impls, want) {
			t.Errorf("%s is done by %v, want %v", work, impls, want)
		}
	}
}

type noClock struct{}

func (noClock) StartTimer() {}
func (noClock) StopTimer()  {}

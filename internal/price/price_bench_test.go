package price_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/sharedfate/fate/internal/price"
)

// BenchmarkPrice has each side of each row, for profiles and for benchstat -col /impl:
//
//	go test -run '^$' -bench 'Price/row=start-1000' -count 10 ./internal/price | benchstat -col /impl -
//
// It takes the smaller of the rows' sizes. Ratios are to be had from cmd/fate, which samples both sides in turn. The figure of the rows
// busy-... is start-ns, that of neighbour-... late-ns, and that of memory peak-B; their ns/op says nothing.
func BenchmarkPrice(b *testing.B) {
	seen := map[string]bool{}
	for _, w := range price.Workloads() {
		for _, r := range w.Rows {
			for _, s := range []struct {
				impl string
				side price.Side
			}{{"ours", r.Ours}, {slug(r.Beside), r.Theirs}} {
				name := fmt.Sprintf("row=%s/tasks=%d/impl=%s", r.Name, r.Size(true), s.impl)
				if !seen[name] { // ours is the same in all rows of a name
					seen[name] = true
					b.Run(name, func(b *testing.B) { benchmark(b, r, s.side) })
				}
			}
		}
	}
}

// slug is a name without what a benchmark's name can't have.
func slug(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToLower(strings.Join(words, "-"))
}

func benchmark(b *testing.B, r price.Row, side price.Side) {
	defer r.Prepare()()
	b.ReportAllocs()
	b.StopTimer()
	b.ResetTimer()
	m := &price.Meter{Context: b.Context(), Tasks: r.Size(true), Runs: b.N, Clock: b}
	if err := side(m); err != nil {
		b.Fatal(err)
	}
	units := map[price.Figure]string{price.LastStart: "start-ns", price.LongestWait: "late-ns", price.PeakMemory: "peak-B"}
	if unit := units[r.Figure]; unit != "" {
		sum := 0.0
		for _, f := range m.Figures {
			sum += f
		}
		b.ReportMetric(sum/float64(len(m.Figures)), unit)
	}
}

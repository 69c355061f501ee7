package situations_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
)

// BenchmarkSituations has each side of each work, by row of docs/choosing.md:
//
//	go test -run '^$' -bench 'Situations/row=9$' -count 10 ./internal/situations | benchstat -col /impl -
//
// Ratios are to be had from cmd/fate, which samples two sides in turn.
func BenchmarkSituations(b *testing.B) {
	for _, w := range situations.Works() {
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

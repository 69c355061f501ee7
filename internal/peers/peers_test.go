package peers_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/sharedfate/fate/internal/peers"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
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

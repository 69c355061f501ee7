package quorum_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/situations"
)

type number = func(context.Context) (int, error)

// The racers are those of package situations, where their ratios are measured: package quorum, and what is written in its place.

// races are what is timed: so many of the functions answer at once, and the others wait for the end of their contexts.
var races = []struct {
	need, of int
	want     []int
}{{1, 4, []int{3}}, {2, 3, []int{1, 2}}}

func functions(need, of int) []number {
	fs := make([]number, of)
	for i := range fs {
		if i < of-need {
			fs[i] = func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() }
		} else {
			fs[i] = func(context.Context) (int, error) { return i, nil }
		}
	}
	return fs
}

func TestContendersDoTheSame(t *testing.T) {
	for _, c := range situations.Racers() {
		for _, r := range races {
			got, err := c.Run(t.Context(), r.need, functions(r.need, r.of))
			slices.Sort(got)
			if !slices.Equal(got, r.want) || err != nil {
				t.Errorf("%s, %d of %d: %v, %v; want %v", c.Name, r.need, r.of, got, err, r.want)
			}
		}
		_, err := c.Run(t.Context(), 1, []number{func(context.Context) (int, error) { return 0, errA }, func(context.Context) (int, error) { return 0, errB }})
		if !errors.Is(err, errA) || !errors.Is(err, errB) {
			t.Errorf("%s: %v; want both failures", c.Name, err)
		}
	}
}

func BenchmarkRace(b *testing.B) {
	for _, r := range races {
		fs := functions(r.need, r.of)
		for _, c := range situations.Racers() {
			b.Run(fmt.Sprintf("impl=%s/need=%d/of=%d", strings.ReplaceAll(c.Name, " ", "-"), r.need, r.of), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := c.Run(b.Context(), r.need, fs); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

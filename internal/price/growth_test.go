package price_test

import (
	"context"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

func TestGrowCoversEveryStrategyWithAndWithoutALimit(t *testing.T) {
	var told []string
	got, err := price.Grow(t.Context(), []int{10, 100}, 2, 1, func(g price.Growth) { told = append(told, g.Strategy) })
	if err != nil || len(got) != price.Strategies() || len(told) != len(got) {
		t.Fatalf("%d strategies of %d, %d told, %v", len(got), price.Strategies(), len(told), err)
	}
	for _, name := range []string{"failfast", "collectall", "selective", "shed"} {
		limited, free := 0, 0
		for _, g := range got {
			if !strings.HasPrefix(g.Strategy, name) {
				continue
			}
			if strings.Contains(g.Strategy, "limit") {
				limited++
			} else {
				free++
			}
		}
		if limited != 1 || free != 1 {
			t.Errorf("%s has %d rows with a limit and %d without", name, limited, free)
		}
	}
	for _, g := range got {
		if g.Err != "" || len(g.Points) != 2 || g.Points[1].Tasks != 100 || g.Points[1].PerTask.Median <= 0 || len(g.Points[1].Samples) != 2 {
			t.Errorf("%+v", g)
		}
		if one := g.Points[0].Ratio; one.Low != 1 || one.High != 1 {
			t.Errorf("%s: the fewest tasks have a ratio to themselves of %+v", g.Strategy, one)
		}
	}
}

func TestGrowEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	got, err := price.Grow(ctx, []int{10}, 1, 1, func(price.Growth) { cancel() })
	if err == nil || len(got) != 1 {
		t.Errorf("%d strategies, %v; want the first and the context's error", len(got), err)
	}
}

func TestGrowthIsMet(t *testing.T) {
	point := func(median, low float64) price.GrowthPoint {
		return price.GrowthPoint{Tasks: int(1000 * median), Ratio: stats.Estimate{Median: median, Low: low, High: 2 * median}}
	}
	for _, c := range []struct {
		points []price.GrowthPoint
		want   price.Met
	}{
		{[]price.GrowthPoint{point(1, 1), point(1.1, 1), point(0.5, 0.4)}, price.Yes},
		{[]price.GrowthPoint{point(1, 1), point(1.3, 1.1)}, price.Unclear},
		{[]price.GrowthPoint{point(1, 1), point(1.3, 1.25), point(1.1, 1)}, price.No},
	} {
		if got := (price.Growth{Points: c.points}).Met(); got != c.want {
			t.Errorf("%+v: met: %s, want %s", c.points, got, c.want)
		}
	}
}

func TestSizesAreDecades(t *testing.T) {
	for _, quick := range []bool{true, false} {
		sizes := price.Sizes(quick)
		for i, n := range sizes[1:] {
			if n != 10*sizes[i] {
				t.Errorf("%d follows %d", n, sizes[i])
			}
		}
	}
}

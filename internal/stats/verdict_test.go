package stats_test

import (
	"testing"

	"github.com/sharedfate/fate/internal/stats"
)

func around(low, median, high float64) stats.Estimate {
	return stats.Estimate{Low: low, Median: median, High: high}
}

func TestJudge(t *testing.T) {
	none := around(0.99, 1, 1.01) // an A/A that shows no difference
	few := func(e stats.Estimate) stats.Estimate { e.Few = true; return e }
	for _, c := range []struct {
		name         string
		ratio, again stats.Estimate
		want         stats.Verdict
	}{
		{"clearly less", around(0.5, 0.6, 0.7), none, stats.Faster},
		{"clearly more", around(1.3, 1.4, 1.6), none, stats.Slower},
		{"just beyond 3 % less", around(0.965, 0.9699, 0.999), none, stats.Faster},
		{"just beyond 3 % more", around(1.001, 1.0301, 1.035), none, stats.Slower},
		{"certain, and within 3 % less", around(0.97, 0.9701, 0.98), none, stats.Same},
		{"certain, and within 3 % more", around(1.02, 1.0299, 1.04), none, stats.Same},
		{"less, and the interval holds 1", around(0.6, 0.8, 1), none, stats.Same},
		{"more, and the interval holds 1", around(1, 1.2, 1.6), none, stats.Same},
		{"1", around(1, 1, 1), none, stats.Same},
		{"A/A ends at 1", around(0.5, 0.6, 0.7), around(0.9, 0.95, 1), stats.Faster},
		{"A/A is 1", around(1.3, 1.4, 1.6), around(1, 1, 1), stats.Slower},
		{"A/A lies below 1", around(0.5, 0.6, 0.7), around(0.98, 0.99, 0.999), stats.NoVerdict},
		{"A/A lies above 1", around(0.99, 1, 1.01), around(1.001, 1.01, 1.02), stats.NoVerdict},
		{"no A/A", around(0.5, 0.6, 0.7), stats.Estimate{}, stats.NoVerdict},
		{"no ratio", stats.Estimate{}, none, stats.NoVerdict},
		{"few rounds", few(around(0.5, 0.6, 0.7)), none, stats.NoVerdict},
		{"few rounds of A/A", around(0.5, 0.6, 0.7), few(none), stats.NoVerdict},
	} {
		if got := stats.Judge(c.ratio, c.again); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whoever is above the line and whoever is below it may change places: the verdict is then the opposite.
func TestJudgeOfTheInverse(t *testing.T) {
	none := around(0.99, 1, 1.01)
	opposite := map[stats.Verdict]stats.Verdict{stats.Faster: stats.Slower, stats.Slower: stats.Faster, stats.Same: stats.Same}
	for _, e := range []stats.Estimate{around(0.5, 0.6, 0.7), around(0.8, 0.9, 1), around(1.1, 1.2, 1.3), around(0.9, 1, 1.2)} {
		inverse := around(1/e.High, 1/e.Median, 1/e.Low)
		if got, want := stats.Judge(inverse, none), opposite[stats.Judge(e, none)]; got != want {
			t.Errorf("of %+v: %q, and of its inverse %q", e, want, got)
		}
	}
}

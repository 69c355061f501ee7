package advice

import "testing"

func TestPlainHasNoMarks(t *testing.T) {
	for markdown, want := range map[string]string{
		"`a` and **b**":                          "a and b",
		"[performance](performance.md) says":     "performance (docs/performance.md) says",
		"[row 4](#4-a-service) is":               "row 4 is",
		"package [errgroup](../errgroup) has":    "package errgroup has",
		"[`selective`](../selective), [x](../y)": "selective, x (y)",
	} {
		if got := plain(markdown); got != want {
			t.Errorf("%q: %q, not %q", markdown, got, want)
		}
	}
}

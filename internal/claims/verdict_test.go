package claims_test

import (
	"testing"

	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/stats"
)

func around(low, median, high float64) stats.Estimate {
	return stats.Estimate{Low: low, Median: median, High: high}
}

// A figure is judged by its interval, at either end of the bounds.
func TestBoundsHold(t *testing.T) {
	both, below, atLeast := claims.Bounds{AtLeast: 500, Below: 2000}, claims.Bounds{Below: 100}, claims.Bounds{AtLeast: 0.9}
	for _, c := range []struct {
		bounds claims.Bounds
		of     stats.Estimate
		want   claims.Holds
	}{
		{both, around(500, 600, 1999), claims.Yes},
		{both, around(499, 600, 700), claims.Unclear},
		{both, around(600, 700, 2000), claims.Unclear},
		{both, around(400, 1000, 3000), claims.Unclear},
		{both, around(100, 200, 499), claims.No},
		{both, around(2000, 2100, 2200), claims.No},
		{below, around(-50, -10, 99), claims.Yes},
		{below, around(50, 99, 100), claims.Unclear},
		{below, around(99, 101, 102), claims.Unclear},
		{below, around(100, 101, 102), claims.No},
		{atLeast, around(0.9, 1, 1), claims.Yes},
		{atLeast, around(0.8, 1, 1), claims.Unclear},
		{atLeast, around(0.001, 0.001, 0.89), claims.No},
		{claims.Bounds{}, around(-1, 0, 1), claims.Yes},
	} {
		if got := c.bounds.Holds(c.of); got != c.want {
			t.Errorf("%v within %+v: %s, want %s", c.of, c.bounds, got, c.want)
		}
	}
}

// What is said of a claim follows from what holds of its parts, each of which has one check or several.
func TestVerdict(t *testing.T) {
	const yes, no, unclear, failed = claims.Yes, claims.No, claims.Unclear, claims.Unmeasured
	for _, c := range []struct {
		want   string
		checks []claims.Result
	}{
		{"holds", []claims.Result{{Of: "a", Holds: yes}, {Of: "b", Holds: yes}}},
		{"does not hold here", []claims.Result{{Of: "a", Holds: no}, {Of: "b", Holds: no}}},
		{"unclear here", []claims.Result{{Of: "a", Holds: unclear}}},
		{"not measured", []claims.Result{{Of: "a", Holds: failed}, {Of: "b", Holds: failed}}},
		{"holds for one goroutine per task, not for this engine", []claims.Result{{Of: "one goroutine per task", Holds: yes}, {Of: "this engine", Holds: no}}},
		{"holds for b, not for a and c", []claims.Result{{Of: "a", Holds: no}, {Of: "b", Holds: yes}, {Of: "c", Holds: no}}},
		{"holds for a, b and c, not for d, unclear for e, not measured for f", []claims.Result{
			{Of: "a", Holds: yes}, {Of: "b", Holds: yes}, {Of: "c", Holds: yes}, {Of: "d", Holds: no}, {Of: "e", Holds: unclear}, {Of: "f", Holds: failed}}},
		{"does not hold for a, unclear for b", []claims.Result{{Of: "a", Holds: no}, {Of: "b", Holds: unclear}}},
		{"holds for a, unclear for b", []claims.Result{{Of: "a", Holds: yes}, {Of: "b", Holds: unclear}}},
		// One check that contradicts a part is enough; or else it must be known of all.
		{"does not hold here", []claims.Result{{Of: "a", Holds: yes}, {Of: "a", Holds: no}, {Of: "a", Holds: failed}}},
		{"does not hold here", []claims.Result{{Of: "a", Holds: no}, {Of: "a", Holds: yes}}},
		{"not measured", []claims.Result{{Of: "a", Holds: unclear}, {Of: "a", Holds: failed}, {Of: "a", Holds: yes}}},
		{"unclear here", []claims.Result{{Of: "a", Holds: yes}, {Of: "a", Holds: unclear}}},
		{"holds", []claims.Result{{Of: "a", Holds: yes}, {Of: "a", Holds: yes}}},
	} {
		if got := claims.Verdict(c.checks); got != c.want {
			t.Errorf("of %v: %q, want %q", c.checks, got, c.want)
		}
	}
}

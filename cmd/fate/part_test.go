package main

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
)

// sleeper is a part that takes so long, and leaves what it is told to if it is ended before.
func sleeper(name string, cost, takes time.Duration, cut got) part {
	return part{name: name, step: "sleeping", cost: cost, measure: func(ctx context.Context, _ *report.Report, _ pace, _ func(string)) got {
		select {
		case <-time.After(takes):
			return all
		case <-ctx.Done():
			return cut
		}
	}}
}

// What was measured is noted with how long it took, and what was not is named: also what was measured in part.
func TestSessionNotesWhatIsDone(t *testing.T) {
	for cut, want := range map[got][]string{
		nothing: {"second", "third"},
		some:    {"the rest of second", "third"},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			var stderr bytes.Buffer
			saved := 0
			s := session{found: &report.Report{}, progress: newProgress(&stderr), save: func(*report.Report) { saved++ }}
			s.run(ctx, []part{
				sleeper("first", time.Second, 2*time.Second, nothing),
				sleeper("second", time.Second, 2*time.Second, cut),
				sleeper("third", time.Second, 2*time.Second, nothing),
			})
			wantRuns := []report.Run{{Date: s.found.Runs[0].Date, Parts: []report.Part{{Name: "first", Took: 2 * time.Second}}}}
			if !reflect.DeepEqual(s.found.Runs, wantRuns) || !slices.Equal(s.found.LeftOut, want) {
				t.Errorf("runs %+v, left out %q, want %+v, %q", s.found.Runs, s.found.LeftOut, wantRuns, want)
			}
			if saved != 2 { // after each part that was begun
				t.Errorf("saved %d times, want 2", saved)
			}
			if got, want := stderr.String(), "sleeping\n"; got != want {
				t.Errorf("told %q, want %q", got, want)
			}
		})
	}
}

// Each part is told its share of the time: less than all of it if not all has time, and what one part has left falls to the others.
func TestSessionDividesTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		var shares []float64
		p := part{name: "p", step: "p", cost: 10 * time.Second, measure: func(_ context.Context, _ *report.Report, how pace, _ func(string)) got {
			shares = append(shares, how.share)
			time.Sleep(5 * time.Second)
			return all
		}}
		s := session{found: &report.Report{}, progress: newProgress(&bytes.Buffer{})}
		s.run(ctx, []part{p, p, p})
		// 15 of 30 s; 10 of 20 s that take 3/4 as long as guessed; 5 of 10 s that take 2/3.
		if want := []float64{1. / 2, 2. / 3, 3. / 4}; !slices.EqualFunc(shares, want, func(a, b float64) bool { return a > b-0.001 && a < b+0.001 }) {
			t.Errorf("shares %v, want %v", shares, want)
		}
	})
}

// With less than its time, what is measured together has a budget, of work of the same size.
func TestLessTimeIsASmallerBudget(t *testing.T) {
	c, rows := new(compareCmd), tableWorkload().Rows[:1]
	if p := c.rowsPlan(rows, pace{share: 1, seed: 7}); p != (price.Plan{Seed: 7}) {
		t.Errorf("with all of its time: %+v", p)
	}
	if p := c.rowsPlan(rows, pace{share: 0.5}); p != (price.Plan{Budget: c.rowsCost(rows) / 2}) {
		t.Errorf("with half of it: %+v", p)
	}
	if p := c.rowsPlan(rows, pace{}); p.Budget <= 0 {
		t.Errorf("with none: %+v, which is all of its time", p)
	}
}

package situations_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
)

// The rows of docs/choosing.md that are here; all others have their contenders in other packages.
var rows = []int{1, 2, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18}

// All sides of each work do the same, with few tasks and with many.
func TestAllSidesDoTheSameWork(t *testing.T) {
	var seen []int
	for _, w := range situations.Works() {
		for _, n := range []int{2, w.Tasks, 48} {
			for range 3 {
				if err := w.Verify(t.Context(), n); err != nil {
					t.Errorf("%d tasks: %v", n, err)
				}
			}
		}
		if !slices.Contains(seen, w.Row) {
			seen = append(seen, w.Row)
		}
	}
	if !slices.Equal(seen, rows) {
		t.Errorf("there are works for the rows %v, not %v", seen, rows)
	}
}

// A side that does other work is caught in each of the works, whatever it is that it does not do.
func TestASideThatDoesOtherWorkIsCaught(t *testing.T) {
	errOther := errors.New("another error")
	for _, w := range situations.Works() {
		right := w.Sides[0].Do
		for how, spoil := range map[string]func(*situations.Done){
			"one value is another": func(d *situations.Done) { d.Sum++ },
			"one more is cut":      func(d *situations.Done) { d.Cut++ },
			"one more is told":     func(d *situations.Done) { d.Told++ },
			"another error":        func(d *situations.Done) { d.Err = errOther },
			"an error is lost or made up": func(d *situations.Done) {
				if d.Err = nil; w.Want(4).Err == nil {
					d.Err = errOther
				}
			},
		} {
			wrong := situations.Side{Name: "wrong", Do: func(ctx context.Context, n int) situations.Done {
				d := right(ctx, n)
				spoil(&d)
				return d
			}}
			w := w
			w.Sides = append(slices.Clone(w.Sides), wrong)
			if err := w.Verify(t.Context(), 4); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("row %d, %s: wrong: ", w.Row, w.Name)) {
				t.Errorf("row %d, %s: %s: %v", w.Row, w.Name, how, err)
			}
			m := &price.Meter{Context: t.Context(), Tasks: 4, Runs: 1, Clock: clock{}}
			if err := w.Timed(wrong)(m); err == nil {
				t.Errorf("row %d, %s: %s: it is not noticed while it is timed", w.Row, w.Name, how)
			}
		}
		lazy := situations.Side{Name: "lazy", Do: func(context.Context, int) situations.Done { return situations.Done{} }}
		w.Sides = []situations.Side{lazy}
		if w.Verify(t.Context(), 4) == nil {
			t.Errorf("row %d, %s: that nothing was done is not noticed", w.Row, w.Name)
		}
	}
}

// Names can stand in a benchmark's name, and are there once.
func TestWorksAreNamed(t *testing.T) {
	word := regexp.MustCompile(`^[a-z0-9-]+$`)
	seen := map[string]bool{}
	for _, w := range situations.Works() {
		if !word.MatchString(w.Name) || seen[w.Name] || w.Tasks < 1 || strings.Contains(w.About, "%s") != (w.Tasks > 1) {
			t.Errorf("row %d: %q with %d tasks: %s", w.Row, w.Name, w.Tasks, w.About)
		}
		seen[w.Name] = true
		if w.Quick < 0 || w.Quick > w.Tasks {
			t.Errorf("%s has %d tasks where time is short, and else %d", w.Name, w.Quick, w.Tasks)
		}
		if len(w.Sides) < 2 || w.Sides[0].Less != "" {
			t.Errorf("%s has %d sides, and ours promises less than itself: %q", w.Name, len(w.Sides), w.Sides[0].Less)
		}
		sides := map[string]bool{}
		for _, s := range w.Sides {
			if s.Name == "" || sides[s.Name] {
				t.Errorf("%s has two sides %q", w.Name, s.Name)
			}
			sides[s.Name] = true
		}
		for _, s := range w.Sides[1:] {
			if s.Less == "" {
				t.Errorf("%s: %s promises no less, or does not say what", w.Name, s.Name)
			}
		}
	}
}

// The rows of the table of prices are each of our sides beside each other one, and package price can measure them.
func TestRowsCanBeMeasured(t *testing.T) {
	want := 0
	for _, w := range situations.Works() {
		want += len(w.Sides) - 1
	}
	got := situations.Workload().Rows
	if len(got) != want {
		t.Errorf("%d rows, not %d", len(got), want)
	}
	names := map[string]bool{}
	for _, r := range got {
		if name := r.Name + "/" + r.Beside; names[name] || strings.ContainsAny(r.Name, " /=") {
			t.Errorf("a row is named %q", name)
		} else {
			names[name] = true
		}
		for impl, side := range map[string]price.Side{"ours": r.Ours, r.Beside: r.Theirs} {
			if err := side(&price.Meter{Context: t.Context(), Tasks: r.Size(true), Runs: 2, Clock: clock{}}); err != nil {
				t.Errorf("%s: %s: %v", r.Name, impl, err)
			}
		}
	}
	measured, err := price.Measure(t.Context(), got[0], price.Plan{Quick: true}, nil)
	if err != nil || measured.Err != "" || measured.Pairs == 0 || len(measured.Again) == 0 {
		t.Errorf("%d pairs, %d of theirs beside itself, %s, %v", measured.Pairs, len(measured.Again), measured.Err, err)
	}
}

// clock is looked at by nobody.
type clock struct{}

func (clock) StartTimer() {}
func (clock) StopTimer()  {}

// What package price measures of a row is there by its name, without its targets, and does its work.
func TestPricedRowsAreCopies(t *testing.T) {
	there := map[string]price.Row{}
	for _, r := range price.Rows() {
		there[r.Name+"/"+r.Beside] = r
	}
	var rows []int
	for _, r := range situations.Priced() {
		row := situations.RowOf(r.Name)
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
		of, ok := there[strings.TrimPrefix(r.Name, fmt.Sprintf("row%d-", row))+"/"+r.Beside]
		if !ok || r.Work != of.Work || r.Tasks > of.Tasks || r.Figure != of.Figure {
			t.Errorf("%s beside %s, %d tasks, is a copy of %s beside %s, %d tasks", r.Name, r.Beside, r.Tasks, of.Name, of.Beside, of.Tasks)
		}
		if r.AtMost != 0 || r.AtMost95 != 0 || r.NoAllocs {
			t.Errorf("%s beside %s has a target", r.Name, r.Beside)
		}
	}
	if want := []int{1, 2, 3, 5, 7, 8, 11}; !slices.Equal(rows, want) {
		t.Errorf("there are copies for the rows %v, not %v", rows, want)
	}
}

func TestRowsAreInOrder(t *testing.T) {
	var rows []price.Row
	for _, name := range strings.Fields("row10-b row2-b row2-a row10-a row2-b other row10-b") {
		rows = append(rows, price.Row{Name: name})
	}
	situations.InOrder(rows)
	var got []string
	for _, r := range rows {
		got = append(got, r.Name)
	}
	if want := strings.Fields("other row2-b row2-b row2-a row10-b row10-b row10-a"); !slices.Equal(got, want) {
		t.Errorf("the order is %v, want %v", got, want)
	}
	for name, want := range map[string]int{"row1-a": 1, "row18-b-c": 18, "row-a": 0, "start-1": 0, "row3": 0} {
		if got := situations.RowOf(name); got != want {
			t.Errorf("%s is of row %d, not %d", name, got, want)
		}
	}
}

// A work that is measured beside others must be one that is here.
func TestBesideKnowsItsWork(t *testing.T) {
	other := situations.Side{Name: "other", Less: "all", Do: func(context.Context, int) situations.Done { return situations.Done{} }}
	w := situations.Work{Row: 5, Name: "errors", Sides: []situations.Side{other}}.Beside()
	if len(w.Sides) != 2 || w.Sides[0].Name != "collectall" || w.Sides[1].Name != "other" || w.Want == nil || w.Tasks == 0 {
		t.Errorf("%+v", w)
	}
	for name, f := range map[string]func(){
		"another row": func() { situations.Work{Row: 4, Name: "errors"}.Beside() },
		"no kind":     func() { situations.Runner(nil).Side("limits", "x", "") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

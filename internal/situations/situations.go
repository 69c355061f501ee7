// Package situations has the rows of docs/choosing.md: for each the same work done by this module, by its peers and by hand, as a careful
// programmer would write it there.
//
// Row 3 is in package price, as is what else has its price for the point, and the strategies beside their equivalents are in package compare.
// Rows 4 and 10, and the peers whose modules must stay out of this one, are in internal/peers. What is here serves a test, that all sides
// do the same work; a benchmark, `go test -bench Situations ./internal/situations`; and as rows of package price the tool, which samples
// two sides in turn.
package situations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sharedfate/fate/internal/price"
)

// A Work is one thing to do in one of the situations.
type Work struct {
	Row   int    // in docs/choosing.md
	Name  string // in names of benchmarks
	About string // one line for people; %s stands for how many tasks there are, if there are several
	Tasks int
	Quick int              // the same where time is short; 0 is Tasks
	Sides []Side           // ours first
	Want  func(n int) Done // of n tasks
}

// A Side is one way to do it.
type Side struct {
	Name string // in names of benchmarks: "errgroup"
	Less string // what it does not promise and the first side does, whatever this work shows of it; empty if nothing
	Do   func(ctx context.Context, n int) Done
}

// Done is what a side has to show for its work. Nothing of it depends on the order in which tasks ran.
type Done struct {
	Sum  uint64 // of the values of the tasks that did theirs
	Cut  int    // how many were ended before that, or came to nothing
	Told int    // how many of those could be told by whoever waited, each with its reason
	Err  error  // what the work as a whole ended with
}

// differs says in what way d is not as wanted, or nothing. Errors are compared by errors.Is: a side may wrap them.
func (d Done) differs(want Done) string {
	var words []string
	if d.Sum != want.Sum {
		words = append(words, fmt.Sprintf("the sum is %d, not %d", d.Sum, want.Sum))
	}
	if d.Cut != want.Cut {
		words = append(words, fmt.Sprintf("%d tasks were cut short, not %d", d.Cut, want.Cut))
	}
	if d.Told != want.Told {
		words = append(words, fmt.Sprintf("%d reasons were told, not %d", d.Told, want.Told))
	}
	if !errors.Is(d.Err, want.Err) {
		words = append(words, fmt.Sprintf("the error is %v, not %v", d.Err, want.Err))
	}
	return strings.Join(words, "; ")
}

// Works returns them all, by row.
func Works() []Work {
	return slices.Concat(
		handfulWorks(),
		limitWorks(),
		errorWorks(),
		emitWorks(),
		shedWorks(),
		cancelWorks(),
		daemonWorks(),
		stageWorks(),
		gatherWorks(),
		waitWorks(),
		shareWorks(),
		panicWorks(),
		quorumWorks(),
		causeWorks(),
		nameWorks(),
	)
}

// Beside returns the work of this row and name that is here, with our side of it and then those of w: what others do of the same work whose
// modules must stay out of this one. It panics if there is none.
func (w Work) Beside() Work {
	for _, of := range Works() {
		if of.Row == w.Row && of.Name == w.Name {
			of.Sides = append(of.Sides[:1:1], w.Sides...)
			return of
		}
	}
	panic(fmt.Sprintf("situations: row %d has no work %q", w.Row, w.Name))
}

// Verify has each side do the work once, with n tasks, and returns an error for each that does another.
func (w Work) Verify(ctx context.Context, n int) error {
	var errs []error
	for _, s := range w.Sides {
		if err := w.check(s.Name, s.Do(ctx, n), n); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (w Work) check(side string, got Done, n int) error {
	if how := got.differs(w.Want(n)); how != "" {
		return fmt.Errorf("situations: row %d, %s: %s: %s", w.Row, w.Name, side, how)
	}
	return nil
}

// Timed is a side as package price measures it. Each run is checked: that takes nanoseconds, the same for all.
func (w Work) Timed(s Side) price.Side {
	return func(m *price.Meter) error {
		want := w.Want(m.Tasks)
		run := func() error {
			if got := s.Do(m.Context, m.Tasks); got.Sum != want.Sum || got.Cut != want.Cut || got.Told != want.Told || !errors.Is(got.Err, want.Err) {
				return w.check(s.Name, got, m.Tasks)
			}
			return nil
		}
		return m.Loop(run, run)
	}
}

// Rows returns the works that are here as rows of a table of prices.
func Rows() []price.Row { return RowsOf(Works()) }

// RowsOf returns works as rows of a table of prices: ours beside each other side, without targets.
func RowsOf(works []Work) (rows []price.Row) {
	for _, w := range works {
		for _, s := range w.Sides[1:] {
			rows = append(rows, price.Row{
				Name: fmt.Sprintf("row%d-%s", w.Row, w.Name), Work: w.About, Tasks: w.Tasks, Quick: w.Quick, Beside: s.Name,
				Ours: w.Timed(w.Sides[0]), Theirs: w.Timed(s),
			})
		}
	}
	return rows
}

// Workload is the rows as the tool measures them.
func Workload() price.Workload {
	return price.Workload{Name: "situations", About: "rows of the decision table, each as a small piece of work", Rows: Rows()}
}

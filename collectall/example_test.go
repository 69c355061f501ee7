package collectall_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
)

var errPast = errors.New("is past")

func book(_ context.Context, day string) error {
	if day < "2024-06-01" {
		return fmt.Errorf("%s %w", day, errPast)
	}
	return nil
}

// Each day is worth booking without the others. The failures come in the order of the days, whichever ended first.
func ExampleStrategy() {
	days := []string{"2024-05-30", "2024-06-01", "2024-05-31", "2024-06-02"}

	err := fate.ForEach(context.Background(), collectall.Strategy{Limit: 2}, slices.Values(days), book)

	fmt.Println(err)
	fmt.Println(errors.Is(err, errPast))
	// Output:
	// 2024-05-30 is past
	// 2024-05-31 is past
	// true
}

// Keep bounds the memory that failures take. The others are counted.
func ExampleStrategy_keep() {
	g := fate.New(context.Background(), collectall.Strategy{Limit: 1, Keep: 2})
	for n := range 5 {
		g.Go(func(context.Context) error { return fmt.Errorf("row %d: no date", n) })
	}
	fmt.Println(g.Wait())
	// Output:
	// row 0: no date
	// row 1: no date
	// and 3 more
}

// StopAfter is an error budget. The cause says that it was used up, and Wait returns the failures themselves.
func ExampleBudgetError() {
	g := fate.New(context.Background(), collectall.Strategy{Limit: 1, StopAfter: 2})
	for n := range 5 {
		g.Go(func(context.Context) error { return fmt.Errorf("row %d: no date", n) })
	}
	fmt.Println(g.Wait())
	fmt.Println(g.Tally())

	cause := context.Cause(g.Context())
	budget, ok := errors.AsType[*collectall.BudgetError](cause)
	fmt.Println(ok, budget.StopAfter)
	fmt.Println(cause)
	// Output:
	// row 0: no date
	// row 1: no date
	// offered 5, failed 2, skipped 3
	// true 2
	// collectall: stopped after 2 failures, the last: row 1: no date
}

func ExampleStrategy_String() {
	fmt.Println(collectall.Strategy{Limit: 8, StopAfter: 3})
	// Output: collectall limit=8 stopafter=3
}

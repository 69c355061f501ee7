package failfast_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

// The page needs both parts. When one of them fails, the other is cancelled, and Wait returns the failure as it is.
func ExampleStrategy() {
	errNoStock := errors.New("stock: no such article")

	g := fate.New(context.Background(), failfast.Strategy{})
	g.Go(func(ctx context.Context) error {
		<-ctx.Done() // a slow request, which looks at its context
		fmt.Println("price:", context.Cause(ctx))
		return ctx.Err()
	})
	g.Go(func(context.Context) error { return errNoStock })

	err := g.Wait()
	fmt.Println("page:", err)
	fmt.Println(err == errNoStock, g.Tally())
	// Output:
	// price: stock: no such article
	// page: stock: no such article
	// true offered 2, failed 1, cancelled 1
}

// With a limit, what has not started when a task fails is skipped and counted.
func ExampleStrategy_limit() {
	g := fate.New(context.Background(), failfast.Strategy{Limit: 1})
	g.Go(func(context.Context) error {
		for n := range 3 { // held, for this task has the only place
			g.Go(func(context.Context) error { fmt.Println("not reached:", n); return nil })
		}
		return errors.New("disk full")
	})
	fmt.Println(g.Wait())
	fmt.Println(g.Tally())
	// Output:
	// disk full
	// offered 4, failed 1, skipped 3
}

func ExampleStrategy_String() {
	fmt.Println(failfast.Strategy{Limit: 8})
	// Output: failfast limit=8
}

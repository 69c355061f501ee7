package shed_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

// Two refreshes may run at once. Those that come while both are busy are not worth waiting for.
func ExampleStrategy() {
	g := fate.New(context.Background(), shed.Strategy{Limit: 2})
	release := make(chan struct{})
	for n := range 5 {
		if !g.Go(func(context.Context) error { <-release; return nil }) {
			fmt.Println("refresh", n, "dropped")
		}
	}
	close(release)
	fmt.Println(g.Wait())
	fmt.Println(g.Tally())
	// Output:
	// refresh 2 dropped
	// refresh 3 dropped
	// refresh 4 dropped
	// <nil>
	// offered 5, ok 2, shed 3
}

// Then decides what a failure of one that was let in does.
func ExampleStrategy_then() {
	g := fate.New(context.Background(), shed.Strategy{Limit: 2, Then: failfast.Strategy{}})
	g.Go(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	g.Go(func(context.Context) error { return errors.New("no route to host") })
	fmt.Println(g.Wait())
	// Output: no route to host
}

func ExampleStrategy_String() {
	fmt.Println(shed.Strategy{Limit: 4})
	fmt.Println(shed.Strategy{Limit: 4, Then: failfast.Strategy{Limit: 2}})
	// Output:
	// shed limit=4
	// shed limit=4 then="failfast limit=2"
}

package quorum_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/quorum"
)

// store writes to one of several replicas.
func store(ctx context.Context, replica string) error {
	switch replica {
	case "broken":
		return errors.New("broken: disk full")
	case "hanging":
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

// A write counts once two replicas have it. The one that hangs is cancelled, and the one that fails does not matter.
func ExampleStrategy() {
	replicas := []string{"broken", "hanging", "a", "b"}

	err := fate.Do(context.Background(), quorum.Strategy{Need: 2}, func(g *fate.Group) error {
		for _, r := range replicas {
			g.Go(func(ctx context.Context) error { return store(ctx, r) })
		}
		return nil
	})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleStrategy_String() {
	fmt.Println(quorum.Strategy{Need: 2, Limit: 4})
	// Output: quorum need=2 limit=4
}

// The error has all failures, and says how many more were needed.
func ExampleMissedError() {
	g := fate.New(context.Background(), quorum.Strategy{Need: 3, Limit: 1})
	for _, r := range []string{"broken", "a", "broken"} {
		g.Go(func(ctx context.Context) error { return store(ctx, r) })
	}
	err := g.Wait()
	fmt.Println(err)

	missed, ok := errors.AsType[*quorum.MissedError](err)
	fmt.Println(ok, missed.Need-int(missed.Tally.OK), "more were needed")
	// Output:
	// quorum: 3 must succeed and 1 did: offered 3, ok 1, failed 2
	// broken: disk full
	// broken: disk full
	// true 2 more were needed
}

// Where it is known how many tasks there are, the group stops as soon as too few are left: nobody
// waits for the replica that hangs.
func ExampleUnreachableError() {
	replicas := []string{"a", "broken", "broken", "hanging"}
	_, err := fate.Map(context.Background(), quorum.Strategy{Need: 3, Limit: 1}, replicas, func(ctx context.Context, r string) (string, error) {
		return r, store(ctx, r)
	})
	unreachable, ok := errors.AsType[*quorum.UnreachableError](err)
	fmt.Println(ok, unreachable.Tally.Failed, "failures were enough")
	// Output: true 2 failures were enough
}

// The first mirror that answers wins, and the others are told that they have lost.
func ExampleFirst() {
	mirror := func(name string) func(context.Context) (string, error) {
		return func(ctx context.Context) (string, error) { return "page from " + name, store(ctx, name) }
	}
	page, err := quorum.First(context.Background(), mirror("hanging"), mirror("broken"), mirror("a"))
	fmt.Println(page, err)

	_, err = quorum.First(context.Background(), mirror("broken"), mirror("broken"))
	fmt.Println(err)
	// Output:
	// page from a <nil>
	// quorum: 1 must succeed and 0 did: offered 2, failed 2
	// broken: disk full
	// broken: disk full
}

// Two of three clocks are enough to tell which is wrong.
func ExampleOf() {
	clock := func(name string, seconds int) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) { return seconds, store(ctx, name) }
	}
	got, err := quorum.Of(context.Background(), 2, clock("hanging", 0), clock("a", 42), clock("b", 42))
	fmt.Println(got, err)
	// Output: [42 42] <nil>
}

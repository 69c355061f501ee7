package fate_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
)

// What was started last is stopped first, and has ended before the next is told.
func ExampleGroup_StopInOrder() {
	g := fate.New(context.Background(), collectall.Strategy{})
	up := make(chan struct{})
	for _, name := range []string{"database", "cache", "http"} {
		g.Spawn(name, func(ctx context.Context) error {
			up <- struct{}{}
			<-ctx.Done()
			fmt.Println(name, "ends:", context.Cause(ctx))
			return nil
		}, fate.Grace(time.Minute))
		<-up // until it runs
	}
	fmt.Println("late:", g.StopInOrder(errors.New("shutting down")))
	fmt.Println(g.Wait())
	// Output:
	// http ends: shutting down
	// cache ends: shutting down
	// database ends: shutting down
	// late: <nil>
	// <nil>
}

// retry is a strategy that runs what fails again, up to twice.
type retry struct{ collectall.Strategy }

func (r retry) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() && e.Attempt < 2 {
		return fate.Restart(time.Duration(e.Attempt) * time.Millisecond)
	}
	return r.Strategy.Settle(t, e)
}

// Hints are none: the group has to ask about every end.
func (retry) Hints() fate.Hints { return fate.Hints{} }

func ExampleRestart() {
	g := fate.New(context.Background(), retry{})
	tries := 0
	g.Go(func(context.Context) error {
		if tries++; tries < 3 {
			return fmt.Errorf("try %d: connection refused", tries)
		}
		return nil
	})
	fmt.Println(g.Wait(), "after", tries, "tries")
	fmt.Println(g.Tally())
	// Output:
	// <nil> after 3 tries
	// offered 1, ok 1, restarted 2
}

package fate_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
	"github.com/sharedfate/fate/strategies"
)

// fetch stands for a request over the network: it fails for what has no page.
func fetch(ctx context.Context, name string) error {
	if strings.HasPrefix(name, "no-") {
		return errors.New(name + ": no such page")
	}
	return ctx.Err()
}

// untilStopped serves until its context ends, and says why that was.
func untilStopped(ctx context.Context) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

// The quick start: import the strategy you want.
func Example() {
	ctx := context.Background()
	g := fate.New(ctx, failfast.Strategy{Limit: 8}) // at most 8 at once; the first failure stops the rest

	for _, name := range []string{"a", "b", "c"} {
		if !g.Go(func(ctx context.Context) error { return fetch(ctx, name) }) {
			break // not accepted: the group has stopped
		}
	}
	err := g.Wait() // no task is running any more
	fmt.Println(err)
	fmt.Println(g.Tally())
	// Output:
	// <nil>
	// offered 3, ok 3
}

// The same with the strategy chosen by a line of text, perhaps from a config file.
func Example_config() {
	for _, text := range []string{"failfast limit=1", "collectall limit=1", "quick"} {
		s, err := strategies.Parse(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		g := fate.New(context.Background(), s)
		for _, name := range []string{"a", "no-b", "c", "no-d"} {
			if !g.Go(func(ctx context.Context) error { return fetch(ctx, name) }) {
				break
			}
		}
		fmt.Printf("%v: %q\n", s, g.Wait())
	}
	// Output:
	// failfast limit=1: "no-b: no such page"
	// collectall limit=1: "no-b: no such page\nno-d: no such page"
	// strategies: unknown strategy "quick": must be one of collectall, failfast, quorum, selective, shed, supervise
}

// Do scopes a group to a function: whichever way that is left, no task outlives it.
func ExampleDo() {
	err := fate.Do(context.Background(), failfast.Strategy{}, func(g *fate.Group) error {
		g.Go(untilStopped)
		return errors.New("can't read the list of pages") // stops the group
	})
	fmt.Println(err)
	// Output:
	// can't read the list of pages
}

// A future is a task with a typed result.
func ExampleGo() {
	g := fate.New(context.Background(), failfast.Strategy{})
	user := fate.Go(g, func(context.Context) (string, error) { return "Ada", nil })
	orders := fate.Go(g, func(context.Context) (int, error) { return 3, nil })
	if err := g.Wait(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s has %d orders\n", user.Value(), orders.Value())
	// Output:
	// Ada has 3 orders
}

// Each future also tells how its own task ended.
func ExampleFuture_Wait() {
	g := fate.New(context.Background(), collectall.Strategy{})
	user := fate.Go(g, func(context.Context) (string, error) { return "Ada", nil })
	orders := fate.Go(g, func(context.Context) (int, error) { return 0, errors.New("orders: timed out") })
	fmt.Println(user.Wait())
	fmt.Println(orders.Wait())
	g.Wait()
	// Output:
	// Ada <nil>
	// 0 orders: timed out
}

// TryGo never waits. With Backlog(0) it is false exactly when the limit is reached, as in errgroup.
func ExampleGroup_TryGo() {
	g := fate.New(context.Background(), failfast.Strategy{Limit: 1}, fate.Backlog(0))
	done := make(chan struct{})
	fmt.Println(g.TryGo(func(context.Context) error { <-done; return nil }))
	fmt.Println(g.TryGo(func(context.Context) error { return nil }))
	close(done)
	fmt.Println(g.Wait())
	fmt.Println(g.Tally())
	// Output:
	// true
	// false
	// <nil>
	// offered 2, ok 1, shed 1
}

// Under a strategy that sheds, Go never waits either. What was refused is counted, and is no error.
func ExampleGroup_Go_shed() {
	g := fate.New(context.Background(), shed.Strategy{Limit: 2})
	done := make(chan struct{})
	for range 5 {
		fmt.Print(g.Go(func(context.Context) error { <-done; return nil }), " ")
	}
	close(done)
	fmt.Println(g.Wait())
	fmt.Println(g.Tally())
	// Output:
	// true true false false false <nil>
	// offered 5, ok 2, shed 3
}

// A backlog lets a producer run ahead of the limit.
func ExampleBacklog() {
	g := fate.New(context.Background(), failfast.Strategy{Limit: 1}, fate.Backlog(2))
	done := make(chan struct{})
	for range 4 {
		fmt.Print(g.TryGo(func(context.Context) error { <-done; return nil }), " ")
	}
	fmt.Println(g.Tally())
	close(done)
	g.Wait()
	// Output:
	// true true true false offered 4, held 2, running 1, shed 1
}

// Whoever waits for the group's context learns who stopped it, and so do the tasks.
func ExampleGroup_Stop() {
	g := fate.New(context.Background(), collectall.Strategy{})
	ready := make(chan struct{})
	g.Go(func(ctx context.Context) error {
		close(ready)
		<-ctx.Done()
		fmt.Println("task:", context.Cause(ctx))
		return ctx.Err()
	})
	<-ready
	g.Stop(errors.New("maintenance"))
	fmt.Println("Wait:", g.Wait())
	// Output:
	// task: maintenance
	// Wait: stopped: maintenance
}

// The cause is there to be logged once, and not by each task.
func ExampleGroup_Context() {
	g := fate.New(context.Background(), failfast.Strategy{})
	for range 3 {
		g.Go(untilStopped)
	}
	g.Go(func(context.Context) error { return errors.New("disk full") })
	<-g.Context().Done()
	fmt.Println("cause:", context.Cause(g.Context()))
	fmt.Println("Wait:", g.Wait())
	// Output:
	// cause: disk full
	// Wait: disk full
}

// A named child says how it ended, and under this strategy it takes those with it that depend on it.
func ExampleGroup_Spawn() {
	g := fate.New(context.Background(), selective.Strategy{Scope: selective.Dependents})
	g.Spawn("db", func(context.Context) error { return errors.New("connection lost") })
	api := g.Spawn("api", untilStopped, fate.DependsOn("db"))
	logs := g.Spawn("logs", func(context.Context) error { <-api.Done(); return nil })
	fmt.Println("Wait:", g.Wait())
	fmt.Println("api:", api.Err())
	fmt.Println("logs:", logs.Err())
	// Output:
	// Wait: db: connection lost
	// api: selective: cancelled because "db" failed: connection lost
	// logs: <nil>
}

// One child can be cancelled by itself. What it then returns is no failure.
func ExampleChild_Cancel() {
	g := fate.New(context.Background(), failfast.Strategy{})
	search := g.Spawn("search", untilStopped)
	upload := g.Spawn("upload", func(context.Context) error { <-search.Done(); return nil })
	search.Cancel(errors.New("another key was pressed"))
	fmt.Println("Wait:", g.Wait())
	fmt.Println("search:", search.Err())
	fmt.Println("upload:", upload.Err())
	// Output:
	// Wait: <nil>
	// search: another key was pressed
	// upload: <nil>
}

// Several children can be picked at once.
func ExampleGroup_Cancel() {
	g := fate.New(context.Background(), collectall.Strategy{})
	for _, name := range []string{"room/1", "room/2", "lobby"} {
		g.Spawn(name, untilStopped)
	}
	n := g.Cancel(errors.New("closed"), func(c *fate.Child) bool { return strings.HasPrefix(c.Name(), "room/") })
	fmt.Println(n, "cancelled")
	g.Cancel(nil, nil) // all others
	fmt.Println(g.Wait(), g.Tally())
	// Output:
	// 2 cancelled
	// <nil> offered 3, cancelled 3
}

func ExampleGroup_Children() {
	g := fate.New(context.Background(), collectall.Strategy{})
	for _, name := range []string{"reader", "parser", "writer"} {
		g.Spawn(name, untilStopped)
	}
	for c := range g.Children() {
		fmt.Println(c.Name())
		c.Cancel(nil)
	}
	g.Wait()
	// Output:
	// reader
	// parser
	// writer
}

// A daemon serves the others for as long as they run: then Wait cancels it, and joins it.
func ExampleDaemon() {
	g := fate.New(context.Background(), failfast.Strategy{})
	tokens := make(chan string)
	g.Spawn("refresher", func(ctx context.Context) error {
		for {
			select {
			case tokens <- "a fresh token":
			case <-ctx.Done():
				return ctx.Err() // no failure
			}
		}
	}, fate.Daemon())
	g.Go(func(context.Context) error {
		fmt.Println("request with", <-tokens)
		return nil
	})
	fmt.Println(g.Wait())
	// Output:
	// request with a fresh token
	// <nil>
}

// A timeout counts from the child's start, and the error names the child.
func ExampleTimeout() {
	g := fate.New(context.Background(), collectall.Strategy{})
	slow := g.Spawn("mirror", untilStopped, fate.Timeout(time.Millisecond))
	g.Wait()
	fmt.Println(slow.Err())
	fmt.Println(errors.Is(slow.Err(), context.DeadlineExceeded))
	// Output:
	// fate: child "mirror" timed out after 1ms
	// true
}

// Under Return, a panic is a failure like others. It has the stack, and unwraps to the value if that is an error.
func ExamplePanics() {
	g := fate.New(context.Background(), collectall.Strategy{}, fate.Panics(fate.Return))
	g.Go(func(context.Context) error {
		port := strings.Split("localhost", ":")[1]
		fmt.Println("listening at", port)
		return nil
	})
	err := g.Wait()
	fmt.Println(err)
	if p, ok := errors.AsType[*fate.PanicError](err); ok {
		fmt.Println("with its stack:", len(p.Stack) > 0)
	}
	// Output:
	// fate: a task panicked: runtime error: index out of range [1] with length 1
	// with its stack: true
}

// Failures come in submission order, each with its place.
func ExampleErrors() {
	g := fate.New(context.Background(), collectall.Strategy{})
	for _, name := range []string{"a", "no-b", "c", "no-d"} {
		g.Go(func(ctx context.Context) error { return fetch(ctx, name) })
	}
	if list, ok := errors.AsType[*fate.Errors](g.Wait()); ok {
		for _, t := range list.Tasks {
			fmt.Printf("task %d: %v\n", t.ID, t.Err)
		}
	}
	// Output:
	// task 1: no-b: no such page
	// task 3: no-d: no such page
}

// A group prints what it is doing.
func ExampleName() {
	g := fate.New(context.Background(), failfast.Strategy{Limit: 2}, fate.Name("thumbnails"))
	for range 3 {
		g.Go(func(context.Context) error { return nil })
	}
	g.Wait()
	fmt.Println(g)
	// Output:
	// group "thumbnails" (failfast limit=2): offered 3, ok 3
}

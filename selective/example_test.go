package selective_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/selective"
)

// The cache can't go on without the database; the log can.
func ExampleStrategy() {
	g := fate.New(context.Background(), selective.Strategy{Scope: selective.Dependents})
	lost := make(chan struct{})

	g.Spawn("db", func(context.Context) error { <-lost; return errors.New("connection lost") })
	cache := g.Spawn("cache", untilCancelled, fate.DependsOn("db"))
	log := g.Spawn("log", func(context.Context) error { <-cache.Done(); return nil })

	close(lost)
	fmt.Println(g.Wait())
	fmt.Println("cache:", cache.Err())
	fmt.Println("log:", log.Err())
	// Output:
	// db: connection lost
	// cache: selective: cancelled because "db" failed: connection lost
	// log: <nil>
}

// untilCancelled serves until it is cancelled, and says why it was.
func untilCancelled(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }

// A child that was cancelled because of another is no failure. The cause tells it who that was.
func ExampleSiblingError() {
	g := fate.New(context.Background(), selective.Strategy{Scope: selective.Later})
	ready := make(chan struct{})
	g.Spawn("network", func(context.Context) error { <-ready; return errors.New("link down") })
	g.Spawn("server", func(ctx context.Context) error {
		close(ready)
		<-ctx.Done()
		if sibling, ok := errors.AsType[*selective.SiblingError](context.Cause(ctx)); ok {
			fmt.Printf("server: ends because of %s: %v\n", sibling.Name, sibling.Err)
		}
		return ctx.Err()
	})
	fmt.Println(g.Wait())
	fmt.Println(g.Tally())
	// Output:
	// server: ends because of network: link down
	// network: link down
	// offered 2, failed 1, cancelled 1
}

// A scope of your own: a failed child takes those with it whose names begin with its own.
func ExampleFunc() {
	family := selective.Func(func(failed fate.Event, c *fate.Child) bool {
		return strings.HasPrefix(c.Name(), failed.Name+"/")
	})
	g := fate.New(context.Background(), selective.Strategy{Scope: family})
	lost := make(chan struct{})
	g.Spawn("eu", func(context.Context) error { <-lost; return errors.New("region lost") })
	paris := g.Spawn("eu/paris", untilCancelled)
	tokyo := g.Spawn("asia/tokyo", untilCancelled)

	close(lost)
	<-paris.Done()
	tokyo.Cancel(errors.New("closing time"))
	fmt.Println(g.Wait())
	fmt.Println("paris:", paris.Err())
	fmt.Println("tokyo:", tokyo.Err())
	// Output:
	// eu: region lost
	// paris: selective: cancelled because "eu" failed: region lost
	// tokyo: closing time
}

func ExampleParseScope() {
	scope, err := selective.ParseScope("dependents")
	fmt.Println(scope, err)
	_, err = selective.ParseScope("all")
	fmt.Println(err)
	// Output:
	// dependents <nil>
	// selective: Scope is "all": must be one of nobody, later, dependents, group
}

func ExampleScopes() {
	fmt.Println(selective.Scopes())
	// Output: [nobody later dependents group]
}

func ExampleStrategy_String() {
	fmt.Println(selective.Strategy{Limit: 2, Scope: selective.Dependents})
	// Output: selective limit=2 scope=dependents
}

// A Scope stands in a settings struct by its name.
func ExampleScope() {
	var settings struct {
		OnFailure selective.Scope `json:"on_failure"`
	}
	err := json.Unmarshal([]byte(`{"on_failure": "later"}`), &settings)
	fmt.Println(settings.OnFailure == selective.Later, err)

	text, err := json.Marshal(settings)
	fmt.Println(string(text), err)
	// Output:
	// true <nil>
	// {"on_failure":"later"} <nil>
}

package fate_test

import (
	"context"
	"errors"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/selective"
)

var errDown = errors.New("down")

func failing(context.Context) error { return errDown }

// A child that depends on one that has already failed is cancelled as if it had been there when that failed. Otherwise it would be
// a race whether a dependent is cancelled or waits for ever.
func TestALateDependentIsCancelledToo(t *testing.T) {
	g := fate.New(t.Context(), selective.Strategy{Scope: selective.Dependents})
	db := g.Spawn("db", failing)
	<-db.Done()
	api := g.Spawn("api", untilStopped, fate.DependsOn("db"))
	<-api.Done()
	web := g.Spawn("web", untilStopped, fate.DependsOn("api")) // depends on db through one that is gone
	<-web.Done()
	other := g.Spawn("other", func(context.Context) error { return nil }, fate.DependsOn("cache"))
	err := g.Wait()

	var all *fate.Errors
	if !errors.As(err, &all) || len(all.Tasks) != 1 || all.Tasks[0].Name != "db" {
		t.Errorf("Wait = %v, want the failure of db alone", err)
	}
	for _, c := range []*fate.Child{api, web} {
		var sibling *selective.SiblingError
		if !errors.As(c.Err(), &sibling) || sibling.Name != "db" {
			t.Errorf("%s ended with %v, want a SiblingError about db", c.Name(), c.Err())
		}
	}
	if other.Err() != nil {
		t.Errorf("other ended with %v, and depends on nobody who failed", other.Err())
	}
	if got := g.Tally(); got.Failed != 1 || got.Cancelled != 2 || got.OK != 1 {
		t.Errorf("tally: %v", got)
	}
}

// The next child of the name makes up for the one that failed.
func TestADependentOfAChildThatWasSpawnedAnewIsLeftAlone(t *testing.T) {
	g := fate.New(t.Context(), selective.Strategy{Scope: selective.Dependents})
	<-g.Spawn("db", failing).Done()
	stop := make(chan struct{})
	g.Spawn("db", func(context.Context) error { <-stop; return nil })
	api := g.Spawn("api", func(ctx context.Context) error {
		close(stop)
		return ctx.Err()
	}, fate.DependsOn("db"))
	g.Wait()
	if api.Err() != nil {
		t.Errorf("api ended with %v, and the db it depends on did not fail", api.Err())
	}
}

// A verdict stands about those who depend on what fell, and about nobody else who comes later.
func TestALateChildWithoutDependenciesIsLeftAlone(t *testing.T) {
	for _, scope := range []selective.Scope{selective.Nobody, selective.Later, selective.Dependents} {
		g := fate.New(t.Context(), selective.Strategy{Scope: scope})
		<-g.Spawn("db", failing).Done()
		c := g.Spawn("api", func(ctx context.Context) error { return ctx.Err() })
		g.Wait()
		if c.Err() != nil {
			t.Errorf("scope %v: a child that came after the failure ended with %v", scope, c.Err())
		}
	}
}

// Whatever the moment at which a dependency fails, its dependents end. A dependent that was missed would hang Wait.
func TestDependentsEndWheneverTheirDependencyFails(t *testing.T) {
	for range 300 {
		g := fate.New(t.Context(), selective.Strategy{Scope: selective.Dependents})
		g.Spawn("a", failing)
		spawned := make(chan struct{})
		go func() {
			defer close(spawned)
			g.Spawn("b", untilStopped, fate.DependsOn("a"))
			g.Spawn("c", untilStopped, fate.DependsOn("b"))
		}()
		g.Spawn("d", untilStopped, fate.DependsOn("a"))
		<-spawned
		g.Wait()
		if got := g.Tally(); got.Failed != 1 || got.Cancelled != 3 {
			t.Fatalf("tally: %v", got)
		}
	}
}

// A selector that panics about a late child is the strategy's fault, as at any other time.
func TestASelectorThatPanicsAboutALateChild(t *testing.T) {
	g := fate.New(t.Context(), selective.Strategy{Scope: selective.Func(func(_ fate.Event, c *fate.Child) bool {
		if c.Name() == "api" {
			panic("no idea")
		}
		return false
	})}, fate.Panics(fate.Return))
	<-g.Spawn("db", failing).Done()
	api := g.Spawn("api", untilStopped, fate.DependsOn("db"))
	<-api.Done()
	err := g.Wait()
	var fault *fate.PanicError
	if !errors.As(err, &fault) || fault.Value != "no idea" {
		t.Errorf("Wait = %v, want the selector's panic", err)
	}
	if !errors.Is(err, errDown) {
		t.Errorf("Wait = %v, which has lost the failure", err)
	}
}

// It makes no difference whether the verdict has been carried out yet: it is about those who were there when it was given.
func TestAChildThatComesWhileAVerdictIsCarriedOutIsLeftAlone(t *testing.T) {
	asked := make(chan struct{})
	come := make(chan struct{})
	g := fate.New(t.Context(), selective.Strategy{Scope: selective.Func(func(_ fate.Event, c *fate.Child) bool {
		if c.Name() == "first" {
			close(asked)
			<-come
		}
		return true
	})})
	first := g.Spawn("first", untilStopped)
	g.Spawn("db", failing)
	<-asked
	second := g.Spawn("second", func(ctx context.Context) error { return ctx.Err() })
	close(come)
	g.Wait()
	if first.Err() == nil || second.Err() != nil {
		t.Errorf("first ended with %v, second with %v: want only the first cancelled", first.Err(), second.Err())
	}
}

package selective_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/selective"
)

// spawn starts children that run until the test ends, so that a verdict's selector can be asked about each.
func spawn(t *testing.T, children ...[]string) []*fate.Child {
	g := fate.New(context.Background(), selective.Strategy{})
	t.Cleanup(func() {
		g.Stop(nil)
		g.Wait()
	})
	var all []*fate.Child
	for _, names := range children {
		all = append(all, g.Spawn(names[0], func(ctx context.Context) error { <-ctx.Done(); return nil }, fate.DependsOn(names[1:]...)))
	}
	return all
}

// cancelled asks a verdict in spawn order, as a group does, whom it cancels.
func cancelled(v fate.Verdict, children []*fate.Child) (names []string) {
	which, _, ok := v.Cancels()
	for _, c := range children {
		if ok && which(c) {
			names = append(names, c.Name())
		}
	}
	return names
}

func TestScopePicks(t *testing.T) {
	// Each line is a child and those it depends on.
	children := spawn(t,
		[]string{"early", "db"},    // spawned before what it depends on, and named it itself
		[]string{"eager", "cache"}, // spawned before what it depends on
		[]string{"db"},
		[]string{"cache", "db"},
		[]string{"log"},
		[]string{"api", "log", "cache"},
		[]string{"page", "api"},
		[]string{"other", "nobody"},
		[]string{"same", "same"},
	)
	var asked []string
	own := selective.Func(func(failed fate.Event, c *fate.Child) bool {
		asked = append(asked, c.Name())
		return strings.HasPrefix(c.Name(), failed.Name[:1])
	})
	for _, c := range []struct {
		scope  selective.Scope
		failed fate.Event
		want   []string
	}{
		{selective.Nobody, fate.Event{ID: 2, Name: "db"}, nil},
		{selective.Later, fate.Event{ID: 6, Name: "page"}, []string{"other", "same"}},
		{selective.Later, fate.Event{ID: 8, Name: "same"}, nil},
		{selective.Later, fate.Event{ID: 4}, []string{"api", "page", "other", "same"}},
		{selective.Dependents, fate.Event{ID: 2, Name: "db"}, []string{"early", "cache", "api", "page"}},
		{selective.Dependents, fate.Event{ID: 3, Name: "cache"}, []string{"eager", "api", "page"}},
		{selective.Dependents, fate.Event{ID: 4, Name: "log"}, []string{"api", "page"}},
		{selective.Dependents, fate.Event{ID: 6, Name: "page"}, nil},
		{selective.Dependents, fate.Event{ID: 7, Name: "other"}, nil},
		{selective.Dependents, fate.Event{ID: 9}, nil}, // started by Go: it has no name to depend on
		{own, fate.Event{ID: 4, Name: "log"}, []string{"log"}},
		{own, fate.Event{ID: 9, Name: "air"}, []string{"api"}},
	} {
		c.failed.Kind, c.failed.Err = fate.Failed, errA
		v := selective.Strategy{Scope: c.scope}.Settle(fate.Tally{Failed: 1}, c.failed)
		if got := cancelled(v, children); !slices.Equal(got, c.want) {
			t.Errorf("scope %v, %q failed: cancels %v; want %v", c.scope, c.failed.Name, got, c.want)
		}
	}
	if len(asked) != 2*len(children) {
		t.Errorf("the function was asked about %v; want each child, twice", asked)
	}
}

// A verdict is answered for one failure: what one of them cancelled does not leak into the next.
func TestDependentsStartAnewAtEachFailure(t *testing.T) {
	children := spawn(t, []string{"a"}, []string{"b", "a"}, []string{"c", "b"}, []string{"x"})
	s := selective.Strategy{Scope: selective.Dependents}
	fail := func(id uint64, name string) []string {
		return cancelled(s.Settle(fate.Tally{}, fate.Event{ID: id, Name: name, Kind: fate.Failed, Err: errA}), children)
	}
	if got := fail(0, "a"); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("a failed: cancels %v; want b and c", got)
	}
	if got := fail(3, "x"); got != nil {
		t.Errorf("x failed: cancels %v; want nobody", got)
	}
}

func TestATaskWithoutANameHasNoDependents(t *testing.T) {
	children := spawn(t, []string{"a", ""}, []string{"", ""})
	v := selective.Strategy{Scope: selective.Dependents}.Settle(fate.Tally{}, fate.Event{ID: 9, Kind: fate.Failed, Err: errA})
	if got := cancelled(v, children); got != nil {
		t.Errorf("cancels %v; want nobody", got)
	}
}

func TestFuncWithoutAFunctionPanics(t *testing.T) {
	defer func() {
		if text, _ := recover().(string); !strings.HasPrefix(text, "selective: Func") {
			t.Errorf("panicked with %q; want a text that names the call", text)
		}
	}()
	selective.Func(nil)
}

func TestScopesHaveNames(t *testing.T) {
	var zero selective.Scope
	if zero != selective.Nobody || zero.String() != "nobody" {
		t.Errorf("the zero Scope is %v; want Nobody", zero)
	}
	seen := map[string]bool{}
	for _, s := range selective.Scopes() {
		got, err := selective.ParseScope(s.String())
		if err != nil || got != s || seen[s.String()] {
			t.Errorf("ParseScope(%q) = %v, %v; want the same scope, and each name once", s, got, err)
		}
		seen[s.String()] = true

		text, err := s.MarshalText()
		var read selective.Scope
		if err != nil || string(text) != s.String() || read.UnmarshalText(text) != nil || read != s {
			t.Errorf("%v is written as %q, %v and read as %v", s, text, err, read)
		}
	}
	if len(seen) != 4 {
		t.Errorf("Scopes() has %d scopes; want 4", len(seen))
	}
	if s, err := selective.ParseScope(""); err != nil || s != selective.Nobody {
		t.Errorf(`ParseScope("") = %v, %v; want Nobody`, s, err)
	}
}

func TestParseScopeListsWhatIsKnown(t *testing.T) {
	for _, name := range []string{"all", "Later", "func", " later"} {
		_, err := selective.ParseScope(name)
		if err == nil {
			t.Errorf("ParseScope(%q): no error", name)
			continue
		}
		for _, say := range []string{"selective", `"` + name + `"`, "nobody, later, dependents, group"} {
			if !strings.Contains(err.Error(), say) {
				t.Errorf("%q does not say %q", err, say)
			}
		}
	}
	if text, err := everybody.MarshalText(); err == nil {
		t.Errorf("a Scope made by Func is written as %q; want an error, for that can't be read", text)
	}
}

package selective

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sharedfate/fate"
)

// A Scope says whom one task's failure cancels. The zero Scope is [Nobody]. Scopes can be compared.
type Scope struct{ *scope }

type scope struct {
	name string
	pick func(fate.Event, *SiblingError) fate.Verdict
}

var (
	// Nobody is cancelled by a failure.
	Nobody = Scope{}

	// Later cancels the children that were spawned after the task that failed.
	Later = Scope{&scope{"later", later}}

	// Dependents cancels the children that named the failed one in DependsOn, those that named one of these and were spawned
	// after it, and so on.
	Dependents = Scope{&scope{"dependents", dependents}}

	// Group stops the whole group, tasks started by Go included.
	Group = Scope{&scope{"group", group}}
)

// Func is a scope of your own: it cancels each running or waiting child for which which is true. Two at once are never
// called for the same failure, and they run outside the group's lock, so that which may call the child's methods.
func Func(which func(failed fate.Event, c *fate.Child) bool) Scope {
	if which == nil {
		panic("selective: Func: nil function")
	}
	return Scope{&scope{"func", func(e fate.Event, why *SiblingError) fate.Verdict {
		return fate.Cancel(func(c *fate.Child) bool { return which(e, c) }, why)
	}}}
}

// Scopes lists the scopes that have a name, for ParseScope and config.
func Scopes() []Scope { return []Scope{Nobody, Later, Dependents, Group} }

// ParseScope returns the scope of that name: nobody, later, dependents or group. The empty name is Nobody.
func ParseScope(name string) (Scope, error) {
	if name == "" {
		return Nobody, nil
	}
	var known []string
	for _, s := range Scopes() {
		if s.String() == name {
			return s, nil
		}
		known = append(known, s.String())
	}
	return Scope{}, fmt.Errorf("selective: Scope is %q: must be one of %s", name, strings.Join(known, ", "))
}

func (s Scope) String() string {
	if s.scope == nil {
		return "nobody"
	}
	return s.name
}

// MarshalText returns the scope's name. A scope made by [Func] has none, which is an error.
func (s Scope) MarshalText() ([]byte, error) {
	if _, err := ParseScope(s.String()); err != nil {
		return nil, errors.New("selective: a Scope made by Func has no text")
	}
	return []byte(s.String()), nil
}

// UnmarshalText sets the scope to what ParseScope returns.
func (s *Scope) UnmarshalText(text []byte) (err error) {
	*s, err = ParseScope(string(text))
	return err
}

func later(e fate.Event, why *SiblingError) fate.Verdict {
	return fate.Cancel(func(c *fate.Child) bool { return c.ID() > e.ID }, why)
}

func dependents(e fate.Event, why *SiblingError) fate.Verdict {
	if e.Name == "" {
		return fate.Continue // a task without a name has no dependents
	}
	gone := map[string]bool{e.Name: true}
	return fate.Cancel(func(c *fate.Child) bool {
		// Children come in spawn order, so one pass reaches dependents of dependents.
		for _, name := range c.Needs() {
			if gone[name] {
				gone[c.Name()] = true
				return true
			}
		}
		return false
	}, why)
}

func group(_ fate.Event, why *SiblingError) fate.Verdict { return fate.Stop(why) }

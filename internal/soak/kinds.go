package soak

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds are the kinds of episodes, by name. A new one is a line here.
func Kinds() map[string]Episode {
	return map[string]Episode{
		"group":    group,
		"nested":   nested,
		"items":    items,
		"stage":    stages,
		"quorum":   race,
		"limiter":  limited,
		"emit":     emitted,
		"errgroup": errgroups,
	}
}

// KindNames are the names of all kinds, sorted.
func KindNames() []string { return sortedKeys(Kinds()) }

// PickKinds returns the kinds of these names; no name means all of them. Its error lists the names that are known.
func PickKinds(names ...string) (map[string]Episode, error) {
	all := Kinds()
	for _, name := range names {
		if all[name] == nil {
			return nil, fmt.Errorf("soak: no kind is named %q: must be one of %s", name, strings.Join(KindNames(), ", "))
		}
	}
	for name := range all {
		if len(names) > 0 && !slices.Contains(names, name) {
			delete(all, name)
		}
	}
	return all, nil
}

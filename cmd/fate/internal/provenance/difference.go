package provenance

import (
	"fmt"
	"slices"
	"strconv"
)

// A Difference is one thing in which two measurements don't come from the same place.
type Difference struct {
	Field    string // as people call it: "processor", "module golang.org/x/sync"
	Old, New string // "none" where it was not recorded
}

func (d Difference) String() string { return fmt.Sprintf("%s: %s, now %s", d.Field, d.Old, d.New) }

// Differences returns in what the two differ, other than their dates and commands: machine, system, Go, commit and versions.
func Differences(old, now Provenance) []Difference {
	var all []Difference
	add := func(field, was, is string) {
		if was != is {
			all = append(all, Difference{field, orNone(was), orNone(is)})
		}
	}
	add("processor", old.CPU, now.CPU)
	add("cores", strconv.Itoa(old.Cores), strconv.Itoa(now.Cores))
	add("GOMAXPROCS", strconv.Itoa(old.GOMAXPROCS), strconv.Itoa(now.GOMAXPROCS))
	add("system", old.OS+"/"+old.Arch, now.OS+"/"+now.Arch)
	add("Go version", old.Go, now.Go)
	add("commit", old.Commit, now.Commit)
	for _, m := range old.Modules {
		add("module "+m.Path, m.Version, version(now.Modules, m.Path))
	}
	for _, m := range now.Modules {
		if version(old.Modules, m.Path) == "" {
			add("module "+m.Path, "", m.Version)
		}
	}
	return all
}

func version(ms []Module, path string) string {
	i := slices.IndexFunc(ms, func(m Module) bool { return m.Path == path })
	if i < 0 {
		return ""
	}
	return ms[i].Version
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

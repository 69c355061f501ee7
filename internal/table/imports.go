package table

import (
	"regexp"
	"slices"
)

const module = "github.com/sharedfate/fate"

// qualified finds the names of packages in code: what is exported stands after them and a point.
var qualified = regexp.MustCompile(`\b([a-z]+)\.[A-Z]`)

// besides are the packages of the module that Code may name while it is about another. Those of the standard library are left out: they
// are many, and an editor adds them.
var besides = []string{"collectall", "failfast", "selective", "shed"}

// Imports are the paths that whoever copies Code must import: Import, and the packages of the module that Code names besides.
func (r Row) Imports() []string {
	var paths []string
	if r.Import != "" {
		paths = append(paths, r.Import)
	}
	for _, line := range r.Code {
		for _, name := range qualified.FindAllStringSubmatch(line, -1) {
			path := ""
			switch {
			case name[1] == "fate":
				path = module
			case slices.Contains(besides, name[1]):
				path = module + "/" + name[1]
			}
			if path != "" && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	slices.Sort(paths)
	return paths
}

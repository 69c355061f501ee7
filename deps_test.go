package fate_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sharedfate/fate"

// allowed says, for each package of this module, which other packages of the module its code may import. Imports flow one way:
// the engine, the group, the strategies, the catalogue, the tool.
var allowed = map[string][]string{
	"internal/engine":  {},
	"internal/lend":    {},
	"":                 {"internal/engine", "internal/lend"},
	"failfast":         {""},
	"collectall":       {""},
	"shed":             {"", "collectall"}, // its default for Then
	"errgroup":         {"internal/engine"},
	"selective":        {""},
	"emit":             {""},
	"quorum":           {""},
	"limiter":          {"", "internal/lend"},
	"fatetest":         {""},
	"strategies":       {"", "failfast", "collectall", "shed", "selective", "quorum", "supervise"},
	"internal/soak":    {"", "failfast", "collectall", "shed", "selective", "quorum", "supervise", "limiter", "emit", "daemon", "errgroup"},
	"observe":          {""},
	"examples/hashing": {"", "failfast"},
	"supervise":        {""},
	"daemon":           {"", "failfast"}, // its default
	"internal/stats":   {},
	"internal/trial":   {"internal/stats"},
	"internal/compare": {"", "failfast", "collectall", "shed", "selective", "internal/stats", "internal/trial"},
	"internal/price":   {"", "failfast", "collectall", "shed", "selective", "internal/compare", "internal/stats", "internal/trial"},
	"internal/claims":  {"", "failfast", "internal/compare", "internal/price", "internal/stats"},
	"internal/migrate": {},
	"examples/pages":   {},
	"examples/sums":    {},
	"examples/links":   {},

	"docs":                {},
	"internal/table":      {},
	"internal/situations": {"", "failfast", "collectall", "selective", "shed", "emit", "quorum", "limiter", "internal/compare", "internal/price"},
}

// others says which modules may be imported beside the standard library: only for the comparison, and by the programs that are built
// with errgroup, and with ours in its place.
var others = map[string][]string{
	"internal/compare": {"golang.org/x/sync", "github.com/sourcegraph/conc", "github.com/hashicorp/go-multierror"},
	"internal/price":   {"golang.org/x/sync", "github.com/sourcegraph/conc", "github.com/hashicorp/go-multierror"},
	"internal/claims":  {"golang.org/x/sync"},
	"examples/pages":   {"golang.org/x/sync"},
	"examples/sums":    {"golang.org/x/sync"},
	"examples/links":   {"golang.org/x/sync"},

	"internal/situations": {"golang.org/x/sync", "github.com/sourcegraph/conc", "github.com/hashicorp/go-multierror"},
}

func TestImportsFlowOneWay(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if _, nested := os.Stat(filepath.Join(path, "go.mod")); path != "." && (nested == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		if dir == "." {
			dir = ""
		}
		ours, known := allowed[dir]
		if !known {
			t.Errorf("%s: package %q is not in the list: say what it may import", path, dir)
			return nil
		}
		seen[dir] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, path, dir, ours, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range allowed {
		if !seen[dir] {
			t.Errorf("package %q is in the list, and has no code", dir)
		}
	}
}

func checkImport(t *testing.T, path, dir string, ours []string, name string) {
	t.Helper()
	if name == module || strings.HasPrefix(name, module+"/") {
		if !slices.Contains(ours, strings.TrimPrefix(strings.TrimPrefix(name, module), "/")) {
			t.Errorf("%s imports %s", path, name)
		}
		return
	}
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
		return // the standard library
	}
	if !slices.ContainsFunc(others[dir], func(m string) bool { return name == m || strings.HasPrefix(name, m+"/") }) {
		t.Errorf("%s imports %s", path, name)
	}
}

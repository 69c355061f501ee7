package fate_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// where the packages are whose tests the pages in docs name.
var packageDirs = map[string]string{
	"":           ".",
	"engine":     "internal/engine",
	"compare":    "internal/compare",
	"price":      "internal/price",
	"fatetest":   "fatetest",
	"strategies": "strategies",
	"failfast":   "failfast",
	"collectall": "collectall",
	"shed":       "shed",
	"selective":  "selective",
	"emit":       "emit",
	"errgroup":   "errgroup",
	"quorum":     "quorum",
	"limiter":    "limiter",
	"soak":       "internal/soak",
	"observe":    "observe",
	"supervise":  "supervise",
	"daemon":     "daemon",
	"situations": "internal/situations",
	"peers":      "internal/peers",
	"table":      "internal/table",
}

var (
	namedTest   = regexp.MustCompile("`(?:([a-z]+)\\.)?(Test[A-Za-z0-9_]+)`")
	header      = regexp.MustCompile(`^\|[-| ]+$|\| tests \|$`)
	definedTest = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9_]+)\(`)
)

func TestTestsThatDocsNameAreThere(t *testing.T) {
	defined := map[string]bool{}
	for name, dir := range packageDirs {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d test files, %v", dir, len(files), err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range definedTest.FindAllSubmatch(source, -1) {
				defined[name+"."+string(m[1])] = true
			}
		}
	}
	page, err := os.ReadFile("docs/semantics.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range strings.Split(string(page), "\n") {
		if cells := strings.Split(row, "|"); len(cells) > 3 && !header.MatchString(row) && !namedTest.MatchString(cells[len(cells)-2]) {
			t.Errorf("docs/semantics.md: no test in the row %s", row)
		}
	}
	named := namedTest.FindAllSubmatch(page, -1)
	if len(named) < 100 {
		t.Errorf("docs/semantics.md names %d tests: it has lost some", len(named))
	}
	for _, m := range named {
		if name := string(m[1]) + "." + string(m[2]); !defined[name] {
			t.Errorf("docs/semantics.md names %s, which is not there", m[0])
		}
	}
}

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
	"stats":      "internal/stats",
	"trial":      "internal/trial",
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
	"migrate":    "internal/migrate",
	"table":      "internal/table",
}

var (
	namedTest   = regexp.MustCompile("`(?:([a-z]+)\\.)?(Test[A-Za-z0-9_]+)`(?: in ([a-z/]+))?")
	header      = regexp.MustCompile(`^\|[-| ]+$|\| tests \|$`)
	definedTest = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9_]+)\(`)
)

// definedTests are the tests of all packages, each as pages name it: after its package's name and a dot, with none for the root's.
func definedTests(t *testing.T) map[string]bool {
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
	return defined
}

func TestTestsThatDocsNameAreThere(t *testing.T) {
	defined := definedTests(t)
	named := 0
	for _, page := range pages(t) {
		source, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range namedTest.FindAllSubmatch(source, -1) {
			of := string(m[1])
			for name, dir := range packageDirs {
				if dir == string(m[3]) { // as docs/choosing.md names them: `TestThis` in internal/peers
					of = name
				}
			}
			if named++; !defined[of+"."+string(m[2])] {
				t.Errorf("%s names %s, which is not there", page, m[0])
			}
		}
	}
	if named < 200 {
		t.Errorf("the pages name %d tests: some are not seen", named)
	}
}

// Each promise and each edge names a test.
func TestSemanticsNamesATestInEachRow(t *testing.T) {
	page, err := os.ReadFile("docs/semantics.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, row := range strings.Split(string(page), "\n") {
		if cells := strings.Split(row, "|"); len(cells) > 3 && !header.MatchString(row) {
			if rows++; !namedTest.MatchString(cells[len(cells)-2]) {
				t.Errorf("docs/semantics.md: no test in the row %s", row)
			}
		}
	}
	if rows < 100 {
		t.Errorf("docs/semantics.md has %d rows: it has lost some", rows)
	}
}

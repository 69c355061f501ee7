package fate_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// gap stands in a quotation for lines that are left out.
const gap = "// ..."

// A testFunction is a function of a test file.
type testFunction struct {
	file    string
	body    []string // its lines that are not blank, without the space around them
	imports map[string]bool
}

// quotedBy reports whether the lines are the function's, with nothing between them but where there is a gap.
func (f *testFunction) quotedBy(lines []string) bool {
	at := 0
	for i := 0; i < len(lines); {
		part := lines[i:]
		if end := slices.Index(part, gap); end >= 0 {
			part = part[:end]
		}
		for i += len(part) + 1; len(part) > 0 && !slices.Equal(part, f.body[at:min(at+len(part), len(f.body))]); at++ {
			if at == len(f.body) {
				return false
			}
		}
		at += len(part)
	}
	return true
}

// What is not in an Example, or in another order, or with something between, is no quotation.
func TestQuotations(t *testing.T) {
	f := &testFunction{body: []string{"a", "b", "c", "d"}}
	for quotation, want := range map[string]bool{
		"a": true, "a b": true, "b c d": true, "a ... c": true, "a b ... d": true, "... b": true, "a ...": true, "a ... b": true,
		"x": false, "a c": false, "b a": false, "a ... x": false, "c ... b": false, "d e": false, "d ... d": false, "a b c d e": false,
	} {
		lines := strings.Fields(strings.ReplaceAll(quotation, "...", "GAP"))
		for i := range lines {
			lines[i] = strings.ReplaceAll(lines[i], "GAP", gap)
		}
		if got := f.quotedBy(lines); got != want {
			t.Errorf("%q: %v", quotation, got)
		}
	}
}

// parsed keeps what testFunctions has found, by directory: pages ask again for each of their rows.
var parsed = map[string]map[string]*testFunction{}

// testFunctions are those of a package's tests, by name.
func testFunctions(t *testing.T, dir string) map[string]*testFunction {
	if found := parsed[dir]; found != nil {
		return found
	}
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Errorf("%s: %d test files, %v", dir, len(files), err)
	}
	found := map[string]*testFunction{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		imports := map[string]bool{}
		for _, spec := range file.Imports {
			imports[spec.Path.Value] = true
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			one := &testFunction{file: filepath.Base(name), imports: imports}
			for line := range strings.Lines(string(source[set.Position(f.Body.Lbrace).Offset:set.Position(f.Body.Rbrace).Offset])) {
				if line = strings.TrimSpace(line); line != "" {
					one.body = append(one.body, line)
				}
			}
			found[f.Name.Name] = one
		}
	}
	parsed[dir] = found
	return found
}

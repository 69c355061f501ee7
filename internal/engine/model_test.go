package engine_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The model of the protocol, whose README says what in it stands for what in the code. That the model holds is for spin to say:
// see model/check.sh.
const (
	modelDir = "model"
	codeDir  = "../.."
)

var (
	counterpart = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\w+\\.pml) \\| `([\\w.]+)` \\| ([\\w/]+\\.go) \\|$")
	promelaStep = regexp.MustCompile(`(?m)^(?:inline|proctype) (\w+)\(|^(\w+):`)
	promelaVar  = regexp.MustCompile(`(?m)^\t?(?:byte|bool|chan|mtype) (\w[^;]*);`)
	mutation    = regexp.MustCompile(`\bMUTANT_(\w+)`)
)

func TestModelNamesWhatIsThere(t *testing.T) {
	model, code := map[string][]string{}, map[string][]string{}
	page := read(t, filepath.Join(modelDir, "README.md"))
	rows := counterpart.FindAllStringSubmatch(page, -1)
	for _, row := range rows {
		step, where, name, file := row[1], row[2], row[3], row[4]
		if model[where] == nil {
			model[where] = promelaNames(read(t, filepath.Join(modelDir, where)))
		}
		if code[file] == nil {
			code[file] = goNames(t, filepath.Join(codeDir, filepath.FromSlash(file)))
		}
		if !slices.Contains(model[where], step) {
			t.Errorf("%s has no %s, which is to stand for %s", where, step, name)
		}
		if !slices.Contains(code[file], name) {
			t.Errorf("%s has no %s, for which %s of %s is to stand", file, name, step, where)
		}
	}
	if want := strings.Count(page, ".pml | `"); len(rows) != want || want == 0 {
		t.Errorf("%d of %d rows of the table are read", len(rows), want)
	}
}

func TestModelSaysWhatEachStepStandsFor(t *testing.T) {
	page := read(t, filepath.Join(modelDir, "README.md"))
	for _, file := range models(t) {
		for _, step := range promelaStep.FindAllStringSubmatch(read(t, file), -1) {
			if name := step[1]; name != "" && !strings.Contains(page, "`"+name+"`") {
				t.Errorf("%s has %s, and its README does not say what that stands for", file, name)
			}
		}
	}
}

func TestModelsMutantsAreAllChecked(t *testing.T) {
	script := read(t, filepath.Join(modelDir, "check.sh"))
	mutants := map[string]bool{}
	for _, file := range models(t) {
		for _, m := range mutation.FindAllStringSubmatch(read(t, file), -1) {
			mutants[m[1]] = true
		}
	}
	if len(mutants) == 0 {
		t.Error("the model has no mutants")
	}
	for name := range mutants {
		if !regexp.MustCompile(`(?m)^` + name + ` `).MatchString(script) {
			t.Errorf("check.sh does not check the mutant %s", name)
		}
	}
}

func models(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(modelDir, "*.pml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d models, %v", len(files), err)
	}
	return files
}

// promelaNames lists the inlines, processes, labels and variables of a model.
func promelaNames(source string) (names []string) {
	for _, m := range promelaStep.FindAllStringSubmatch(source, -1) {
		names = append(names, m[1]+m[2])
	}
	for _, m := range promelaVar.FindAllStringSubmatch(source, -1) {
		for _, v := range strings.Split(m[1], ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(v), "[")
			name, _, _ = strings.Cut(name, " ")
			names = append(names, name)
		}
	}
	return names
}

// goNames lists the functions of a Go file, and as Type.name the methods and fields.
func goNames(t *testing.T, path string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			name := n.Name.Name
			if n.Recv != nil {
				name = typeName(n.Recv.List[0].Type) + "." + name
			}
			names = append(names, name)
			return false
		case *ast.TypeSpec:
			s, ok := n.Type.(*ast.StructType)
			if !ok {
				return false
			}
			for _, f := range s.Fields.List {
				for _, id := range f.Names {
					names = append(names, n.Name.Name+"."+id.Name)
				}
			}
			return false
		}
		return true
	})
	return names
}

// typeName is the name of a receiver's type, without pointer and type parameters.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

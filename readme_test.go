package fate_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/sharedfate/fate"
)

// The README's quick start is the body of Example, which is compiled and whose output is checked.
func TestQuickStartOfTheReadmeIsTheExample(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```go\n")
	quickStart, _, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("README.md has no block of Go code")
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "example_test.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Name.Name != "Example" {
			continue
		}
		body := string(source[files.Position(f.Body.Lbrace).Offset+2 : files.Position(f.Body.Rbrace).Offset])
		body, _, _ = strings.Cut(body, "\t// Output:")
		body = strings.ReplaceAll(strings.TrimPrefix(body, "\t"), "\n\t", "\n")
		if body != quickStart {
			t.Errorf("the quick start of README.md is\n%s\nand the body of Example is\n%s", quickStart, body)
		}
		return
	}
	t.Error("example_test.go has no Example")
}

// The README names one number of the code's.
func TestTheReadmeNamesTheDefaultBacklog(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d tasks (`fate.DefaultBacklog`)", fate.DefaultBacklog); !strings.Contains(string(readme), want) {
		t.Errorf("README.md does not say %q", want)
	}
}

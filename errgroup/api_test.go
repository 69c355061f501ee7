package errgroup_test

import (
	"context"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/errgroup"
	xsync "golang.org/x/sync/errgroup"
)

// Both have what the tests of this package use, and functions of the same types.
var (
	_ group                                                    = (*errgroup.Group)(nil)
	_ group                                                    = (*xsync.Group)(nil)
	_ func(context.Context) (*errgroup.Group, context.Context) = errgroup.WithContext
	_ func(context.Context) (*xsync.Group, context.Context)    = xsync.WithContext
)

// The exported API is the same to the letter: what is added to golang.org/x/sync's, or changed, fails this test.
func TestBothPackagesHaveTheSameAPI(t *testing.T) {
	from := compiled(t, "github.com/sharedfate/fate/errgroup", "golang.org/x/sync/errgroup")
	ours := exported(t, from, "github.com/sharedfate/fate/errgroup")
	theirs := exported(t, from, "golang.org/x/sync/errgroup")
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		if ours[name] != theirs[name] {
			t.Errorf("%s is\n\t%q, and in golang.org/x/sync\n\t%q", name, ours[name], theirs[name])
		}
	}
	for name := range ours {
		if _, ok := theirs[name]; !ok {
			t.Errorf("golang.org/x/sync has no %s", name)
		}
	}
	if len(theirs) < 6 {
		t.Errorf("found only %v", theirs)
	}
}

// compiled imports packages as the compiler does: from source would take seconds.
func compiled(t *testing.T, paths ...string) types.Importer {
	list := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}, paths...)
	out, err := exec.Command("go", list...).Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(files[path])
	})
}

// exported describes what a package exports: its names, and of types the methods of their pointers, and the fields.
func exported(t *testing.T, from types.Importer, path string) map[string]string {
	pkg, err := from.Import(path)
	if err != nil {
		t.Fatal(err)
	}
	// The package's own types go without its name, or nothing would be the same.
	qualify := func(p *types.Package) string {
		if p == pkg {
			return ""
		}
		return p.Path()
	}
	api := map[string]string{}
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		o := scope.Lookup(name)
		if !o.Exported() {
			continue
		}
		named, ok := o.(*types.TypeName)
		if !ok {
			api[name] = types.ObjectString(o, qualify)
			continue
		}
		api[name] = "type"
		methods := types.NewMethodSet(types.NewPointer(named.Type()))
		for m := range methods.Methods() {
			if m.Obj().Exported() {
				api[name+"."+m.Obj().Name()] = types.ObjectString(m.Obj(), qualify)
			}
		}
		if s, ok := named.Type().Underlying().(*types.Struct); ok {
			for f := range s.Fields() {
				if f.Exported() {
					api[name+"."+f.Name()] = types.ObjectString(f, qualify)
				}
			}
		}
	}
	return api
}

package errgroup_test

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	theirImport = `"golang.org/x/sync/errgroup"`
	ourImport   = `"github.com/sharedfate/fate/errgroup"`
)

// programs are those in examples that import golang.org/x/sync/errgroup, and how the test runs them. In a tree of three files, TREE stands for
// its path.
var programs = map[string][]struct {
	args string
	code int
	want string // is part of what it prints
}{
	"pages": {
		{"", 0, "cart:    2 articles for customer 1\n"},
		{"-customer 7 -slow 0s", 0, "offers:  a hat, for 7 only\n"},
		{"-down offers", 0, "offers:  none today\n"},
		{"-down cart -slow 1h", 1, "pages: page of customer 1: cart: 503 Service Unavailable\n"},
	},
	"sums": {
		{"-root TREE", 0, "  sub/c.txt\n"},
		{"-root TREE -match a* -limit 1", 0, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.txt\n"},
		{"-root TREE -most 10 -limit 2", 1, "sums: b.txt has more than 10 bytes\n"},
		{"-root TREE/nothing -match a*", 1, "sums: "},
		{"-root TREE -match [", 1, "syntax error in pattern"},
		{"-limit 0", 2, "-limit must be 1 or more"},
	},
	"links": {
		{"", 0, "30 pages\n"},
		{"-pages 200 -limit 1", 0, "200 pages\n"},
		{"-pages 40 -missing 5,12 -limit 3", 1, "/12 is missing, and linked from /4 /6\n"},
		{"-failing 9", 2, "links: /9: 500 Internal Server Error\n"},
		{"-limit 0", 2, "-limit must be 1 or more"},
	},
}

// Change the import path, keep the code: each program does the same with both packages, when it succeeds and when it fails.
func TestProgramsDoTheSameWithBothPackages(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	tree := t.TempDir()
	for name, content := range map[string]string{"a.txt": "a", "b.txt": strings.Repeat("b", 11), "sub/c.txt": "c"} {
		file := filepath.Join(tree, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	built := buildPrograms(t)
	for name, runs := range programs {
		for _, r := range runs {
			t.Run(name+" "+r.args, func(t *testing.T) {
				args := strings.Fields(strings.ReplaceAll(r.args, "TREE", tree))
				theirs := perform(t, filepath.Join(built, "x-sync", name), args)
				ours := perform(t, filepath.Join(built, "errgroup", name), args)
				if theirs != ours {
					t.Errorf("with golang.org/x/sync: %+v\nwith ours: %+v", theirs, ours)
				}
				if theirs.code != r.code || !strings.Contains(theirs.out+theirs.err, r.want) {
					t.Errorf("with golang.org/x/sync: %+v\nwant code %d, and %q", theirs, r.code, r.want)
				}
			})
		}
	}
}

// Each program in examples that imports golang.org/x/sync/errgroup is among those that are run, and imports it in one line.
func TestEveryProgramIsRun(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "examples", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := bytes.Count(source, []byte(theirImport))
		if n == 0 {
			continue
		}
		name := filepath.Base(filepath.Dir(file))
		found = append(found, name)
		if _, ok := programs[name]; !ok || n != 1 || bytes.Count(source, []byte("golang.org/x/sync")) != 1 || filepath.Base(file) != "main.go" {
			t.Errorf("%s imports errgroup, and not in one line of a main.go, or is not run", file)
		}
	}
	if slices.Sort(found); len(found) != len(programs) {
		t.Errorf("found %v", found)
	}
}

// outcome is what a program did.
type outcome struct {
	out, err string
	code     int
}

func perform(t *testing.T, program string, args []string) outcome {
	var out, stderr strings.Builder
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stdout, cmd.Stderr = &out, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{out.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// build is done once, however often the test runs.
var build struct {
	once sync.Once
	dir  string
}

// buildPrograms builds each program with either package, in the directories x-sync and errgroup of the one that it returns. For ours the go
// command is told to read another file in the place of main.go, which differs by the import path.
func buildPrograms(t *testing.T) string {
	build.once.Do(func() {
		dir, err := os.MkdirTemp("", "fate-errgroup-")
		if err != nil {
			t.Fatal(err)
		}
		build.dir = dir
		var packages []string
		var overlay struct{ Replace map[string]string }
		overlay.Replace = map[string]string{}
		for name := range programs {
			packages = append(packages, "../examples/"+name)
			file, err := filepath.Abs(filepath.Join("..", "examples", name, "main.go"))
			if err != nil {
				t.Fatal(err)
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			overlay.Replace[file] = filepath.Join(dir, name+".go")
			source = bytes.Replace(source, []byte(theirImport), []byte(ourImport), 1)
			if err := os.WriteFile(overlay.Replace[file], source, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		text, err := json.Marshal(overlay)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "overlay.json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		for impl, flags := range map[string][]string{"x-sync": nil, "errgroup": {"-overlay", filepath.Join(dir, "overlay.json")}} {
			to := filepath.Join(dir, impl) + string(filepath.Separator)
			args := slices.Concat([]string{"build", "-buildvcs=false"}, flags, []string{"-o", to}, packages)
			if err := os.Mkdir(to, 0o700); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
				t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
			}
		}
		for name := range programs {
			if !importsSync(t, filepath.Join(dir, "x-sync", name)) || importsSync(t, filepath.Join(dir, "errgroup", name)) {
				t.Fatalf("%s was built with the wrong package", name)
			}
		}
	})
	if t.Failed() || build.dir == "" {
		t.Fatal("the programs were not built")
	}
	return build.dir
}

// importsSync reports whether a program has something of golang.org/x/sync in it.
func importsSync(t *testing.T, program string) bool {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for _, dep := range info.Deps {
		if dep.Path == "golang.org/x/sync" {
			return true
		}
	}
	return false
}

// removePrograms removes what buildPrograms left.
func removePrograms() {
	if build.dir != "" {
		os.RemoveAll(build.dir)
	}
}

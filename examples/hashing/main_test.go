package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// files makes n files below a directory and returns it, with the lines that are to be printed of them.
func files(t *testing.T, n int) (dir string, want string) {
	t.Helper()
	dir = t.TempDir()
	var lines []string
	for i := range n {
		text := strings.Repeat("a line\n", i)
		path := filepath.Join(dir, fmt.Sprint(i%7), fmt.Sprint(i))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(text)), path))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	return dir, strings.Join(lines, "")
}

func TestSumsArePrintedInOrder(t *testing.T) {
	dir, want := files(t, 300)
	for _, args := range [][]string{{dir}, {"-limit", "1", dir}, {"-limit", "0", dir}, {"-reuse", "-repeat", "3", dir}} {
		var out bytes.Buffer
		if err := run(t.Context(), args, &out); err != nil || out.String() != want {
			t.Errorf("%v: error %v, it printed\n%s", args, err, &out)
		}
	}
}

func TestErrorsAreTold(t *testing.T) {
	dir, _ := files(t, 3)
	if err := run(t.Context(), []string{filepath.Join(dir, "nothing")}, io.Discard); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory that is not there: %v", err)
	}
	full := errors.New("the disk is full")
	if err := run(t.Context(), []string{dir}, broken{full}); !errors.Is(err, full) {
		t.Errorf("a writer that fails: %v", err)
	}
	for _, args := range [][]string{{}, {dir, dir}, {"-limit", "-1", dir}, {"-repeat", "0", dir}, {"-cpu", filepath.Join(dir, "no", "dir"), dir}} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

// What docs/profiling.md shows can be had: each profile is written, and says whose goroutines these are.
func TestProfilesAreWritten(t *testing.T) {
	dir, _ := files(t, busy+10)
	to := t.TempDir()
	args := []string{}
	for _, kind := range []string{"cpu", "block", "mutex", "goroutines", "trace"} {
		args = append(args, "-"+kind, filepath.Join(to, kind))
	}
	if err := run(t.Context(), append(args, dir), io.Discard); err != nil {
		t.Fatal(err)
	}
	for kind, wants := range map[string][]string{
		"cpu": nil, "block": nil, "mutex": nil,
		"goroutines": {`"fate.child":"print"`, `"fate.group":"sums"`},
		"trace":      {"sums/list", "sums/print", "hash"},
	} {
		content, err := os.ReadFile(filepath.Join(to, kind))
		if err != nil || len(content) == 0 {
			t.Errorf("%s: %d bytes, error %v", kind, len(content), err)
		}
		for _, want := range wants {
			if !bytes.Contains(content, []byte(want)) {
				t.Errorf("%s: %s is not in it", kind, want)
			}
		}
	}
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	root            = "../.." // of the module whose pages these are
	rawFile         = "docs/table.json"
	performanceFile = "docs/performance.json"
)

// docsOf runs the command on a checkout.
func docsOf(t *testing.T, dir string, flags ...string) (int, string, string) {
	t.Helper()
	return docsFrom(t, dir, rawFile, flags...)
}

func docsFrom(t *testing.T, dir, raw string, flags ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	args := append([]string{"docs", "--dir", dir, "--from", filepath.Join(dir, raw)}, flags...)
	status = run(t.Context(), args, &out, &errs)
	return status, out.String(), errs.String()
}

// No figure in docs/choosing.md, in the README's table, in a table of docs/performance.md or in a chart was typed: they are what the raw files give.
func TestPagesAreWhatTheRawFileGives(t *testing.T) {
	for _, raw := range []string{rawFile, performanceFile} {
		if status, _, stderr := docsFrom(t, root, raw, "--check"); status != exitOK {
			t.Errorf("%sto write them: go run ./cmd/fate docs --from %s", stderr, raw)
		}
	}
}

// checkout is a folder that has the raw files and the pages that are written in part, and none that is written as a whole.
func checkout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "docs"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{rawFile, performanceFile, "README.md", "docs/performance.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, string(text))
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestDocsWritesWhatDiffers(t *testing.T) {
	dir := checkout(t)
	if status, stdout, stderr := docsOf(t, dir); status != exitOK || !strings.Contains(stdout, "wrote docs/choosing.md\nwrote docs/ratios.svg\n") || strings.Contains(stdout, "README") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if status, stdout, stderr := docsOf(t, dir); status != exitOK || stdout != "" {
		t.Errorf("a second time: status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if status, _, stderr := docsOf(t, dir, "--check"); status != exitOK {
		t.Errorf("--check: status %d, stderr %q", status, stderr)
	}
}

// A run of what is behind docs/performance.md writes that and its picture, and leaves alone what is of the other run; --check finds a typed figure.
func TestDocsOfPerformance(t *testing.T) {
	dir := checkout(t)
	page := filepath.Join(dir, "docs/performance.md")
	before, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "docs/by-other.svg", "of the other run")
	write(t, dir, "docs/performance.md", strings.Replace(string(before), "| 1 task | errgroup | ", "| 1 task | errgroup | 1", 1))
	if status, _, stderr := docsFrom(t, dir, performanceFile, "--check"); status != exitFailed || !strings.Contains(stderr, "docs/performance.md: line ") || !strings.Contains(stderr, "docs/busy.svg: it is not there") {
		t.Errorf("--check: status %d, stderr %q", status, stderr)
	}
	if status, stdout, stderr := docsFrom(t, dir, performanceFile); status != exitOK || stdout != "wrote docs/performance.md\nwrote docs/busy.svg\n" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if after, err := os.ReadFile(page); err != nil || !bytes.Equal(after, before) {
		t.Errorf("docs/performance.md is not put right again: %v", err)
	}
	if status, _, stderr := docsFrom(t, dir, performanceFile, "--check"); status != exitOK {
		t.Errorf("--check: status %d, stderr %q", status, stderr)
	}
	write(t, dir, "docs/performance.md", "# Performance\n")
	if status, _, stderr := docsFrom(t, dir, performanceFile); status != exitFailed || !strings.Contains(stderr, "<!-- source -->") {
		t.Errorf("a page without marks: status %d, stderr %q", status, stderr)
	}
	if err := os.Remove(page); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := docsFrom(t, dir, performanceFile); status != exitUsage || !strings.Contains(stderr, "--dir: ") {
		t.Errorf("without the page: status %d, stderr %q", status, stderr)
	}
}

// A figure that was typed is found, with its line, and so is a chart that is left from another run; nothing is written.
func TestDocsCheckSaysWhatDiffers(t *testing.T) {
	dir := checkout(t)
	if status, _, stderr := docsOf(t, dir); status != exitOK {
		t.Fatal(stderr)
	}
	for name, change := range map[string]struct{ old, new, want string }{
		"docs/choosing.md": {"# Choosing", "# Chosen", "docs/choosing.md: line 3 is\n    # Chosen\n  and must be\n    # Choosing\n"},
		"README.md":        {"| you face | take | measured", "| take | measured", "README.md: line "},
		"docs/ratios.svg":  {"<svg", "<g", "docs/ratios.svg: line 1 is"},
		"docs/by-none.svg": {"", "left", "docs/by-none.svg: the run has no such curve"},
	} {
		before, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && change.old != "" {
			t.Fatal(err)
		}
		typed := strings.Replace(string(before), change.old, change.new, 1)
		write(t, dir, name, typed)
		status, stdout, stderr := docsOf(t, dir, "--check")
		if status != exitFailed || stdout != "" || !strings.Contains(stderr, change.want) {
			t.Errorf("%s: status %d, stdout %q, stderr %q, want %q", name, status, stdout, stderr, change.want)
		}
		if after, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(after) != typed {
			t.Errorf("%s: --check has written it", name)
		}
		if status, _, stderr := docsOf(t, dir); status != exitOK {
			t.Error(stderr)
		}
		after, err := os.ReadFile(filepath.Join(dir, name))
		if change.old == "" && err == nil || change.old != "" && !bytes.Equal(after, before) {
			t.Errorf("%s is not put right again", name)
		}
	}
}

func TestDocsUsageIsStatus2(t *testing.T) {
	dir := checkout(t)
	write(t, dir, "docs/broken.json", "{")
	for _, args := range [][]string{
		{"docs"},
		{"docs", "--from", filepath.Join(dir, "docs/none.json")},
		{"docs", "--from", filepath.Join(dir, "docs/broken.json"), "--dir", dir},
		{"docs", "--from", filepath.Join(dir, rawFile), "--dir", filepath.Join(dir, "docs")},
		{"docs", "--from", filepath.Join(dir, rawFile), "--dir", dir, "extra"},
	} {
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), args, &stdout, &stderr); got != exitUsage || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "fate: ") {
			t.Errorf("%q: status %d, stdout %q, stderr %q", args, got, &stdout, &stderr)
		}
	}
}

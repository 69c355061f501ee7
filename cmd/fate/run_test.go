package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestUsageIsStatus2(t *testing.T) {
	file := t.TempDir() + "/absent/report.json"
	for _, args := range []string{
		"",
		"--fast",
		"nothing",
		"compare --fast",
		"compare --quick=maybe",
		"compare extra",
		"compare --workload nonsense",
		"compare --workload single --contender nonsense",
		"compare --workload single --dir " + file,
		"compare --workload hash --dir " + file,
		"compare --workload single --json " + file,
		"compare --workload single --json -",
		"compare --workload single --dir .",
		"compare --workload=",
		"compare --workload ,",
		"compare --workload single --contender=",
		"compare --workload single --contender ,",
		"compare --markdown",
		"compare --markdown " + file,
		"compare --markdown - --html -",
		"compare --html " + file,
		"compare --bench " + file,
		"compare --all --workload single",
		"compare --all --time 1ms",
		"compare --time -1s",
		"compare --serve 8080",
		"compare --serve :x",
		"compare --serve 0.0.0.0:0",
		"compare --serve example.org:80",
		"compare --from " + file,
		"compare --resume " + file,
		"compare --against " + file,
		"compare --check --workload single",
		"compare --picture " + file,
		"compare --picture " + file + " --workload engine",
		"compare --picture - --workload busy",
		"compare --workload engine --contender failfast",
		"compare --workload engine --dir .",
		"help nothing",
	} {
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), strings.Fields(args), &stdout, &stderr); got != exitUsage {
			t.Errorf("fate %s: status %d, want %d", args, got, exitUsage)
		}
		if !strings.HasPrefix(stderr.String(), "fate: ") || stdout.Len() > 0 {
			t.Errorf("fate %s: wrote %q to stdout and to stderr %q", args, &stdout, &stderr)
		}
	}
}

func TestHelpIsStatus0(t *testing.T) {
	for _, args := range []string{"--help", "compare --help", "compare -h", "help", "help compare"} {
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), strings.Fields(args), &stdout, &stderr); got != exitOK {
			t.Errorf("fate %s: status %d, want %d", args, got, exitOK)
		}
		if !strings.HasPrefix(stdout.String(), "Usage: fate") || stderr.Len() > 0 {
			t.Errorf("fate %s: wrote %q to stdout and to stderr %q", args, &stdout, &stderr)
		}
	}
}

// cancelAt cancels a context once a text has been written.
type cancelAt struct {
	bytes.Buffer
	text   string
	cancel context.CancelFunc
}

func (c *cancelAt) Write(p []byte) (int, error) {
	n, err := c.Buffer.Write(p)
	if strings.Contains(c.String(), c.text) {
		c.cancel()
	}
	return n, err
}

// What a workload lacks that reads no directory is not put down to --dir.
func TestDirIsBlamedForWhatItHolds(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the folder for temporary files has another name here")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(dir, "absent"))
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), []string{"compare", "--workload", "hash,sqlite", "--dir", dir}, &stdout, &stderr); got != exitFailed {
		t.Errorf("status %d, want %d", got, exitFailed)
	}
	if got := stderr.String(); !strings.HasPrefix(got, "fate: sqlite: ") || strings.Contains(got, "--dir") {
		t.Errorf("stderr says %q", got)
	}
}

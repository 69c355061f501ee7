package main

import (
	"bytes"
	"context"
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
	for _, args := range []string{"--help", "compare --help", "compare -h"} {
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

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

func TestInterruptedRunPrintsWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	file := filepath.Join(t.TempDir(), "report.json")
	var stdout bytes.Buffer
	stderr := &cancelAt{text: "measuring single", cancel: cancel}
	args := []string{"compare", "--quick", "--time", "10m", "--workload", "empty,single,small", "--contender", "failfast", "--json", file}
	if got := run(ctx, args, &stdout, stderr); got != exitInterrupted {
		t.Errorf("status %d, want %d; stderr: %s", got, exitInterrupted, stderr)
	}
	for _, want := range []string{"What each contender does", "empty: ", "Interrupted: "} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("stdout lacks %q:\n%s", want, &stdout)
		}
	}

	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(written, &r); err != nil {
		t.Fatal(err)
	}
	if !r.Interrupted || !r.Behaviours.Complete() || len(r.Workloads) == 0 || r.Workloads[0].Rounds == 0 || len(r.Workloads) == 3 {
		t.Errorf("the file says otherwise than that it was interrupted in the second of three workloads:\n%s", written)
	}
}

func TestInterruptedWhileObserving(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout bytes.Buffer
	stderr := &cancelAt{text: "observing", cancel: cancel}
	if got := run(ctx, []string{"compare", "--workload", "single"}, &stdout, stderr); got != exitInterrupted {
		t.Errorf("status %d, want %d; stderr: %s", got, exitInterrupted, stderr)
	}
	if out := stdout.String(); !strings.Contains(out, "machine") || !strings.Contains(out, "Interrupted: ") || strings.Contains(out, "What it costs") {
		t.Errorf("stdout is not that of a run that measured nothing:\n%s", out)
	}
}

func TestInterruptedBeforeItBegins(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if got := run(ctx, []string{"compare"}, &stdout, &stderr); got != exitInterrupted {
		t.Errorf("status %d, want %d; stderr: %s", got, exitInterrupted, &stderr)
	}
	if !strings.Contains(stdout.String(), "Interrupted: ") {
		t.Errorf("stdout does not say that it was interrupted:\n%s", &stdout)
	}
}

// A quick run whose time is over prints what it has, says what it left out, and has gone well.
func TestQuickRunEndsInTime(t *testing.T) {
	before := quickTime
	quickTime = 0
	defer func() { quickTime = before }()
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), []string{"compare", "--quick", "--workload", "single,small"}, &stdout, &stderr); got != exitOK {
		t.Errorf("status %d, want %d; stderr: %s", got, exitOK, &stderr)
	}
	out := stdout.String()
	if !strings.Contains(out, "Left out, ") || !strings.Contains(out, ": behaviours, small, single.") || strings.Contains(out, "Interrupted") {
		t.Errorf("stdout does not say what was left out:\n%s", out)
	}
}

// The tool as a process, ended by the signal that Ctrl-C sends, and by the one that ends what runs on a server.
func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process can't be sent these here")
	}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) { endedBy(t, s) })
	}
}

func endedBy(t *testing.T, signal os.Signal) {
	temp := t.TempDir()
	var stdout bytes.Buffer
	tool, in := startTool(t, &stdout, []string{"TMPDIR=" + temp}, "compare", "--contender", "failfast", "--workload", "empty,small,sqlite")
	for in.Scan() {
		if strings.HasPrefix(in.Text(), "measuring") {
			if err := tool.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
		}
	}
	var exit *exec.ExitError
	if err := tool.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Errorf("ended with %v, want exit status %d", err, exitInterrupted)
	}
	if !strings.Contains(stdout.String(), "Interrupted: ") {
		t.Errorf("stdout does not say that it was interrupted:\n%s", &stdout)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

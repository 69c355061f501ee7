package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

func TestInterruptedRunPrintsWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	file := filepath.Join(t.TempDir(), "report.json")
	var stdout bytes.Buffer
	stderr := &cancelAt{text: "measuring single", cancel: cancel}
	args := []string{"compare", "--quick", "--workload", "empty,single,small", "--contender", "failfast", "--json", file}
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

// The tool as a process, ended by the signal that Ctrl-C sends.
func TestCtrlC(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process can't be sent Ctrl-C here")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tool := exec.CommandContext(t.Context(), self, "compare", "--contender", "failfast")
	tool.Env = append(os.Environ(), beTool+"=1")
	var stdout bytes.Buffer
	tool.Stdout = &stdout
	stderr, err := tool.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.Start(); err != nil {
		t.Fatal(err)
	}
	for in := bufio.NewScanner(stderr); in.Scan(); {
		if strings.HasPrefix(in.Text(), "measuring") {
			if err := tool.Process.Signal(os.Interrupt); err != nil {
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
}

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/sharedfate/fate/internal/compare"
)

// beTool in the environment makes this test binary the tool itself, for tests that need it as a process.
const beTool = "FATE_TEST_BE_TOOL"

func TestMain(m *testing.M) {
	if os.Getenv(beTool) != "" {
		main()
		return
	}
	// Observations are made by this binary too, started again.
	compare.RunProbeIfAsked()
	testscript.Main(leakCheck{m}, map[string]func(){"fate": main})
}

// startTool starts the tool as a process, and returns what it says while it runs. env is added to the environment; stdout may be nil.
func startTool(t *testing.T, stdout io.Writer, env []string, args ...string) (tool *exec.Cmd, stderr *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tool = exec.CommandContext(t.Context(), self, args...)
	tool.Env = append(append(os.Environ(), beTool+"=1"), env...)
	tool.Stdout = stdout
	pipe, err := tool.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.Start(); err != nil {
		t.Fatal(err)
	}
	return tool, bufio.NewScanner(pipe)
}

// leakCheck does after the tests what goleak.VerifyTestMain does, which can't be combined with testscript's own Main.
type leakCheck struct{ *testing.M }

func (l leakCheck) Run() int {
	status := l.M.Run()
	if status == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines are left:", err)
			status = 1
		}
	}
	return status
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}

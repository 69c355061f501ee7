package main

import (
	"fmt"
	"os"
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

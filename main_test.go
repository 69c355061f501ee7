package fate_test

import (
	"os"
	"runtime"
	"testing"

	"go.uber.org/goleak"
)

// atImport is how many goroutines there were before any test: the one that is looking.
var atImport int

func TestMain(m *testing.M) {
	for _, programs := range []map[string]func(){crashes, races, dies} {
		if program, ok := programs[os.Getenv(crashVariable)]; ok {
			program()
			os.Exit(0) // which is not how a crash ends
		}
	}
	atImport = runtime.NumGoroutine()
	goleak.VerifyTestMain(m)
}

// Promise 1: Nothing is started at import.
func TestNothingIsStartedAtImport(t *testing.T) {
	if atImport != 1 {
		t.Errorf("%d goroutines before the first test, want 1", atImport)
	}
}

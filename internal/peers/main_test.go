package peers_test

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"
)

// atImport is how many goroutines there were before any test; the one that is looking is one of them.
var atImport int

func TestMain(m *testing.M) {
	atImport = runtime.NumGoroutine()
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) // what ants started
}

// hangsVariable names the test that this process is to hang in.
const hangsVariable = "FATE_TEST_HANGS"

// hung reports whether f never returns and nothing is left that could go on. It is run in a bubble, of a process of its own, for what hangs
// can't be taken away.
func hung(t *testing.T, f func(t *testing.T)) (hung bool, said string) {
	t.Helper()
	if os.Getenv(hangsVariable) == t.Name() {
		synctest.Test(t, f)
		t.SkipNow() // in the other process there is nothing more to do
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), hangsVariable+"="+t.Name())
	out, err := cmd.CombinedOutput()
	return err != nil && strings.Contains(string(out), "deadlock: "), string(out)
}

func hangs(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	if hung, said := hung(t, f); !hung {
		t.Errorf("it does not hang:\n%s", said)
	}
}

func TestWhatReturnsIsNotSaidToHang(t *testing.T) {
	if hung, said := hung(t, func(*testing.T) {}); hung {
		t.Errorf("it hangs:\n%s", said)
	}
}

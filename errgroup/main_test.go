package errgroup_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if crash, ok := crashes[os.Getenv(crashVariable)]; ok {
		crash(implementations[os.Getenv(implVariable)])
		os.Exit(0) // which is not how a crash ends
	}
	code := m.Run()
	removePrograms()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
	}
	os.Exit(code)
}

package compare_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate/internal/compare"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// A behaviour that may crash or hang is observed in a child process: this binary, started again. It is told so here.
	if strings.HasPrefix(os.Getenv(compare.ProbeVariable), "spins/") {
		compare.SetProbeTime(100 * time.Millisecond)
	}
	compare.RunProbeIfAsked(extraBehaviours()...)
	goleak.VerifyTestMain(m)
}

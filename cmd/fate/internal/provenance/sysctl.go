package provenance

import (
	"context"
	"os/exec"
	"strings"
	"time"
)

// sysctlName asks sysctl, as macOS and the BSDs have no file to read. A system without the program or the key answers nothing.
func sysctlName() string {
	// The answer takes milliseconds; the deadline is for a machine on which it never comes.
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for _, key := range []string{"machdep.cpu.brand_string", "hw.model"} {
		if out, err := exec.CommandContext(ctx, "sysctl", "-n", key).Output(); err == nil {
			return strings.TrimSpace(string(out))
		}
	}
	return ""
}

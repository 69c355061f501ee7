package fate_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	flagOf      = regexp.MustCompile(` -(\w+)`)
	asked       = regexp.MustCompile(` -\w+ (\w+\.(?:out|txt))`)
	redirected  = regexp.MustCompile(`>(\w+\.(?:out|txt))`)
	profileFile = regexp.MustCompile(`\w+\.(?:out|txt)`)
)

// The commands of docs/profiling.md have flags that the program has, and read profiles that one of them has written before.
func TestProfilingRunsWhatIsThere(t *testing.T) {
	var source strings.Builder
	for _, file := range []string{"examples/hashing/main.go", "examples/hashing/profile.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	written := map[string]bool{}
	commands := 0
	for _, p := range parts(t, "docs/profiling.md") {
		for _, b := range p.blocks {
			if b.language != "sh" {
				continue
			}
			for _, line := range b.lines {
				writes := redirected
				if strings.HasPrefix(line, "./sums ") {
					commands++
					writes = asked
					for _, m := range flagOf.FindAllStringSubmatch(line, -1) {
						if !strings.Contains(source.String(), `"`+m[1]+`"`) {
							t.Errorf("examples/hashing has no flag -%s: %s", m[1], line)
						}
					}
				}
				for _, m := range writes.FindAllStringSubmatch(line, -1) {
					written[m[1]] = true
				}
				for _, name := range profileFile.FindAllString(line, -1) {
					if !written[name] {
						t.Errorf("nothing has written %s before: %s", name, line)
					}
				}
			}
		}
	}
	if commands < 6 {
		t.Errorf("the program is run %d times: some are not seen", commands)
	}
}

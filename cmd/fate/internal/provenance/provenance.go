// Package provenance says where a measurement comes from: which machine, which Go, which versions, when, by which command. A number
// without these can't be judged, so every report of the tool carries them, and so does its JSON.
package provenance

import (
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// Provenance is collected once, when a run begins.
type Provenance struct {
	CPU        string    `json:"cpu"`   // the processor's own name; empty if the system does not say
	Cores      int       `json:"cores"` // logical ones that this process may use
	GOMAXPROCS int       `json:"gomaxprocs"`
	OS         string    `json:"os"`
	Arch       string    `json:"arch"`
	Go         string    `json:"go"`
	Commit     string    `json:"commit,omitempty"` // of this module, "+changes" if files were changed since; empty if it is not known
	Modules    []Module  `json:"modules"`
	Date       time.Time `json:"date"`
	Command    []string  `json:"command"`
}

// A Module is a library that takes part in the comparison.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// peers are the modules whose versions matter to a reader of the numbers; the rest of the build does not take part.
var peers = []string{
	"golang.org/x/sync",
	"github.com/sourcegraph/conc",
	"github.com/hashicorp/go-multierror",
	"modernc.org/sqlite",
}

// Collect looks at this process and its machine. args are the words after the command's name.
func Collect(args []string) Provenance {
	p := Provenance{
		CPU:        cpuName(),
		Cores:      runtime.NumCPU(),
		GOMAXPROCS: runtime.GOMAXPROCS(0),
		OS:         runtime.GOOS,
		Arch:       runtime.GOARCH,
		Go:         runtime.Version(),
		Date:       time.Now().Truncate(time.Second),
		Command:    append([]string{"fate"}, args...),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		p.Modules = versions(info)
		p.Commit = commit(info)
	}
	if p.Commit == "" {
		p.Commit = checkoutCommit()
	}
	return p
}

// versions lists the peers in the order above; one that is not in the build is left out.
func versions(info *debug.BuildInfo) []Module {
	var found []Module
	for _, path := range peers {
		i := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == path })
		if i < 0 {
			continue
		}
		m := info.Deps[i]
		if m.Replace != nil {
			m = m.Replace
		}
		found = append(found, Module{Path: path, Version: m.Version})
	}
	return found
}

// commit is the revision that the go command recorded, marked if files were changed since.
func commit(info *debug.BuildInfo) string {
	var revision, changed string
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				changed = "+changes"
			}
		}
	}
	if revision == "" {
		return ""
	}
	return revision + changed
}

// cpuName asks the system as cheaply as it can be asked. Empty is an honest answer: the architecture is known anyway.
func cpuName() string {
	switch runtime.GOOS {
	case "linux":
		info, err := os.ReadFile("/proc/cpuinfo")
		if err != nil {
			return ""
		}
		return cpuInfoName(string(info))
	case "windows":
		return os.Getenv("PROCESSOR_IDENTIFIER")
	}
	return sysctlName()
}

// cpuInfoName finds the name in the text of /proc/cpuinfo. Its key differs by architecture, and some have none.
func cpuInfoName(info string) string {
	for line := range strings.Lines(info) {
		key, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(key) {
		case "model name", "Processor", "cpu model":
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return ""
}

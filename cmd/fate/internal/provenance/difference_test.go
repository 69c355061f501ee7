package provenance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
)

func TestDifferences(t *testing.T) {
	old := provenance.Provenance{CPU: "old", Cores: 2, GOMAXPROCS: 2, OS: "linux", Arch: "amd64", Go: "go1", Commit: "abc",
		Modules: []provenance.Module{{"a", "v1"}, {"b", "v1"}}}
	same := old
	same.Date, same.Command = time.Now(), []string{"fate", "other"}
	if d := provenance.Differences(old, same); len(d) > 0 {
		t.Errorf("the date and the command are no differences: %v", d)
	}
	for want, change := range map[string]func(p *provenance.Provenance){
		"processor: old, now new":            func(p *provenance.Provenance) { p.CPU = "new" },
		"cores: 2, now 4":                    func(p *provenance.Provenance) { p.Cores = 4 },
		"GOMAXPROCS: 2, now 1":               func(p *provenance.Provenance) { p.GOMAXPROCS = 1 },
		"system: linux/amd64, now plan9/386": func(p *provenance.Provenance) { p.OS, p.Arch = "plan9", "386" },
		"Go version: go1, now go2":           func(p *provenance.Provenance) { p.Go = "go2" },
		"commit: abc, now none":              func(p *provenance.Provenance) { p.Commit = "" },
		"module b: v1, now v2":               func(p *provenance.Provenance) { p.Modules = []provenance.Module{{"a", "v1"}, {"b", "v2"}} },
		"module b: v1, now none":             func(p *provenance.Provenance) { p.Modules = []provenance.Module{{"a", "v1"}} },
		"module c: none, now v1": func(p *provenance.Provenance) {
			p.Modules = append(p.Modules[:2:2], provenance.Module{Path: "c", Version: "v1"})
		},
	} {
		now := old
		change(&now)
		var got []string
		for _, d := range provenance.Differences(old, now) {
			got = append(got, d.String())
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

package provenance_test

import (
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCollectDescribesThisProcess(t *testing.T) {
	before := time.Now().Truncate(time.Second)
	p := provenance.Collect([]string{"compare", "--quick"})
	if p.Go != runtime.Version() || p.OS != runtime.GOOS || p.Arch != runtime.GOARCH {
		t.Errorf("%s on %s/%s, want %s on %s/%s", p.Go, p.OS, p.Arch, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	}
	if p.Cores != runtime.NumCPU() || p.GOMAXPROCS != runtime.GOMAXPROCS(0) {
		t.Errorf("%d cores, GOMAXPROCS %d, want %d and %d", p.Cores, p.GOMAXPROCS, runtime.NumCPU(), runtime.GOMAXPROCS(0))
	}
	if p.Date.Before(before) || p.Date.After(time.Now()) {
		t.Errorf("date %v is not now", p.Date)
	}
	if want := []string{"fate", "compare", "--quick"}; !slices.Equal(p.Command, want) {
		t.Errorf("command %q, want %q", p.Command, want)
	}
}

func TestVersions(t *testing.T) {
	info := &debug.BuildInfo{Deps: []*debug.Module{
		{Path: "example.org/unrelated", Version: "v1.0.0"},
		{Path: "modernc.org/sqlite", Version: "v1.2.3"},
		{Path: "github.com/sourcegraph/conc", Version: "v0.1.0", Replace: &debug.Module{Path: "example.org/fork", Version: "v0.1.1"}},
		{Path: "golang.org/x/sync", Version: "v0.9.9"},
	}}
	want := []provenance.Module{
		{"golang.org/x/sync", "v0.9.9"},
		{"github.com/sourcegraph/conc", "v0.1.1"},
		{"modernc.org/sqlite", "v1.2.3"},
	}
	if got := provenance.Versions(info); !slices.Equal(got, want) {
		t.Errorf("versions %v, want %v", got, want)
	}
}

func TestCommit(t *testing.T) {
	for _, c := range []struct {
		settings []debug.BuildSetting
		want     string
	}{
		{nil, ""},
		{[]debug.BuildSetting{{Key: "vcs.modified", Value: "true"}}, ""},
		{[]debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "false"}}, "abc"},
		{[]debug.BuildSetting{{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: "abc"}}, "abc+changes"},
	} {
		if got := provenance.Commit(&debug.BuildInfo{Settings: c.settings}); got != c.want {
			t.Errorf("%v: commit %q, want %q", c.settings, got, c.want)
		}
	}
}

func TestCPUInfoName(t *testing.T) {
	for _, c := range []struct{ info, want string }{
		{"processor\t: 0\nmodel name\t: Some  CPU @ 2 GHz\nmodel name\t: another\n", "Some CPU @ 2 GHz"},
		{"Processor\t: ARMv7\nprocessor\t: 0\n", "ARMv7"},
		{"system type\t: x\ncpu model\t\t: MIPS\n", "MIPS"},
		{"processor\t: 0\nCPU implementer\t: 0x41\n", ""},
		{"", ""},
	} {
		if got := provenance.CPUInfoName(c.info); got != c.want {
			t.Errorf("%q: name %q, want %q", c.info, got, c.want)
		}
	}
}

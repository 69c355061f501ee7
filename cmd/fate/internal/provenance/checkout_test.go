package provenance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
)

// repository makes a checkout with one commit, and returns its folder, a command in it, and what that printed.
func repository(t *testing.T) (dir string, git func(args ...string) string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git here")
	}
	dir = t.TempDir()
	git = func(args ...string) string {
		t.Helper()
		args = append([]string{"-C", dir, "-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"}, args...)
		out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "--quiet")
	for _, name := range []string{"main.go", "docs/page.md", "docs/raw.json", "page.html"} {
		put(t, filepath.Join(dir, name), "first")
	}
	git("add", ".")
	git("commit", "--quiet", "-m", "first")
	return dir, git
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestCommitOfACheckout(t *testing.T) {
	dir, git := repository(t)
	head := git("rev-parse", "HEAD")
	source := filepath.Join(dir, "main.go")
	at := func() string { return provenance.CommitAt(t.Context(), dir, source) }
	if got := at(); got != head {
		t.Errorf("commit %q, want %q", got, head)
	}
	// What the tool writes, and what is written about it, is not in the program.
	put(t, filepath.Join(dir, "docs", "raw.json"), "second")
	put(t, filepath.Join(dir, "docs", "page.md"), "second")
	put(t, filepath.Join(dir, "report.json"), "new")
	if got := at(); got != head {
		t.Errorf("with other reports: %q, want %q", got, head)
	}
	put(t, filepath.Join(dir, "deeper", "new file.go"), "package new")
	if got, want := at(), head+"+changes"; got != want {
		t.Errorf("with a new source: %q, want %q", got, want)
	}
	// A program of other sources is not of this commit, whatever folder it runs in.
	if got := provenance.CommitAt(t.Context(), dir, filepath.Join(t.TempDir(), "main.go")); got != "" {
		t.Errorf("of sources elsewhere: %q", got)
	}
	if got := provenance.CommitAt(t.Context(), t.TempDir(), source); got != "" {
		t.Errorf("where no checkout is: %q", got)
	}
}

func TestChanged(t *testing.T) {
	for status, want := range map[string]bool{
		"":                                      false,
		" M group.go\x00":                       true,
		"?? cmd/new file.go\x00":                true,
		" M go.mod\x00":                         true,
		" D internal/page/page.html\x00":        true, // it is embedded
		" M README.md\x00":                      false,
		" M docs/raw.json\x00?? all.json\x00":   false,
		"?? all.json\x00M  docs/example.go\x00": true,
	} {
		if got := provenance.Changed(status); got != want {
			t.Errorf("%q: %v, want %v", status, got, want)
		}
	}
}

// Only of a program that was made to be run at once is it certain that it is of the sources as they are now.
func TestMadeToRun(t *testing.T) {
	abs := func(parts ...string) string {
		return filepath.Join(append([]string{t.TempDir()}, parts...)...)
	}
	cache := abs("cache")
	for _, c := range []struct {
		executable, cache string
		want              bool
	}{
		{abs("go-build123", "b001", "exe", "fate"), "", true},
		{abs("home", ".cache", "go-build", "50", "50abc-d", "fate"), "", true},
		{filepath.Join(cache, "50", "50abc-d", "fate"), cache, true},
		{filepath.Join(cache, "50", "50abc-d", "fate"), "", false},
		{abs("bin", "fate"), cache, false},
		{abs("bin", "go-build"), "", false},
	} {
		if got := provenance.MadeToRun(c.executable, c.cache); got != c.want {
			t.Errorf("%s: %v, want %v", c.executable, got, c.want)
		}
	}
}

// This test is itself such a program, of the sources around it.
func TestCollectFindsTheCommitOfGoRun(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "git", "rev-parse", "HEAD").Output()
	if err != nil {
		t.Skip("the tests don't run in a checkout")
	}
	executable, err := os.Executable()
	if err != nil || !provenance.MadeToRun(executable, os.Getenv("GOCACHE")) {
		t.Skip("the tests were built to be kept")
	}
	got := strings.TrimSuffix(provenance.Collect(nil).Commit, "+changes")
	if want := strings.TrimSpace(string(out)); got != want {
		t.Errorf("commit %q, want %q", got, want)
	}
}

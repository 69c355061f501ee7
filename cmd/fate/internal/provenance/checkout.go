package provenance

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// checkoutCommit is the commit of the checkout that this program was built from, for a program that go run or go test made: the go command records
// none there. It is empty where that is not certain: if the executable may be older than the checkout is now, because somebody keeps it, or if the
// sources that were compiled are not those below the directory that the program runs in.
func checkoutCommit() string {
	executable, err := os.Executable()
	if err != nil || !madeToRun(executable, os.Getenv("GOCACHE")) {
		return ""
	}
	_, source, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(source) { // -trimpath
		return ""
	}
	// Git answers in milliseconds; the deadline is for a file system on which it never does.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return commitAt(ctx, ".", source)
}

// madeToRun says whether the go command made the executable to run it at once: in a folder for that, or in its cache, of which it makes sure that it is not
// older than the sources.
func madeToRun(executable, cache string) bool {
	for dir := filepath.Dir(executable); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if strings.HasPrefix(filepath.Base(dir), "go-build") || cache != "" && dir == filepath.Clean(cache) {
			return true
		}
	}
	return false
}

// commitAt asks git for the commit of the checkout around dir, if the source file is part of it. Without git, there is none.
func commitAt(ctx context.Context, dir, source string) string {
	root, err := git(ctx, dir, "rev-parse", "--show-toplevel")
	if err != nil {
		return ""
	}
	within, err := filepath.Rel(real(strings.TrimSpace(root)), real(source))
	if err != nil || !filepath.IsLocal(within) {
		return ""
	}
	revision, err := git(ctx, dir, "rev-parse", "HEAD")
	if err != nil {
		return ""
	}
	status, err := git(ctx, dir, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
	if err != nil {
		return ""
	}
	if changed(status) {
		return strings.TrimSpace(revision) + "+changes"
	}
	return strings.TrimSpace(revision)
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	// No lock: whoever works in the checkout meanwhile must not meet one.
	out, err := exec.CommandContext(ctx, "git", append([]string{"--no-optional-locks", "-C", dir}, args...)...).Output()
	return string(out), err
}

// changed says whether one of the changes that git lists can have got into a program. A report that the tool itself wrote below docs, or a
// note beside the sources, has not: it would make every second measurement one of changed code.
func changed(status string) bool {
	for entry := range strings.SplitSeq(status, "\x00") {
		if len(entry) < 4 {
			continue
		}
		how, path := entry[:2], entry[3:]
		extension := filepath.Ext(path)
		switch {
		case slices.Contains([]string{".go", ".mod", ".sum", ".work", ".s"}, extension):
			return true
		case how == "??", extension == ".md", strings.HasPrefix(path, "docs/"):
		default:
			return true // what is embedded, for one
		}
	}
	return false
}

// real is the path without links, if it has any: git prints it so.
func real(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}

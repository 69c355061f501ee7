package compare_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/compare"
)

func TestHashRefusesWhatItCanNotRead(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none")
	if err := os.Mkdir(none, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir  string
		want error
	}{
		{filepath.Join(dir, "missing"), fs.ErrNotExist},
		{file, nil},
		{none, nil},
	} {
		_, err := workload(t, "hash").Prepare(t.Context(), compare.Input{Dir: c.dir})
		if err == nil || !strings.Contains(err.Error(), c.dir) || (c.want != nil && !errors.Is(err, c.want)) {
			t.Errorf("%s: %v", c.dir, err)
		}
	}
}

func TestHashRefusesADirectoryWithoutPermission(t *testing.T) {
	dir := tree(t, 3)
	closed := filepath.Join(dir, "1")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o755) })
	if _, err := os.ReadDir(closed); err == nil {
		t.Skip("this user may read everything")
	}
	_, err := workload(t, "hash").Prepare(t.Context(), compare.Input{Dir: dir})
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), closed) {
		t.Errorf("%v", err)
	}
}

func TestHashFollowsNoLinkButTheOneItIsGiven(t *testing.T) {
	dir := tree(t, 9)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "round")); err != nil {
		t.Fatal(err)
	}
	one, _ := compare.ContenderByName(compare.BaseName)
	got, err := prepare(t, workload(t, "hash"), compare.Input{Dir: link}).Run(t.Context(), one)
	if want := hashedSerially(t, dir); err != nil || got != want {
		t.Errorf("done %+v, not %+v; error: %v", got, want, err)
	}
}

func TestHashInAHurryTakesTheSameSample(t *testing.T) {
	dir := t.TempDir()
	for i := range compare.QuickFiles + 10 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), []byte{byte(i), byte(i >> 8)}, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	one, _ := compare.ContenderByName(compare.BaseName)
	var did [2]compare.Done
	for i := range did {
		var err error
		did[i], err = prepare(t, workload(t, "hash"), compare.Input{Dir: dir, Quick: true}).Run(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
	}
	if did[0] != did[1] || did[0].Tasks != compare.QuickFiles {
		t.Errorf("%+v, then %+v", did[0], did[1])
	}
}

// Go's own source is hashed in part, and that is said; a directory of the user's is hashed whole.
func TestHashTakesASampleOfGoAndAllOfADirectory(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "src")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	const files = compare.GoFiles + 10
	for i := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), []byte{byte(i)}, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOROOT", root)
	one, _ := compare.ContenderByName(compare.BaseName)
	for _, c := range []struct {
		dir   string
		tasks int
		says  string
	}{
		{"", compare.GoFiles, fmt.Sprintf("%d of %d files", compare.GoFiles, files)},
		{dir, files, fmt.Sprintf("%d files", files)},
	} {
		job := prepare(t, workload(t, "hash"), compare.Input{Dir: c.dir})
		did, err := job.Run(t.Context(), one)
		if err != nil || did.Tasks != c.tasks {
			t.Errorf("with the directory %q: %+v, %v", c.dir, did, err)
		}
		if says := fmt.Sprint(job); !strings.HasPrefix(says, c.says+", ") {
			t.Errorf("with the directory %q it says %q", c.dir, says)
		}
	}
}

// A file that vanishes while the work is done is an error of every contender, also of those that lose errors.
func TestHashTellsOfAFileThatVanished(t *testing.T) {
	dir := tree(t, 9)
	w := workload(t, "hash")
	job := prepare(t, w, compare.Input{Dir: dir})
	if err := os.Remove(filepath.Join(dir, "1", "file0004")); err != nil {
		t.Fatal(err)
	}
	for _, c := range w.Accepted(compare.Contenders()) {
		if _, err := job.Run(t.Context(), c); err == nil {
			t.Errorf("%s: no error", c.Name)
		} else if c.Keeps != compare.None && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

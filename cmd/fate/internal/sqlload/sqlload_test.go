package sqlload_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate/cmd/fate/internal/sqlload"
	"github.com/sharedfate/fate/internal/compare"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write makes files of the given texts.
func write(t *testing.T, texts ...string) []string {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for i, s := range texts {
		name := filepath.Join(dir, fmt.Sprintf("%d.txt", i))
		if err := os.WriteFile(name, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	return files
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d of %d\n", i, n)
	}
	return b.String()
}

func TestLinesOfAllFilesInOrder(t *testing.T) {
	files := write(t, "a\nb\n", "", "c\r\n\nlast has no end")
	var got []string
	for line, err := range sqlload.Lines(files) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	if want := "a|b|c||last has no end"; strings.Join(got, "|") != want {
		t.Errorf("lines %q, want %q", strings.Join(got, "|"), want)
	}
}

func TestBatches(t *testing.T) {
	for _, c := range []struct {
		lines, most int
		want        []int
	}{
		{lines: 0, want: nil},
		{lines: 1, want: []int{1}},
		{lines: sqlload.BatchLines, want: []int{sqlload.BatchLines}},
		{lines: 2*sqlload.BatchLines + 1, want: []int{sqlload.BatchLines, sqlload.BatchLines, 1}},
		{lines: 2 * sqlload.BatchLines, most: sqlload.BatchLines + 2, want: []int{sqlload.BatchLines, 2}},
	} {
		var got []int
		for batch, err := range sqlload.Batches(t.Context(), write(t, numbered(c.lines)), c.most) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, len(batch))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%d lines, at most %d: batches %v, want %v", c.lines, c.most, got, c.want)
		}
	}
}

func TestUnreadableFileIsAnError(t *testing.T) {
	files := append(write(t, "a\n"), filepath.Join(t.TempDir(), "absent"))
	if _, err := sqlload.Prepare(t.Context(), files); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Prepare: %v, want one that is os.ErrNotExist", err)
	}
}

// Every contender that takes the workload loads every line, whatever the last batch and the last statement hold.
func TestRunLoadsEveryLine(t *testing.T) {
	w := sqlload.Workload()
	contenders := w.Accepted(compare.Contenders())
	if len(contenders) == 0 {
		t.Fatal("no contender takes the workload")
	}
	const lines = 2*sqlload.BatchLines + sqlload.StmtLines + 1
	job, err := sqlload.Prepare(t.Context(), write(t, numbered(lines)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contenders {
		done, err := job.Run(t.Context(), c)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		if want := (compare.Done{Tasks: 3, Sum: job.Checksum()}); done != want {
			t.Errorf("%s: did %+v, want %+v", c.Name, done, want)
		}
	}
	left, err := os.ReadDir(job.Dir())
	if err != nil || len(left) != 0 {
		t.Errorf("the runs left %d databases behind (%v)", len(left), err)
	}
	if err := job.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(job.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Close the folder is there: %v", err)
	}
}

// What the database holds is compared with the text, not with what the tasks say of themselves: here the text is said to have
// one thing more than the database.
func TestRunNoticesWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		what         string
		lines, bytes int
		crc          uint64
	}{
		{what: "a line", lines: 1},
		{what: "a byte", bytes: 1},
		{what: "a checksum", crc: 1},
	} {
		job, err := sqlload.Prepare(t.Context(), write(t, numbered(10)))
		if err != nil {
			t.Fatal(err)
		}
		defer job.Close()
		if _, err := job.Run(t.Context(), compare.Contenders()[0]); err != nil {
			t.Fatal(err)
		}
		job.Expect(c.lines, c.bytes, c.crc)
		if _, err := job.Run(t.Context(), compare.Contenders()[0]); err == nil {
			t.Errorf("%s is missing, and Run found nothing wrong", c.what)
		}
	}
}

// A run is long: of contenders alike one loads the text, and it is there under the name by which it is listed.
func TestPeersOfOneKindEach(t *testing.T) {
	var got []string
	for _, c := range sqlload.Workload().Accepted(compare.Contenders()) {
		got = append(got, c.Name)
	}
	const want = "go failfast collectall selective errgroup errgroup-sem conc hand-mutex"
	if strings.Join(got, " ") != want {
		t.Errorf("loaded by %v, want %s", got, want)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	w := sqlload.Workload()
	job, err := sqlload.Prepare(t.Context(), write(t, numbered(50*sqlload.BatchLines)))
	if err != nil {
		t.Fatal(err)
	}
	defer job.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	cancel(why)
	for _, c := range w.Accepted(compare.Contenders()) {
		if _, err := job.Run(ctx, c); err == nil {
			t.Errorf("%s: Run succeeded although its context had ended", c.Name)
		}
	}
}

func TestPrepareReadsGoItself(t *testing.T) {
	job, err := sqlload.Workload().Prepare(t.Context(), compare.Input{Quick: true})
	if err != nil {
		t.Fatal(err)
	}
	defer job.Close()
	done, err := job.Run(t.Context(), compare.Contenders()[0])
	if err != nil {
		t.Fatal(err)
	}
	if want := sqlload.QuickLines / sqlload.BatchLines; done.Tasks != want {
		t.Errorf("%d tasks, want %d", done.Tasks, want)
	}
}

package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
)

// stored writes a small report into a file, changed as wanted.
func stored(t *testing.T, changes ...func(*report.Report)) (name string) {
	t.Helper()
	row := price.Result{Name: "start", Work: "ten tasks", Beside: "them", Pairs: 30, Lines: []price.Line{{Of: price.OfTime, Ours: 1, Theirs: 2, Target: true, AtMost: 1, Met: price.Yes}}}
	e := &row.Lines[0].Ratio
	e.Low, e.Median, e.High = 0.4, 0.5, 0.6
	r := &report.Report{
		Behaviours: compare.Matrix{Contenders: []string{"failfast"}, Rows: []compare.Observation{{Behaviour: "waits", Question: "Does it?", Answers: []compare.Answer{{Cell: "yes", Detail: "It did."}}}}},
		Prices:     []*report.Prices{{Workload: "engine", About: "what a task costs", Rows: []price.Result{row}}},
	}
	for _, change := range changes {
		change(r)
	}
	name = filepath.Join(t.TempDir(), "report.json")
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// tool runs it and returns what came of it.
func tool(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, told bytes.Buffer
	status = run(t.Context(), append([]string{"compare"}, args...), &out, &told)
	return status, out.String(), told.String()
}

func TestFromShowsEveryForm(t *testing.T) {
	file, dir := stored(t), t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	status, stdout, stderr := tool(t, "--from", file, "--html", in("page.html"), "--markdown", in("page.md"), "--bench", in("samples.txt"), "--check")
	if status != exitOK || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	if !strings.Contains(stdout, "waits") || !strings.Contains(stdout, "ten tasks") {
		t.Errorf("stdout lacks the tables:\n%s", stdout)
	}
	for name, want := range map[string]string{"page.html": "<html", "page.md": "| ten tasks | them |", "samples.txt": ""} {
		if text, err := os.ReadFile(in(name)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, lacks %q:\n%s", name, err, want, text)
		}
	}
	// What goes to standard output stands there alone.
	for flag, want := range map[string]string{"--markdown": "Measured by `", "--html": "<!doctype html>", "--bench": "date: "} {
		status, stdout, stderr := tool(t, "--from", file, flag, "-")
		if status != exitOK || stderr != "" || !strings.HasPrefix(strings.ToLower(stdout), strings.ToLower(want)) || strings.Contains(stdout, "machine  ") {
			t.Errorf("%s -: status %d, stderr %q, stdout begins with %.40q", flag, status, stderr, stdout)
		}
	}
}

func TestAgainst(t *testing.T) {
	file := stored(t)
	worse := stored(t, func(r *report.Report) {
		r.Provenance.Go = "go0"
		r.Behaviours.Rows[0].Answers[0].Cell = "no"
		e := &r.Prices[0].Rows[0].Lines[0].Ratio
		e.Low, e.Median, e.High = 0.7, 0.8, 0.9
	})
	status, stdout, stderr := tool(t, "--from", worse, "--against", file)
	if status != exitOK || stderr != "" {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
	for _, want := range []string{"What changed", "- Go version: none, now go0", "- waits, failfast: yes, now no", "ratio 0.50 (0.40-0.60), now 0.80 (0.70-0.90), worse"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("stdout lacks %q:\n%s", want, stdout)
		}
	}
	status, _, stderr = tool(t, "--from", worse, "--against", file, "--check")
	if status != exitFailed || !strings.HasPrefix(stderr, "fate: 2 changes are not for the better:\n  waits, failfast: yes, now no\n  engine: start beside them: ratio ") {
		t.Errorf("--check: status %d, stderr %q", status, stderr)
	}
	if status, _, stderr := tool(t, "--from", file, "--against", file, "--check"); status != exitOK {
		t.Errorf("--check against itself: status %d, stderr %q", status, stderr)
	}
	status, stdout, _ = tool(t, "--from", worse, "--against", file, "--markdown", "-")
	if status != exitOK || !strings.Contains(stdout, "\n### What changed\n") {
		t.Errorf("Markdown: status %d:\n%s", status, stdout)
	}
}

// An interrupted report is shown like any other, and says what it is.
func TestFromInterrupted(t *testing.T) {
	status, stdout, stderr := tool(t, "--from", stored(t, func(r *report.Report) { r.Interrupted = true }))
	if status != exitOK || !strings.Contains(stdout, "Interrupted: ") || stderr != "" {
		t.Errorf("status %d, stderr %q:\n%s", status, stderr, stdout)
	}
}

// Flags that don't go together are told by name, with what may be.
func TestFlagsTogether(t *testing.T) {
	file := stored(t)
	bare := stored(t, func(r *report.Report) { r.Prices = nil })
	for args, want := range map[string]string{
		"--from F --workload single":    "--from F measures nothing, so that --workload single is not for it: beside it there may be --markdown",
		"--from F --quick":              "so that --quick is not for it",
		"--from F --all":                "so that --all is not for it",
		"--from F --json new.json":      "so that --json new.json is not for it",
		"--from F --time 5s":            "so that --time 5s is not for it",
		"--from F --resume F":           "--from F and --resume F don't go together",
		"--resume F --workload single":  "--resume F and --workload single don't go together: it goes on as the file says",
		"--resume F --contender conc":   "--resume F and --contender conc don't go together",
		"--resume F --against F":        "--resume F and --against F don't go together: when nothing is missing, say --from F --against F",
		"--all --workload single":       "--all and --workload single don't go together",
		"--time 10ms":                   "--time is 10ms: must be at least 1s",
		"--time 0s":                     "--time is 0s: must be at least 1s",
		"--against F --json F":          "--json and --against F are the same file",
		"--markdown - --html -":         "--markdown - and --html -: only one of them can go to standard output",
		"--serve 10.0.0.1:80":           `--serve is "10.0.0.1:80": the page is for this machine alone`,
		"--serve :70000":                `--serve is ":70000": the port must be from 0 to 65535`,
		"--serve nowhere":               `--serve is "nowhere": must be an address with a port`,
		"--from F --html F":             "--html and --from F are the same file",
		"--from B --against F --html F": "--html and --against F are the same file",
		"--html new --markdown ./new":   "--html and --markdown new are the same file",
		"--from B --check":              "--check: the report B has no targets",
		"--check":                       "--check are for the workloads engine",
	} {
		t.Chdir(t.TempDir())
		words := strings.NewReplacer("F", file, "B", bare)
		var full []string
		for _, word := range strings.Fields(args) {
			full = append(full, words.Replace(word))
		}
		status, stdout, stderr := tool(t, full...)
		if status != exitUsage || stdout != "" || !strings.Contains(stderr, words.Replace(want)) {
			t.Errorf("%s: status %d, stdout %q, stderr %q, want %q", args, status, stdout, stderr, want)
		}
		if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
			t.Errorf("%s: files are left: %v, %v", args, left, err)
		}
	}
}

// A port that somebody has is told before minutes of measuring.
func TestServeTellsOfATakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	status, stdout, stderr := tool(t, "--serve", l.Addr().String())
	if status != exitUsage || stdout != "" || !strings.HasPrefix(stderr, "fate: --serve: ") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

// waiting is a Writer that hands on what it is told, line by line.
type waiting struct{ told chan string }

func (w waiting) Write(p []byte) (int, error) { w.told <- string(p); return len(p), nil }

// The page is there once the tables have been printed, until Ctrl-C, which is no failure then.
func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stderr := waiting{make(chan string, 1)}
	var stdout bytes.Buffer
	status := make(chan int, 1)
	go func() { status <- run(ctx, []string{"compare", "--from", stored(t), "--serve", ":0"}, &stdout, stderr) }()
	var url string
	select {
	case told := <-stderr.told:
		found := regexp.MustCompile(`^serving the page at (http://127\.0\.0\.1:\d+/?\S*) until Ctrl-C\n$`).FindStringSubmatch(told)
		if found == nil {
			t.Fatalf("told %q", told)
		}
		url = found[1]
	case got := <-status:
		t.Fatalf("ended with status %d", got)
	}
	if !strings.Contains(stdout.String(), "ten tasks") {
		t.Errorf("the tables were not printed first:\n%s", &stdout)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(text), "<html") {
		t.Errorf("%s: %v, %v: %s", url, answer.Status, err, text)
	}
	cancel()
	if got := <-status; got != exitOK {
		t.Errorf("status %d, want %d", got, exitOK)
	}
}

// While a run goes on, its file says that it is not whole; and it is not written at every turn.
func TestSaver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	f, err := openOut("--json", file, nil)
	if err != nil {
		t.Fatal(err)
	}
	save := (&outputs{data: f}).saver()
	found := &report.Report{Seed: 1}
	save(found)
	if r := load(t, file); !r.Interrupted || r.Seed != 1 || found.Interrupted {
		t.Errorf("the file holds %+v", r)
	}
	found.Seed = 2
	save(found)
	if r := load(t, file); r.Seed != 1 {
		t.Error("it was written twice at once")
	}
	if (&outputs{}).saver() != nil {
		t.Error("without a file, there is something to be saved")
	}
}

// A file is replaced as a whole, keeps its permissions, and stays where a link leads to.
func TestOutFileIsReplacedAsAWhole(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links and permissions are others here")
	}
	dir := t.TempDir()
	name, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(name, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	f, err := openOut("--json", link, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"first", "2nd"} {
		if err := f.Write(func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(link); err != nil || string(got) != text {
			t.Errorf("the file holds %q, %v", got, err)
		}
	}
	if got, err := io.ReadAll(reader); err != nil || string(got) != "old" {
		t.Errorf("who had it open reads %q, %v", got, err)
	}
	if info, err := os.Lstat(name); err != nil || info.Mode() != 0o640 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

// Limits of time: what was given, what a quick run has, what all of it has, and none.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		cmd  compareCmd
		want time.Duration
	}{
		{compareCmd{}, 0},
		{compareCmd{Quick: true}, quickTime},
		{compareCmd{All: true}, allTime},
		{compareCmd{All: true, Quick: true}, quickTime},
		{compareCmd{All: true, Quick: true, Time: new(time.Hour)}, time.Hour},
		{compareCmd{Time: new(time.Minute)}, time.Minute},
	} {
		before := time.Now()
		ctx, cancel := c.cmd.limit(t.Context())
		end, ok := ctx.Deadline()
		cancel()
		if got := end.Sub(before).Round(time.Second); ok != (c.want > 0) || ok && got != c.want {
			t.Errorf("%+v: ends after %v, %v, want %v", c.cmd, got, ok, c.want)
		}
	}
}

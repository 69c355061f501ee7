package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/stats"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s (go test -update writes it anew); got:\n%s", file, got)
	}
}

// narrow fails the test for each line that is too long.
func narrow(t *testing.T, text string, width int) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > width {
			t.Errorf("%d characters, more than %d: %s", n, width, line)
		}
		if line != strings.TrimRight(line, " ") {
			t.Errorf("spaces at the end: %q", line)
		}
	}
}

// fake is a report with invented figures: golden files hold layout, never measurements.
func fake() *report.Report {
	same := func(v float64) stats.Estimate { return stats.Estimate{Median: v, Low: v * 0.9, High: v * 1.1} }
	return &report.Report{
		Seed: 1<<63 + 7,
		Provenance: provenance.Provenance{
			CPU: "Invented CPU @ 1 GHz", Cores: 4, GOMAXPROCS: 2, OS: "plan9", Arch: "mips", Go: "go1.99",
			Commit: "0123456789abcdef",
			Modules: []provenance.Module{
				{Path: "example.org/first/peer", Version: "v1.2.3"},
				{Path: "example.org/second/peer", Version: "v0.0.0-20200101000000-0123456789ab"},
				{Path: "example.org/third/peer", Version: "v2.0.0"},
			},
			Date:    time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC),
			Command: []string{"fate", "compare", "--quick"},
		},
		Contenders: []report.Contender{
			{Name: "alpha", Ours: true, What: "the first"},
			{Name: "beta", What: "the second, of which there is so much to say that it can only be said in more than a single line", Lack: "brevity"},
			{Name: "beta-more", What: "the third"},
		},
		Behaviours: compare.Matrix{
			Contenders: []string{"alpha", "beta", "beta-more"},
			Rows: []compare.Observation{
				{Behaviour: "first question", Question: "Does it?", Answers: []compare.Answer{{Cell: "yes", Detail: "It did."}, {Cell: "n/a"}, {Cell: "?"}}},
				{Behaviour: "another, longer one", Question: "Does it not?", Answers: []compare.Answer{{Cell: "no"}, {Cell: "the cause"}, {Cell: ""}}},
			},
		},
		Workloads: []compare.Report{
			{
				Workload: "tiny", About: "1000 tasks that do nothing", Base: "beta", Peer: "beta-more", Rounds: 40, Runs: 30, Done: compare.Done{Tasks: 1000},
				Rows: []compare.Row{
					{Contender: "alpha", Ours: true, Time: same(115_200), Ratio: same(0.288), Verdict: stats.Faster, ToPeer: same(0.0115), Allocs: 1007, Bytes: 60_720},
					{Contender: "beta", Time: same(400_000), Ratio: same(1), Allocs: 1001, Bytes: 999},
					{Contender: "beta", Again: true, Time: same(404_000), Ratio: same(1.01), Allocs: 1001, Bytes: 999},
					{Contender: "beta-more", Time: same(9_996_000), Ratio: same(24.99), Verdict: stats.NoVerdict, ToPeer: same(1), Allocs: 123_456, Bytes: 9_876_543},
				},
			},
			{
				Workload: "real-work", About: "something with an input that takes some words to name", Input: "3 files, 1.5 MB", Base: "beta", Rounds: 3, Runs: 1, Partial: true,
				Done: compare.Done{Tasks: 3},
				Rows: []compare.Row{
					{Contender: "alpha", Ours: true, Time: same(1.5e9), Ratio: same(0.0314), Verdict: stats.Same, Allocs: 3, Bytes: 96},
					{Contender: "beta", Time: same(4.8e10), Ratio: same(1), Allocs: 4, Bytes: 128},
					{Contender: "beta", Again: true, Time: same(4.7e10), Ratio: same(0.98), Allocs: 4, Bytes: 128},
				},
			},
			{
				Workload: "broken", About: "work that not everybody can do", Base: "beta", Rounds: 6, Runs: 2, Done: compare.Done{Tasks: 1},
				Rows: []compare.Row{
					{Contender: "alpha", Ours: true, Time: same(250), Allocs: 3, Bytes: 96},
					{Contender: "beta", Err: "beta: it did other work"},
					{Contender: "beta", Again: true, Err: "beta: it did other work"},
				},
			},
		},
		LeftOut:     []string{"one-more", "another"},
		Interrupted: true,
	}
}

func write(t *testing.T, r *report.Report, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteText(&b, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		file  string
		width int
	}{{"wide.golden", 120}, {"narrow.golden", 60}} {
		t.Run(c.file, func(t *testing.T) {
			got := write(t, fake(), c.width)
			narrow(t, got, c.width)
			golden(t, c.file, got)
		})
	}
}

func TestNothingMeasured(t *testing.T) {
	r := fake()
	r.Workloads = nil
	for i := range r.Behaviours.Rows {
		clear(r.Behaviours.Rows[i].Answers)
	}
	golden(t, "nothing.golden", write(t, r, 120))
}

// The real names, behaviours and workloads with the widest figures there can be, and a failure in each row.
func TestFitsTheTerminal(t *testing.T) {
	all := compare.Contenders()
	r := fake()
	r.Contenders = report.Describe(all)
	r.Behaviours = compare.Matrix{}
	for _, c := range compare.Observed(all) {
		r.Behaviours.Contenders = append(r.Behaviours.Contenders, c.Name)
	}
	for _, b := range compare.Behaviours() {
		row := compare.Observation{Behaviour: b.Name, Question: b.Question}
		for range r.Behaviours.Contenders {
			row.Answers = append(row.Answers, compare.Answer{Cell: "waits on "})
		}
		r.Behaviours.Rows = append(r.Behaviours.Rows, row)
	}
	r.Workloads = nil
	for _, w := range compare.Workloads() {
		measured := compare.Report{Workload: w.Name, About: w.About, Base: compare.BaseName, Peer: compare.PeerName, Rounds: 1000, Runs: 65536}
		for _, c := range w.Accepted(all) {
			row := compare.Row{Contender: c.Name, Time: stats.Estimate{Median: 123.4e6}, Ratio: stats.Estimate{Median: 0.0123, Low: 0.0111, High: 0.0134}, Verdict: stats.NoVerdict, ToPeer: stats.Estimate{Median: 0.0123, Low: 0.0111, High: 0.0134},
				Allocs: 123_456, Bytes: 123.4e6, Err: "it failed"}
			measured.Rows = append(measured.Rows, row)
			if c.Name == compare.BaseName {
				row.Again = true
				measured.Rows = append(measured.Rows, row)
			}
		}
		r.Workloads = append(r.Workloads, measured)
	}
	for _, width := range []int{80, report.Width} {
		got := write(t, r, width)
		narrow(t, got, width)
		for _, c := range all {
			if !strings.Contains(got, "\n"+c.Name+" ") {
				t.Errorf("at %d characters, no row is named %s", width, c.Name)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := fake().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	// What other programs look for, by path.
	var written any
	if err := json.Unmarshal(b.Bytes(), &written); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"provenance cpu":                          "Invented CPU @ 1 GHz",
		"provenance cores":                        4.0,
		"provenance go":                           "go1.99",
		"provenance modules 0 path":               "example.org/first/peer",
		"provenance modules 0 version":            "v1.2.3",
		"provenance date":                         "2001-02-03T04:05:06Z",
		"provenance command 2":                    "--quick",
		"seed":                                    "9223372036854775815", // text: as a number it would be rounded
		"contenders 0 name":                       "alpha",
		"contenders 0 ours":                       true,
		"contenders 1 lack":                       "brevity",
		"behaviours contenders 2":                 "beta-more",
		"behaviours rows 0 behaviour":             "first question",
		"behaviours rows 0 question":              "Does it?",
		"behaviours rows 0 answers 0 cell":        "yes",
		"behaviours rows 0 answers 0 detail":      "It did.",
		"workloads 0 workload":                    "tiny",
		"workloads 0 base":                        "beta",
		"workloads 0 rounds":                      40.0,
		"workloads 0 done tasks":                  1000.0,
		"workloads 0 rows 0 contender":            "alpha",
		"workloads 0 rows 0 time_ns median":       115200.0,
		"workloads 0 rows 0 ratio median":         0.288,
		"workloads 0 rows 0 verdict":              "faster",
		"workloads 0 rows 0 allocs":               1007.0,
		"workloads 0 rows 2 again":                true,
		"workloads 0 peer":                        "beta-more",
		"workloads 0 rows 0 ratio_to_peer median": 0.0115,
		"left_out 1":                              "another",
		"workloads 1 partial":                     true,
		"workloads 2 rows 1 err":                  "beta: it did other work",
		"interrupted":                             true,
	} {
		if got := at(written, strings.Fields(path)); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}

	// What was written is all there is.
	var back report.Report
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if got, want := write(t, &back, 120), write(t, fake(), 120); got != want {
		t.Errorf("read back from JSON, the report is another one:\n%s", got)
	}
	if back.Seed != fake().Seed {
		t.Errorf("seed %d, want %d", back.Seed, fake().Seed)
	}
}

// at follows the path through objects and arrays.
func at(v any, path []string) any {
	for _, step := range path {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

func TestFailures(t *testing.T) {
	if got := fake().Failures(); got != 2 {
		t.Errorf("%d failures, want 2", got)
	}
}

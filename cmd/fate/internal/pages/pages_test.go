package pages_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/pages"
	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/table"
)

var update = flag.Bool("update", false, "write the golden files anew")

// begin and end are the lines of README.md between which the table stands.
const (
	begin = "<!-- Written by fate docs; the words are in internal/table, and what is changed here is lost. -->\n"
	end   = "<!-- The end of what fate docs writes. -->\n"
)

func measured(name, work, beside string, ratio float64) price.Result {
	l := price.Line{Of: price.OfTime, Ours: 1000 * ratio, Theirs: 1000}
	l.Ratio.Median, l.Ratio.Low, l.Ratio.High = ratio, ratio*0.95, ratio*1.05
	l.Again.Median, l.Again.Low, l.Again.High = 1, 0.99, 1.01
	return price.Result{Name: name, Work: work, Beside: beside, Tasks: 100, Lines: []price.Line{l}, Ours: []float64{1000 * ratio}, Theirs: []float64{1000}}
}

// run is a run with fixed figures: a row that is faster, one of each other verdict, one that failed, and a curve.
func run() *report.Report {
	unsure := measured("row5-errors", "100 tasks of which some fail", "by hand, channel", 0.7)
	unsure.Lines[0].Again.Low = 1.005
	curve := price.CurveResult{Name: "length of the tasks"}
	for _, p := range []struct {
		at    string
		ratio float64
	}{{"0 µs", 0.1}, {"0.1 µs", 0.2}, {"1 µs", 0.5}, {"10 µs", 0.97}, {"100 µs", 1}} {
		curve.Points = append(curve.Points, price.PointResult{At: p.at, Result: measured("length", "100 tasks | each as long", "errgroup", p.ratio)})
	}
	return &report.Report{
		Provenance: provenance.Provenance{
			CPU: "A <CPU>", Cores: 4, GOMAXPROCS: 4, OS: "linux", Arch: "amd64", Go: "go1.26.8",
			Modules: []provenance.Module{{Path: "golang.org/x/sync", Version: "v0.24.0"}},
			Date:    time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), Command: []string{"fate", "compare", "--all"},
		},
		Contenders: []report.Contender{{Name: "failfast", Ours: true, What: "fate.New"}, {Name: "serial", What: "a loop"}, {Name: "errgroup", What: "errgroup.WithContext", Lack: "some"}},
		Behaviours: compare.Matrix{
			Contenders: []string{"failfast", "errgroup", "conc"},
			Rows: []compare.Observation{{
				Behaviour: "Goexit in a task", Answers: []compare.Answer{{Cell: "error"}, {Cell: "nil"}, {}},
			}},
		},
		Prices: []*report.Prices{{
			Workload: decision.Workload,
			Rows: []price.Result{
				measured("row1-handful", "4 short tasks", "conc", 0.3),
				measured("row1-handful", "4 short tasks", "errgroup", 0.2),
				measured("row2-limit", "many tasks", "errgroup SetLimit", 2),
				measured("row3-foreach", "items", "a | pipe", 1.01),
				unsure,
				{Name: "row7-shed", Work: "tasks", Beside: "errgroup TryGo", Err: "it hung"},
				measured("row18-name", "1000 tasks", "unnamed", 1.4),
			},
			Curves: []price.CurveResult{curve},
		}},
	}
}

// of are the pages of a run, by name.
func of(t *testing.T, r *report.Report, readme string) map[string]string {
	t.Helper()
	all, err := pages.Of(r, "docs/table.json", []byte(readme))
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]string{}
	for _, p := range all {
		byName[p.Name] = string(p.Text)
	}
	return byName
}

// The files are as they were when somebody last looked at them. To change them on purpose: go test ./internal/pages -update.
func TestPagesAreGolden(t *testing.T) {
	all := of(t, run(), "before\n"+begin+"old\n"+end+"after\n")
	first, _, _ := strings.Cut(all["docs/choosing.md"], "## 2. ")
	all["docs/choosing.md"] = first // the other sections have the words of package table and nothing else that is new
	for name, text := range all {
		file := filepath.Join("testdata", filepath.Base(name)+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || string(want) != text {
			t.Errorf("%s is not as in %s (%v):\n%s", name, file, err, text)
		}
	}
	if len(all) != 4 {
		t.Errorf("%d pages, want README.md, choosing.md and two charts", len(all))
	}
}

// What was measured is there with its interval and its verdict in words, what is lost as well, and what was not measured says so.
func TestEveryVerdictIsInWords(t *testing.T) {
	page := of(t, run(), begin+end)["docs/choosing.md"]
	for _, want := range []string{
		"`failfast.Strategy{}` | errgroup, conc, by hand | 0.20 (0.19-0.21) of errgroup: faster; ours 200 ns for 4 short tasks |",
		"| 2.00 (1.90-2.10) of errgroup SetLimit: slower; ours 2.00 µs for many tasks |",
		"| 1.01 (0.96-1.06) of a \\| pipe: no difference shown; ours 1.01 µs for items |",
		"| 0.70 (0.66-0.73) of code by hand, channel: no verdict; ours 700 ns for 100 tasks of which some fail |",
		"| 1.40 (1.33-1.47) of a group without a name: slower; ours 1.40 µs for 1000 tasks |",
		"| 4 short tasks | conc | faster | 0.30 (0.28-0.32) | 1.00 (0.99-1.01) | 300 ns | 1.00 µs |\n|  | errgroup | faster |",
		"| tasks | errgroup TryGo | not measured: it hung | - | - | - | - |",
		"| Goexit in a task | error | nil | not observed | not observed |",
		"No work of this row was measured in that run.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("docs/choosing.md lacks %q", want)
		}
	}
	if n := strings.Count(page, "| not measured |"); n != len(table.Rows())-5 {
		t.Errorf("%d rows were not measured, want %d", n, len(table.Rows())-5)
	}
}

// Whoever reads a table of what was observed finds what was asked, and of whom.
func TestPagesSayWhatWasAsked(t *testing.T) {
	page := of(t, run(), begin+end)["docs/choosing.md"]
	questions := map[string]string{}
	for _, b := range compare.Behaviours() {
		questions[b.Name] = b.Question
	}
	for _, r := range table.Rows() {
		for _, b := range r.Decides {
			if line := "\n| " + b.Name + " | " + questions[b.Name] + " |\n"; strings.Count(page, line) != 1 {
				t.Errorf("docs/choosing.md has %d lines %q", strings.Count(page, line), line)
			}
		}
	}
	if !strings.Contains(page, "| errgroup | errgroup.WithContext | some |") || strings.Contains(page, "| serial |") {
		t.Error("the contenders are others")
	}
}

// Every figure is traced to its run.
func TestPagesSayWhereFiguresComeFrom(t *testing.T) {
	r := run()
	r.Prices[0].Quick = true
	all := of(t, r, begin+end)
	page := strings.Join(strings.Fields(all["docs/choosing.md"]), " ")
	for _, want := range []string{"`fate compare --all` on 2026-11-26 12:00:00", "A <CPU>, 4 cores", "golang.org/x/sync v0.24.0", "[table.json](table.json)", "a quick run"} {
		if !strings.Contains(page, want) {
			t.Errorf("docs/choosing.md lacks %q", want)
		}
	}
	for _, want := range []string{"A <CPU>, 4 cores, go1.26.8, 2026-11-26", "[docs/table.json](docs/table.json)"} {
		if !strings.Contains(strings.Join(strings.Fields(all["README.md"]), " "), want) {
			t.Errorf("README.md lacks %q", want)
		}
	}
	for _, name := range []string{"docs/ratios.svg", "docs/by-length-of-the-tasks.svg"} {
		if !strings.Contains(all[name], "A &lt;CPU&gt;, 4 cores, go1.26.8, 2026-11-26") {
			t.Errorf("%s does not say where it was measured", name)
		}
	}
}

// README.md keeps all it has but the table, and one that has no place for that is an error.
func TestReadmeKeepsTheRest(t *testing.T) {
	front := of(t, run(), "# a\n"+begin+"old\n"+end+"z\n")["README.md"]
	if !strings.HasPrefix(front, "# a\n"+begin+"| you face |") || !strings.HasSuffix(front, "\n\n"+end+"z\n") || strings.Contains(front, "old") {
		t.Errorf("%s", front)
	}
	if again := of(t, run(), front)["README.md"]; again != front {
		t.Errorf("written again it is\n%s", again)
	}
	for _, bad := range []string{"", begin, end + begin, begin + end + begin, begin + end + end} {
		if _, err := pages.Of(run(), "docs/table.json", []byte(bad)); err == nil {
			t.Errorf("%q has a place for the table", bad)
		}
	}
}

// Both pages link to each row's section, and to the charts that there are.
func TestPagesLinkToWhatThereIs(t *testing.T) {
	all := of(t, run(), begin+end)
	for _, r := range table.Rows() {
		for name, link := range map[string]string{"README.md": "](docs/choosing.md#" + r.Anchor() + ")", "docs/choosing.md": fmt.Sprintf("| [%d](#%s) |", r.Number, r.Anchor())} {
			if !strings.Contains(all[name], link) {
				t.Errorf("%s has no link %s", name, link)
			}
		}
	}
	for _, link := range []string{"](docs/ratios.svg)", "](docs/by-length-of-the-tasks.svg)"} {
		if !strings.Contains(all["README.md"], link) {
			t.Errorf("README.md does not show %s", link)
		}
	}
	none := run()
	none.Prices[0].Curves = nil
	if all := of(t, none, begin+end); strings.Contains(all["README.md"], "by-length") || all["docs/by-length-of-the-tasks.svg"] != "" {
		t.Error("there is a chart of a curve that was not measured")
	}
}

// The chart of a curve says where lines meet.
func TestLinesSayWhereTheyMeet(t *testing.T) {
	l := pages.Lines(run().Prices[0].Curves[0])
	var b strings.Builder
	if err := l.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	// The first of five points has no place on a logarithmic axis.
	if len(l.Series) != 2 || strings.Count(b.String(), `class="s0 ours dot"`) != 4 || strings.Count(b.String(), `class="s1 dot"`) != 4 || l.XName(0.1) != "0.1 µs" || l.YName(2000) != "2 µs" || l.YName(50) != "50 ns" {
		t.Errorf("%+v", l)
	}
	if len(l.Marks) != 1 || l.Marks[0].X != 10 || l.Marks[0].Text != "from 10 µs on no difference shown from errgroup" {
		t.Errorf("they meet at %+v", l.Marks)
	}
}

func TestPagesOfNoUse(t *testing.T) {
	wrong := run()
	wrong.Prices[0].Rows[0].Name = "row99-x"
	for want, of := range map[string]struct {
		r   *report.Report
		raw string
	}{
		"row99-x":               {wrong, "docs/table.json"},
		"../table.json: it mus": {run(), "../table.json"},
		"docs/a/b.json: it mus": {run(), "docs/a/b.json"},
	} {
		if _, err := pages.Of(of.r, of.raw, []byte(begin+end)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v", want, err)
		}
	}
}

// A part of another page has the same sections, one level down.
func TestWrite(t *testing.T) {
	one := decision.Ratio{Work: "ten tasks", Beside: "that", Verdict: stats.Faster}
	one.Line.Ratio = stats.Estimate{Median: 0.5, Low: 0.4, High: 0.6}
	d := decision.Table{Rows: []decision.Row{{
		Row:    table.Row{Number: 3, Face: "a | b", Story: "It happens.", Take: "`this`", Import: "example.org/this", Code: []string{"one()", "two()"}, Beside: "that", Enough: "That is enough."},
		Cells:  []decision.Cell{{Behaviour: "waits", Contender: "failfast", Cell: "yes", Detail: "It did."}, {Behaviour: "waits", Contender: "conc"}},
		Ratios: []decision.Ratio{one},
	}}}
	var b strings.Builder
	if err := pages.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n### What to take\n\n",
		" | a \\| b | `this` | that | 0.50 (0.40-0.60) of that: faster; ours 0.00 ns for ten tasks |\n",
		"#### 3. A | b\n\nIt happens.\n\nTake `this`.\n\n```go\nimport \"example.org/this\"\n\none()\ntwo()\n```\n\nThat is enough.\n",
		"| observed | failfast | conc |\n|---|---|---|\n| waits | yes | not observed |\n",
		"| ten tasks | that | faster | 0.50 (0.40-0.60) | - |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.String())
		}
	}
	for _, none := range []string{"Beside it", "```sh"} {
		if strings.Contains(b.String(), none) {
			t.Errorf("there is %q of nothing:\n%s", none, b.String())
		}
	}
	var nothing strings.Builder
	if err := pages.Write(&nothing, decision.Table{}); err != nil || nothing.Len() > 0 {
		t.Errorf("of a table without rows it wrote %q, %v", nothing.String(), err)
	}
}

// Lines of running text are no longer than a screen, and no word is lost.
func TestParagraphsAreBroken(t *testing.T) {
	page := of(t, run(), begin+end)["docs/choosing.md"]
	long := 0
	for line := range strings.Lines(page) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 140 && !slices.ContainsFunc([]string{"| ", "go test", "<!--", "- "}, func(p string) bool { return strings.HasPrefix(line, p) }) {
			long++
			t.Errorf("%d characters: %s", n, line)
		}
	}
	words := strings.Join(strings.Fields(page), " ")
	for _, r := range table.Rows() {
		for _, text := range []string{r.Story, r.Notes, r.Peers, r.Enough} {
			if !strings.Contains(words, text) {
				t.Errorf("row %d lacks %q", r.Number, text)
			}
		}
	}
}

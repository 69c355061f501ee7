package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"github.com/sharedfate/fate/cmd/fate/internal/advice"
	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/table"
)

// asked are the situations as one would ask for them.
var asked = []struct {
	row   int
	flags string
	lines []string // on a pipe
}{
	{1, "--errors first --failure stop --at-limit none --items 5", []string{"call", "none", "stop", "first", "none", "5"}},
	{2, "--errors first --at-limit wait --items 1000", []string{"call", "none", "1", "first", "wait", "1_000"}},
	{3, "--items 1e6", []string{"call", "none", "nothing", "all", "wait", "1e6"}},
	{4, "--lives process", []string{"process", "", "stop", "first", "none"}},
	{5, "--errors all", []string{"call", "none", "nothing", "all", "none", "20"}},
	{6, "--lives forget", []string{"forget"}},
	{7, "--at-limit drop", []string{"1", "1", "2", "3", "drop"}},
	{8, "--failure some", []string{"call", "none", "some"}},
	{9, "--wait some", []string{"", "", "", "", "", "", "wait"}},
	{10, "--failure restart", []string{"process", "none", "restart"}},
	{11, "--results stages", []string{"call", "stages"}},
	{12, "--results typed --errors first --items 3", []string{"call", "typed", "stop", "first", "none", "few"}},
	{13, "--errors none --failure nothing", []string{"call", "none", "nothing", "none", "none", "few"}},
	{14, "--at-limit weights,shared", []string{"call", "none", "stop", "first", "weights, shared"}},
	{15, "--panics yes", []string{"call", "none", "nothing", "all", "none", "few", "panics"}},
	{16, "--failure enough", []string{"call", "none", "enough"}},
	{17, "--errors cause", []string{"call", "none", "stop", "cause"}},
	{18, "--profile yes", []string{"call", "", "stop", "first", "wait", "few", "profile"}},
}

func TestChooseAnswersEverySituationByFlags(t *testing.T) {
	var rows []int
	for _, a := range asked {
		rows = append(rows, a.row)
		out, _ := doChoose(t, exitOK, nil, strings.Fields(a.flags)...)
		if !strings.HasPrefix(out, fmt.Sprintf("Row %d: ", a.row)) {
			t.Errorf("%s: not row %d:\n%s", a.flags, a.row, out)
		}
	}
	for i, r := range table.Rows() {
		if i >= len(rows) || rows[i] != r.Number {
			t.Fatalf("rows %v are asked for", rows)
		}
	}
}

// A pipe has an answer for each question and no more, so one that is asked too much finds the end, and one that is asked too little leaves
// a line.
func TestChooseAnswersEverySituationByAPipe(t *testing.T) {
	for _, a := range asked {
		in := strings.NewReader(strings.Join(a.lines, "\n") + "\n\n") // the last for options, where they are asked for
		out, talk := doChoose(t, exitOK, in)
		if !strings.HasPrefix(out, fmt.Sprintf("Row %d: ", a.row)) {
			t.Errorf("%q: not row %d:\n%s%s", a.lines, a.row, talk, out)
		}
		if n := strings.Count(talk, "\n> "); n < len(a.lines) || n > len(a.lines)+1 {
			t.Errorf("%q: %d questions:\n%s", a.lines, n, talk)
		}
	}
}

// The end of the answers is not the end of the tool: it shows what fits by then.
func TestChooseShowsWhatFitsAtTheEndOfInput(t *testing.T) {
	out, talk := doChoose(t, exitFailed, strings.NewReader("call\nnone\nstop")) // without the end of a line
	if !strings.Contains(out, "rows fit:") || !strings.Contains(talk, "would tell them apart") {
		t.Errorf("%s%s", talk, out)
	}
	out, talk = doChoose(t, exitUsage, strings.NewReader(""))
	if out != "" || !strings.Contains(talk, "--errors none|first|all|cause") {
		t.Errorf("of nothing: %s%s", talk, out)
	}
	out, _ = doChoose(t, exitUsage, strings.NewReader("call\nsometimes\n"))
	if out != "" {
		t.Errorf("of a wrong answer: %s", out)
	}
	// At a terminal, Ctrl-D at the first question is an end like another.
	var so, se bytes.Buffer
	c := chooseCmd{stdin: strings.NewReader(""), terminal: true}
	if err := c.Run(console{ctx: t.Context(), stdout: &so, stderr: &se}); !errors.Is(err, advice.ErrOpen) || !strings.Contains(so.String(), "rows fit:") {
		t.Errorf("%v: %s", err, so.String())
	}
}

// At a terminal, a wrong answer is asked for again.
func TestChooseAsksAgain(t *testing.T) {
	var out, talk bytes.Buffer
	c := chooseCmd{stdin: strings.NewReader("9\nsoon\nCALL\r\nnone\nnothing\ncause\nall\ndrop\n"), terminal: true}
	if err := c.Run(console{ctx: t.Context(), stdout: &out, stderr: &talk}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"9" is no answer: must be call, process, forget or 1 to 3`, `"soon" is no answer`,
		`"cause" is for no row together with your other answers: must be none, first, all or 1 to 3`,
	} {
		if !strings.Contains(talk.String(), want) {
			t.Errorf("without %s:\n%s", want, talk.String())
		}
	}
	if !strings.HasPrefix(out.String(), "Row 7: ") {
		t.Errorf("not row 7:\n%s%s", talk.String(), out.String())
	}
}

// A signal ends it while it waits for an answer.
func TestChooseIsInterrupted(t *testing.T) {
	in, typed := io.Pipe()
	defer typed.Close() // lets the read end
	ctx, cancel := context.WithCancel(t.Context())
	talk := writerFunc(func(p []byte) (int, error) {
		if bytes.HasSuffix(p, []byte("> ")) {
			cancel()
		}
		return len(p), nil
	})
	c := chooseCmd{stdin: in, terminal: true}
	if err := c.Run(console{ctx: ctx, stdout: io.Discard, stderr: talk}); !errors.Is(err, errInterrupted) {
		t.Errorf("%v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestChooseNamesContradictions(t *testing.T) {
	out, talk := doChoose(t, exitUsage, nil, "--errors", "all", "--lives", "forget", "--items", "20")
	if out != "" {
		t.Errorf("it prints %s", out)
	}
	talk = strings.Join(strings.Fields(talk), " ")
	for _, want := range []string{
		"you want to hand it over and go on and want every error", "(--lives forget and --errors all)",
		"Without --lives forget: row 5,", "Without --errors all: row 6,",
	} {
		if !strings.Contains(talk, want) {
			t.Errorf("without %q: %s", want, talk)
		}
	}
	if strings.Contains(talk, "--items") {
		t.Errorf("the items have no part in it: %s", talk)
	}
}

func TestChooseNamesWhatCantBe(t *testing.T) {
	for flags, want := range map[string][]string{
		"--errors some":           {"--errors", `"some"`, "none, first, all or cause"},
		"--errors all,some":       {"--errors", `"some"`},
		"--errors=":               {"--errors", `""`, "none, first, all or cause"},
		"--items -5":              {"--items"},
		"--items=-5":              {"--items", `"-5"`, "whole number from 1 on", "few or millions"},
		"--items 1.5":             {"--items", `"1.5"`},
		"--colour red":            {"--colour"},
		"--panics":                {"--panics"},
		"--panics maybe":          {"--panics", `"maybe"`, "no or yes"},
		"--errors all --from=.":   {"--from"},
		"--errors all --from=non": {"--from", "non"},
	} {
		out, talk := doChoose(t, exitUsage, nil, strings.Fields(flags)...)
		for _, word := range want {
			if !strings.Contains(talk, word) || out != "" {
				t.Errorf("%s: %s, without %s; prints %q", flags, talk, word, out)
			}
		}
	}
}

// The flags are the questions, by name, each in its place, and each reaches what is chosen.
func TestChooseFlagsAreTheQuestions(t *testing.T) {
	parser := kong.Must(&cli{}, kong.Name("fate"))
	var flags []string
	for _, node := range parser.Model.Children {
		if node.Name == "choose" {
			for _, f := range node.Flags {
				flags = append(flags, f.Name)
			}
		}
	}
	var questions []string
	for _, q := range table.Questions() {
		questions = append(questions, q.Name)
	}
	if want := append(questions, "json", "from"); !slices.Equal(flags[len(flags)-len(want):], want) {
		t.Errorf("the flags are %v, not %v", flags, want)
	}
	help, _ := doChoose(t, exitOK, nil, "--help")
	words := strings.Join(strings.Fields(help), " ")
	for _, q := range table.Questions() {
		for _, a := range q.Answers {
			got := chosen(t, "--"+q.Name, a.Name)
			if want := map[string][]string{q.Name: {a.Name}}; !reflect.DeepEqual(got.Wishes, want) {
				t.Errorf("--%s %s: wishes %v", q.Name, a.Name, got.Wishes)
			}
			if !strings.Contains(words, a.Name+" ("+a.Means+")") {
				t.Errorf("--help does not say what --%s %s means", q.Name, a.Name)
			}
		}
	}
}

type chosenJSON struct {
	Wishes map[string][]string
	Row    *struct {
		Number                int
		Face, Take, Import    string
		Code                  []string
		Example               string
		Fits, Peers, Commands *string
	}
	Fits       []struct{ Number int }
	Neighbours []struct {
		Row     struct{ Number int }
		Because string
	}
	Ask           *struct{ Name string }
	Contradiction *struct {
		Wishes map[string][]string
		Drop   []struct{ Rows []int }
	}
	Evidence *struct {
		File   string
		Cells  []decision.Cell
		Ratios []struct{ Key, Verdict string }
	}
}

// chosen is what --json says, whatever the exit status.
func chosen(t *testing.T, args ...string) chosenJSON {
	t.Helper()
	var out, talk bytes.Buffer
	run(t.Context(), append([]string{"choose", "--json"}, args...), &out, &talk)
	var c chosenJSON
	if err := json.Unmarshal(out.Bytes(), &c); err != nil {
		t.Fatalf("%v: %v in %s%s", args, err, out.String(), talk.String())
	}
	return c
}

func TestChooseJSON(t *testing.T) {
	c := chosen(t, "--errors", "all", "--at-limit", "drop", "--items", "1e6")
	if c.Row == nil || c.Row.Number != 7 || c.Row.Import != "github.com/sharedfate/fate/shed" || c.Row.Take == "" || len(c.Neighbours) == 0 || c.Neighbours[0].Because == "" {
		t.Errorf("%+v", c)
	}
	if c := chosen(t, "--errors", "first"); c.Row != nil || len(c.Fits) != 2 || c.Ask.Name != "at-limit" {
		t.Errorf("%+v", c)
	}
	if c := chosen(t, "--errors", "all", "--lives", "forget"); c.Row != nil || len(c.Contradiction.Wishes) != 2 || len(c.Contradiction.Drop) != 2 {
		t.Errorf("%+v", c)
	}
	var out, talk bytes.Buffer
	run(t.Context(), []string{"choose", "--json", "--lives", "forget"}, &out, &talk)
	for _, list := range []string{"with", "rest", "fits"} {
		if !strings.Contains(out.String(), `"`+list+`": []`) {
			t.Errorf("%s is no empty list: %s", list, out.String())
		}
	}
}

// No line is longer than 80 characters, but code and commands; and no Markdown is left.
func TestChooseIsPlainTextOf80Columns(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 0))
	var all [][]string
	for _, a := range asked {
		all = append(all, strings.Fields(a.flags))
	}
	for range 60 {
		var flags []string
		for _, q := range table.Questions() {
			if random.IntN(3) == 0 {
				flags = append(flags, "--"+q.Name, q.Answers[random.IntN(len(q.Answers))].Name)
			}
		}
		if flags != nil {
			all = append(all, flags)
		}
	}
	marks := regexp.MustCompile("`|\\*\\*|\\]\\(|  $|\x1b")
	for _, flags := range all {
		var out, talk bytes.Buffer
		run(t.Context(), append([]string{"choose"}, flags...), &out, &talk)
		for line := range strings.Lines(out.String() + talk.String()) {
			line = strings.TrimSuffix(line, "\n")
			verbatim := strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "  go ")
			if utf8.RuneCountInString(line) > advice.Width && !verbatim || marks.MatchString(line) && !verbatim {
				t.Errorf("%v: %q", flags, line)
			}
		}
	}
	var talk bytes.Buffer
	for _, a := range asked {
		c := chooseCmd{stdin: strings.NewReader(strings.Join(a.lines, "\n") + "\n\n"), terminal: true}
		if err := c.Run(console{ctx: t.Context(), stdout: io.Discard, stderr: &talk}); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(talk.String()) {
		line = strings.TrimSuffix(line, "\n")
		if utf8.RuneCountInString(line) > advice.Width {
			t.Errorf("%q", line)
		}
	}
}

// Evidence of a run of one's own is shown with where it comes from, verdicts in words, and only that of the row.
func TestChooseShowsEvidence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.json")
	writeRun(t, file)
	out, _ := doChoose(t, exitOK, nil, "--at-limit", "drop", "--from", file)
	words := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{
		"- shed: refuses; errgroup: waits",
		"offers refused (row7-overflow): - beside errgroup: 0.24 times the time (0.22 to 0.26), faster",
		"- beside by hand: 0.99 times the time (0.97 to 1.01), no difference shown",
		"- beside conc: 2.00 times the time (1.90 to 2.10), no verdict",
		"Abacus 9, 2 cores, GOMAXPROCS 2, linux/amd64, go1.26",
		"by: fate compare --all",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("without %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "of another row") {
		t.Errorf("it has evidence of another row:\n%s", out)
	}
	c := chosen(t, "--at-limit", "drop", "--from", file)
	if c.Evidence == nil || c.Evidence.File != file || len(c.Evidence.Ratios) != 3 || c.Evidence.Ratios[0].Verdict != "faster" {
		t.Errorf("%+v", c.Evidence)
	}
	if out, _ := doChoose(t, exitOK, nil, "--lives", "forget", "--from", file); !strings.Contains(out, "Not observed and not measured") {
		t.Errorf("row 6 was not measured:\n%s", out)
	}
	if err := os.WriteFile(file, []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, talk := doChoose(t, exitUsage, nil, "--lives", "forget", "--from", file); !strings.Contains(talk, "--from") {
		t.Errorf("%s", talk)
	}
}

// writeRun writes a run's file with evidence of row 7, and something of row 1.
func writeRun(t *testing.T, file string) {
	t.Helper()
	result := func(row int, beside string, median, low, high, again float64) price.Result {
		return price.Result{Name: fmt.Sprintf("row%d-overflow", row), Work: "offers refused", Beside: beside, Lines: []price.Line{{
			Of:    price.OfTime,
			Ratio: stats.Estimate{Median: median, Low: low, High: high},
			Again: stats.Estimate{Median: again, Low: again - 0.01, High: again + 0.01},
		}}}
	}
	other := result(1, "errgroup", 3, 2, 4, 1)
	other.Work = "of another row"
	const behaviour = "Go at the limit"
	data, err := json.Marshal(report.Report{
		Provenance: provenance.Provenance{CPU: "Abacus 9", Cores: 2, GOMAXPROCS: 2, OS: "linux", Arch: "amd64", Go: "go1.26", Command: []string{"fate", "compare", "--all"}},
		Behaviours: compare.Matrix{
			Contenders: []string{"shed", "errgroup"},
			Rows:       []compare.Observation{{Behaviour: behaviour, Question: "What does Go do?", Answers: []compare.Answer{{Cell: "refuses", Detail: "at once"}, {Cell: "waits"}}}},
		},
		Prices: []*report.Prices{{Workload: decision.Workload, Rows: []price.Result{
			other, result(7, "errgroup", 0.24, 0.22, 0.26, 1), result(7, "by hand", 0.99, 0.97, 1.01, 1), result(7, "conc", 2, 1.9, 2.1, 1.2),
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// doChoose runs the command, with in in the place of standard input, and wants that exit status.
func doChoose(t *testing.T, status int, in io.Reader, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, talk bytes.Buffer
	got := -1
	if in == nil {
		got = run(t.Context(), append([]string{"choose"}, args...), &out, &talk)
	} else {
		c := chooseCmd{stdin: in}
		got = exitStatus(c.Run(console{ctx: t.Context(), stdout: &out, stderr: &talk}), &talk)
	}
	if got != status {
		t.Errorf("choose %v: exit status %d, not %d: %s", args, got, status, talk.String())
	}
	return out.String(), talk.String()
}

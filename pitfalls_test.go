package fate_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A pitfall is a section of docs/pitfalls.md: a mistake, and what comes of it.
type pitfall struct {
	there   func(t *testing.T) // with errgroup, with another library, or by hand
	here    func(t *testing.T) // the same mistake with this module
	instead func(t *testing.T) // what to write
}

func (p pitfall) test(t *testing.T) {
	t.Run("there", p.there)
	t.Run("here", p.here)
	t.Run("instead", p.instead)
}

// bubble makes a test of one that is to run in a bubble.
func bubble(f func(t *testing.T)) func(t *testing.T) {
	return func(t *testing.T) { synctest.Test(t, f) }
}

// wantTook fails the test unless f takes so long on a bubble's clock.
func wantTook(t *testing.T, want time.Duration, f func()) {
	t.Helper()
	began := time.Now()
	f()
	if took := time.Since(began); took != want {
		t.Errorf("took %v, want %v", took, want)
	}
}

// stuck are programs of which nothing runs on, each by the name of the function that it calls.
var stuck = map[string]func(ctx context.Context) error{
	"waitInATaskThere": waitInATaskThere,
	"waitInATask":      waitInATask,
	"goInATaskThere":   func(context.Context) error { return goInATaskThere(1, func() error { return nil }) },
	"limitedThere":     func(context.Context) error { return limitedThere(0, func() error { return nil }) },
}

// wantStuck fails the test unless the program comes to a halt. As nothing can end it from within, this happens in a bubble in a process of
// its own, which is this test alone: the runtime sees that all is blocked there, and panics.
func wantStuck(t *testing.T, program string) {
	t.Helper()
	if os.Getenv(crashVariable) == program {
		synctest.Test(t, func(t *testing.T) { _ = stuck[program](t.Context()) })
		return
	}
	only := "-test.run=^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$"
	if _, trace, code := crash(t, program, only); code != 2 || !strings.Contains(trace, "deadlock: all goroutines in bubble are blocked") {
		t.Errorf("exit code %d, and\n%s", code, trace)
	}
}

// races are programs for the race detector, by the name of the function that each calls.
var races = map[string]func(){
	"appendThere": func() { _, _ = appendThere([]int{1, 2, 3}, meet(3)) },
	"appendHere":  func() { _, _ = appendHere(context.Background(), []int{1, 2, 3}, meet(3)) },
}

// wantRace fails the test unless the race detector stops the program.
func wantRace(t *testing.T, program string) {
	t.Helper()
	if !raced {
		t.Skip("only the race detector shows it: go test -race")
	}
	if _, trace, code := crash(t, program); code != 66 || !strings.Contains(trace, "WARNING: DATA RACE") {
		t.Errorf("exit code %d, and\n%s", code, trace)
	}
}

// dies are programs that crash, by the name of the function that each calls. They do not end by themselves: errgroup's Wait may return
// before the panic has ended the process.
var dies = map[string]func(){
	"recoverThere": func() { _ = recoverThere(func() error { return crashingTask(context.Background()) }); select {} },
	"recoverHere":  func() { _ = recoverHere(context.Background(), crashingTask); select {} },
}

// wantCrash fails the test unless the program dies of its task's panic.
func wantCrash(t *testing.T, program string) {
	t.Helper()
	if _, trace, code := crash(t, program); code != 2 || !strings.Contains(trace, "panic: ") || !strings.Contains(trace, errCrash.Error()) {
		t.Errorf("exit code %d, and\n%s", code, trace)
	}
}

const (
	insteadOfIt = "**Instead:**"
	withThis    = "**fate:**"
)

var (
	inTheirs   = regexp.MustCompile(`\*\*(errgroup|conc|go-multierror|By hand):\*\*`)
	identifier = regexp.MustCompile(`\w+`)
)

// Each pitfall has a test that shows it in three parts, and its code is from there: what is wrong first, what to write instead after that.
func TestPitfallsAreAsTheirTestsShow(t *testing.T) {
	functions := testFunctions(t, ".")
	shown := map[string]bool{}
	sections := parts(t, "docs/pitfalls.md")[2:] // after the title
	for _, s := range sections {
		var tests []string
		for _, m := range namedTest.FindAllStringSubmatch(s.text, -1) {
			if m[1] == "" && functions[m[2]] != nil && strings.HasPrefix(m[2], "TestPitfall") {
				tests = append(tests, m[2])
			}
		}
		if len(tests) != 1 {
			t.Errorf("%s: names the tests %q of pitfalls, not one", s.heading, tests)
			continue
		}
		if shown[tests[0]] {
			t.Errorf("%s: another section has %s too", s.heading, tests[0])
		}
		shown[tests[0]] = true
		if !inTheirs.MatchString(s.text) || !strings.Contains(s.text, withThis) || strings.Count(s.text, insteadOfIt) != 1 {
			t.Errorf("%s: has not all of what happens elsewhere, what happens here, and what to write instead", s.heading)
		}
		for _, e := range pitfallErrors(s, functions, functions[tests[0]]) {
			t.Errorf("%s: %s", s.heading, e)
		}
	}
	for name := range functions {
		if of, ok := strings.CutPrefix(name, "TestPitfall"); ok && !shown[name] && !strings.HasPrefix(of, "s") {
			t.Errorf("docs/pitfalls.md does not have %s", name)
		}
	}
	if len(sections) < 20 {
		t.Errorf("docs/pitfalls.md has %d pitfalls: it has lost some", len(sections))
	}
}

// pitfallErrors are what is wrong with a section's code, which is to be that of the test and of what the test calls.
func pitfallErrors(s part, functions map[string]*testFunction, test *testFunction) (wrong []string) {
	before, after := 0, 0
	for _, b := range s.blocks {
		if strings.Contains(b.after, insteadOfIt) {
			after++
		} else {
			before++
		}
		if b.language != "go" || len(b.lines) == 0 || !test.shows(functions, b.lines) {
			wrong = append(wrong, "stands neither in its test nor in what that calls:\n"+strings.Join(b.lines, "\n"))
		}
	}
	if before == 0 || after == 0 {
		wrong = append(wrong, fmt.Sprintf("quotes %d blocks of what is wrong and %d of what to write instead", before, after))
	}
	return wrong
}

// shows reports whether the lines are the function's, or those of one that it names, be it in a string: a program.
func (f *testFunction) shows(functions map[string]*testFunction, lines []string) bool {
	if f.quotedBy(lines) {
		return true
	}
	for _, line := range f.body {
		for _, word := range identifier.FindAllString(line, -1) {
			if of := functions[word]; of != nil && of != f && of.quotedBy(lines) {
				return true
			}
		}
	}
	return false
}

// A section whose code stands nowhere, or that has nothing to write instead, is found.
func TestPitfallsWithoutEvidenceAreFound(t *testing.T) {
	functions := map[string]*testFunction{"right": {body: []string{"d", "e"}}, "other": {body: []string{"x"}}}
	test := &testFunction{body: []string{"a", "b", "right(t)"}}
	wrong := block{language: "go", lines: []string{"a", "b"}}
	instead := block{language: "go", lines: []string{"d"}, after: insteadOfIt}
	for name, c := range map[string]struct {
		blocks []block
		errors int
	}{
		"as it should be":           {[]block{wrong, instead}, 0},
		"nothing instead":           {[]block{wrong, wrong}, 1},
		"nothing wrong":             {[]block{instead}, 1},
		"nothing":                   {nil, 1},
		"code of another test":      {[]block{wrong, {language: "go", lines: []string{"x"}, after: insteadOfIt}}, 1},
		"code that stands nowhere":  {[]block{{language: "go", lines: []string{"y"}}, instead}, 1},
		"lines that are not joined": {[]block{{language: "go", lines: []string{"a", "right(t)"}}, instead}, 1},
		"an empty block":            {[]block{wrong, {language: "go", after: insteadOfIt}}, 1},
		"a block of something else": {[]block{wrong, {language: "sh", lines: []string{"d"}, after: insteadOfIt}}, 1},
	} {
		if got := pitfallErrors(part{blocks: c.blocks}, functions, test); len(got) != c.errors {
			t.Errorf("%s: %q", name, got)
		}
	}
}

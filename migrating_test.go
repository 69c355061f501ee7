package fate_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

const whatChanges = "**What changes in meaning:**"

// Each pair of docs/migrating.md is the code of two functions that a test runs side by side, and says what changes, with a test for that.
func TestMigratingIsAsItsTestsShow(t *testing.T) {
	functions := testFunctions(t, "internal/migrate")
	defined := definedTests(t)
	shown := map[string]bool{}
	pairs := 0
	for _, s := range parts(t, "docs/migrating.md") {
		if len(s.blocks) == 0 && !strings.Contains(s.text, whatChanges) {
			continue // a heading above pairs
		}
		pairs++
		stem, wrong := migration(s, functions, defined)
		for _, w := range wrong {
			t.Errorf("%s: %s", s.heading, w)
		}
		shown[stem] = true
	}
	for name := range functions {
		if stem, ok := strings.CutSuffix(name, "Before"); ok && !shown[stem] {
			t.Errorf("docs/migrating.md does not have %s", name)
		}
	}
	if pairs < 20 {
		t.Errorf("docs/migrating.md has %d pairs: it has lost some", pairs)
	}
}

// migration finds whose code a section has, and what is wrong with it.
func migration(s part, functions map[string]*testFunction, defined map[string]bool) (stem string, wrong []string) {
	if len(s.blocks) != 2 {
		return "", []string{fmt.Sprintf("%d blocks of code, not one before and one after", len(s.blocks))}
	}
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		of, ok := strings.CutSuffix(name, "Before")
		if ok && functions[of+"After"] != nil && functions[name].has(s.blocks[0]) && functions[of+"After"].has(s.blocks[1]) {
			stem = of
		}
	}
	if stem == "" {
		return "", []string{"the code is not that of two functions, fooBefore and fooAfter"}
	}
	text, changes, _ := strings.Cut(s.text, whatChanges)
	beside := false
	for _, m := range namedTest.FindAllStringSubmatch(text, -1) {
		f := functions[m[2]]
		beside = beside || m[1] == "migrate" && f != nil && f.names(stem+"Before") && f.names(stem+"After")
	}
	if !beside {
		wrong = append(wrong, "no test of both that it names")
	}
	items := strings.Split(changes, "\n- ")[1:]
	if len(items) == 0 {
		wrong = append(wrong, "does not say what changes")
	}
	for _, item := range items {
		named := namedTest.FindAllStringSubmatch(item, -1)
		if len(named) == 0 || slices.ContainsFunc(named, func(m []string) bool { return !defined[m[1]+"."+m[2]] }) {
			wrong = append(wrong, "no test of what changes: "+item)
		}
	}
	return stem, wrong
}

// has reports whether the block is all of the function, beside an import that its file has.
func (f *testFunction) has(b block) bool {
	lines := b.lines
	for len(lines) > 0 && strings.HasPrefix(lines[0], "import ") {
		if !f.imports[strings.TrimPrefix(lines[0], "import ")] {
			return false
		}
		lines = lines[1:]
	}
	return b.language == "go" && slices.Equal(lines, f.code())
}

// code are the function's lines without the brace that it begins with.
func (f *testFunction) code() []string {
	if len(f.body) > 0 && f.body[0] == "{" {
		return f.body[1:]
	}
	return f.body
}

// names reports whether the function's code has the word.
func (f *testFunction) names(word string) bool {
	return slices.ContainsFunc(f.body, func(line string) bool { return slices.Contains(identifier.FindAllString(line, -1), word) })
}

// A pair that no test runs, or of which nobody says what changes, is found.
func TestMigrationsWithoutEvidenceAreFound(t *testing.T) {
	functions := map[string]*testFunction{
		"fooBefore": {body: []string{"{", "a"}, imports: map[string]bool{`"x"`: true}},
		"fooAfter":  {body: []string{"{", "b"}},
		"TestFoo":   {body: []string{"{", "fooBefore(fooAfter())"}},
		"TestBar":   {body: []string{"{", "fooBefore()"}},
	}
	defined := map[string]bool{"migrate.TestFoo": true, ".TestRoot": true}
	same, changes := "`migrate.TestFoo`\n", whatChanges+"\n\n- more (`TestRoot`)\n"
	before, after := block{language: "go", lines: []string{"a"}}, block{language: "go", lines: []string{"b"}}
	for name, c := range map[string]struct {
		text   string
		blocks []block
		wrong  int
	}{
		"as it should be":           {same + changes, []block{before, after}, 0},
		"with an import":            {same + changes, []block{{language: "go", lines: []string{`import "x"`, "a"}}, after}, 0},
		"with another's import":     {same + changes, []block{{language: "go", lines: []string{`import "y"`, "a"}}, after}, 1},
		"no after":                  {same + changes, []block{before}, 1},
		"the wrong way round":       {same + changes, []block{after, before}, 1},
		"code that is not there":    {same + changes, []block{before, {language: "go", lines: []string{"c"}}}, 1},
		"no test of both":           {"`migrate.TestBar`\n" + changes, []block{before, after}, 1},
		"nothing about changes":     {same, []block{before, after}, 1},
		"a change without a test":   {same + whatChanges + "\n\n- more\n", []block{before, after}, 1},
		"a change with a false one": {same + whatChanges + "\n\n- more (`TestRoot`, `TestNone`)\n", []block{before, after}, 1},
	} {
		if _, wrong := migration(part{text: c.text, blocks: c.blocks}, functions, defined); len(wrong) != c.wrong {
			t.Errorf("%s: %q", name, wrong)
		}
	}
}

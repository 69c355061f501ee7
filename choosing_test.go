package fate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
)

// A chosen is a row of docs/choosing.md: a section, with what it quotes and what it has run.
type chosen struct {
	row      int
	heading  string
	quoted   []string // the lines of its code
	commands []string
}

// choosing returns the page's text without its code, and its rows.
func choosing(t *testing.T) (text string, rows []chosen) {
	source, err := os.ReadFile("docs/choosing.md")
	if err != nil {
		t.Fatal(err)
	}
	var block string
	for line := range strings.Lines(string(source)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case block != "" && line == "```":
			block = ""
		case block == "go":
			rows[len(rows)-1].quoted = append(rows[len(rows)-1].quoted, strings.TrimSpace(line))
		case block == "sh":
			rows[len(rows)-1].commands = append(rows[len(rows)-1].commands, line)
		case strings.HasPrefix(line, "```"):
			block = strings.TrimPrefix(line, "```")
		case strings.HasPrefix(line, "## "):
			number, _, _ := strings.Cut(strings.TrimPrefix(line, "## "), ". ")
			n, err := strconv.Atoi(number)
			if err != nil {
				t.Errorf("a section without a number: %s", line)
			}
			rows = append(rows, chosen{row: n, heading: strings.TrimPrefix(line, "## ")})
		default:
			text += line + "\n"
		}
	}
	return text, rows
}

// All situations are there, in order, in the table and as sections that its links lead to.
func TestChoosingHasEverySituation(t *testing.T) {
	const situations = 18
	text, rows := choosing(t)
	if len(rows) != situations {
		t.Errorf("docs/choosing.md has %d sections, not %d", len(rows), situations)
	}
	var anchors []string
	for i, r := range rows {
		if r.row != i+1 {
			t.Errorf("section %d is %q", i+1, r.heading)
		}
		anchors = append(anchors, anchor(r.heading))
	}
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^\| \[(\d+)\]\((#[^)]*)\) \| [^|]+ \| [^|]+ \| [^|]+ \| [^|]+ \|$`).FindAllStringSubmatch(text, -1) {
		if m[1] != strconv.Itoa(len(listed)+1) {
			t.Errorf("line %d of the table is row %s", len(listed)+1, m[1])
		}
		listed = append(listed, m[2])
	}
	if !slices.Equal(listed, anchors) {
		t.Errorf("the table's links are\n%q\nand the sections\n%q", listed, anchors)
	}
	for _, m := range regexp.MustCompile(`\]\((#[^)]*)\)`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(anchors, m[1]) {
			t.Errorf("there is no section %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\]\(([^#)][^)]*)\)`).FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join("docs", m[1])); err != nil {
			t.Errorf("docs/choosing.md links to %s: %v", m[1], err)
		}
	}
}

var (
	runs    = regexp.MustCompile(`^go test -run '([^']+)' (\S+)$`)
	benches = regexp.MustCompile(`^go test -run '\^\$' -bench '([^']+)' (\S+)$`)
)

// Each row names tests, an Example and a benchmark, and they are there: each name is all of a function's, and a benchmark's row one that
// it has.
func TestChoosingNamesWhatIsThere(t *testing.T) {
	_, rows := choosing(t)
	for _, r := range rows {
		has := map[string]int{}
		for _, command := range r.commands {
			list, dir, prefix := "", "", ""
			if m := benches.FindStringSubmatch(command); m != nil {
				list, dir, prefix = m[1], m[2], "Benchmark"
			} else if m := runs.FindStringSubmatch(command); m != nil {
				list, dir = m[1], m[2]
			} else {
				t.Errorf("row %d: a command of another form: %s", r.row, command)
				continue
			}
			functions := testFunctions(t, dir)
			for name := range strings.SplitSeq(list, "|") {
				name, of, _ := strings.Cut(prefix+name, "/")
				if functions[name] == nil {
					t.Errorf("row %d: %s has no %s", r.row, dir, name)
				}
				if want := benchmarked(t, r.row, dir); of != "" && !slices.Contains(want, of) {
					t.Errorf("row %d: %s of %s is not one of %q", r.row, of, name, want)
				}
				for _, kind := range []string{"Test", "Example", "Benchmark"} {
					if strings.HasPrefix(name, kind) {
						has[kind]++
					}
				}
			}
		}
		if has["Test"] == 0 || has["Example"] == 0 || has["Benchmark"] == 0 {
			t.Errorf("row %d names %v", r.row, has)
		}
	}
}

// benchmarked are the rows that the benchmark of a package has for this row of the page.
func benchmarked(t *testing.T, row int, dir string) (rows []string) {
	named := fmt.Sprintf("row=%d", row)
	switch dir {
	case "./internal/price":
		for _, r := range price.Rows() {
			rows = append(rows, "row="+r.Name)
		}
	case "./internal/situations":
		for _, w := range situations.Works() {
			if w.Row == row {
				return []string{named}
			}
		}
	case "./internal/peers": // a module of its own, which this one can't import
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(source), fmt.Sprintf("Row: %d, Name:", row)) {
				return []string{named}
			}
		}
	}
	return rows
}

// Every row's code stands in an Example that the row names, so that it compiles and its output is checked. What it says to import, that
// Example's file imports; and of this module's packages, it says to import each that the code names.
func TestChoosingQuotesTheExamples(t *testing.T) {
	_, rows := choosing(t)
	for _, r := range rows {
		var lines, imports []string
		for _, line := range r.quoted {
			if after, ok := strings.CutPrefix(line, "import "); ok {
				imports = append(imports, after)
			} else if line != "" {
				lines = append(lines, line)
			}
		}
		if len(imports) == 0 || len(lines) == 0 || len(lines) > 9 {
			t.Errorf("row %d quotes %d lines and %d imports", r.row, len(lines), len(imports))
		}
		quoted := false
		for _, command := range r.commands {
			m := runs.FindStringSubmatch(command)
			if m == nil {
				continue
			}
			for name := range strings.SplitSeq(m[1], "|") {
				f := testFunctions(t, m[2])[name]
				if f != nil && strings.HasPrefix(name, "Example") && f.quotedBy(lines) && !slices.ContainsFunc(imports, func(i string) bool { return !f.imports[i] }) {
					quoted = true
					for path := range f.imports {
						used := strings.Trim(path[strings.LastIndex(path, "/")+1:], `"`) + "."
						if strings.HasPrefix(path, `"github.com/sharedfate/fate`) && strings.Contains(strings.Join(lines, " "), used) && !slices.Contains(imports, path) {
							t.Errorf("row %d: the code needs %s", r.row, path)
						}
					}
				}
			}
		}
		if !quoted {
			t.Errorf("row %d: no Example that it names has\n%s", r.row, strings.Join(r.quoted, "\n"))
		}
	}
}

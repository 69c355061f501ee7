package table_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/table"
)

// All situations are there, in order, and each is complete.
func TestRowsAreAllThereInOrder(t *testing.T) {
	rows := table.Rows()
	if len(rows) != 18 {
		t.Errorf("there are %d rows, not 18", len(rows))
	}
	for i, r := range rows {
		if r.Number != i+1 {
			t.Errorf("row %d has the number %d", i+1, r.Number)
		}
		for field, text := range map[string]string{
			"Face": r.Face, "Story": r.Story, "Take": r.Take, "Import": r.Import, "Example": r.Example,
			"Beside": r.Beside, "Usual": r.Usual, "Peers": r.Peers, "Enough": r.Enough,
		} {
			if text == "" || text != strings.TrimSpace(text) || strings.Contains(text, "\n") {
				t.Errorf("row %d: %s is %q", r.Number, field, text)
			}
		}
		if len(r.Code) == 0 || len(r.Commands) == 0 {
			t.Errorf("row %d has %d lines of code and %d commands", r.Number, len(r.Code), len(r.Commands))
		}
		if len(r.Decides)+len(r.Shown) == 0 {
			t.Errorf("row %d: nothing decides it", r.Number)
		}
	}
}

// A caller may change what it was given.
func TestRowsAreTheCallersOwn(t *testing.T) {
	table.Rows()[0].Decides[0].Contenders[0] = "changed"
	table.Rows()[0].Code[0] = "changed"
	for _, r := range table.Rows() {
		for _, b := range r.Decides {
			if slices.Contains(b.Contenders, "changed") || slices.Contains(r.Code, "changed") {
				t.Fatalf("row %d is what another caller has made of it", r.Number)
			}
		}
	}
}

// What decides a row can be observed: behaviours and contenders have these names, and ours comes first.
func TestRowsNameBehavioursAndContenders(t *testing.T) {
	behaviours := map[string]bool{}
	for _, b := range compare.Behaviours() {
		behaviours[b.Name] = true
	}
	contenders := map[string]compare.Contender{}
	for _, c := range compare.Observed(compare.Contenders()) {
		contenders[c.Name] = c
	}
	for _, r := range table.Rows() {
		var seen []string
		for _, b := range r.Decides {
			if !behaviours[b.Name] {
				t.Errorf("row %d: package compare has no behaviour %q", r.Number, b.Name)
			}
			if slices.Contains(seen, b.Name) {
				t.Errorf("row %d has %q twice", r.Number, b.Name)
			}
			seen = append(seen, b.Name)
			if len(b.Contenders) < 2 || !contenders[b.Contenders[0]].Ours {
				t.Errorf("row %d, %s: of %q, the first is not ours, or nobody is beside it", r.Number, b.Name, b.Contenders)
			}
			for i, name := range b.Contenders {
				if contenders[name].Name == "" || slices.Contains(b.Contenders[:i], name) {
					t.Errorf("row %d, %s: %q is not observed, or there twice", r.Number, b.Name, name)
				}
			}
		}
	}
}

// What tests show, they show where the row says; and the row's Example is among its commands.
func TestRowsNameTheirTests(t *testing.T) {
	for _, r := range table.Rows() {
		for _, s := range r.Shown {
			if !strings.HasPrefix(s.Test, "Test") || !defines(t, s.Dir, s.Test) {
				t.Errorf("row %d: %s has no %s", r.Number, s.Dir, s.Test)
			}
			if !strings.HasSuffix(s.Says, ".") {
				t.Errorf("row %d: %q is no sentence", r.Number, s.Says)
			}
		}
		dir, name, _ := strings.Cut(r.Example, " ")
		if !strings.HasPrefix(name, "Example") || !defines(t, dir, name) {
			t.Errorf("row %d: %s has no %s", r.Number, dir, name)
		}
		if !slices.ContainsFunc(r.Commands, func(c string) bool {
			return strings.HasSuffix(c, " "+dir) && regexp.MustCompile(`['|]`+name+`['|]`).MatchString(c)
		}) {
			t.Errorf("row %d: no command runs %s", r.Number, r.Example)
		}
	}
}

// defines reports whether a test file of the directory, which is relative to the module, has the function.
func defines(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(source), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}

// A link to another row leads to its section.
func TestRowsLinkToRows(t *testing.T) {
	rows := table.Rows()
	anchors := map[string]bool{}
	for _, r := range rows {
		anchors["#"+r.Anchor()] = true
	}
	if !anchors["#15-code-that-may-panic-or-call-runtimegoexit"] || len(anchors) != len(rows) {
		t.Errorf("the anchors are %v", anchors)
	}
	links := 0
	for _, r := range rows {
		for _, m := range regexp.MustCompile(`\[([^\]]*)\]\((#[^)]*)\)`).FindAllStringSubmatch(r.Story+r.Notes+r.Peers+r.Enough, -1) {
			links++
			number, _, _ := strings.Cut(m[2], "-")
			if !anchors[m[2]] || m[1] != "row "+strings.TrimPrefix(number, "#") {
				t.Errorf("row %d: %s leads nowhere", r.Number, m[0])
			}
		}
	}
	if links < 3 {
		t.Errorf("%d rows link to another", links)
	}
}

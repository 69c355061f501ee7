package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// load reads a report as the tool does.
func load(t *testing.T, name string) *report.Report {
	t.Helper()
	r, err := readReport("--from", name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func partNames(r *report.Report) (names [][]string) {
	for _, run := range r.Runs {
		var these []string
		for _, p := range run.Parts {
			these = append(these, p.Name)
		}
		names = append(names, these)
	}
	return names
}

// What was measured to its end is not measured again; what was begun is, and what is missing follows.
func TestResume(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	file := filepath.Join(t.TempDir(), "report.json")
	stderr := &cancelAt{text: "measuring single", cancel: cancel}
	args := []string{"compare", "--quick", "--time", "10m", "--workload", "empty,small,single", "--contender", "failfast", "--json", file}
	if got := run(ctx, args, &bytes.Buffer{}, stderr); got != exitInterrupted {
		t.Fatalf("status %d, want %d; stderr: %s", got, exitInterrupted, stderr)
	}
	if !strings.HasSuffix(stderr.String(), "fate compare --resume "+file+" measures what is missing\n") {
		t.Errorf("stderr does not say how to go on: %s", stderr)
	}
	before := load(t, file)
	if got, want := partNames(before), [][]string{{"behaviours", "empty", "small"}}; !reflect.DeepEqual(got, want) || !before.Interrupted {
		t.Fatalf("parts %q, want %q", got, want)
	}

	var stdout, again bytes.Buffer
	if got := run(t.Context(), []string{"compare", "--resume", file, "--time", "10m"}, &stdout, &again); got != exitOK {
		t.Fatalf("status %d, want %d; stderr: %s", got, exitOK, &again)
	}
	if got, want := again.String(), "measuring single, workload 3 of 3\n"; got != want {
		t.Errorf("progress is %q, want %q", got, want)
	}
	after := load(t, file)
	if got, want := partNames(after), [][]string{{"behaviours", "empty", "small"}, {"single"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("parts %q, want %q", got, want)
	}
	var workloads []string
	for _, w := range after.Workloads {
		workloads = append(workloads, w.Workload)
	}
	if !slices.Equal(workloads, []string{"empty", "small", "single"}) || after.Interrupted || len(after.LeftOut) > 0 {
		t.Errorf("workloads %q, interrupted %v, left out %q", workloads, after.Interrupted, after.LeftOut)
	}
	if !reflect.DeepEqual(before.Workloads[:2], after.Workloads[:2]) || !reflect.DeepEqual(before.Behaviours, after.Behaviours) {
		t.Error("what was there is another now")
	}
	if !reflect.DeepEqual(before.Provenance, after.Provenance) {
		t.Errorf("it comes from %+v, and did from %+v", after.Provenance, before.Provenance)
	}
	if text := stdout.String(); !strings.Contains(text, "\nmeasured  ") || !strings.Contains(text, ": single") {
		t.Errorf("the text does not say when what was measured:\n%s", text)
	}

	// Once more: nothing is missing, and nothing is lost.
	again.Reset()
	if got := run(t.Context(), []string{"compare", "--resume", file}, &stdout, &again); got != exitOK || again.String() != "nothing is missing in "+file+"\n" {
		t.Errorf("status %d, stderr %q", got, &again)
	}
	if got := load(t, file); !reflect.DeepEqual(got, after) {
		t.Errorf("the file is another: %+v", got)
	}
}

// A part that was measured in part leaves nothing beside what is measured anew.
func TestResumeReplacesWhatIsPartial(t *testing.T) {
	c := new(compareCmd)
	w := tiny()
	found := &report.Report{Prices: []*report.Prices{{Workload: "tiny", Curves: []price.CurveResult{{Name: "size"}}}},
		Runs: []report.Run{{Parts: []report.Part{{Name: "tiny: row beside them"}}}}}
	left := missing(c.priceParts(w), found)
	s := session{found: found, progress: newProgress(&bytes.Buffer{})}
	s.run(t.Context(), left)
	ps := found.Prices[0]
	if len(found.Prices) != 1 || len(ps.Rows) != 1 || ps.Rows[0].Name != "other" || len(ps.Curves) != 1 || len(ps.Curves[0].Points) != 1 {
		t.Errorf("it has %+v", ps)
	}
	if got, want := partNames(found)[1], []string{"tiny: other beside them", "tiny: by size"}; !slices.Equal(got, want) {
		t.Errorf("measured %q, want %q", got, want)
	}
}

// What would come from elsewhere is refused, by name, and the file stays as it is.
func TestResumeRefusesOtherMachines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	if got := run(t.Context(), []string{"compare", "--workload", "single", "--contender", "failfast", "--json", file}, &bytes.Buffer{}, &bytes.Buffer{}); got != exitOK {
		t.Fatalf("status %d", got)
	}
	for want, change := range map[string]func(*report.Report){
		"processor was another and is ": func(r *report.Report) { r.Provenance.CPU = "another" },
		"Go version was go0 and is go":  func(r *report.Report) { r.Provenance.Go = "go0" },
		"commit was abc and is ":        func(r *report.Report) { r.Provenance.Commit = "abc" },
		"cores was 77 and is ":          func(r *report.Report) { r.Provenance.Cores = 77 },
	} {
		r := load(t, file)
		change(r)
		var text bytes.Buffer
		if err := r.WriteJSON(&text); err != nil {
			t.Fatal(err)
		}
		other := filepath.Join(t.TempDir(), "other.json")
		if err := os.WriteFile(other, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), []string{"compare", "--resume", other}, &stdout, &stderr); got != exitUsage || stdout.Len() > 0 {
			t.Errorf("%s: status %d, stdout %q", want, got, &stdout)
		}
		if !strings.Contains(stderr.String(), want) || !strings.Contains(stderr.String(), "--resume "+other) {
			t.Errorf("stderr lacks %q: %s", want, &stderr)
		}
		if kept, err := os.ReadFile(other); err != nil || !bytes.Equal(kept, text.Bytes()) {
			t.Errorf("%s: the file was changed (%v)", want, err)
		}
	}
}

// The names by which parts are taken up again are their own.
func TestPartNamesAreUnique(t *testing.T) {
	s, err := pick(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &compareCmd{spread: true}
	parts := append(observationParts(s), c.workParts(s, nil)...)
	for _, w := range priced() {
		parts = append(parts, c.priceParts(w)...)
	}
	parts = append(parts, c.claimParts(claims.Claims())...)
	seen := map[string]bool{}
	for _, p := range parts {
		if seen[p.name] || p.name == "" || p.cost <= 0 {
			t.Errorf("part %q: there is another, or it costs nothing", p.name)
		}
		seen[p.name] = true
	}
}

// A run that is killed leaves what it had measured until shortly before, in a file that can be read.
func TestKilledRunLeavesItsReport(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "report.json")
	tool, in := startTool(t, nil, nil,
		"compare", "--contender", "failfast", "--workload", "empty,small", "--json", file, "--html", filepath.Join(dir, "page.html"))
	for in.Scan() {
		if strings.HasPrefix(in.Text(), "measuring empty") {
			if err := tool.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tool.Wait(); err == nil {
		t.Error("it ended by itself")
	}
	r := load(t, file)
	if !r.Interrupted || !r.Behaviours.Complete() || !r.Has(behaviours) || r.Has("small") {
		t.Errorf("interrupted %v, parts %q", r.Interrupted, partNames(r))
	}
	if _, err := os.Stat(filepath.Join(dir, "page.html")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a page of nothing is there: %v", err)
	}
}

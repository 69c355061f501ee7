package pages_test

import (
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/pages"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// marks is a page that has all of them, with something typed between.
var marks = "# a\n" + marked("source", "typed\n") + marked("engine", "typed\n") + "b\n" + marked("busy", "typed\n") + marked("growth", "") + marked("claims", "typed\n") + "z\n"

func marked(name, text string) string {
	return "<!-- " + name + " -->\n" + text + "<!-- /" + name + " -->\n"
}

// performance is a run of engine, busy and claims. Both workloads have spreads, as in a run with --picture.
func performance() *report.Report {
	spread := func(name string) []price.Spread {
		return []price.Spread{{Name: name, Ours: true, Samples: []float64{1e3, 2e3, 3e3}}}
	}
	curve := func(name string, r price.Result) []price.CurveResult {
		return []price.CurveResult{{Name: name, Points: []price.PointResult{{At: "1", Result: r}}}}
	}
	r := run()
	first, second := measured("start-1", "1 task", "errgroup", 0.3), measured("busy-1", "many starts", "errgroup", 0.4)
	r.Prices = []*report.Prices{
		{Workload: "busy", Rows: []price.Result{second}, Curves: curve("neighbours", second), Spreads: spread("of busy")},
		{Workload: "engine", Rows: []price.Result{first}, Curves: curve("limit", first), Spreads: spread("of engine"), Growth: []price.Growth{{Strategy: "this", Points: []price.GrowthPoint{{Tasks: 10}}}}},
	}
	r.Claims = &report.Claims{Findings: []claims.Finding{{Says: "it is quick", Verdict: "holds"}}}
	return r
}

// Each part has what belongs into it and nothing else, the rest of the page stays, and the picture is of the table in the page.
func TestPerformanceFillsItsMarks(t *testing.T) {
	all, err := pages.Performance(performance(), "docs/raw.json", []byte(marks))
	if err != nil || len(all) != 2 || all[0].Name != "docs/performance.md" || all[1].Name != "docs/busy.svg" {
		t.Fatalf("%v, %v", all, err)
	}
	page := string(all[0].Text)
	if !strings.HasPrefix(page, "# a\n<!-- source -->\nMeasured by ") || !strings.Contains(page, "<!-- /engine -->\nb\n<!-- busy -->\n") || !strings.HasSuffix(page, "<!-- /claims -->\nz\n") || strings.Contains(page, "typed") {
		t.Errorf("%s", page)
	}
	for name, wants := range map[string][]string{
		"source": {"`fate compare --all` on 2026-11-26 12:00:00", "The raw file is [raw.json](raw.json)."},
		"engine": {"| 1 task | errgroup | 300 ns |"},
		"busy":   {"| many starts | errgroup | 400 ns |", "By neighbours", "| of busy | "},
		"growth": {"| this | ", "By limit"},
		"claims": {"| it is quick | holds |"},
	} {
		for _, want := range wants {
			at := strings.Index(page, want)
			if at < 0 || at < strings.Index(page, "<!-- "+name) || at > strings.Index(page, "<!-- /"+name) || strings.Count(page, want) != 1 {
				t.Errorf("%q is not in %s, once:\n%s", want, name, page)
			}
		}
	}
	if picture := string(all[1].Text); !strings.Contains(picture, "of busy") || strings.Contains(picture, "of engine") || strings.Contains(page, "of engine") {
		t.Errorf("the picture is\n%s", picture)
	}
	again, err := pages.Performance(performance(), "docs/raw.json", all[0].Text)
	if err != nil || string(again[0].Text) != page {
		t.Errorf("written again it is %v", err)
	}
}

// A quick run says so, whichever workload it was.
func TestPerformanceOfAQuickRun(t *testing.T) {
	for _, quick := range []func(*report.Report) *bool{
		func(r *report.Report) *bool { return &r.Prices[0].Quick },
		func(r *report.Report) *bool { return &r.Prices[1].Quick },
		func(r *report.Report) *bool { return &r.Claims.Quick },
	} {
		r := performance()
		*quick(r) = true
		if all, err := pages.Performance(r, "docs/raw.json", []byte(marks)); err != nil || !strings.Contains(string(all[0].Text), "It was a quick run") {
			t.Errorf("%v", err)
		}
	}
}

// A page without its marks, a run that has not all of it, and a file that can't be linked to are errors.
func TestPerformanceOfNoUse(t *testing.T) {
	for _, name := range []string{"source", "engine", "busy", "growth", "claims"} {
		for _, mark := range []string{"<!-- " + name + " -->\n", "<!-- /" + name + " -->\n"} {
			for _, page := range []string{strings.Replace(marks, mark, "", 1), marks + mark} {
				if _, err := pages.Performance(performance(), "docs/raw.json", []byte(page)); err == nil || !strings.Contains(err.Error(), "docs/performance.md must have these two lines once each, in this order:\n<!-- "+name) {
					t.Errorf("%s once too few or too often: the error is %v", strings.TrimSpace(mark), err)
				}
			}
		}
	}
	for want, spoil := range map[string]func(*report.Report){
		"lacks some":       func(r *report.Report) { r.Prices = r.Prices[:1] },
		"this one lacks":   func(r *report.Report) { r.Prices = r.Prices[1:] },
		"and claims, all":  func(r *report.Report) { r.Claims = nil },
		"all of it":        func(r *report.Report) { r.Interrupted = true },
		"takes a run of":   func(r *report.Report) { r.LeftOut = []string{"busy: one row"} },
		"a run with --pic": func(r *report.Report) { r.Prices[0].Spreads = nil },
	} {
		r := performance()
		spoil(r)
		if _, err := pages.Performance(r, "docs/raw.json", []byte(marks)); err == nil || !strings.Contains(err.Error(), want) || !pages.ForPerformance(r) {
			t.Errorf("%s: the error is %v", want, err)
		}
	}
	if _, err := pages.Performance(performance(), "raw.json", []byte(marks)); err == nil || !strings.Contains(err.Error(), "it must be in docs") {
		t.Errorf("the error is %v", err)
	}
	if pages.ForPerformance(run()) {
		t.Error("the decision table is in docs/performance.md")
	}
}

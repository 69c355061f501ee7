package report_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

func written(t testing.TB, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadIsWriteBackwards(t *testing.T) {
	want := fake()
	want.Selection = report.Selection{All: true, Contenders: []string{"alpha"}}
	want.Runs = []report.Run{{Date: want.Provenance.Date, Parts: []report.Part{{Name: "behaviours", Took: 7}}}}
	got, err := report.Read(bytes.NewReader(written(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	if got.Format != report.Format || !got.Selection.All || !got.Has("behaviours") || got.Has("tiny") {
		t.Errorf("read %+v", got)
	}
	if a, b := string(written(t, got)), string(written(t, want)); a != b {
		t.Errorf("written once more, it is another:\n%s", a)
	}
}

// What is no report is told as what it is, and is not taken for an empty one.
func TestReadRefuses(t *testing.T) {
	whole := string(written(t, fake()))
	for name, c := range map[string]struct{ text, want string }{
		"nothing":       {" \n", "empty"},
		"text":          {"machine  a fast one\n", "no report of fate compare"},
		"other JSON":    {`{"provenance": {}, "seed": "1"}`, `from before they had a "format"`},
		"a list":        {"[]", "no report of fate compare"},
		"null":          {"null", `from before they had a "format"`},
		"half":          {whole[:len(whole)/2], "no report of fate compare"},
		"more":          {whole + whole, "no report of fate compare"},
		"later":         {`{"format": 2, "seed": ["in another place"]}`, "its format is 2, and this fate reads up to 1"},
		"zero":          {`{"format": 0}`, "must be from 1 to 1"},
		"wrong types":   {`{"format": 1, "seed": ["in another place"]}`, "no report of fate compare"},
		"answers":       {`{"format": 1, "behaviours": {"contenders": ["a"], "rows": [{"behaviour": "b"}]}}`, `behaviour "b" has 0 answers for 1 contenders`},
		"null prices":   {`{"format": 1, "prices": [null]}`, "prices 0 is null"},
		"no points":     {`{"format": 1, "prices": [{"workload": "w", "curves": [{"name": "c"}]}]}`, `curve "c" has no points`},
		"uneven growth": {`{"format": 1, "prices": [{"workload": "w", "growth": [{"strategy": "s", "points": [{}]}, {"strategy": "t", "points": [{}, {}]}]}]}`, `growth under "t" has 2 points`},
	} {
		r, err := report.Read(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
		if r != nil {
			t.Errorf("%s: a report beside the error", name)
		}
	}
}

// A field that a later fate adds is passed over.
func TestReadPassesOverWhatItDoesNotKnow(t *testing.T) {
	if _, err := report.Read(strings.NewReader(`{"format": 1, "something_new": 1}`)); err != nil {
		t.Error(err)
	}
}

// A report that was resumed says which of its parts are from when; one that was not has no need to.
func TestRunsAreShown(t *testing.T) {
	r := fake()
	day := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	r.Runs = []report.Run{{Date: day, Parts: []report.Part{{Name: "behaviours"}, {Name: "engine: a beside b"}, {Name: "engine: c beside b"}}}}
	if got := write(t, r, 120); strings.Contains(got, "\nmeasured ") {
		t.Errorf("there was one run:\n%s", got)
	}
	r.Runs = append(r.Runs, report.Run{Date: day.Add(time.Hour), Parts: []report.Part{{Name: "tiny"}}}, report.Run{Date: day.Add(2 * time.Hour)})
	want := "2001-02-03 04:05:06 +0000: behaviours, engine (2 parts); 2001-02-03 05:05:06 +0000: tiny; 2001-02-03 06:05:06 +0000: nothing"
	text := write(t, r, 200)
	if !strings.Contains(text, "\nmeasured  "+want+"\n") {
		t.Errorf("the text lacks %q:\n%s", want, text)
	}
	narrow(t, write(t, r, 60), 60)
	var b bytes.Buffer
	if err := r.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\nMeasured in parts. "+want+".\n") {
		t.Errorf("the Markdown lacks %q:\n%s", want, b.String())
	}
}

// Markdown has the behaviours and the costs as well, and each table its head.
func TestMarkdownOfCosts(t *testing.T) {
	var b bytes.Buffer
	if err := fake().WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"|  | alpha | beta | beta-more |\n|---|---|---|---|\n| first question | yes | n/a | ? |\n",
		"\n### tiny: 1000 tasks that do nothing [40 rounds of 30 runs]\n\n|  | time | ratio | 95 % interval | allocs | bytes |\n",
		"\n| beta A/A | 404 µs | 1.01 |",
		"\n| beta [1] | - |",
		"\n[1] broken, beta: it did other work\n",
		"Left out, because the time was over: one-more, another.",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.String())
		}
	}
}

// Whatever is read can be shown, whoever wrote it.
func FuzzRead(f *testing.F) {
	f.Add(written(f, fake()))
	f.Add([]byte(`{"format": 1, "claims": {"findings": [{"checks": [{}]}]}, "prices": [{"spreads": [{"samples_ns": []}]}]}`))
	f.Add([]byte(`{"format": 1, "prices": [{"rows": [{"lines": [{}]}], "growth": [{"points": [{}]}], "curves": [{"points": [{"result": {}}]}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := report.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, err := range []error{r.WriteText(io.Discard, 80), r.WriteMarkdown(io.Discard), r.WriteJSON(io.Discard), r.Against(r).WriteText(io.Discard, 80)} {
			if err != nil && !strings.Contains(err.Error(), "unsupported value") {
				t.Error(err)
			}
		}
		_ = r.Failures()
		_ = r.Over()
	})
}

// Package pages writes those pages of documentation that hold measured figures: docs/choosing.md, the table of README.md, and charts from a run of
// the decision table; the tables of docs/performance.md and its picture from one of the workloads behind them. Each comes from a raw file, the
// report of a run, so that no figure is typed and each can be traced.
//
// The words of the decision table are those of package table.
package pages

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// A Page is a file as it should be.
type Page struct {
	Name string // from the root of the module, with slashes: "docs/choosing.md"
	Text []byte
}

// Charts is the pattern of the names that charts of curves have. A file that has one and is not among the pages is from another run.
const Charts = "docs/by-*.svg"

// Of returns the pages of the decision table, README.md among them, which keeps all it has but what stands between two comments. raw is the name of
// the file that the run was read from, in docs: pages link to it.
func Of(r *report.Report, raw string, readme []byte) ([]Page, error) {
	if err := linkable(raw); err != nil {
		return nil, err
	}
	t, err := decision.Join(r)
	if err != nil {
		return nil, err
	}
	w := writer{report: r, table: t, raw: path.Base(raw)}
	charts, err := w.charts()
	if err != nil {
		return nil, err
	}
	front, err := w.readme(readme, charts)
	if err != nil {
		return nil, err
	}
	pages := []Page{{"README.md", front}, {"docs/choosing.md", w.choosing(charts)}}
	for _, c := range charts {
		pages = append(pages, c.Page)
	}
	return pages, nil
}

// linkable refuses a raw file that is not beside the pages.
func linkable(raw string) error {
	if dir, _ := path.Split(raw); dir != "docs/" {
		return fmt.Errorf("pages: the raw file is %s: it must be in docs, since pages there link to it", raw)
	}
	return nil
}

// between replaces what stands between two lines of a page.
func between(name string, page []byte, begin, end, text string) ([]byte, error) {
	before, rest, ok := bytes.Cut(page, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(end))
	if !ok || !closed || bytes.Count(page, []byte(begin)) > 1 || bytes.Count(page, []byte(end)) > 1 {
		return nil, fmt.Errorf("pages: %s must have these two lines once each, in this order:\n%s%s", name, begin, strings.TrimSuffix(end, "\n"))
	}
	return slices.Concat(before, []byte(begin+text+end), after), nil
}

// A writer writes all pages of the decision table.
type writer struct {
	report *report.Report
	table  decision.Table
	raw    string // its name within docs
}

// source says where the figures come from.
func (w writer) source() string { return source(w.report, w.raw, w.table.Quick) }

func source(r *report.Report, raw string, quick bool) string {
	s := r.Source() + " The raw file is [" + raw + "](" + raw + ")."
	if quick {
		s += " It was a quick run, of less work in fewer pairs: its intervals are wide."
	}
	return s
}

// said is a ratio in words: "0.20 (0.19-0.21) of errgroup: faster".
func said(r decision.Ratio) string { return r.Of() + ": " + r.Shows() }

// notMeasured stands where there is no ratio.
const notMeasured = "not measured"

// main is the row's one ratio in words.
func main(r decision.Row) string {
	if one, ok := r.Main(); ok {
		return said(one)
	}
	return notMeasured
}

// worked is main, and what was done in how much time: a ratio of microseconds and one of minutes weigh differently.
func worked(r decision.Row) string {
	one, ok := r.Main()
	if !ok {
		return notMeasured
	}
	return said(one) + "; ours " + report.Duration(one.Line.Ours) + " for " + one.Work
}

// lineWidth is where lines of running text are broken, in characters.
const lineWidth = 140

// paragraph writes running text and an empty line, and nothing for nothing.
func paragraph(b *bytes.Buffer, text string) {
	wide := 0
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case i == 0:
		case wide+1+n > lineWidth:
			b.WriteByte('\n')
			wide = 0
		default:
			b.WriteByte(' ')
			wide++
		}
		b.WriteString(word)
		wide += n
	}
	if wide > 0 {
		b.WriteString("\n\n")
	}
}

// upper is text that begins a sentence.
func upper(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

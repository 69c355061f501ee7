package pages

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// The pages of Performance. The first has its words in it, and a pair of lines around each part that is written: <!-- busy --> and <!-- /busy -->.
const (
	PerformancePage = "docs/performance.md"
	picturePage     = "docs/busy.svg"
)

// The workloads behind that page, beside the claims.
const (
	engine = "engine"
	busy   = "busy"
)

// ForPerformance says whether a run measured any of what stands in docs/performance.md.
func ForPerformance(r *report.Report) bool {
	return r.Claims != nil || workload(r, engine) != nil || workload(r, busy) != nil
}

// Performance returns docs/performance.md, which keeps all of old but what stands between its marks, and its picture. A run that has only some of
// it is an error: the tables would be of several runs, and the page names one. raw is as for Of.
func Performance(r *report.Report, raw string, old []byte) ([]Page, error) {
	if err := linkable(raw); err != nil {
		return nil, err
	}
	tasks, starts := workload(r, engine), workload(r, busy)
	if tasks == nil || starts == nil || r.Claims == nil || r.Interrupted || len(r.LeftOut) > 0 {
		return nil, fmt.Errorf("pages: %s takes a run of %s, %s and claims, all of it: this one lacks some", PerformancePage, engine, busy)
	}
	quick := tasks.Quick || starts.Quick || r.Claims.Quick
	text := old
	for _, part := range []struct {
		name  string
		write []func(*strings.Builder)
	}{
		{"source", []func(*strings.Builder){func(b *strings.Builder) { b.WriteString(source(r, path.Base(raw), quick)) }}},
		{engine, []func(*strings.Builder){tasks.MarkdownRows}},
		{busy, []func(*strings.Builder){starts.MarkdownRows, starts.MarkdownCurves, starts.MarkdownSpreads}},
		{"growth", []func(*strings.Builder){tasks.MarkdownGrowth, tasks.MarkdownCurves}},
		{"claims", []func(*strings.Builder){r.Claims.Markdown}},
	} {
		var b strings.Builder
		for _, write := range part.write {
			write(&b)
		}
		var err error
		if text, err = between(PerformancePage, text, "<!-- "+part.name+" -->\n", "<!-- /"+part.name+" -->\n", strings.Trim(b.String(), "\n")+"\n"); err != nil {
			return nil, err
		}
	}
	// With a picture every workload has spreads. Those of the table below it are drawn.
	var picture bytes.Buffer
	drawn := *r
	drawn.Prices = []*report.Prices{starts}
	if err := drawn.WritePicture(&picture); err != nil {
		return nil, errors.Join(errors.New("pages: "+picturePage+" takes a run with --picture"), err)
	}
	return []Page{{PerformancePage, text}, {picturePage, picture.Bytes()}}, nil
}

// workload is what the run measured of one, or nil.
func workload(r *report.Report, name string) *report.Prices {
	i := slices.IndexFunc(r.Prices, func(ps *report.Prices) bool { return ps.Workload == name })
	if i < 0 {
		return nil
	}
	return r.Prices[i]
}

package advice

import (
	"fmt"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
)

// writeEvidence says what was observed of the row's behaviours and what its work costs, and where that comes from.
func (a *Advice) writeEvidence(p *page) {
	p.heading("Evidence")
	for i, shown := range a.Row.Shown {
		if i == 0 {
			p.indented("Shown by tests:")
		}
		p.item(stop(plain(shown.Says)) + " " + shown.Test + " in " + place(shown.Dir))
	}
	r := a.row(a.Row.Number)
	if r == nil {
		p.indented("Not observed and not measured in the run of " + a.File + ".")
		return
	}
	var question string
	var answers []string
	flush := func() {
		if len(answers) > 0 {
			p.indented(question)
			p.item(strings.Join(answers, "; "))
		}
		answers = nil
	}
	for _, c := range r.Cells { // without their details, which are in JSON and on the page: here they would hide the rest
		if c.Cell == "" {
			continue
		}
		if c.Question != question {
			flush()
		}
		question = c.Question
		answers = append(answers, c.Contender+": "+c.Cell)
	}
	flush()
	work := ""
	for i, ratio := range r.Ratios {
		if i == 0 {
			p.indented("Ours over theirs, with the interval that holds the ratio with 95 % confidence.")
		}
		if ratio.Work != work {
			work = ratio.Work
			row, _, _ := strings.Cut(ratio.Key, "/")
			p.indented(work + " (" + row + "):")
		}
		p.item(ratioText(ratio))
	}
	p.indented(origin(a.Evidence.Provenance, a.File))
}

// ratioText is a ratio in words.
func ratioText(r decision.Ratio) string {
	l := r.Line
	if l.Ratio.Median == 0 {
		return "beside " + r.Beside + ": no ratio"
	}
	unit := "the time"
	if l.Of != price.OfTime {
		unit = "the " + l.Of
	}
	return fmt.Sprintf("beside %s: %s times %s (%s to %s), %s",
		r.Beside, report.Number(l.Ratio.Median), unit, report.Number(l.Ratio.Low), report.Number(l.Ratio.High), r.Shows())
}

// origin says where figures come from.
func origin(p provenance.Provenance, file string) string {
	cpu := p.CPU
	if cpu == "" {
		cpu = "an unnamed processor"
	}
	parts := []string{cpu, fmt.Sprintf("%d cores", p.Cores), fmt.Sprintf("GOMAXPROCS %d", p.GOMAXPROCS), p.OS + "/" + p.Arch, p.Go}
	for _, m := range p.Modules {
		parts = append(parts, m.Path+" "+m.Version)
	}
	if p.Commit != "" {
		parts = append(parts, "commit "+p.Commit)
	}
	if !p.Date.IsZero() {
		parts = append(parts, p.Date.Format("2006-01-02"))
	}
	text := "From " + file + ": " + strings.Join(parts, ", ")
	if len(p.Command) > 0 {
		text += ", by: " + strings.Join(p.Command, " ")
	}
	return text + "."
}

package page

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/table"
)

// A view is what the template knows. The template decides nothing but the layout.
type view struct {
	Policy        string
	Style, Script template.HTML
	Provenance    []fact
	Quick         bool
	When          string // one line on where the figures are from
	Questions     []question
	Rows          []row
	Matrix        matrix
	Axis          template.HTML // of all plots of ratios
	Measured      bool          // whether there is a ratio
	Charts        []drawing
}

// A fact is a line of provenance.
type fact struct{ Name, Value string }

type question struct {
	table.Question
	ID string
}

type row struct {
	decision.Row
	ID     string
	Code   string
	Fits   string // as the script reads it: "errors=all,first;items=many"
	Counts []counted
	Axis   template.HTML
	Prices []work
	Cells  []seen
}

// counted is how many of a row's ratios came to a verdict.
type counted struct {
	N       int
	Verdict stats.Verdict
	Word    string
}

// A seen is something observed that decides a row.
type seen struct {
	Behaviour, Question     string
	Contender, Cell, Detail string
	Ours                    bool
	First                   bool // of its behaviour
	Span                    int  // how many there are of it
}

// The test that holds each cell of the matrix, and how to repeat it.
const (
	cellTest    = "compare.TestEveryContenderDoesWhatWasFound"
	cellCommand = "go test -run '^TestEveryContenderDoesWhatWasFound$' ./internal/compare"
)

// A matrix is all behaviours of all contenders.
type matrix struct {
	Heads         []head
	Rows          []behaviour
	Test, Command string
}

type head struct {
	Name string
	Ours bool
}

type behaviour struct {
	Name, Question string
	Cells          []cell
}

type cell struct {
	ID, Contender, Cell, Detail string
	Ours                        bool
}

func viewOf(t decision.Table) view {
	v := view{
		Policy: policy(),
		Style:  template.HTML("<style>" + style + "</style>"), Script: template.HTML("<script>" + script + "</script>"),
		Provenance: factsOf(t.Provenance, t.Quick), Quick: t.Quick, When: whenOf(t.Provenance),
		Matrix: matrixOf(t),
	}
	for i, q := range t.Questions {
		v.Questions = append(v.Questions, question{q, fmt.Sprintf("q%d", i)})
	}
	scale := scaleOf(t.Rows)
	v.Axis = scale.Axis(6)
	for _, r := range t.Rows {
		drawn := rowOf(r, scale)
		v.Rows = append(v.Rows, drawn)
		v.Measured = v.Measured || len(drawn.Prices) > 0
	}
	v.Charts = drawingsOf(t.Curves)
	return v
}

func rowOf(r decision.Row, scale chart.Scale) row {
	d := row{Row: r, ID: fmt.Sprintf("row-%d", r.Number), Code: strings.Join(r.Code, "\n"), Axis: scale.Axis(4), Prices: worksOf(r.Ratios, scale)}
	d.Fits = fitsOf(r.Fits)
	d.Counts = countsOf(d.Prices)
	for i, c := range r.Cells {
		s := seen{
			Behaviour: c.Behaviour, Question: c.Question, Contender: c.Contender, Cell: c.Cell, Detail: c.Detail, Ours: c.Ours,
			First: i == 0 || r.Cells[i-1].Behaviour != c.Behaviour,
		}
		for s.Span = 1; i+s.Span < len(r.Cells) && r.Cells[i+s.Span].Behaviour == c.Behaviour; s.Span++ {
		}
		d.Cells = append(d.Cells, s)
	}
	return d
}

// fitsOf writes for whom a row is in the order of the names, so that the same table is always the same page.
func fitsOf(f table.Fits) string {
	var parts []string
	for name, answers := range f {
		parts = append(parts, name+"="+strings.Join(answers, ","))
	}
	slices.Sort(parts)
	return strings.Join(parts, ";")
}

func matrixOf(t decision.Table) matrix {
	ours := map[string]bool{}
	for _, c := range compare.Contenders() {
		ours[c.Name] = c.Ours
	}
	m := matrix{Test: cellTest, Command: cellCommand}
	for _, name := range t.Matrix.Contenders {
		m.Heads = append(m.Heads, head{name, ours[name]})
	}
	for i, o := range t.Matrix.Rows {
		b := behaviour{Name: o.Behaviour, Question: o.Question}
		for j, a := range o.Answers[:min(len(o.Answers), len(m.Heads))] {
			b.Cells = append(b.Cells, cell{
				ID: fmt.Sprintf("seen-%d-%d", i, j), Contender: m.Heads[j].Name, Ours: m.Heads[j].Ours, Cell: a.Cell, Detail: a.Detail,
			})
		}
		m.Rows = append(m.Rows, b)
	}
	return m
}

func factsOf(p provenance.Provenance, quick bool) []fact {
	cpu := p.CPU
	if cpu == "" {
		cpu = "unnamed processor"
	}
	facts := []fact{
		{"Command", strings.Join(p.Command, " ")},
		{"Date", p.Date.Format("2006-01-02 15:04:05 -07:00")},
		{"Machine", fmt.Sprintf("%s, %d cores, GOMAXPROCS %d, %s/%s", cpu, p.Cores, p.GOMAXPROCS, p.OS, p.Arch)},
		{"Go", p.Go},
		{"Commit", p.Commit},
	}
	if p.Commit == "" {
		facts[len(facts)-1].Value = "not recorded: go run -buildvcs=true has it recorded"
	}
	for _, m := range p.Modules {
		facts = append(facts, fact{m.Path, m.Version})
	}
	if quick {
		facts = append(facts, fact{"Extent", "quick: less of the same work, in fewer rounds, with wider intervals"})
	} else {
		facts = append(facts, fact{"Extent", "full"})
	}
	return facts
}

func whenOf(p provenance.Provenance) string {
	parts := []string{p.Date.Format("2006-01-02"), p.Go}
	if p.CPU != "" {
		parts = append(parts, p.CPU)
	}
	parts = append(parts, strconv.Itoa(p.Cores)+" cores")
	if p.Commit != "" {
		parts = append(parts, "commit "+p.Commit[:min(len(p.Commit), 12)])
	}
	return strings.Join(parts, " · ")
}

package report

import (
	"fmt"
	"slices"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
)

// Changes are in what one report differs from an older one.
//
// Only ratios are compared, never times: two runs share no moment of the machine, and a ratio is all that each of them brought out of it. A ratio has
// changed if the two intervals don't overlap, and A/A holds 1 in both runs. That is a cautious test, as the samples of two runs are not pairs: a small
// change may be among what it does not name. What it names has changed, though not always by the code: a machine that others use as well changes ratios, too.
type Changes struct {
	Old, New   provenance.Provenance
	Elsewhere  []provenance.Difference // other machine, Go, commit, versions
	Behaviours []ChangedBehaviour
	Ratios     []ChangedRatio
	Verdicts   []ChangedVerdict // of what is often said
	Added      []string         // what only the new report has
	Gone       []string         // what only the old one has
	Other      []string         // other work under the same name: nothing is said of it
	Compared   int              // behaviours, ratios and verdicts that both have
}

// A ChangedBehaviour is a cell that is another one now.
type ChangedBehaviour struct {
	Behaviour, Contender string
	Old, New             compare.Answer
}

// A ChangedRatio is one whose interval has moved away.
type ChangedRatio struct {
	Name     string // "engine: start-1 beside errgroup", "empty: failfast to go"
	Old, New interval95
	Ours     bool // the ratio is ours over theirs: more is worse
}

// A ChangedVerdict is a claim of which another thing is said now.
type ChangedVerdict struct{ Says, Old, New string }

// Worse says whether the ratio is one of ours and has become greater for certain.
func (c ChangedRatio) Worse() bool { return c.Ours && c.New.low > c.Old.high }

// interval95 is an estimate as it is compared.
type interval95 struct{ median, low, high float64 }

func (i interval95) String() string {
	return fmt.Sprintf("%s (%s-%s)", number(i.median), number(i.low), number(i.high))
}

// fewestRounds is how many samples an interval takes: from fewer, nothing is for certain.
const fewestRounds = 6

// Against returns in what r differs from old.
func (r *Report) Against(old *Report) *Changes {
	c := &Changes{Old: old.Provenance, New: r.Provenance, Elsewhere: provenance.Differences(old.Provenance, r.Provenance)}
	c.behaviours(old.answers(), r.answers())
	c.ratios(old.ratios(), r.ratios())
	c.verdicts(old.Claims, r.Claims)
	return c
}

// Worse says in a line each what has changed for certain and is not for the better: each behaviour that is another, and each ratio of ours that is
// greater.
func (c *Changes) Worse() []string {
	var all []string
	for _, b := range c.Behaviours {
		all = append(all, b.String())
	}
	for _, ratio := range c.Ratios {
		if ratio.Worse() {
			all = append(all, ratio.String())
		}
	}
	return all
}

func (b ChangedBehaviour) String() string {
	return fmt.Sprintf("%s, %s: %s, now %s", b.Behaviour, b.Contender, b.Old.Cell, b.New.Cell)
}

func (c ChangedRatio) String() string {
	s := fmt.Sprintf("%s: ratio %v, now %v", c.Name, c.Old, c.New)
	switch {
	case c.Worse():
		s += ", worse"
	case c.Ours:
		s += ", better"
	}
	return s
}

// A named is a thing with a name by which it is found in the other report.
type named[T any] struct {
	name string
	is   T
}

// A seen is a cell that was observed, and not one in which the observation itself went wrong.
type seen struct {
	behaviour, contender string
	answer               compare.Answer
}

func (r *Report) answers() (all []named[seen]) {
	for _, row := range r.Behaviours.Rows {
		for i, a := range row.Answers {
			if a.Cell != "" && a.Cell != unclear {
				who := r.Behaviours.Contenders[i]
				all = append(all, named[seen]{"behaviours: " + row.Behaviour + ", " + who, seen{row.Behaviour, who, a}})
			}
		}
	}
	return all
}

// A measured is a ratio, and what work it is of.
type measured struct {
	ratio interval95
	ours  bool
	work  string // two ratios of one name are compared only if this is the same
	sure  bool   // the interval has enough samples, and A/A shows no difference where there is none
}

func (r *Report) ratios() (all []named[measured]) {
	for _, w := range r.Workloads {
		sure := w.Rounds >= fewestRounds
		for _, row := range w.Rows {
			if row.Again && row.Ratio.Median != 0 {
				sure = sure && row.Ratio.Low <= 1 && row.Ratio.High >= 1
			}
		}
		for _, row := range w.Rows {
			if row.Again || isBase(w, row) || row.Ratio.Median == 0 {
				continue
			}
			// Not Done.Sum: of tasks that compute for so long, it depends on how fast the machine was found to be.
			work := fmt.Sprintf("%s; %s; %d tasks, %d failures", w.About, w.Input, w.Done.Tasks, w.Done.Failures)
			all = append(all, named[measured]{w.Workload + ": " + row.Contender + " to " + w.Base,
				measured{interval95{row.Ratio.Median, row.Ratio.Low, row.Ratio.High}, row.Ours, work, sure}})
		}
	}
	for _, ps := range r.Prices {
		for _, one := range ps.Rows {
			all = append(all, ratioLines(ps.Workload+": "+one.Name, one)...)
		}
		for _, curve := range ps.Curves {
			for _, p := range curve.Points {
				for _, one := range p.Results() {
					all = append(all, ratioLines(fmt.Sprintf("%s, by %s: %s at %s", ps.Workload, curve.Name, one.Name, p.At), one)...)
				}
			}
		}
		for _, g := range ps.Growth {
			for _, p := range g.Points {
				if p.Ratio.Median == 0 || p.Tasks == g.Points[0].Tasks {
					continue
				}
				all = append(all, named[measured]{fmt.Sprintf("%s: growth under %s at %s", ps.Workload, g.Strategy, price.Amount(p.Tasks)),
					measured{interval95{p.Ratio.Median, p.Ratio.Low, p.Ratio.High}, true, "", len(p.Samples) >= fewestRounds}})
			}
		}
	}
	return all
}

func ratioLines(name string, r price.Result) (all []named[measured]) {
	for _, l := range r.Lines {
		if l.Ratio.Median == 0 {
			continue
		}
		sure := r.Pairs >= fewestRounds && !l.Ratio.Few && (l.Again.Median == 0 || l.Again.Low <= 1 && l.Again.High >= 1)
		all = append(all, named[measured]{name + " beside " + besides(r, l),
			measured{interval95{l.Ratio.Median, l.Ratio.Low, l.Ratio.High}, true, r.Work, sure}})
	}
	return all
}

func (c *Changes) behaviours(old, now []named[seen]) {
	c.pair(names(old), names(now), func(i, j int) {
		if was, is := old[i].is, now[j].is; was.answer.Cell != is.answer.Cell {
			c.Behaviours = append(c.Behaviours, ChangedBehaviour{is.behaviour, is.contender, was.answer, is.answer})
		}
	})
}

func (c *Changes) ratios(old, now []named[measured]) {
	c.pair(names(old), names(now), func(i, j int) {
		was, is := old[i].is, now[j].is
		switch {
		case was.work != is.work:
			c.Other = append(c.Other, now[j].name)
			c.Compared--
		case was.sure && is.sure && (is.ratio.low > was.ratio.high || is.ratio.high < was.ratio.low):
			c.Ratios = append(c.Ratios, ChangedRatio{now[j].name, was.ratio, is.ratio, is.ours})
		}
	})
}

func (c *Changes) verdicts(old, now *Claims) {
	of := func(cs *Claims) (all []named[string]) {
		if cs != nil {
			for _, f := range cs.Findings {
				all = append(all, named[string]{"claims: " + f.Name, f.Verdict})
			}
		}
		return all
	}
	was, is := of(old), of(now)
	c.pair(names(was), names(is), func(i, j int) {
		if was[i].is != is[j].is {
			c.Verdicts = append(c.Verdicts, ChangedVerdict{now.Findings[j].Says, was[i].is, is[j].is})
		}
	})
}

func names[T any](all []named[T]) []string {
	list := make([]string, len(all))
	for i, n := range all {
		list[i] = n.name
	}
	return list
}

// pair calls both for each name that the two have, in the new order, and notes the rest.
func (c *Changes) pair(old, now []string, both func(i, j int)) {
	at := make(map[string]int, len(old))
	for i, name := range old {
		at[name] = i
	}
	for j, name := range now {
		if i, ok := at[name]; ok {
			c.Compared++
			both(i, j)
		} else {
			c.Added = append(c.Added, name)
		}
	}
	for _, name := range old {
		if !slices.Contains(now, name) {
			c.Gone = append(c.Gone, name)
		}
	}
}

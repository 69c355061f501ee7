package advice

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/internal/table"
)

type jsonAdvice struct {
	Wishes        map[string][]string `json:"wishes"`
	Row           *jsonRow            `json:"row"`  // null if there is not the one
	With          []jsonRow           `json:"with"` // rows that go with it
	Rest          []jsonRow           `json:"rest"` // the same, if it is one of several
	Fits          []jsonRow           `json:"fits"` // if there are several
	Ask           *jsonQuestion       `json:"ask"`  // what would tell them apart
	Neighbours    []jsonNeighbour     `json:"neighbours"`
	Contradiction *jsonContradiction  `json:"contradiction"`
	Evidence      *jsonEvidence       `json:"evidence"` // null if nothing was measured
}

type jsonRow struct {
	Number  int      `json:"number"`
	Face    string   `json:"face"`
	Take    string   `json:"take"`
	Import  string   `json:"import"`
	Code    []string `json:"code"`
	Example string   `json:"example"`
}

type jsonQuestion struct {
	Name    string       `json:"name"`
	Ask     string       `json:"ask"`
	Answers []jsonAnswer `json:"answers"`
}

type jsonAnswer struct {
	Name  string `json:"name"`
	Means string `json:"means"`
	Rows  []int  `json:"rows"`
}

type jsonNeighbour struct {
	Row     jsonRow `json:"row"`
	Because string  `json:"because"`
}

type jsonContradiction struct {
	Wishes map[string][]string `json:"wishes"`
	Drop   []jsonWay           `json:"drop"`
	Add    []jsonWay           `json:"add"`
}

type jsonWay struct {
	Wishes map[string][]string `json:"wishes"`
	Rows   []int               `json:"rows"`
}

type jsonEvidence struct {
	File       string                `json:"file"`
	Provenance provenance.Provenance `json:"provenance"`
	Cells      []decision.Cell       `json:"cells"`
	Ratios     []jsonRatio           `json:"ratios"`
}

type jsonRatio struct {
	decision.Ratio
	Verdict string `json:"verdict"`
}

// WriteJSON writes the advice for programs. Lists are never null.
func (a *Advice) WriteJSON(w io.Writer) error {
	j := jsonAdvice{Wishes: wishes(a.Wishes), With: jsonRows(a.With), Rest: jsonRows(a.Rest), Fits: jsonRows(a.Fits), Neighbours: []jsonNeighbour{}}
	if a.Row != nil {
		j.Row = &jsonRows([]table.Row{*a.Row})[0]
		j.Evidence = a.jsonEvidence(a.Row.Number)
	}
	if q := a.Ask; q != nil {
		j.Ask = &jsonQuestion{Name: q.Name, Ask: q.Ask, Answers: []jsonAnswer{}}
		for _, answer := range q.Answers {
			if rows := leaves(slices.Concat(a.Fits, a.Rest), q.Name, answer.Name); len(rows) > 0 {
				j.Ask.Answers = append(j.Ask.Answers, jsonAnswer{answer.Name, answer.Means, numbers(rows)})
			}
		}
	}
	for _, n := range a.Neighbours {
		j.Neighbours = append(j.Neighbours, jsonNeighbour{jsonRows([]table.Row{n.Row})[0], n.Because})
	}
	if c := a.Contradiction; c != nil {
		j.Contradiction = &jsonContradiction{wishes(c.Wishes), ways(c.Drop), ways(c.Add)}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false) // code has <-
	return e.Encode(j)
}

func (a *Advice) jsonEvidence(number int) *jsonEvidence {
	r := a.row(number)
	if r == nil {
		return nil
	}
	e := &jsonEvidence{File: a.File, Provenance: a.Evidence.Provenance, Cells: append([]decision.Cell{}, r.Cells...), Ratios: []jsonRatio{}}
	for _, ratio := range r.Ratios {
		e.Ratios = append(e.Ratios, jsonRatio{ratio, ratio.Word()})
	}
	return e
}

func jsonRows(rows []table.Row) []jsonRow {
	all := []jsonRow{}
	for _, r := range rows {
		all = append(all, jsonRow{r.Number, r.Face, plain(r.Take), r.Import, append([]string{}, r.Code...), r.Example})
	}
	return all
}

func wishes(list []table.Wish) map[string][]string {
	all := map[string][]string{}
	for _, w := range list {
		all[w.Question] = w.Answers
	}
	return all
}

func ways(list []table.Way) []jsonWay {
	all := []jsonWay{}
	for _, w := range list {
		all = append(all, jsonWay{wishes(w.Wishes), numbers(w.Rows)})
	}
	return all
}

func numbers(rows []table.Row) (all []int) {
	for _, r := range rows {
		all = append(all, r.Number)
	}
	return all
}

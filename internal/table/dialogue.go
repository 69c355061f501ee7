package table

import (
	"maps"
	"slices"
)

// A Dialogue asks what the choice still depends on, and no more. The zero Dialogue has asked nothing. One goroutine at a time may use it.
type Dialogue struct {
	chart  *chart // made at the first call
	wishes Wishes
	passed []string // questions that were left open, in the order in which they were
	extras bool     // were asked for
}

// A Prompt is what to ask next.
type Prompt struct {
	Ask      string
	Question string   // its name; empty if it is about all options together
	Options  []Option // the answers that leave a row
}

// An Option is one answer of a Prompt.
type Option struct {
	Question string
	Answer   Answer
}

// extrasAsk is asked about all options at once, because nearly everybody has nothing to say to any of them.
const extrasAsk = "Is any of this true as well?"

// Next returns what to ask, or nil once the answer can't change the choice any more. A question is asked if its answers leave different
// rows, and of them those are offered that leave one, so that no answer contradicts those before it.
func (d *Dialogue) Next() *Prompt {
	t := d.table()
	rows := d.possible(t)
	for _, q := range t.questions {
		if len(rows) == 1 {
			break
		}
		if q.Extra || d.wishes[q.Name] != nil || slices.Contains(d.passed, q.Name) {
			continue
		}
		p := &Prompt{Ask: q.Ask, Question: q.Name}
		matters := false
		for _, o := range t.offer(rows, q) {
			a, _ := q.answer(o.name)
			p.Options = append(p.Options, Option{q.Name, a})
			matters = matters || len(o.leaves) < len(rows)
		}
		if matters {
			return p
		}
	}
	return d.nextExtras(t, rows)
}

func (d *Dialogue) nextExtras(t chart, rows []Row) *Prompt {
	if d.extras {
		return nil
	}
	p := &Prompt{Ask: extrasAsk}
	for _, q := range t.questions {
		for _, a := range q.Answers {
			more := Wishes{q.Name: {a.Name}}
			if !q.Extra || !a.Special || len(t.fitting(rows, more, t.serves)) > 0 { // served anyway
				continue
			}
			maps.Copy(more, d.wishes)
			if _, ok := t.optionsFor(more, Wishes{q.Name: {a.Name}}); ok {
				p.Options = append(p.Options, Option{q.Name, a})
			}
		}
	}
	if p.Options == nil {
		return nil
	}
	return p
}

// Answer takes the answers to a prompt: several of one question mean that any will do, and none that nothing special is wished.
func (d *Dialogue) Answer(p *Prompt, picked ...Option) {
	if d.wishes == nil {
		d.wishes = Wishes{}
	}
	for _, o := range picked {
		if !slices.Contains(d.wishes[o.Question], o.Answer.Name) {
			d.wishes[o.Question] = append(d.wishes[o.Question], o.Answer.Name)
		}
	}
	switch {
	case p.Question == "":
		d.extras = true
	case len(picked) == 0:
		d.passed = append(d.passed, p.Question)
	}
}

// Choice is what the answers lead to so far. What was not asked may still be anything.
func (d *Dialogue) Choice() Choice {
	t := newChart() // not the dialogue's own: the caller may change what it gets
	return t.resolve(d.wishes, d.possible(t))
}

func (d *Dialogue) table() chart {
	if d.chart == nil {
		t := newChart()
		d.chart = &t
	}
	return *d.chart
}

// possible are the rows that are left, but those for options.
func (d *Dialogue) possible(t chart) []Row {
	rest, _ := t.split(d.wishes)
	rows := t.fitting(t.main, rest, t.serves)
	for _, q := range t.questions {
		if !slices.Contains(d.passed, q.Name) {
			continue
		}
		ordinary := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return t.demands(r, q) })
		if len(ordinary) > 0 { // else all that is left is special in this, and to pass is to take any of it
			rows = ordinary
		}
	}
	return rows
}

package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Wishes say for questions, by their names, which answers would do: any one of them.
type Wishes map[string][]string

// A Wish is one of them.
type Wish struct {
	Question string   `json:"question"`
	Answers  []string `json:"answers"`
}

// String is the flag that says it: "--errors first,all".
func (w Wish) String() string { return "--" + w.Question + " " + strings.Join(w.Answers, ",") }

// A Choice is what wishes lead to: a Row, or several that fit, or a Contradiction; never none of them.
type Choice struct {
	Wishes []Wish // in the order of the questions

	Row        *Row        // what to take
	With       []Row       // what goes with it and serves the wishes about which it says nothing
	Rest       []Row       // the same, if it is one of several; Ask tells them apart
	Neighbours []Neighbour // the rows that are nearest to it

	Fits []Row     // the rows that fit, if there is not the one
	Ask  *Question // what would tell apart best those that fit, or Rest

	Contradiction *Contradiction
}

// A Neighbour is a row that might have been taken.
type Neighbour struct {
	Row     Row
	Because string // why it was not: "it waits at the limit, and you want work dropped"
}

// A Contradiction says that no row is for all of the wishes.
type Contradiction struct {
	Wishes []Wish // the fewest of them for which there is none
	Drop   []Way  // the fewest to take back so that something fits
	Add    []Way  // what to say besides so that something fits that is special, if that can be
}

// A Way is a change of the wishes, and the rows that fit then.
type Way struct {
	Wishes []Wish // taken away, or added
	Rows   []Row
}

// mostNeighbours is how many are told.
const mostNeighbours = 3

// Choose returns what the wishes lead to. Their order, and that of their answers, makes no difference.
//
// A row fits if it is for one of the answers of each wish, and for an answer that is not special of each question about which nothing is
// wished. What is wished of an option (Question.Extra) may be served by a row of its own: it is then the Row, and the one for the rest goes
// with it.
//
// The error names question, answer and what is allowed.
func Choose(w Wishes) (Choice, error) {
	t := newChart()
	w, err := t.check(w)
	if err != nil {
		return Choice{}, err
	}
	rest, _ := t.split(w)
	return t.resolve(w, t.fitting(t.main, rest, t.admits)), nil
}

// A chart is the table as one chooses from it.
type chart struct {
	questions []Question
	main      []Row // each a way to do the work
	options   []Row // each goes with one of those

	demanded map[int][]string // by the row's number, the questions to which it is only for special answers
}

func newChart() chart {
	t := chart{questions: Questions(), demanded: map[int][]string{}}
	for _, r := range Rows() {
		option := false
		for _, q := range t.questions {
			if is := r.Fits[q.Name]; is != nil && t.special(q, is) {
				t.demanded[r.Number] = append(t.demanded[r.Number], q.Name)
				option = option || q.Extra
			}
		}
		if option {
			t.options = append(t.options, r)
		} else {
			t.main = append(t.main, r)
		}
	}
	return t
}

// demands says whether the row is only for special answers to the question.
func (t chart) demands(r Row, q Question) bool { return slices.Contains(t.demanded[r.Number], q.Name) }

// check returns the wishes with their answers in order and once each.
func (t chart) check(w Wishes) (Wishes, error) {
	checked := Wishes{}
	for name, answers := range w {
		i := slices.IndexFunc(t.questions, func(q Question) bool { return q.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no question %q", name)
		}
		q := t.questions[i]
		for _, a := range answers {
			if _, ok := q.answer(a); !ok {
				return nil, fmt.Errorf("%s: %q is no answer: must be %s", name, a, or(q.names()))
			}
		}
		if len(answers) == 0 {
			return nil, fmt.Errorf("%s: there is no answer: must be %s", name, or(q.names()))
		}
		checked[name] = slices.DeleteFunc(q.names(), func(a string) bool { return !slices.Contains(answers, a) })
	}
	return checked, nil
}

// split parts the wishes into those that a way to do the work must serve, and those for an option.
func (t chart) split(w Wishes) (rest, options Wishes) {
	rest, options = Wishes{}, Wishes{}
	for _, q := range t.questions {
		switch answers := w[q.Name]; {
		case answers == nil:
		case q.Extra && t.special(q, answers):
			options[q.Name] = answers
		default:
			rest[q.Name] = answers
		}
	}
	return rest, options
}

func (t chart) special(q Question, answers []string) bool {
	return !slices.ContainsFunc(answers, func(name string) bool { a, _ := q.answer(name); return !a.Special })
}

// admits says whether the row serves the wishes, and asks for nothing special that was not wished.
func (t chart) admits(r Row, w Wishes) bool {
	for _, name := range t.demanded[r.Number] {
		if w[name] == nil {
			return false
		}
	}
	return t.serves(r, w)
}

// serves says whether the row serves the wishes, whatever else it may ask for.
func (t chart) serves(r Row, w Wishes) bool {
	for name, answers := range w {
		if is := r.Fits[name]; is != nil && !slices.ContainsFunc(answers, func(a string) bool { return slices.Contains(is, a) }) {
			return false
		}
	}
	return true
}

func (t chart) fitting(rows []Row, w Wishes, rule func(Row, Wishes) bool) []Row {
	var some []Row
	for _, r := range rows {
		if rule(r, w) {
			some = append(some, r)
		}
	}
	return some
}

// resolve makes a choice, where rest are the rows for all wishes but those for options.
func (t chart) resolve(w Wishes, rest []Row) Choice {
	c := Choice{Wishes: t.list(w)}
	others, options := t.split(w)
	fits := t.fitting(rest, options, t.serves) // these serve also what is wished of options, by themselves
	switch added, ok := t.optionsFor(w, options); {
	case len(fits) == 1:
		c.Row = &fits[0]
	case len(fits) > 1:
		c.Fits, c.Ask = fits, t.ask(fits, w)
		return c
	case len(rest) == 0 || !ok:
		c.Contradiction = t.contradiction(w)
		return c
	default:
		c.Row, c.With = &added[0], added[1:]
		switch {
		case len(others) == 0: // nothing is said about the rest
		case len(rest) > 1:
			c.Rest, c.Ask = rest, t.ask(rest, w)
		case t.isOurs(rest[0]):
			c.With = append(c.With, rest[0])
		}
	}
	c.Neighbours = t.neighbours(*c.Row, slices.Concat(c.With, c.Rest), w)
	return c
}

// optionsFor returns the rows for what is wished of options, and whether there is one for each.
func (t chart) optionsFor(w, options Wishes) (rows []Row, all bool) {
	for _, q := range t.questions {
		if options[q.Name] == nil {
			continue
		}
		i := slices.IndexFunc(t.options, func(r Row) bool { return t.demands(r, q) && t.admits(r, w) })
		if i < 0 {
			return nil, false
		}
		rows = append(rows, t.options[i])
	}
	return rows, len(rows) > 0
}

// isOurs says whether an option of ours can go with the row: with the standard library's WaitGroup, none does.
func (t chart) isOurs(r Row) bool { return strings.Contains(r.Import, ".") }

// served says whether there is a row for the wishes, or more than one together.
func (t chart) served(w Wishes, rule func(Row, Wishes) bool) bool {
	rest, options := t.split(w)
	rows := t.fitting(t.main, rest, rule)
	if len(t.fitting(rows, options, t.serves)) > 0 {
		return true
	}
	_, ok := t.optionsFor(w, options)
	return ok && len(rows) > 0
}

// ask returns the question that leaves the fewest of the rows, on average over its answers, the first of those that do; nil if none tells
// them apart.
func (t chart) ask(rows []Row, w Wishes) *Question {
	var best *Question
	least := float64(len(rows))
	for i, q := range t.questions {
		if len(w[q.Name]) == 1 || q.Extra {
			continue
		}
		sum, n := 0, 0
		for _, o := range t.offer(rows, q) {
			if w[q.Name] == nil || slices.Contains(w[q.Name], o.name) {
				sum, n = sum+len(o.leaves), n+1
			}
		}
		if n > 0 && float64(sum)/float64(n) < least {
			best, least = &t.questions[i], float64(sum)/float64(n)
		}
	}
	return best
}

// An offer is an answer and the rows that it leaves.
type offer struct {
	name   string
	leaves []Row
}

// offer returns those answers that leave a row.
func (t chart) offer(rows []Row, q Question) []offer {
	var some []offer
	for _, a := range q.Answers {
		if left := t.fitting(rows, Wishes{q.Name: {a.Name}}, t.serves); len(left) > 0 {
			some = append(some, offer{a.Name, left})
		}
	}
	return some
}

func (t chart) list(w Wishes) []Wish {
	var all []Wish
	for _, q := range t.questions {
		if w[q.Name] != nil {
			all = append(all, Wish{q.Name, w[q.Name]})
		}
	}
	return all
}

// neighbours returns the rows that have the least against them, the nearest to the one that was chosen first. Those with it are none.
func (t chart) neighbours(chosen Row, with []Row, w Wishes) []Neighbour {
	type candidate struct {
		Neighbour
		against, apart int
	}
	var all []candidate
	rows := t.main
	if slices.ContainsFunc(t.options, func(o Row) bool { return o.Number == chosen.Number }) {
		rows = slices.Concat(t.main, t.options)
	} // else an option would be no other way, but one thing more
	for _, r := range rows {
		if r.Number == chosen.Number || slices.ContainsFunc(with, func(o Row) bool { return o.Number == r.Number }) {
			continue
		}
		if because := t.against(r, w); len(because) > 0 {
			all = append(all, candidate{Neighbour{r, strings.Join(because[:min(2, len(because))], "; ")}, len(because), t.apart(r, chosen)})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.against, b.against), cmp.Compare(a.apart, b.apart), cmp.Compare(a.Row.Number, b.Row.Number))
	})
	var some []Neighbour
	for _, c := range all[:min(mostNeighbours, len(all))] {
		some = append(some, c.Neighbour)
	}
	return some
}

// apart is how many questions the two rows answer differently.
func (t chart) apart(a, b Row) (n int) {
	for _, q := range t.questions {
		if !slices.Equal(a.Fits[q.Name], b.Fits[q.Name]) {
			n++
		}
	}
	return n
}

// against says what speaks against the row: the wishes that it does not serve, and what is special about it and was not wished.
func (t chart) against(r Row, w Wishes) []string {
	var refused, unasked []string
	for _, q := range t.questions {
		is := func() string {
			var all []string
			for _, name := range r.Fits[q.Name] {
				a, _ := q.answer(name)
				all = append(all, a.It)
			}
			return "it " + or(all)
		}
		switch answers := w[q.Name]; {
		case answers == nil && t.demands(r, q):
			unasked = append(unasked, is()+", which you did not ask for")
		case answers != nil && !t.serves(r, Wishes{q.Name: answers}):
			refused = append(refused, is()+", and you "+t.wanted(Wish{q.Name, answers}))
		}
	}
	return append(refused, unasked...)
}

// wanted is what a wish says, after "you".
func (t chart) wanted(w Wish) string {
	var all []string
	for _, q := range t.questions {
		for _, a := range q.Answers {
			if q.Name == w.Question && slices.Contains(w.Answers, a.Name) {
				all = append(all, a.You)
			}
		}
	}
	return or(all)
}

// Wanted is what the wish says, after "you": "want every error".
func (w Wish) Wanted() string { return newChart().wanted(w) }

// or lists words: "a, b or c".
func or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

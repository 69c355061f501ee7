package table_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/table"
)

// situations are the rows with what a programmer would wish who faces them.
var situations = []struct {
	row    int
	wishes table.Wishes
}{
	{1, table.Wishes{"errors": {"first"}, "at-limit": {"none"}}},
	{2, table.Wishes{"errors": {"first"}, "at-limit": {"wait"}}},
	{3, table.Wishes{"items": {"millions"}}},
	{4, table.Wishes{"lives": {"process"}}},
	{5, table.Wishes{"errors": {"all"}}},
	{6, table.Wishes{"lives": {"forget"}}},
	{7, table.Wishes{"at-limit": {"drop"}}},
	{8, table.Wishes{"failure": {"some"}}},
	{9, table.Wishes{"wait": {"some"}}},
	{10, table.Wishes{"failure": {"restart"}}},
	{11, table.Wishes{"results": {"stages"}}},
	{12, table.Wishes{"results": {"typed"}, "errors": {"first"}}},
	{13, table.Wishes{"errors": {"none"}, "failure": {"nothing"}}},
	{14, table.Wishes{"at-limit": {"weights", "shared"}}},
	{15, table.Wishes{"panics": {"yes"}}},
	{16, table.Wishes{"failure": {"enough"}}},
	{17, table.Wishes{"errors": {"cause"}}},
	{18, table.Wishes{"profile": {"yes"}}},
}

func TestEverySituationLeadsToItsRow(t *testing.T) {
	var rows []int
	for _, s := range situations {
		rows = append(rows, s.row)
		if c := choose(t, s.wishes); c.Row == nil || c.Row.Number != s.row || c.Fits != nil || c.Contradiction != nil {
			t.Errorf("%v: %s, not row %d", s.wishes, outcome(c), s.row)
		}
	}
	if want := numbers(table.Rows()); !slices.Equal(rows, want) {
		t.Errorf("the situations are of rows %v, and there are %v", rows, want)
	}
}

// More is said than is needed, as people do, and some of it is served by two rows together.
func TestChoices(t *testing.T) {
	for _, c := range []struct {
		wishes table.Wishes
		want   string
	}{
		{table.Wishes{"errors": {"all"}, "at-limit": {"drop"}, "items": {"millions"}}, "row 7"},
		{table.Wishes{"lives": {"forget"}, "at-limit": {"drop"}}, "row 6"},
		{table.Wishes{"lives": {"forget"}, "panics": {"yes"}}, "row 6"}, // emit sees to it by itself
		{table.Wishes{"failure": {"restart"}, "lives": {"process"}, "panics": {"yes"}}, "row 10"},
		{table.Wishes{"at-limit": {"drop"}, "panics": {"yes"}, "errors": {"all"}}, "row 15 with [7]"},
		{table.Wishes{"panics": {"yes"}, "profile": {"yes"}}, "row 15 with [18]"},
		{table.Wishes{"panics": {"yes"}, "errors": {"first"}}, "row 15 with one of [1 2], by at-limit"},
		{table.Wishes{"profile": {"yes"}, "errors": {"none"}, "failure": {"nothing"}}, "row 18"}, // a WaitGroup has no options
		{table.Wishes{"errors": {"none"}}, "one of [1 2 13], by failure"},
		{table.Wishes{"errors": {"none"}, "failure": {"nothing"}, "at-limit": {"wait"}}, "row 13"},
		{table.Wishes{"errors": {"none"}, "failure": {"stop"}, "at-limit": {"wait"}}, "row 2"},
		{table.Wishes{"wait": {"some"}, "results": {"typed"}, "errors": {"first"}}, "row 9 with [12]"},
		{table.Wishes{"panics": {"no"}, "wait": {"all"}, "errors": {"all"}}, "row 5"},
		{table.Wishes{"panics": {"no", "yes"}, "errors": {"all"}}, "row 5"},
		{table.Wishes{"errors": {"first", "all"}, "at-limit": {"none"}}, "one of [1 5], by errors"},
		{table.Wishes{"errors": {"first"}}, "one of [1 2], by at-limit"},
		{nil, "one of [1 2 5 13], by errors"},
		{table.Wishes{"errors": {"all"}, "lives": {"forget"}}, "contradiction of lives, errors; drop lives: [5]; drop errors: [6]"},
		{table.Wishes{"errors": {"all"}, "lives": {"forget"}, "items": {"few"}, "profile": {"no"}}, "contradiction of lives, errors; drop lives: [5]; drop errors: [6]"},
		{table.Wishes{"failure": {"nothing"}, "errors": {"cause"}}, "contradiction of failure, errors; drop failure: [17]; drop errors: [5 13]"},
		{table.Wishes{"panics": {"yes"}, "errors": {"none"}}, "contradiction of errors, panics; drop errors: [15]; drop panics: [1 2 13]; add --lives forget: [6]; add --failure restart: [10]"},
	} {
		if got := outcome(choose(t, c.wishes)); got != c.want {
			t.Errorf("%v:\n  %s, not\n  %s", c.wishes, got, c.want)
		}
	}
}

func TestNeighboursSayWhyTheyLost(t *testing.T) {
	c := choose(t, table.Wishes{"at-limit": {"drop"}, "errors": {"first"}})
	want := map[int]string{
		2: "it waits at the limit, and you want work dropped",
		1: "it sets no limit, and you want work dropped",
	}
	for _, n := range c.Neighbours {
		if because, ok := want[n.Row.Number]; ok && n.Because != because {
			t.Errorf("row %d: %q, not %q", n.Row.Number, n.Because, because)
		}
		delete(want, n.Row.Number)
	}
	if len(want) > 0 {
		t.Errorf("the neighbours of row 7 are %v", c.Neighbours)
	}
	for _, n := range choose(t, table.Wishes{"errors": {"all"}}).Neighbours {
		if n.Row.Number == 7 && n.Because != "it drops work at the limit, which you did not ask for" {
			t.Errorf("row 7: %q", n.Because)
		}
	}
}

func TestWhatCantBeWished(t *testing.T) {
	for _, c := range []struct {
		wishes table.Wishes
		want   []string
	}{
		{table.Wishes{"colour": {"red"}}, []string{"colour"}},
		{table.Wishes{"errors": {"some"}}, []string{"errors", `"some"`, "none, first, all or cause"}},
		{table.Wishes{"errors": {}}, []string{"errors", "none, first, all or cause"}},
	} {
		_, err := table.Choose(c.wishes)
		for _, word := range c.want {
			if err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%v: %v, without %s", c.wishes, err, word)
			}
		}
	}
}

func TestCountOf(t *testing.T) {
	for text, want := range map[string]string{
		"1": "few", "20": "few", "99_999": "few", "1e3": "few", "100_000": "millions", "1e6": "millions", "3000000": "millions", "1e300": "millions",
		"": "", "0": "", "-1": "", "1.5": "", "NaN": "", "Inf": "", "1e999": "", "lots": "", "20 ": "",
	} {
		got, err := table.CountOf(text)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// Every row's Fits names questions and answers that there are, and every question tells rows apart.
func TestFitsNameQuestionsAndAnswers(t *testing.T) {
	answers := map[string][]string{}
	for _, q := range table.Questions() {
		ordinary := 0
		for _, a := range q.Answers {
			answers[q.Name] = append(answers[q.Name], a.Name)
			if !a.Special {
				ordinary++
			}
			if a.Means == "" || a.It == "" || a.You == "" {
				t.Errorf("%s %s does not say what it means", q.Name, a.Name)
			}
		}
		if ordinary == 0 {
			t.Errorf("%s: everything is special", q.Name)
		}
	}
	taken := map[string]bool{}
	for _, r := range table.Rows() {
		for q, names := range r.Fits {
			for i, name := range names {
				if !slices.Contains(answers[q], name) || slices.Contains(names[:i], name) {
					t.Errorf("row %d: %q is no answer to %q, or there twice", r.Number, name, q)
				}
				taken[q+" "+name] = true
			}
			if len(names) == 0 {
				t.Errorf("row %d fits no answer to %q", r.Number, q)
			}
		}
		if len(r.Fits) == 0 {
			t.Errorf("row %d fits everything", r.Number)
		}
	}
	for q, names := range answers {
		for _, name := range names {
			if !taken[q+" "+name] {
				t.Errorf("no row is for %s %s", q, name)
			}
		}
	}
}

// What one caller does to questions and rows is not seen by another.
func TestChoicesAreTheCallersOwn(t *testing.T) {
	table.Questions()[0].Answers[0].Name = "changed"
	table.Rows()[0].Fits["lives"][0] = "changed"
	w := table.Wishes{"at-limit": {"shared", "weights", "shared"}}
	before := choose(t, w)
	before.Wishes[0].Answers[0] = "changed"
	before.Row.Fits["lives"][0] = "changed"
	if again := choose(t, w); again.Wishes[0].Answers[0] != "weights" || again.Row.Fits["lives"][0] != "call" {
		t.Errorf("what a caller has changed came back: %v", again)
	}
	if !slices.Equal(w["at-limit"], []string{"shared", "weights", "shared"}) {
		t.Errorf("the wishes were changed: %v", w)
	}
}

// Whatever is wished, there is exactly one kind of answer, and it is true: what is chosen fits, what is open is told apart by the question,
// what contradicts does so by itself and no part of it does. All pairs of answers are gone through, and a sample of the rest.
func TestEveryCombinationHasAnAnswer(t *testing.T) {
	questions := table.Questions()
	random := rand.New(rand.NewPCG(5, 18))
	reached := map[int]bool{}
	check := func(w table.Wishes) {
		c := choose(t, w)
		checkChoice(t, w, c)
		if c.Row != nil {
			reached[c.Row.Number] = true
		}
	}
	total := 1
	for _, q := range questions {
		total *= len(q.Answers) + 1
	}
	for n := range 500 {
		w := table.Wishes{}
		if n < 300 { // one answer at most to each
			for at, i := random.IntN(total), 0; i < len(questions); i++ {
				q := questions[i]
				if k := at % (len(q.Answers) + 1); k > 0 && random.IntN(2) == 0 {
					w[q.Name] = []string{q.Answers[k-1].Name}
				}
				at /= len(q.Answers) + 1
			}
		} else {
			for _, q := range questions {
				for range random.IntN(3) {
					w[q.Name] = append(w[q.Name], q.Answers[random.IntN(len(q.Answers))].Name)
				}
			}
		}
		check(w)
	}
	for i, a := range questions { // all pairs of two answers
		for _, x := range a.Answers {
			check(table.Wishes{a.Name: {x.Name}})
			for _, b := range questions[i+1:] {
				for _, y := range b.Answers {
					check(table.Wishes{a.Name: {x.Name}, b.Name: {y.Name}})
				}
			}
		}
	}
	if len(reached) != len(table.Rows()) {
		t.Errorf("only rows %v were reached", slices.Sorted(maps.Keys(reached)))
	}
}

func checkChoice(t *testing.T, w table.Wishes, c table.Choice) {
	t.Helper()
	kinds := 0
	for _, is := range []bool{c.Row != nil, c.Fits != nil, c.Contradiction != nil} {
		if is {
			kinds++
		}
	}
	if kinds != 1 {
		t.Fatalf("%v: %+v", w, c)
	}
	switch {
	case c.Row != nil:
		for _, r := range append([]table.Row{*c.Row}, c.With...) {
			for _, wish := range c.Wishes {
				if !fits(r, wish) && len(c.With)+len(c.Rest) == 0 {
					t.Errorf("%v: row %d is not for %v", w, r.Number, wish)
				}
			}
		}
		for _, wish := range c.Wishes { // one of them serves it
			if !slices.ContainsFunc(slices.Concat([]table.Row{*c.Row}, c.With, c.Rest), func(r table.Row) bool { return fits(r, wish) }) {
				t.Errorf("%v: %s, and nothing is for %v", w, outcome(c), wish)
			}
		}
		for _, n := range c.Neighbours {
			if n.Because == "" || n.Row.Number == c.Row.Number || strings.Contains(n.Because, "  ") {
				t.Errorf("%v: neighbour %d of row %d because %q", w, n.Row.Number, c.Row.Number, n.Because)
			}
		}
		if len(c.Neighbours) == 0 {
			t.Errorf("%v: row %d has no neighbours", w, c.Row.Number)
		}
		if c.Rest != nil {
			checkAsk(t, w, c.Rest, c.Ask)
		}
	case c.Fits != nil:
		checkAsk(t, w, c.Fits, c.Ask)
	default:
		checkContradiction(t, w, *c.Contradiction)
	}
}

func checkAsk(t *testing.T, w table.Wishes, rows []table.Row, ask *table.Question) {
	t.Helper()
	if len(rows) < 2 || ask == nil {
		t.Fatalf("%v: open between %v, and nothing is asked", w, numbers(rows))
	}
	for _, a := range ask.Answers {
		left := 0
		for _, r := range rows {
			if fits(r, table.Wish{Question: ask.Name, Answers: []string{a.Name}}) {
				left++
			}
		}
		if 0 < left && left < len(rows) {
			return
		}
	}
	t.Errorf("%v: %s does not tell %v apart", w, ask.Name, numbers(rows))
}

func checkContradiction(t *testing.T, w table.Wishes, c table.Contradiction) {
	t.Helper()
	if len(c.Wishes) < 2 || len(c.Drop) == 0 {
		t.Errorf("%v: contradiction of %v, without a way out of it", w, c.Wishes)
	}
	whole := table.Wishes{}
	for _, wish := range c.Wishes {
		whole[wish.Question] = wish.Answers
	}
	if again := choose(t, whole); again.Contradiction == nil {
		t.Errorf("%v: %v is no contradiction by itself: %s", w, c.Wishes, outcome(again))
	}
	for _, wish := range c.Wishes { // without one of them there is a row, if need be a special one
		part := maps.Clone(whole)
		delete(part, wish.Question)
		if again := choose(t, part); again.Contradiction != nil && (c.Add != nil || again.Contradiction.Add == nil) {
			t.Errorf("%v: %v is one without %v as well", w, c.Wishes, wish)
		}
	}
	for _, way := range c.Drop {
		less := maps.Clone(w)
		for _, wish := range way.Wishes {
			delete(less, wish.Question)
		}
		again := choose(t, less)
		rows := again.Fits
		if again.Row != nil {
			rows = append([]table.Row{*again.Row}, again.With...)
		}
		if !slices.Equal(numbers(rows), numbers(way.Rows)) || len(rows) == 0 {
			t.Errorf("%v: without %v it is %s, not %v", w, way.Wishes, outcome(again), numbers(way.Rows))
		}
	}
	for _, way := range c.Add {
		more := maps.Clone(w)
		for _, wish := range way.Wishes {
			more[wish.Question] = wish.Answers
		}
		if again := choose(t, more); again.Contradiction != nil {
			t.Errorf("%v: with %v it is a contradiction too", w, way.Wishes)
		}
	}
}

// Less that is wished leaves more to choose from: whoever takes back an ordinary wish still has the row, alone or among others, and nobody
// gets into a contradiction by taking something back.
func TestTakingAWishBack(t *testing.T) {
	questions := table.Questions()
	random := rand.New(rand.NewPCG(9, 9))
	rows := 0
	for range 300 {
		w := table.Wishes{}
		for _, q := range questions {
			if random.IntN(3) == 0 {
				w[q.Name] = []string{q.Answers[random.IntN(len(q.Answers))].Name}
			}
		}
		c := choose(t, w)
		if c.Contradiction != nil {
			continue
		}
		rows++
		for _, q := range questions {
			if w[q.Name] == nil {
				continue
			}
			less := maps.Clone(w)
			delete(less, q.Name)
			then := choose(t, less)
			special := slices.ContainsFunc(q.Answers, func(a table.Answer) bool { return a.Special && a.Name == w[q.Name][0] })
			if then.Contradiction != nil && !special {
				t.Errorf("%v is %s, and without %s %s", w, outcome(c), q.Name, outcome(then))
			}
			if !special && !q.Extra && c.Row != nil && !slices.Contains(all(then), c.Row.Number) {
				t.Errorf("%v is %s, and without %s it is not there any more: %s", w, outcome(c), q.Name, outcome(then))
			}
			if special && then.Contradiction != nil && then.Contradiction.Add == nil {
				t.Errorf("%v is %s, and without %s nothing can be added to %s", w, outcome(c), q.Name, outcome(then))
			}
		}
	}
	if rows < 50 {
		t.Errorf("only %d of the wishes had an answer", rows)
	}
}

// The order of wishes is that of a map, which is none; the order of their answers makes no difference either.
func TestOrderMakesNoDifference(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		w, v := table.Wishes{}, table.Wishes{}
		for _, q := range table.Questions() {
			for range random.IntN(3) {
				w[q.Name] = append(w[q.Name], q.Answers[random.IntN(len(q.Answers))].Name)
			}
			if len(w[q.Name]) > 0 {
				v[q.Name] = append(slices.Clone(w[q.Name]), w[q.Name]...)
				slices.Reverse(v[q.Name])
			}
		}
		if a, b := choose(t, w), choose(t, v); !reflect.DeepEqual(a, b) {
			t.Fatalf("%v is %s, and the other way round %s", w, outcome(a), outcome(b))
		}
	}
}

func choose(t *testing.T, w table.Wishes) table.Choice {
	t.Helper()
	c, err := table.Choose(w)
	if err != nil {
		t.Fatalf("%v: %v", w, err)
	}
	return c
}

func fits(r table.Row, w table.Wish) bool {
	is, named := r.Fits[w.Question]
	return !named || slices.ContainsFunc(w.Answers, func(a string) bool { return slices.Contains(is, a) })
}

func numbers(rows []table.Row) (all []int) {
	for _, r := range rows {
		all = append(all, r.Number)
	}
	return all
}

// all are the rows of a choice.
func all(c table.Choice) []int {
	if c.Row == nil {
		return numbers(c.Fits)
	}
	return append([]int{c.Row.Number}, numbers(c.With)...)
}

// outcome is a choice in a line.
func outcome(c table.Choice) string {
	switch {
	case c.Row != nil && c.With != nil && len(c.With) > 0:
		return fmt.Sprintf("row %d with %v", c.Row.Number, numbers(c.With))
	case c.Row != nil && c.Rest != nil:
		return fmt.Sprintf("row %d with one of %v, by %s", c.Row.Number, numbers(c.Rest), c.Ask.Name)
	case c.Row != nil:
		return fmt.Sprintf("row %d", c.Row.Number)
	case c.Fits != nil:
		return fmt.Sprintf("one of %v, by %s", numbers(c.Fits), c.Ask.Name)
	case c.Contradiction == nil:
		return "nothing"
	}
	var names []string
	for _, w := range c.Contradiction.Wishes {
		names = append(names, w.Question)
	}
	text := "contradiction of " + strings.Join(names, ", ")
	for _, way := range c.Contradiction.Drop {
		text += fmt.Sprintf("; drop %s: %v", way.Wishes[0].Question, numbers(way.Rows))
	}
	for _, way := range c.Contradiction.Add {
		text += "; add"
		for _, w := range way.Wishes {
			text += " " + w.String()
		}
		text += fmt.Sprintf(": %v", numbers(way.Rows))
	}
	return text
}

package table_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/table"
)

// talk answers each prompt by its question's answer in the wishes, and passes where there is none. It returns the questions that it was
// asked.
func talk(t *testing.T, w table.Wishes) (asked []string, c table.Choice) {
	t.Helper()
	var d table.Dialogue
	for p := d.Next(); p != nil; p = d.Next() {
		if len(asked) > len(table.Questions()) {
			t.Fatalf("%v: there is no end to %v", w, asked)
		}
		asked = append(asked, p.Question)
		var picked []table.Option
		for _, o := range p.Options {
			if slices.Contains(w[o.Question], o.Answer.Name) {
				picked = append(picked, o)
			}
		}
		d.Answer(p, picked...)
	}
	return asked, d.Choice()
}

// Each situation is reached by answering what one knows of it and passing the rest.
func TestEverySituationIsReachedByAnswers(t *testing.T) {
	for _, s := range situations {
		asked, c := talk(t, s.wishes)
		if c.Row == nil || c.Row.Number != s.row {
			t.Errorf("%v: asked %v, %s, not row %d", s.wishes, asked, outcome(c), s.row)
		}
	}
}

// What is told by an answer is not asked again in other words.
func TestADialogueAsksOnlyWhatMatters(t *testing.T) {
	for _, c := range []struct {
		wishes table.Wishes
		asked  string
		want   string
	}{
		{table.Wishes{"lives": {"forget"}}, "lives", "row 6"},
		{table.Wishes{"results": {"stages"}}, "lives results +", "row 11"},
		{table.Wishes{"lives": {"process"}, "failure": {"restart"}}, "lives results failure +", "row 10"},
		{table.Wishes{"lives": {"call"}, "results": {"none"}, "failure": {"enough"}, "panics": {"yes"}}, "lives results failure +", "row 15 with [16]"},
		{table.Wishes{"lives": {"call"}, "results": {"none"}, "failure": {"stop"}, "errors": {"first"}, "at-limit": {"none"}, "items": {"few"}},
			"lives results failure errors at-limit items +", "row 1"},
	} {
		asked, choice := talk(t, c.wishes)
		for i, name := range asked {
			if name == "" {
				asked[i] = "+"
			}
		}
		if got := strings.Join(asked, " "); got != c.asked || outcome(choice) != c.want {
			t.Errorf("%v: asked %s, %s; not %s, %s", c.wishes, got, outcome(choice), c.asked, c.want)
		}
	}
}

// Whatever is answered, a dialogue ends, with rows and never a contradiction; no prompt is asked whose answers all leave the same; and what
// was answered in full leads where the same flags lead, if they lead to a row.
func TestEveryDialogueEndsWithRows(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	reached := map[int]bool{}
	for range 100 {
		var d table.Dialogue
		var answers [][]table.Option
		w := table.Wishes{}
		for p := d.Next(); p != nil; p = d.Next() {
			if p.Question != "" && !matters(answers, p) {
				t.Errorf("%v: %s does not matter", w, p.Question)
			}
			var picked []table.Option
			for range random.IntN(3) { // none, one, or two, which may be the same
				o := p.Options[random.IntN(len(p.Options))]
				picked = append(picked, o)
				w[o.Question] = append(w[o.Question], o.Answer.Name)
			}
			d.Answer(p, picked...)
			answers = append(answers, picked)
			if c := d.Choice(); c.Row == nil && c.Fits == nil {
				t.Fatalf("%v: %s", w, outcome(c))
			}
			if len(answers) > len(table.Questions()) {
				t.Fatalf("there is no end to %v", answers)
			}
		}
		c := d.Choice()
		for _, n := range all(c) {
			reached[n] = true
		}
		if flags := choose(t, w); flags.Row != nil && outcome(flags) != outcome(c) {
			t.Errorf("%v: answered %s, and by flags %s", w, outcome(c), outcome(flags))
		}
	}
	if len(reached) != len(table.Rows()) {
		t.Errorf("only rows %v are reached", slices.Sorted(maps.Keys(reached)))
	}
}

// matters says whether the prompt's answers leave different rows.
func matters(answers [][]table.Option, p *table.Prompt) bool {
	left := map[string]bool{}
	for _, picked := range append(slices.Clone(p.Options), table.Option{}) {
		var d table.Dialogue
		for _, before := range answers {
			d.Answer(d.Next(), before...)
		}
		if picked.Question != "" { // else as it is before the answer
			d.Answer(p, picked)
		}
		left[fmt.Sprint(all(d.Choice()))] = true
	}
	return len(left) > 1
}

// Whoever has not been asked yet may still mean anything, and whoever has been asked and passed means nothing special.
func TestAPassIsNothingSpecial(t *testing.T) {
	var d table.Dialogue
	before := d.Choice()
	if !slices.Contains(all(before), 4) || !slices.Contains(all(before), 7) {
		t.Errorf("before the first question only %v are left", all(before))
	}
	d.Answer(d.Next())
	if after := all(d.Choice()); slices.Contains(after, 4) || slices.Contains(after, 6) || !slices.Contains(after, 7) {
		t.Errorf("after passing the first question %v are left", after)
	}
}

package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/table"
)

// oneRow is a decision table with one row.
func oneRow() decision.Table {
	l := price.Line{}
	l.Ratio.Median, l.Ratio.Low, l.Ratio.High = 0.5, 0.4, 0.6
	return decision.Table{Rows: []decision.Row{{
		Row:    table.Row{Number: 3, Face: "a | b", Story: "It happens.", Take: "`this`", Import: "example.org/this", Code: []string{"one()", "two()"}, Beside: "that", Enough: "That is enough."},
		Cells:  []decision.Cell{{Behaviour: "waits", Contender: "failfast", Cell: "yes", Detail: "It did."}, {Behaviour: "waits", Contender: "conc"}},
		Ratios: []decision.Ratio{{Work: "ten tasks", Beside: "that", Line: l}},
	}}}
}

func TestDecisionAsMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := writeDecision(&b, oneRow()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 3 | a \\| b | `this` | that |\n",
		"#### 3. a | b\n\nIt happens.\n\nTake `this`.\n\n```go\nimport \"example.org/this\"\n\none()\ntwo()\n```\n\nThat is enough.\n",
		"| waits | failfast | yes | It did. |\n| waits | conc | not observed |  |\n",
		"| ten tasks | that | 0.5 | 0.4-0.6 |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &b)
		}
	}
}

func TestDecisionAsText(t *testing.T) {
	var b bytes.Buffer
	if err := writeDecisionText(&b, oneRow(), 40); err != nil {
		t.Fatal(err)
	}
	want := `
What to take

 3  a | b: this.
    waits: failfast yes
    ten tasks, beside that: ratio 0.5
    (0.4-0.6)
`
	if got := b.String(); got != want {
		t.Errorf("wrote\n%s, want\n%s", got, want)
	}
}

// A report without a decision table has none shown.
func TestNoDecision(t *testing.T) {
	var b bytes.Buffer
	for _, err := range []error{writeDecisionText(&b, decision.Table{}, 40), writeDecision(&b, decision.Table{})} {
		if err != nil || b.Len() > 0 {
			t.Errorf("wrote %q, %v", &b, err)
		}
	}
}

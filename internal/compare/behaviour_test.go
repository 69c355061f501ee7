package compare_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sharedfate/fate/internal/compare"
)

// observed is what each contender does, at the versions in go.mod.
const observed = `
                       |go      |failfast |collectall|shed    |selective|errgroup |errgroup-sem|conc    |conc-errors|multierror|hand-chan|hand-mutex|hand-once
Wait returns           |nil     |first    |all       |all     |all      |first    |first       |first   |all        |all       |all      |all       |first
order of errors        |n/a     |n/a      |started   |started |started  |n/a      |n/a         |n/a     |ended      |ended     |ended    |ended     |n/a
a single error         |lost    |same     |wrapped   |wrapped |wrapped  |same     |same        |same    |wrapped    |wrapped   |wrapped  |wrapped   |same
no error               |nil     |nil      |nil       |nil     |nil      |nil      |nil         |nil     |nil        |typed nil |nil      |nil       |nil
errors.Is reaches      |n/a     |one task |all       |all     |all      |one task |one task    |one task|all        |all       |all      |all       |one task
errors.Is, miss: allocs|n/a     |0        |0         |0       |0        |0        |0           |0       |0          |101       |0        |0         |0
text of 10000 errors   |n/a     |n/a      |linear    |linear  |linear   |n/a      |n/a         |n/a     |quadratic  |linear    |linear   |linear    |n/a
error once returned    |n/a     |constant |constant  |constant|constant |constant |constant    |constant|constant   |changes   |crashes  |constant  |constant
failure stops others   |no      |yes      |no        |no      |no       |yes      |yes         |yes     |no         |no        |no       |no        |yes
context.Cause          |n/a     |the error|wrapped   |wrapped |wrapped  |the error|the error   |Canceled|n/a        |n/a       |n/a      |n/a       |the error
context after Wait     |n/a     |ended    |ended     |ended   |ended    |ended    |ended       |ended   |n/a        |n/a       |n/a      |n/a       |ended
echoes of a stop       |n/a     |hidden   |n/a       |n/a     |n/a      |hidden   |hidden      |hidden  |n/a        |n/a       |n/a      |n/a       |hidden
task after a failure   |runs    |skipped  |runs      |runs    |runs     |runs     |skipped     |runs    |runs       |runs      |runs     |runs      |runs
parent cancelled before|nil     |cause    |cause     |cause   |cause    |nil      |Canceled    |nil     |nil        |nil       |nil      |nil       |nil
Go at the limit        |waits   |holds 64 |holds 64  |refuses |holds 64 |waits    |waits       |waits   |waits      |waits     |waits    |waits     |waits
TryGo at the limit     |false   |holds 64 |holds 64  |false   |holds 64 |false    |false       |no TryGo|no TryGo   |false     |false    |false     |false
Go waits, group stops  |waits on|returns  |returns   |n/a     |returns  |waits on |returns     |waits on|waits on   |waits on  |waits on |waits on  |waits on
Go in a task at limit 1|hangs   |works    |works     |refused |works    |hangs    |hangs       |hangs   |hangs      |hangs     |hangs    |hangs     |hangs
slot after Goexit      |kept    |n/a      |kept      |kept    |kept     |kept     |kept        |kept    |kept       |kept      |kept     |kept      |kept
limit of 0             |n/a     |no limit |no limit  |panics  |no limit |hangs    |hangs       |panics  |panics     |n/a       |n/a      |n/a       |n/a
Go in a task           |works   |works    |works     |works   |works    |works    |works       |panics  |panics     |works     |works    |works     |works
Go after Wait          |runs    |refused  |refused   |refused |refused  |runs     |refused     |panics  |panics     |runs      |runs     |runs      |runs
second Wait            |same    |same     |same      |same    |same     |same     |same        |panics  |panics     |same      |panics   |same      |same
panic in a task        |crashes |crashes  |crashes   |crashes |crashes  |crashes  |crashes     |at Wait |at Wait    |crashes   |crashes  |crashes   |crashes
Goexit in a task       |nil     |error    |error     |error   |error    |nil      |nil         |nil     |nil        |nil       |nil      |nil       |nil
nil task               |crashes |in Go    |in Go     |in Go   |in Go    |crashes  |crashes     |at Wait |at Wait    |crashes   |crashes  |crashes   |crashes
`

// details is what some of the answers must say in words: by whom it is said and what.
var details = []struct{ behaviour, contenders, want string }{
	{"panic in a task", "go failfast collectall shed selective errgroup errgroup-sem multierror hand-chan hand-mutex hand-once",
		"in compare.panics"}, // the task's own stack
	{"panic in a task", "conc conc-errors", "*panics.Recovered, which is not the task's value"},
	{"Goexit in a task", "failfast collectall shed selective", "runtime.Goexit"},
	{"nil task", "failfast collectall shed selective", "fate: Go: the task is nil"},
	{"parent cancelled before", "failfast collectall shed selective errgroup-sem", "the task never ran"},
	{"parent cancelled before", "errgroup conc", "the task ran"},
	{"limit of 0", "errgroup", "errgroup.(*Group).Go"},
	{"limit of 0", "errgroup-sem", "semaphore.(*Weighted).Acquire"},
	{"limit of 0", "shed", "shed: Limit is 0"},
	{"Go after Wait", "errgroup hand-once", "a context that had ended"},
	{"text of 10000 errors", "conc-errors", "bytes are allocated"},
}

func TestEveryContenderDoesWhatWasFound(t *testing.T) {
	m, err := compare.ObserveAll(t.Context(), compare.Behaviours(), compare.Observed(compare.Contenders()), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := parseObserved(t, observed)
	got := map[string]compare.Answer{}
	for _, row := range m.Rows {
		for i, a := range row.Answers {
			key := row.Behaviour + " / " + m.Contenders[i]
			got[key] = a
			if w, ok := want[key]; !ok || a.Cell != w {
				t.Errorf("%s: %q (%s), want %q", key, a.Cell, a.Detail, w)
			}
			delete(want, key)
		}
	}
	for key := range want {
		t.Errorf("%s was not asked", key)
	}
	for _, d := range details {
		for _, c := range strings.Fields(d.contenders) {
			key := d.behaviour + " / " + c
			if a := got[key]; !strings.Contains(a.Detail, d.want) {
				t.Errorf("%s: the detail is %q, want %q in it", key, a.Detail, d.want)
			}
		}
	}
	for _, c := range compare.Observed(compare.Contenders()) {
		if !c.Ours {
			continue
		}
		for _, b := range compare.Behaviours() {
			if a := got[b.Name+" / "+c.Name]; strings.Contains(a.Detail, "data race") {
				t.Errorf("%s / %s: %s", b.Name, c.Name, a.Detail)
			}
		}
	}
}

func parseObserved(t *testing.T, table string) map[string]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(table), "\n")
	columns := strings.Split(lines[0], "|")[1:]
	cells := map[string]string{}
	for _, line := range lines[1:] {
		fields := strings.Split(line, "|")
		if len(fields) != len(columns)+1 {
			t.Fatalf("%q has %d fields, want %d", line, len(fields), len(columns)+1)
		}
		for i, c := range columns {
			cells[strings.TrimSpace(fields[0])+" / "+strings.TrimSpace(c)] = strings.TrimSpace(fields[i+1])
		}
	}
	return cells
}

func TestBehavioursFitTheTable(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range compare.Behaviours() {
		if seen[b.Name] {
			t.Errorf("two behaviours are named %q", b.Name)
		}
		seen[b.Name] = true
		if utf8.RuneCountInString(b.Name) > 24 || strings.Contains(b.Name, "/") {
			t.Errorf("%q: a name has at most 24 characters and no slash", b.Name)
		}
		if !strings.HasSuffix(b.Question, "?") {
			t.Errorf("%s: the question is %q", b.Name, b.Question)
		}
		if b.Observe == nil {
			t.Errorf("%s observes nothing", b.Name)
		}
	}
	for key, cell := range parseObserved(t, observed) {
		if utf8.RuneCountInString(cell) > 9 {
			t.Errorf("%s: %q is wider than 9 characters", key, cell)
		}
	}
}

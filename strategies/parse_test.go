package strategies_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/quorum"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
	"github.com/sharedfate/fate/strategies"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		want fate.Strategy
	}{
		{"failfast", failfast.Strategy{}},
		{"failfast limit=8", failfast.Strategy{Limit: 8}},
		{"failfast limit=0", failfast.Strategy{}},
		{"\t failfast\n  limit=8 ", failfast.Strategy{Limit: 8}},
		{`failfast limit="8"`, failfast.Strategy{Limit: 8}},
		{"collectall limit=8 keep=100 stopafter=3", collectall.Strategy{Limit: 8, Keep: 100, StopAfter: 3}},
		{"collectall stopafter=3 limit=8", collectall.Strategy{Limit: 8, StopAfter: 3}},
		{"shed limit=4", shed.Strategy{Limit: 4}},
		{"shed limit=4 then=failfast", shed.Strategy{Limit: 4, Then: failfast.Strategy{}}},
		{`shed then="failfast limit=2" limit=4`, shed.Strategy{Limit: 4, Then: failfast.Strategy{Limit: 2}}},
		{`shed limit=4 then="shed limit=2 then=\"failfast limit=1\""`,
			shed.Strategy{Limit: 4, Then: shed.Strategy{Limit: 2, Then: failfast.Strategy{Limit: 1}}}},
		{"selective", selective.Strategy{}},
		{"selective limit=2 scope=dependents", selective.Strategy{Limit: 2, Scope: selective.Dependents}},
		{"selective scope=nobody", selective.Strategy{}},
		{"selective scope=later", selective.Strategy{Scope: selective.Later}},
		{"selective scope=group", selective.Strategy{Scope: selective.Group}},
		{"quorum need=2", quorum.Strategy{Need: 2}},
		{"quorum limit=4 need=2", quorum.Strategy{Need: 2, Limit: 4}},
		{`shed limit=4 then="quorum need=1"`, shed.Strategy{Limit: 4, Then: quorum.Strategy{Need: 1}}},
	} {
		got, err := strategies.Parse(c.text)
		if err != nil || got != c.want {
			t.Errorf("Parse(%q) = %#v, %v; want %#v", c.text, got, err, c.want)
			continue
		}
		if again, err := strategies.Parse(fmt.Sprint(got)); err != nil || again != c.want {
			t.Errorf("Parse(%q), the text of Parse(%q), = %#v, %v; want the same strategy", got, c.text, again, err)
		}
	}
}

// An error says which strategy, field and value it is about, and what is known or allowed.
var wrong = []struct {
	text string
	says []string
}{
	{"", []string{"no strategy is named", "collectall", "failfast", "quorum", "selective", "shed"}},
	{" \n", []string{"no strategy is named", "failfast"}},
	{"failfsat limit=8", []string{`"failfsat"`, "collectall", "failfast", "selective", "shed"}},
	{"Failfast", []string{`"Failfast"`, "failfast"}},
	{"limit=8", []string{`"limit=8"`, "failfast"}},

	{"failfast keep=8", []string{"failfast", `"keep"`, "must be one of limit"}},
	{"collectall Limit=8", []string{"collectall", `"Limit"`, "limit, keep, stopafter"}},
	{"failfast =8", []string{"failfast", `unknown field ""`, "limit"}},
	{"failfast limit=8 limit=8", []string{"failfast", "limit", "twice", `"8"`}},
	{"failfast limit", []string{"failfast", `"limit"`, "'='", "field=value"}},
	{"failfast limit =8", []string{"failfast", `"limit"`, "'='"}},
	{"failfast limit= 8", []string{"failfast", "limit", "no value"}},

	{"failfast limit=x", []string{"failfast", "limit", `"x"`, "a whole number"}},
	{"failfast limit=1.5", []string{"failfast", "limit", `"1.5"`, "a whole number"}},
	{`failfast limit=""`, []string{"failfast", "limit", `""`, "a whole number"}},
	{"failfast limit=99999999999999999999", []string{"failfast", "limit", "99999999999999999999", "fits int"}},
	{"failfast limit=-1", []string{"failfast", "Limit", "-1", "0 (no limit) or more"}},
	{"collectall limit=-1", []string{"collectall", "Limit", "-1", "0 (no limit) or more"}},
	{"collectall keep=-2", []string{"collectall", "Keep", "-2", "0 (all) or more"}},
	{"collectall stopafter=-3", []string{"collectall", "StopAfter", "-3", "0 (never) or more"}},
	{"selective limit=-1", []string{"selective", "Limit", "-1", "0 (no limit) or more"}},
	{"selective scope=all", []string{"selective", "scope", `"all"`, "nobody, later, dependents, group"}},
	{"selective scope=func", []string{"selective", "scope", `"func"`, "nobody, later, dependents, group"}},

	{"quorum", []string{"quorum", "Need", "must be given", "1 or more"}},
	{"quorum need=0", []string{"quorum", "Need", "0", "1 or more"}},
	{"quorum need=-1", []string{"quorum", "Need", "-1", "1 or more"}},
	{"quorum need=half", []string{"quorum", "need", `"half"`, "a whole number"}},
	{"quorum need=2 limit=-1", []string{"quorum", "Limit", "-1", "0 (no limit) or more"}},
	{"quorum need=2 keep=3", []string{"quorum", `"keep"`, "must be one of need, limit"}},
	{"failfast need=2", []string{"failfast", `"need"`, "must be one of limit"}},
	{"supervise limit=-1", []string{"supervise", "Limit", "-1", "0 (no limit) or more"}},
	{"supervise restart=always", []string{"supervise", "restart", `"always"`, "default, transient, permanent, temporary"}},
	{"supervise radius=group", []string{"supervise", "radius", `"group"`, "itself, later, all"}},
	{"supervise intensity=-2", []string{"supervise", "Intensity", "-2", "-1 (unbounded), 0 (5) or more"}},
	{"supervise intensity=few", []string{"supervise", "intensity", `"few"`, "a whole number"}},
	{"supervise period=5", []string{"supervise", "period", `"5"`, "a duration such as 1.5s"}},
	{"supervise period=-5s", []string{"supervise", "Period", "-5s", "0 (30s) or more"}},
	{"supervise backoff=1s", []string{"supervise", `"backoff"`, "limit, restart, radius, intensity, period"}},

	{"shed", []string{"shed", "Limit", "must be given", "1 or more"}},
	{"shed limit=0", []string{"shed", "Limit", "0", "1 or more"}},
	{"shed limit=-4", []string{"shed", "Limit", "-4", "1 or more"}},
	{"shed limit=4 then=", []string{"shed", "then", "no value"}},
	{`shed limit=4 then=""`, []string{"shed", "then", "no strategy is named", "failfast"}},
	{"shed limit=4 then=bogus", []string{"shed", "then", `"bogus"`, "failfast"}},
	{"shed limit=4 then=shed", []string{"shed", "then", "Limit", "1 or more"}},
	{`shed limit=4 then="failfast limit=-2"`, []string{"shed", "then", "failfast", "Limit", "-2"}},
	{`shed limit=4 then="failfast limit=2`, []string{"shed", "then", `"failfast limit=2`, "closing quote"}},
	{`shed limit=4 then="failfast"limit=2`, []string{"shed", "then", `"failfast"`, "white space"}},
	{"shed limit=4 then='failfast limit=2'", []string{"shed", "then", "'failfast", "double quotes"}},
	{"shed limit=4 then=`failfast`", []string{"shed", "then", "`failfast`", "double quotes"}},
}

func TestParseErrorSaysWhatIsWrongAndWhatIsRight(t *testing.T) {
	for _, c := range wrong {
		s, err := strategies.Parse(c.text)
		if err == nil || s != nil {
			t.Errorf("Parse(%q) = %#v, %v; want an error alone", c.text, s, err)
			continue
		}
		mustSay(t, fmt.Sprintf("Parse(%q)", c.text), err, c.says...)
	}
}

func mustSay(t *testing.T, what string, err error, says ...string) {
	t.Helper()
	if !strings.HasPrefix(err.Error(), "strategies: ") {
		t.Errorf("%s: %q does not start with the package name", what, err)
	}
	for _, say := range says {
		if !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %q does not say %q", what, err, say)
		}
	}
}

func TestParseMakesStrategiesThatRememberAnew(t *testing.T) {
	const text = "sampler every=1s"
	a, err := strategies.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	b, err := strategies.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if a == b || !reflect.DeepEqual(a, b) {
		t.Errorf("Parse(%q) twice: %p and %p; want two equal strategies", text, a, b)
	}
}

package strategies_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
	"github.com/sharedfate/fate/strategies"
)

// forms are the same Config as data in code, as text, and as an object.
var forms = []struct {
	config       strategies.Config
	text, object string
}{
	{strategies.Config{Name: "failfast"}, "failfast", `{"name":"failfast"}`},
	{strategies.Config{Name: "failfast", Limit: 8}, "failfast limit=8", `{"name":"failfast","limit":8}`},
	{strategies.Config{Name: "failfast", Limit: 8}, "failfast limit=8", `{"limit":"8","name":"failfast"}`},
	{strategies.Config{Name: "failfast"}, "failfast", `{"name":"failfast","limit":null}`},
	{strategies.Config{Name: "collectall", Limit: 8, Keep: 100, StopAfter: 3}, "collectall limit=8 keep=100 stopafter=3",
		`{"name":"collectall","keep":100,"stopafter":3,"limit":8}`},
	{strategies.Config{Name: "shed", Limit: 4, Then: &strategies.Config{Name: "failfast"}}, "shed limit=4 then=failfast",
		`{"name":"shed","limit":4,"then":"failfast"}`},
	{strategies.Config{Name: "shed", Limit: 4, Then: &strategies.Config{Name: "failfast", Limit: 2}},
		`shed limit=4 then="failfast limit=2"`, `{"name":"shed","limit":4,"then":{"name":"failfast","limit":2}}`},
	{strategies.Config{Name: "selective", Limit: 2, Scope: "dependents"}, "selective limit=2 scope=dependents",
		`{"name":"selective","limit":2,"scope":"dependents"}`},
	{strategies.Config{Name: "quorum", Need: 2, Limit: 4}, "quorum need=2 limit=4", `{"name":"quorum","limit":4,"need":2}`},
	{strategies.Config{Name: "supervise", Limit: 8, Restart: "transient", Radius: "all", Intensity: 3, Period: strategies.Duration(5 * time.Second)},
		"supervise limit=8 restart=transient radius=all intensity=3 period=5s",
		`{"name":"supervise","restart":"transient","radius":"all","intensity":3,"period":"5s","limit":8}`},
	{strategies.Config{Name: "sampler", Limit: 1, Extra: map[string]string{
		"every": "1s", "inner": "shed limit=2 then=failfast", "label": `it's "so"`, "share": "0.5", "strict": "true"}},
		`sampler limit=1 every=1s inner="shed limit=2 then=failfast" label="it's \"so\"" share=0.5 strict=true`,
		`{"name":"sampler","limit":1,"every":"1s","inner":{"name":"shed","limit":2,"then":"failfast"},
		"label":"it's \"so\"","share":0.5,"strict":true}`},
}

func TestConfigReadsBothFormsAndWritesText(t *testing.T) {
	for _, f := range forms {
		text, err := f.config.MarshalText()
		if err != nil || string(text) != f.text || f.config.String() != f.text {
			t.Errorf("MarshalText of %+v = %q, %v and String %q; want %q", f.config, text, err, f.config.String(), f.text)
		}
		quoted, err := json.Marshal(f.config)
		if want, _ := json.Marshal(f.text); err != nil || string(quoted) != string(want) {
			t.Errorf("json.Marshal of %+v = %s, %v; want %s", f.config, quoted, err, want)
		}
		for what, read := range map[string]func(*strategies.Config) error{
			"UnmarshalText":  func(c *strategies.Config) error { return c.UnmarshalText(text) },
			"Set":            func(c *strategies.Config) error { return c.Set(f.text) },
			"JSON string":    func(c *strategies.Config) error { return json.Unmarshal(quoted, c) },
			"JSON object":    func(c *strategies.Config) error { return json.Unmarshal([]byte(f.object), c) },
			"YAML scalar":    func(c *strategies.Config) error { return c.UnmarshalYAML(yaml(quoted)) },
			"YAML mapping":   func(c *strategies.Config) error { return c.UnmarshalYAML(yaml([]byte(f.object))) },
			"pointer filled": func(c *strategies.Config) error { return json.Unmarshal([]byte(f.object), &c) },
		} {
			got := strategies.Config{Name: "collectall", Keep: 9, Extra: map[string]string{"stale": "yes"}}
			if err := read(&got); err != nil || !reflect.DeepEqual(got, f.config) {
				t.Errorf("%s of %s: %+v, %v; want %+v", what, f.object, got, err, f.config)
			}
		}
	}
}

// yaml stands for a YAML library: it decodes into an any, as the function does that UnmarshalYAML is given.
func yaml(data []byte) func(any) error {
	return func(v any) error { return json.Unmarshal(data, v) }
}

func TestConfigStrategy(t *testing.T) {
	c := strategies.Config{Name: "shed", Limit: 4, Then: &strategies.Config{Name: "failfast", Limit: 2}}
	got, err := c.Strategy()
	if want := (shed.Strategy{Limit: 4, Then: failfast.Strategy{Limit: 2}}); err != nil || got != want {
		t.Errorf("got %#v, %v; want %#v", got, err, want)
	}
}

func TestConfigErrors(t *testing.T) {
	cycle := &strategies.Config{Name: "shed", Limit: 1}
	cycle.Then = cycle
	for _, c := range []struct {
		config strategies.Config
		says   []string
	}{
		{strategies.Config{}, []string{"no strategy is named", "collectall", "failfast"}},
		{strategies.Config{Limit: 8}, []string{"no strategy is named", "failfast"}},
		{strategies.Config{Name: "bogus"}, []string{`"bogus"`, "failfast"}},
		{strategies.Config{Name: "failfast", Keep: 3}, []string{"failfast", `"keep"`, "limit"}},
		{strategies.Config{Name: "failfast", Limit: -1}, []string{"failfast", "Limit", "-1"}},
		{strategies.Config{Name: "shed"}, []string{"shed", "Limit", "must be given"}},
		{strategies.Config{Name: "shed", Limit: 1, Then: &strategies.Config{}}, []string{"shed", "then", "no strategy is named"}},
		{strategies.Config{Name: "selective", Scope: "all"}, []string{"selective", "scope", `"all"`, "dependents"}},
		{strategies.Config{Name: "quorum", Limit: 4}, []string{"quorum", "Need", "0", "must be given"}},
		{strategies.Config{Name: "failfast", Need: 2}, []string{"failfast", `"need"`, "limit"}},
		{strategies.Config{Name: "failfast", Extra: map[string]string{"limit": "8"}}, []string{"failfast", "Extra", `"limit"`}},
		{strategies.Config{Name: "failfast", Extra: map[string]string{"burst": "8"}}, []string{"failfast", `"burst"`, "limit"}},
		{strategies.Config{Name: "sampler", Extra: map[string]string{"": "8"}}, []string{"sampler", `""`, "every"}},
		{strategies.Config{Name: "supervise", Restart: "always"}, []string{"supervise", "restart", `"always"`, "permanent"}},
		{strategies.Config{Name: "supervise", Period: -1}, []string{"supervise", "Period", "-1ns", "0 (30s) or more"}},
		{strategies.Config{Name: "failfast", Period: 1}, []string{"failfast", `"period"`, "limit"}},
		{*cycle, []string{"more than 8 strategies inside each other"}},
	} {
		if s, err := c.config.Strategy(); err == nil || s != nil {
			t.Errorf("%v: Strategy() = %v, %v; want an error alone", c.config, s, err)
		} else {
			mustSay(t, c.config.String(), err, c.says...)
		}
		if text, err := c.config.MarshalText(); c.config.Name != "" && err == nil {
			t.Errorf("MarshalText wrote %q, which can't be read", text)
		}
	}
}

func TestConfigIsWrittenHoweverDeepAndReadUpToALevel(t *testing.T) {
	nest := func(levels int) (c *strategies.Config, object string) {
		c, object = &strategies.Config{Name: "failfast"}, `{"name":"failfast"}`
		for range levels - 1 {
			c = &strategies.Config{Name: "shed", Limit: 1, Then: c}
			object = `{"name":"shed","limit":1,"then":` + object + `}`
		}
		return c, object
	}
	want, object := nest(8)
	var got strategies.Config
	if err := json.Unmarshal([]byte(object), &got); err != nil || !reflect.DeepEqual(got, *want) {
		t.Errorf("eight levels: %v, %v; want %v", got, err, want)
	}
	for _, levels := range []int{9, 2000} {
		c, object := nest(levels)
		for what, err := range map[string]error{
			"json":     json.Unmarshal([]byte(object), &got),
			"yaml":     got.UnmarshalYAML(yaml([]byte(object))),
			"strategy": second(c.Strategy()),
		} {
			if err == nil {
				t.Errorf("%s of %d levels: no error", what, levels)
				continue
			}
			mustSay(t, what, err, "more than 8 strategies inside each other")
		}
		if text := c.String(); len(text) > 10_000 || !strings.Contains(text, "...") {
			t.Errorf("the text of %d levels has %d bytes; want few, and dots where it was cut", levels, len(text))
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestConfigReadErrorsChangeNothing(t *testing.T) {
	before := strategies.Config{Name: "collectall", Keep: 5}
	check := func(what string, says []string, read func(*strategies.Config) error) {
		t.Helper()
		got := before
		err := read(&got)
		if err == nil {
			t.Errorf("%s: no error, read %+v", what, got)
			return
		}
		mustSay(t, what, err, says...)
		if !reflect.DeepEqual(got, before) {
			t.Errorf("%s: changed to %+v by a failed read", what, got)
		}
	}
	for _, c := range wrong {
		quoted, _ := json.Marshal(c.text)
		check("Set "+c.text, c.says, func(got *strategies.Config) error { return got.Set(c.text) })
		if strings.TrimSpace(c.text) == "" {
			continue // the text of the zero Config, which can be read
		}
		check("UnmarshalText "+c.text, c.says, func(got *strategies.Config) error { return got.UnmarshalText([]byte(c.text)) })
		check("JSON "+c.text, c.says, func(got *strategies.Config) error { return json.Unmarshal(quoted, got) })
	}
	for object, says := range map[string][]string{
		`{}`:                               {"no strategy is named", "failfast"},
		`{"name":""}`:                      {"no strategy is named", "failfast"},
		`{"limit":8}`:                      {"no strategy is named", "failfast"},
		`{"name":"bogus"}`:                 {`"bogus"`, "failfast"},
		`{"name":8}`:                       {`"8"`, "failfast"},
		`{"name":["failfast"]}`:            {"name", "a list", "text"},
		`{"name":null}`:                    {"name", "null", "text"},
		`{"name":"failfast","Limit":8}`:    {"failfast", `"Limit"`, "limit"},
		`{"name":"failfast","limit":8.5}`:  {"failfast", "limit", `"8.5"`, "a whole number"},
		`{"name":"failfast","limit":true}`: {"failfast", "limit", `"true"`, "a whole number"},
		`{"name":"failfast","limit":[8]}`:  {"failfast", "limit", "a list", "a whole number"},
		`{"name":"failfast","limit":{"name":"shed"}}`:                {"failfast", "limit", "an object", "a whole number"},
		`{"name":"failfast","limit":-8}`:                             {"failfast", "Limit", "-8", "0 (no limit) or more"},
		`{"name":"quorum","limit":8}`:                                {"quorum", "Need", "must be given"},
		`{"name":"quorum","need":"two"}`:                             {"quorum", "need", `"two"`, "a whole number"},
		`{"name":"shed","limit":4,"then":{}}`:                        {"shed", "then", "no strategy is named"},
		`{"name":"shed","limit":4,"then":7}`:                         {"shed", "then", `"7"`, "failfast"},
		`{"name":"shed","limit":4,"then":{"name":"x"}}`:              {"shed", "then", `"x"`, "failfast"},
		`{"name":"shed","limit":4,"then":{"name":"failfast","x":1}}`: {"shed", "then", "failfast", `"x"`, "limit"},
		`["failfast"]`: {"a list", "text or object"},
		`8`:            {`"8"`, "failfast"},
	} {
		check(object, says, func(got *strategies.Config) error { return json.Unmarshal([]byte(object), got) })
		check("YAML "+object, says, func(got *strategies.Config) error { return got.UnmarshalYAML(yaml([]byte(object))) })
	}
	// A map would hide these; a YAML library reports them itself.
	for object, says := range map[string][]string{
		`{"name":"failfast","limit":8,"limit":8}`:             {"failfast", "limit", "twice"},
		`{"name":"failfast","name":"shed"}`:                   {"name", "twice", `"shed"`},
		`{"name":"shed","limit":1,"then":{"name":"failfast"}`: nil, // cut short
		`{"name":"failfast"} {}`:                              nil,
	} {
		check(object, says, func(got *strategies.Config) error { return got.UnmarshalJSON([]byte(object)) })
	}
}

func TestConfigReadsWhatYAMLLibrariesMakeOfAMapping(t *testing.T) {
	want := strategies.Config{Name: "shed", Limit: 4, Then: &strategies.Config{Name: "failfast", Limit: 2}}
	for _, v := range []any{
		map[string]any{"name": "shed", "limit": 4, "then": map[string]any{"name": "failfast", "limit": 2}},
		map[any]any{"name": "shed", "limit": int64(4), "then": map[any]any{"name": "failfast", "limit": uint64(2)}},
		map[string]any{"name": "shed", "limit": 4.0, "then": "failfast limit=2"},
	} {
		var got strategies.Config
		err := got.UnmarshalYAML(func(to any) error { *to.(*any) = v; return nil })
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %v, %v; want %v", v, got, err, want)
		}
	}

	var got strategies.Config
	err := got.UnmarshalYAML(func(to any) error {
		*to.(*any) = map[string]any{"name": "failfast", "limit": time.Unix(0, 0)}
		return nil
	})
	if err == nil {
		t.Fatal("a date was taken for a limit")
	}
	mustSay(t, "a date", err, "failfast", "limit", "time.Time", "a whole number")

	own := fmt.Errorf("line 3: the library's own error")
	if err := got.UnmarshalYAML(func(any) error { return own }); err != own {
		t.Errorf("got %v; want the library's error as it is", err)
	}
}

func TestZeroConfigIsWrittenAndRead(t *testing.T) {
	var settings struct {
		Fetch, Store strategies.Config
		Other        *strategies.Config
	}
	data, err := json.Marshal(settings)
	if want := `{"Fetch":"","Store":"","Other":null}`; err != nil || string(data) != want {
		t.Fatalf("wrote %s, %v; want %s", data, err, want)
	}
	if err := json.Unmarshal(data, &settings); err != nil || !reflect.DeepEqual(settings.Fetch, strategies.Config{}) || settings.Other != nil {
		t.Errorf("read %+v, %v; want it as it was", settings, err)
	}
	settings.Fetch.Name = "failfast"
	if err := json.Unmarshal([]byte(`{"Fetch":null}`), &settings); err != nil || settings.Fetch.Name != "failfast" {
		t.Errorf("null made of it %+v, %v; want it as it was", settings.Fetch, err)
	}
	if err := json.Unmarshal([]byte(`{"Fetch":""}`), &settings); err != nil || settings.Fetch.Name != "" {
		t.Errorf("empty text made of it %+v, %v; want the zero Config", settings.Fetch, err)
	}
}

func TestConfigAsFlag(t *testing.T) {
	for _, define := range []func(*flag.FlagSet, *strategies.Config){
		func(f *flag.FlagSet, c *strategies.Config) { f.Var(c, "strategy", "which `strategy`") },
		func(f *flag.FlagSet, c *strategies.Config) { f.TextVar(c, "strategy", *c, "which `strategy`") },
	} {
		c := strategies.Config{Name: "failfast", Limit: 8}
		var help strings.Builder
		f := flag.NewFlagSet("", flag.ContinueOnError)
		f.SetOutput(&help)
		define(f, &c)
		f.PrintDefaults()
		if !strings.Contains(help.String(), "(default failfast limit=8)") {
			t.Errorf("the help is %q; want the default in it", help.String())
		}
		f.SetOutput(io.Discard)
		if err := f.Parse([]string{"-strategy", "shed limit=4 then=failfast"}); err != nil || c.String() != "shed limit=4 then=failfast" {
			t.Errorf("got %v, %v", c, err)
		}
		if err := f.Parse([]string{"-strategy=failfast limit=x"}); err == nil || !strings.Contains(err.Error(), `limit is "x"`) {
			t.Errorf("got %v; want an error about the limit", err)
		}
	}
}

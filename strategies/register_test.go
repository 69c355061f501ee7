package strategies_test

import (
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/strategies"
)

// sampler has a field of each type that can be configured. It is a pointer, as a strategy that remembers must be.
type sampler struct {
	collectall.Strategy
	fields samplerFields
}

type samplerFields struct {
	Limit  uint8          `help:"a column of Config, narrower than there"`
	Offset int16          `help:"a number that can be negative"`
	Share  float32        `help:"a fraction"`
	Strict bool           `help:"a switch"`
	Label  string         `help:"any text"`
	Every  time.Duration  `help:"a time"`
	Level  slog.Level     `help:"a type of another package"`
	Inner  fate.Strategy  `help:"a strategy"`
	hidden map[string]int // not a field of the configuration
}

func init() {
	strategies.Register("sampler", "used in tests alone", func(p samplerFields) (fate.Strategy, error) {
		if !(p.Share <= 1) { // NaN too
			return nil, fmt.Errorf("sampler: Share is %v: must be 1 or less", p.Share)
		}
		if p.Strict && p.Label == "nil" || p.hidden != nil {
			return nil, nil
		}
		return &sampler{fields: p}, nil
	})
}

func TestRegisteredFieldsAreTyped(t *testing.T) {
	got, err := strategies.Parse(`sampler limit=3 offset=-7 share=0.25 strict=true label="two words" every=1.5s level=WARN inner="failfast limit=2"`)
	if err != nil {
		t.Fatal(err)
	}
	want := samplerFields{
		Limit: 3, Offset: -7, Share: 0.25, Strict: true, Label: "two words", Every: 1500 * time.Millisecond,
		Level: slog.LevelWarn, Inner: failfast.Strategy{Limit: 2},
	}
	if got := got.(*sampler).fields; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRegisteredFieldsErrors(t *testing.T) {
	for _, c := range []struct {
		text string
		says []string
	}{
		{"sampler limit=300", []string{"sampler", "limit", `"300"`, "a whole number", "fits uint8"}},
		{"sampler limit=-1", []string{"sampler", "limit", `"-1"`, "from 0 on"}},
		{"sampler offset=40000", []string{"sampler", "offset", `"40000"`, "fits int16"}},
		{"sampler offset=ten", []string{"sampler", "offset", `"ten"`, "a whole number"}},
		{"sampler share=half", []string{"sampler", "share", `"half"`, "a number"}},
		{"sampler share=1e99", []string{"sampler", "share", `"1e99"`, "fits float32"}},
		{"sampler share=1.5", []string{"sampler", "Share", "1.5", "1 or less"}},
		{"sampler strict=1", []string{"sampler", "strict", `"1"`, "true or false"}},
		{"sampler every=5", []string{"sampler", "every", `"5"`, "a duration such as 1.5s"}},
		{"sampler level=loud", []string{"sampler", "level", `"loud"`}},
		{"sampler inner=bogus", []string{"sampler", "inner", `"bogus"`, "failfast"}},
		{`sampler inner="failfast limit=x"`, []string{"sampler", "inner", "failfast", "limit", `"x"`, "a whole number"}},
		{"sampler hidden=1", []string{"sampler", `"hidden"`, "limit, offset, share"}},
		{"sampler strict=true label=nil", []string{"strategy is nil"}},
	} {
		_, err := strategies.Parse(c.text)
		if err == nil {
			t.Errorf("Parse(%q): no error", c.text)
			continue
		}
		mustSay(t, fmt.Sprintf("Parse(%q)", c.text), err, c.says...)
	}
}

func TestRegisterPanicsOnAMistake(t *testing.T) {
	good := func(struct{}) (fate.Strategy, error) { return failfast.Strategy{}, nil }
	type embedded struct{ Keep int }
	for _, c := range []struct {
		story    string
		register func()
		says     []string
	}{
		{"a name that is taken", func() { strategies.Register("failfast", "", good) }, []string{`"failfast"`, "taken"}},
		{"no name", func() { strategies.Register("", "", good) }, []string{`""`, "lower-case letters"}},
		{"a name of two words", func() { strategies.Register("fail slow", "", good) }, []string{`"fail slow"`, "lower-case letters"}},
		{"a name with a capital", func() { strategies.Register("Slow", "", good) }, []string{`"Slow"`, "lower-case letters"}},
		{"a name that starts with a digit", func() { strategies.Register("2fast", "", good) }, []string{`"2fast"`, "a letter first"}},
		{"no build function", func() { strategies.Register[struct{}]("slow", "", nil) }, []string{`"slow"`, "nil build"}},
		{"fields that are no struct", func() {
			strategies.Register("slow", "", func(int) (fate.Strategy, error) { return nil, nil })
		}, []string{`"slow"`, "int", "must be a struct"}},
		{"a field that can't be configured", func() {
			strategies.Register("slow", "", func(struct{ Notify chan int }) (fate.Strategy, error) { return nil, nil })
		}, []string{`"slow"`, "Notify", "chan int", "must be"}},
		{"an embedded struct", func() {
			strategies.Register("slow", "", func(struct{ embedded }) (fate.Strategy, error) { return nil, nil })
		}, []string{`"slow"`, "embedded", "must be"}},
		{"a field called Name", func() {
			strategies.Register("slow", "", func(struct{ Name string }) (fate.Strategy, error) { return nil, nil })
		}, []string{`"slow"`, "Name", "another name"}},
		{"a field of Config with another type", func() {
			strategies.Register("slow", "", func(struct{ Limit time.Duration }) (fate.Strategy, error) { return nil, nil })
		}, []string{`"slow"`, "Limit", "time.Duration", "a whole number", "Config"}},
		{"a field that can't be written in ASCII", func() {
			strategies.Register("slow", "", func(struct{ Größe int }) (fate.Strategy, error) { return nil, nil })
		}, []string{`"slow"`, "Größe", "ASCII"}},
		{"two fields that share a name", func() {
			strategies.Register("slow", "", func(struct{ Rate, RATE int }) (fate.Strategy, error) { return nil, nil })
		}, []string{`"slow"`, "RATE", "rate"}},
	} {
		t.Run(c.story, func(t *testing.T) {
			defer func() {
				text, ok := recover().(string)
				if !ok || !strings.HasPrefix(text, "strategies: Register(") {
					t.Fatalf("panicked with %q; want a text that names the call", text)
				}
				for _, say := range c.says {
					if !strings.Contains(text, say) {
						t.Errorf("panicked with %q, which does not say %q", text, say)
					}
				}
			}()
			c.register()
		})
	}
	if _, known := strategies.Describe("slow"); known {
		t.Error("a call of Register that panicked has registered the strategy")
	}
}

// registered counts the strategies that the next test has added: names stay taken when it is run again.
var registered atomic.Int64

func TestRegisterAndTheRestAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		name := fmt.Sprintf("added-%d", registered.Add(1))
		all.Go(func() {
			strategies.Register(name, "added while others look", func(p struct{ Limit int }) (fate.Strategy, error) {
				return failfast.Strategy(p), nil
			})
			if s, err := strategies.Parse(name + " limit=2"); err != nil || s != (failfast.Strategy{Limit: 2}) {
				t.Errorf("Parse of %s after its Register: %v, %v", name, s, err)
			}
		})
		all.Go(func() {
			if names := strategies.Names(); !slices.IsSorted(names) || !slices.Contains(names, "failfast") {
				t.Errorf("Names() = %v; want them sorted, and failfast among them", names)
			}
			if _, known := strategies.Describe("failfast"); !known {
				t.Error("failfast is not known while others are registered")
			}
		})
	}
	all.Wait()
}

func TestDescribe(t *testing.T) {
	for _, name := range strategies.Names() {
		info, known := strategies.Describe(name)
		if !known || info.Name != name {
			t.Errorf("Describe(%q) = %+v, %v", name, info, known)
		}
	}
	for name, fields := range map[string][]string{
		"failfast":   {"limit"},
		"collectall": {"limit", "keep", "stopafter"},
		"shed":       {"limit", "then"},
		"selective":  {"limit", "scope"},
		"quorum":     {"need", "limit"},
	} {
		info, _ := strategies.Describe(name)
		var got []string
		for _, f := range info.Fields {
			if f.Type == "" || f.Help == "" {
				t.Errorf("%s: field %q has type %q and help %q; want both", name, f.Name, f.Type, f.Help)
			}
			got = append(got, f.Name)
		}
		if info.Help == "" || !slices.Equal(got, fields) {
			t.Errorf("Describe(%q) = %+v; want a help text and the fields %v", name, info, fields)
		}
	}
	if info, known := strategies.Describe("bogus"); known || info.Name != "" {
		t.Errorf("Describe of an unknown strategy = %+v, %v", info, known)
	}
}

func TestDescribeGivesACopy(t *testing.T) {
	info, _ := strategies.Describe("shed")
	info.Fields[0].Name = "changed"
	if again, _ := strategies.Describe("shed"); again.Fields[0].Name != "limit" {
		t.Errorf("the catalogue has changed: %+v", again)
	}
}

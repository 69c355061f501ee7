// Package configtest reads strategies.Config through libraries that the module of package strategies must not depend on: a
// YAML library and a command line.
package configtest_test

import (
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/quorum"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
	"github.com/sharedfate/fate/strategies"
	"github.com/sharedfate/fate/supervise"
)

// settings is a program's configuration, as the package comment of strategies shows it.
type settings struct {
	Listen string             `yaml:"listen"`
	Fetch  strategies.Config  `yaml:"fetch"`
	Write  *strategies.Config `yaml:"write,omitempty"`
}

// same are texts and the strategies that they stand for.
var same = []struct {
	text   string
	object string // the same as YAML
	want   fate.Strategy
}{
	{"failfast", "name: failfast", failfast.Strategy{}},
	{"failfast limit=8", "name: failfast\nlimit: 8", failfast.Strategy{Limit: 8}},
	{"collectall limit=8 keep=100 stopafter=3", "{name: collectall, stopafter: 3, keep: 100, limit: 8}", collectall.Strategy{Limit: 8, Keep: 100, StopAfter: 3}},
	{"selective limit=2 scope=dependents", "name: selective\nscope: dependents\nlimit: 2", selective.Strategy{Limit: 2, Scope: selective.Dependents}},
	{"quorum need=2 limit=4", "name: quorum\nneed: 2\nlimit: 4", quorum.Strategy{Need: 2, Limit: 4}},
	{"supervise restart=permanent intensity=3 period=5s", "name: supervise\nrestart: permanent\nintensity: 3\nperiod: 5s",
		&supervise.Strategy{Restart: supervise.Permanent, Intensity: 3, Period: 5 * time.Second}},
	{"shed limit=4 then=failfast", "name: shed\nlimit: 4\nthen: failfast", shed.Strategy{Limit: 4, Then: failfast.Strategy{}}},
	{`shed limit=4 then="failfast limit=2"`, "name: shed\nlimit: 4\nthen:\n  name: failfast\n  limit: 2", shed.Strategy{Limit: 4, Then: failfast.Strategy{Limit: 2}}},
}

// is fails the test unless the configuration makes the strategy.
func is(t *testing.T, c strategies.Config, want fate.Strategy) {
	t.Helper()
	got, err := c.Strategy()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("made %#v, want %#v", got, want)
	}
}

func TestYAMLText(t *testing.T) {
	for _, c := range same {
		t.Run(c.text, func(t *testing.T) {
			var s settings
			if err := yaml.Unmarshal([]byte("listen: ':80'\nfetch: '"+c.text+"'\n"), &s); err != nil {
				t.Fatal(err)
			}
			is(t, s.Fetch, c.want)
			if s.Listen != ":80" || s.Write != nil {
				t.Errorf("the fields beside it are %+v", s)
			}
		})
	}
}

func TestYAMLObject(t *testing.T) {
	for _, c := range same {
		t.Run(c.text, func(t *testing.T) {
			var s settings
			if err := yaml.Unmarshal([]byte("write:\n  "+strings.ReplaceAll(c.object, "\n", "\n  ")), &s); err != nil {
				t.Fatal(err)
			}
			if s.Write == nil {
				t.Fatal("nothing was read")
			}
			is(t, *s.Write, c.want)
		})
	}
}

// What is written is read as the same.
func TestYAMLRoundTrip(t *testing.T) {
	for _, c := range same {
		t.Run(c.text, func(t *testing.T) {
			var s settings
			if err := s.Fetch.Set(c.text); err != nil {
				t.Fatal(err)
			}
			s.Write = &s.Fetch
			written, err := yaml.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			var back settings
			if err := yaml.Unmarshal(written, &back); err != nil {
				t.Fatalf("%v, reading\n%s", err, written)
			}
			if !reflect.DeepEqual(s, back) {
				t.Errorf("read back %+v from\n%s", back, written)
			}
		})
	}
}

// A settings struct that nobody filled is written and read.
func TestYAMLZero(t *testing.T) {
	written, err := yaml.Marshal(settings{})
	if err != nil {
		t.Fatal(err)
	}
	var back settings
	if err := yaml.Unmarshal(written, &back); err != nil {
		t.Fatalf("%v, reading\n%s", err, written)
	}
	if !reflect.DeepEqual(back, settings{}) {
		t.Errorf("read back %+v", back)
	}
}

// A mistake is told with its line, what is wrong, and what is known.
func TestYAMLErrors(t *testing.T) {
	for _, c := range []struct {
		fetch string
		says  []string
	}{
		{"nonsense", []string{"line 2", `"nonsense"`, "failfast", "collectall"}},
		{"failfast speed=3", []string{"line 2", `"speed"`, "limit"}},
		{"failfast limit=many", []string{"line 2", `"many"`, "limit"}},
		{"failfast limit=-1", []string{"line 2", "-1", "Limit"}},
		{"{name: shed}", []string{"shed", "Limit"}},
		{"{name: failfast, limit: many}", []string{"failfast", "limit", "many"}},
		{"{limit: 8}", []string{"name"}},
		{"[failfast]", []string{"strateg"}},
	} {
		t.Run(c.fetch, func(t *testing.T) {
			var s settings
			err := yaml.Unmarshal([]byte("listen: ':80'\nfetch: "+c.fetch+"\n"), &s)
			if err == nil {
				t.Fatalf("no error; read %+v", s)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %s: %v", want, err)
				}
			}
		})
	}
}

// flags is a program's command line.
type flags struct {
	Fetch strategies.Config  `default:"failfast limit=8" help:"How to fetch."`
	Write *strategies.Config `env:"FATE_CONFIGTEST_WRITE" help:"How to write."`
}

func parse(t *testing.T, args ...string) (flags, error) {
	t.Helper()
	var f flags
	parser, err := kong.New(&f, kong.Name("program"), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return f, err
}

func TestFlag(t *testing.T) {
	for _, c := range same {
		t.Run(c.text, func(t *testing.T) {
			f, err := parse(t, "--fetch", c.text, "--write="+c.text)
			if err != nil {
				t.Fatal(err)
			}
			is(t, f.Fetch, c.want)
			if f.Write == nil {
				t.Fatal("--write was not read")
			}
			is(t, *f.Write, c.want)
		})
	}
}

func TestFlagDefault(t *testing.T) {
	f, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	is(t, f.Fetch, failfast.Strategy{Limit: 8})
	if f.Write != nil {
		t.Errorf("--write was not given and is %v", f.Write)
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("FATE_CONFIGTEST_WRITE", "shed limit=4")
	f, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	if f.Write == nil {
		t.Fatal("the environment was not read")
	}
	is(t, *f.Write, shed.Strategy{Limit: 4})
}

func TestFlagErrors(t *testing.T) {
	for _, c := range []struct {
		value string
		says  []string
	}{
		{"nonsense", []string{"--fetch", `"nonsense"`, "failfast", "collectall"}},
		{"failfast speed=3", []string{"--fetch", `"speed"`, "limit"}},
		{"failfast limit=-1", []string{"--fetch", "-1", "Limit"}},
	} {
		t.Run(c.value, func(t *testing.T) {
			_, err := parse(t, "--fetch", c.value)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %s: %v", want, err)
				}
			}
		})
	}
}

package strategies

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sharedfate/fate"
)

// Config is a strategy chosen by configuration. It stands in a settings struct, an environment variable or a flag, and
// [Config.Strategy] makes the strategy.
//
// It is read from the text form or the object form, by way of encoding.TextUnmarshaler, encoding/json, the YAML libraries
// and package flag, and written in text form. Reading checks all that Strategy checks, so that the error comes with
// the line or flag that it is about; on an error the Config stays as it was. The zero Config names no strategy: its text
// is empty, and Strategy returns an error. So a settings struct that was not filled can be written and read.
//
// In code, set the fields that the named strategy has: [Describe] lists them. Zero is the same as not given.
type Config struct {
	Name      string  `json:"name" yaml:"name"`                               // which strategy: one of Names
	Need      int     `json:"need,omitempty" yaml:"need,omitempty"`           // how many tasks must succeed
	Limit     int     `json:"limit,omitempty" yaml:"limit,omitempty"`         // how many tasks run at once
	Keep      int     `json:"keep,omitempty" yaml:"keep,omitempty"`           // how many failures are held
	StopAfter int     `json:"stopafter,omitempty" yaml:"stopafter,omitempty"` // how many failures stop the group
	Scope     string  `json:"scope,omitempty" yaml:"scope,omitempty"`         // whom a failure cancels
	Then      *Config `json:"then,omitempty" yaml:"then,omitempty"`           // the strategy inside this one

	Restart   string   `json:"restart,omitempty" yaml:"restart,omitempty"`     // what is started again
	Radius    string   `json:"radius,omitempty" yaml:"radius,omitempty"`       // who is started again with it
	Intensity int      `json:"intensity,omitempty" yaml:"intensity,omitempty"` // how many restarts are borne within Period
	Period    Duration `json:"period,omitempty" yaml:"period,omitempty"`       // the time that Intensity is about

	// Extra holds the fields of registered strategies that are not among the above, each value as in the text form without
	// its quotes. In the object form they stand beside the others.
	Extra map[string]string `json:"-" yaml:"-"`
}

// A column is a field of Config that a strategy can have. A new one is a line here and a field there.
type column struct {
	name string
	want string            // its type, for every strategy that has it
	at   func(*Config) any // a *int, *string, *Duration or **Config
}

var columns = [...]column{
	{"need", wholeNumber, func(c *Config) any { return &c.Need }},
	{"limit", wholeNumber, func(c *Config) any { return &c.Limit }},
	{"keep", wholeNumber, func(c *Config) any { return &c.Keep }},
	{"stopafter", wholeNumber, func(c *Config) any { return &c.StopAfter }},
	{"scope", anyText, func(c *Config) any { return &c.Scope }},
	{"then", strategy, func(c *Config) any { return &c.Then }},
	{"restart", anyText, func(c *Config) any { return &c.Restart }},
	{"radius", anyText, func(c *Config) any { return &c.Radius }},
	{"intensity", wholeNumber, func(c *Config) any { return &c.Intensity }},
	{"period", duration, func(c *Config) any { return &c.Period }},
}

func columnNamed(name string) (column, bool) {
	for _, c := range columns {
		if c.name == name {
			return c, true
		}
	}
	return column{}, false
}

// maxDepth is how many strategies may stand inside each other. Their text doubles its backslashes at each level, so that an
// object of a few kilobytes, nested deep enough, would be a text that fills the memory.
const maxDepth = 8

var errDepth = fmt.Errorf("more than %d strategies inside each other", maxDepth)

// Parse makes the strategy that a text asks for, such as "failfast limit=8". The package comment has its grammar. A
// strategy that remembers something is a new one each time.
func Parse(text string) (fate.Strategy, error) {
	s, err := build(text)
	return s, prefixed(err)
}

// Strategy makes the strategy, a new one each time if it is one that remembers something. It returns an error
// if the strategy is not known or has no such field, if a value is of the wrong type, and if the strategy
// refuses it.
func (c Config) Strategy() (fate.Strategy, error) {
	s, err := c.build()
	return s, prefixed(err)
}

func prefixed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("strategies: %w", err)
}

// build is Parse for a strategy within another: its error has no prefix.
func build(text string) (fate.Strategy, error) {
	c, err := parse(text)
	if err != nil {
		return nil, err
	}
	return c.build()
}

func (c Config) build() (fate.Strategy, error) {
	e, err := find(c.Name)
	if err != nil {
		return nil, err
	}
	if c.depth() > maxDepth {
		return nil, errDepth
	}
	for _, key := range slices.Sorted(maps.Keys(c.Extra)) {
		if _, ok := columnNamed(key); ok {
			return nil, fmt.Errorf("%s: Extra has %q: must be in the Config's own field", c.Name, key)
		}
	}
	s, err := e.make(c.settings(1))
	if err == nil {
		err = fate.Validate(s)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (c *Config) depth() (n int) {
	for ; c != nil && n <= maxDepth; c = c.Then { // a cycle ends too
		n++
	}
	return n
}

// settings lists what is set, in the order in which it is written.
func (c *Config) settings(depth int) (all []setting) {
	for _, col := range columns {
		switch p := col.at(c).(type) {
		case *int:
			if *p != 0 {
				all = append(all, setting{col.name, fmt.Sprint(*p)})
			}
		case *string:
			if *p != "" {
				all = append(all, setting{col.name, *p})
			}
		case *Duration:
			if *p != 0 {
				all = append(all, setting{col.name, p.String()})
			}
		case **Config:
			if *p != nil {
				all = append(all, setting{col.name, (*p).text(depth + 1)})
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.Extra)) {
		all = append(all, setting{key, c.Extra[key]})
	}
	return all
}

// parse reads the text form as far as a Config can tell: names, fields, and the values of columns.
func parse(text string) (c Config, err error) {
	name, rest := cutName(text)
	e, err := find(name)
	if err != nil {
		return c, err
	}
	settings, err := cutSettings(rest)
	if err == nil {
		c, err = e.config(settings)
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// config is the reverse of Config.settings.
func (e *entry) config(settings []setting) (Config, error) {
	c := Config{Name: e.Name}
	given := map[string]bool{}
	for _, s := range settings {
		if _, err := pick(e.params, s.key); err != nil {
			return Config{}, err
		}
		if given[s.key] {
			return Config{}, fmt.Errorf("%s is given twice: %q is too much", s.key, s.value)
		}
		given[s.key] = true
		if err := c.set(s); err != nil {
			return Config{}, inField(s.key, err)
		}
	}
	return c, nil
}

func (c *Config) set(s setting) error {
	col, ok := columnNamed(s.key)
	if !ok {
		if c.Extra == nil {
			c.Extra = map[string]string{}
		}
		c.Extra[s.key] = s.value
		return nil
	}
	switch p := col.at(c).(type) {
	case **Config:
		then, err := parse(s.value)
		*p = &then
		return err
	case *Duration:
		return p.read(s.value)
	default:
		v := reflect.ValueOf(p).Elem()
		_, set := setter(v.Type())
		return set(v, s.value)
	}
}

// String returns the text form, which Parse takes if the Config is right. Where more strategies stand inside each other than
// can be configured, it ends in dots.
func (c Config) String() string { return c.text(1) }

func (c *Config) text(depth int) string {
	if depth > maxDepth {
		return "..."
	}
	var b strings.Builder
	b.WriteString(c.Name)
	for _, s := range c.settings(depth) {
		b.WriteString(" " + s.key + "=" + quote(s.value))
	}
	return b.String()
}

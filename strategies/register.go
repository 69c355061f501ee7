package strategies

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/sharedfate/fate"
)

// Info says how a strategy is configured, for help texts.
type Info struct {
	Name   string
	Help   string
	Fields []Field // in the order in which they were declared
}

// A Field is one of a strategy's fields.
type Field struct {
	Name string // as written in configuration
	Type string // what its value must be: "a whole number", "a strategy"
	Help string
}

// An entry is one strategy of the catalogue.
type entry struct {
	Info
	params []param
	make   func([]setting) (fate.Strategy, error)
}

var registry struct {
	sync.RWMutex
	entries map[string]*entry // guarded by the lock
}

// Register adds a strategy that Parse and Config then know by its name. It is meant to be called from an init function of
// the package that has the strategy; any number of goroutines may call it and everything else here at once.
//
// The fields that can be configured are the exported fields of P, a struct, which may be the strategy itself. A field is
// called by its Go name in lower case, and its help tag says what it is for. It can be of any type of number, a bool, a
// string, a [time.Duration], a [fate.Strategy] and anything with an UnmarshalText method. A field that was not given is
// zero. The fields of [Config] keep their types: a Limit must be a whole number, a Then a strategy.
//
// build makes the strategy, or returns an error, which should name the field and the value. What it makes is checked by
// [fate.Validate]. It is also called to check a configuration, so it should do nothing else. A strategy that remembers
// something must be a new one each time.
//
// Register panics if the name is taken or is not a word of lower-case letters, digits, '-' and '_', if a field can't
// be configured, and if build is nil.
func Register[P any](name, help string, build func(P) (fate.Strategy, error)) {
	params, err := paramsOf(reflect.TypeFor[P]())
	switch {
	case !isWord(name):
		err = fmt.Errorf("the name must be of lower-case letters, digits, '-' and '_', a letter first")
	case build == nil:
		err = fmt.Errorf("nil build function")
	}
	if err == nil {
		err = add(name, help, params, func(settings []setting) (fate.Strategy, error) {
			var p P
			if err := set(reflect.ValueOf(&p).Elem(), params, settings); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return build(p)
		})
	}
	if err != nil {
		panic(fmt.Sprintf("strategies: Register(%q): %v", name, err))
	}
}

func add(name, help string, params []param, make func([]setting) (fate.Strategy, error)) error {
	e := &entry{Info: Info{Name: name, Help: help}, params: params, make: make}
	for _, p := range params {
		e.Fields = append(e.Fields, p.Field)
	}
	registry.Lock()
	defer registry.Unlock()
	if registry.entries[name] != nil {
		return fmt.Errorf("the name is taken")
	}
	if registry.entries == nil {
		registry.entries = map[string]*entry{}
	}
	registry.entries[name] = e
	return nil
}

// set gives the fields of v their values.
func set(v reflect.Value, params []param, settings []setting) error {
	for _, s := range settings {
		p, err := pick(params, s.key)
		if err != nil {
			return err
		}
		if err := p.set(v.Field(p.index), s.value); err != nil {
			return inField(s.key, err)
		}
	}
	return nil
}

func pick(params []param, name string) (param, error) {
	var known []string
	for _, p := range params {
		if p.Name == name {
			return p, nil
		}
		known = append(known, p.Name)
	}
	if known == nil {
		return param{}, fmt.Errorf("unknown field %q: it has none", name)
	}
	return param{}, fmt.Errorf("unknown field %q: must be one of %s", name, strings.Join(known, ", "))
}

// find returns the entry of that name. The error lists what is known.
func find(name string) (*entry, error) {
	registry.RLock()
	e := registry.entries[name]
	registry.RUnlock()
	if e != nil {
		return e, nil
	}
	known := strings.Join(Names(), ", ")
	if name == "" {
		return nil, fmt.Errorf("no strategy is named: must be one of %s", known)
	}
	return nil, fmt.Errorf("unknown strategy %q: must be one of %s", name, known)
}

// Names lists the strategies that Parse and Config know, sorted.
func Names() []string {
	registry.RLock()
	defer registry.RUnlock()
	return slices.Sorted(maps.Keys(registry.entries))
}

// Describe tells how the strategy of that name is configured; false if there is none.
func Describe(name string) (Info, bool) {
	e, err := find(name)
	if err != nil {
		return Info{}, false
	}
	info := e.Info
	info.Fields = slices.Clone(info.Fields)
	return info, true
}

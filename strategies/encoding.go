package strategies

import (
	"fmt"
	"strings"
)

// MarshalText returns the text form, and an error if Strategy would. The text of the zero Config is empty.
// encoding/json and the YAML libraries write it as a string.
func (c Config) MarshalText() ([]byte, error) {
	text := c.String()
	if text == "" {
		return []byte{}, nil // a nil slice would be null to some encoders
	}
	if _, err := c.Strategy(); err != nil {
		return nil, err
	}
	return []byte(text), nil
}

// UnmarshalText sets c to what the text form says. Empty text makes it the zero Config, so that what MarshalText writes is
// always read.
func (c *Config) UnmarshalText(text []byte) error {
	if strings.TrimSpace(string(text)) == "" {
		*c = Config{}
		return nil
	}
	read, err := parse(string(text))
	return c.take(read, err)
}

// Set is UnmarshalText for package flag, and refuses empty text as Parse does: a flag that is given is given a strategy.
func (c *Config) Set(text string) error {
	read, err := parse(text)
	return c.take(read, err)
}

// take makes read the value of c, if it was read without an error and a strategy can be made of it.
func (c *Config) take(read Config, err error) error {
	if err == nil {
		_, err = read.build()
	}
	if err != nil {
		return prefixed(err)
	}
	*c = read
	return nil
}

// UnmarshalJSON sets c to what a string in text form or an object says; null changes nothing.
func (c *Config) UnmarshalJSON(data []byte) error {
	v, err := readJSON(data)
	if err != nil {
		return prefixed(err)
	}
	return c.unmarshal(v)
}

// UnmarshalYAML sets c to what a scalar in text form or a mapping says. YAML libraries call it; this form of it needs
// none of them here. A YAML library does not call it for null, which so changes nothing.
func (c *Config) UnmarshalYAML(decode func(any) error) error {
	var v any
	if err := decode(&v); err != nil {
		return err // as it is: the library knows its own type, which has line numbers
	}
	v, err := fromAny(v, 0)
	if err != nil {
		return prefixed(err)
	}
	return c.unmarshal(v)
}

func (c *Config) unmarshal(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return c.UnmarshalText([]byte(v))
	case object:
		read, err := v.config()
		return c.take(read, err)
	}
	return prefixed(fmt.Errorf("%s stands for a strategy: must be its text or object", describe(v)))
}

// config reads the object form.
func (o object) config() (Config, error) {
	name, err := o.name()
	if err != nil {
		return Config{}, err
	}
	e, err := find(name)
	if err != nil {
		return Config{}, err
	}
	var settings []setting
	for _, m := range o {
		if m.key == "name" {
			continue
		}
		s, given, err := m.setting(e)
		if err != nil {
			return Config{}, fmt.Errorf("%s: %w", name, err)
		}
		if given {
			settings = append(settings, s)
		}
	}
	c, err := e.config(settings)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// name is the member that every object needs; none is the empty name, which find refuses.
func (o object) name() (name string, err error) {
	given := false
	for _, m := range o {
		if m.key != "name" {
			continue
		}
		text, ok := m.value.(string)
		if !ok {
			return "", fmt.Errorf("name is %s: must be text", describe(m.value))
		}
		if given {
			return "", fmt.Errorf("name is given twice: %q is too much", text)
		}
		name, given = text, true
	}
	return name, nil
}

// setting is the member in text form; null is the same as not given.
func (m member) setting(e *entry) (s setting, given bool, err error) {
	p, err := pick(e.params, m.key)
	if err != nil {
		return setting{}, false, err
	}
	switch v := m.value.(type) {
	case nil:
		return setting{}, false, nil
	case string:
		return setting{m.key, v}, true, nil
	case object:
		if p.Type == strategy {
			c, err := v.config()
			if err != nil {
				return setting{}, false, inField(m.key, err)
			}
			return setting{m.key, c.String()}, true, nil
		}
	}
	return setting{}, false, fmt.Errorf("%s is %s: must be %s", m.key, describe(m.value), p.Type)
}

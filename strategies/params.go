package strategies

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sharedfate/fate"
)

// A param is one field that a strategy is configured by: a field of the struct that Register's build takes.
type param struct {
	Field
	index int
	set   func(v reflect.Value, text string) error
}

// Types of fields, as Field.Type names them.
const (
	wholeNumber = "a whole number"
	number      = "a number"
	trueOrFalse = "true or false"
	duration    = "a duration such as 1.5s"
	anyText     = "text"
	strategy    = "a strategy"
)

// paramsOf lists the exported fields of a struct.
func paramsOf(t reflect.Type) (all []param, err error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("build takes a %v: must be a struct, whose exported fields can be configured", t)
	}
	for f := range t.Fields() {
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		p := param{Field: Field{Name: strings.ToLower(f.Name), Help: f.Tag.Get("help")}, index: f.Index[0]}
		p.Type, p.set = setter(f.Type)
		switch {
		case f.Anonymous || p.set == nil:
			return nil, fmt.Errorf("field %s is a %v: must be a number, bool, string, time.Duration, "+
				"fate.Strategy or encoding.TextUnmarshaler", f.Name, f.Type)
		case p.Name == "name":
			return nil, fmt.Errorf("field %s: must have another name, for that is the strategy's own", f.Name)
		case !isWord(p.Name):
			return nil, fmt.Errorf("field %s: must be of ASCII letters, digits and '_'", f.Name)
		case slices.ContainsFunc(all, func(other param) bool { return other.Name == p.Name }):
			return nil, fmt.Errorf("field %s: another is called %s as well, in lower case", f.Name, p.Name)
		}
		if c, ok := columnNamed(p.Name); ok && c.want != p.Type {
			return nil, fmt.Errorf("field %s is a %v: must be %s, as in Config", f.Name, f.Type, c.want)
		}
		all = append(all, p)
	}
	return all, nil
}

// setter returns what a field of type t is called in help texts and what sets it from text, or nil if nothing does.
func setter(t reflect.Type) (string, func(reflect.Value, string) error) {
	switch {
	case t == reflect.TypeFor[fate.Strategy]():
		return strategy, func(v reflect.Value, text string) error {
			s, err := build(text)
			if err == nil {
				v.Set(reflect.ValueOf(s))
			}
			return err
		}
	case t == reflect.TypeFor[time.Duration]():
		return duration, func(v reflect.Value, text string) error {
			d, err := time.ParseDuration(text)
			v.SetInt(int64(d))
			return mustBe(duration, text, t, err)
		}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return anyText, func(v reflect.Value, text string) error {
			return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
		}
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return wholeNumber, func(v reflect.Value, text string) error {
			n, err := strconv.ParseInt(text, 10, t.Bits())
			v.SetInt(n)
			return mustBe(wholeNumber, text, t, err)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return wholeNumber, func(v reflect.Value, text string) error {
			n, err := strconv.ParseUint(text, 10, t.Bits())
			v.SetUint(n)
			return mustBe(wholeNumber+" from 0 on", text, t, err)
		}
	case reflect.Float32, reflect.Float64:
		return number, func(v reflect.Value, text string) error {
			f, err := strconv.ParseFloat(text, t.Bits())
			v.SetFloat(f)
			return mustBe(number, text, t, err)
		}
	case reflect.Bool:
		return trueOrFalse, func(v reflect.Value, text string) error {
			v.SetBool(text == "true")
			if text != "true" && text != "false" {
				return mustBe(trueOrFalse, text, t, strconv.ErrSyntax)
			}
			return nil
		}
	case reflect.String:
		return anyText, func(v reflect.Value, text string) error {
			v.SetString(text)
			return nil
		}
	}
	return "", nil
}

// A valueError is a field's text that can't be read as the field's type.
type valueError struct{ text, want string }

func (e *valueError) Error() string { return fmt.Sprintf("is %q: must be %s", e.text, e.want) }

// mustBe turns the error of a conversion to t, if there is one, into an error that says what the text must be.
func mustBe(want, text string, t reflect.Type, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, strconv.ErrRange):
		want += fmt.Sprintf(" that fits %v", t)
	}
	return &valueError{text, want}
}

// inField puts the field's name before an error.
func inField(name string, err error) error {
	if v, ok := err.(*valueError); ok {
		return fmt.Errorf("%s %w", name, v)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// isWord reports whether s can be a name: lower-case ASCII letters, digits, '-' and '_', a letter first.
func isWord(s string) bool {
	for i, r := range s {
		letter := 'a' <= r && r <= 'z'
		if !letter && (i == 0 || !('0' <= r && r <= '9' || r == '-' || r == '_')) {
			return false
		}
	}
	return s != ""
}

package strategies

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// An object is the object form before anything of it is understood. The values in it are strings (numbers and booleans are
// turned into their text), objects, nil, and odd for the rest.
type object []member

type member struct {
	key   string
	value any
}

// odd is what a value is that is never right, such as "a list". It is kept so that the error can say where it stands.
type odd string

func describe(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case object:
		return "an object"
	case odd:
		return string(v)
	}
	return "null"
}

// readJSON reads one JSON value. It reads tokens, for a map would hide a member that is given twice.
func readJSON(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := readValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

func readValue(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, errDepth
		}
		if t == '[' {
			for d.More() {
				if _, err := readValue(d, depth+1); err != nil {
					return nil, err
				}
			}
			_, err := d.Token()
			return odd("a list"), err
		}
		o := object{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := readValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			o = append(o, member{key.(string), v})
		}
		_, err := d.Token()
		return o, err
	case json.Number:
		return t.String(), nil
	case bool:
		return strconv.FormatBool(t), nil
	case string:
		return t, nil
	}
	return nil, nil
}

// fromAny makes of what a YAML library reads into an any what readJSON makes of JSON.
func fromAny(v any, depth int) (any, error) {
	switch v := v.(type) {
	case nil, string:
		return v, nil
	case bool, int, int64, uint64, float64:
		return fmt.Sprint(v), nil
	case []any:
		return odd("a list"), nil
	case map[string]any:
		return fromMap(v, depth)
	case map[any]any:
		return fromMap(v, depth)
	}
	return odd(fmt.Sprintf("a %T", v)), nil // a date, which in quotes would be text
}

func fromMap[K comparable](m map[K]any, depth int) (any, error) {
	if depth == maxDepth {
		return nil, errDepth
	}
	o := object{}
	for key, v := range m {
		v, err := fromAny(v, depth+1)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", key, err)
		}
		o = append(o, member{fmt.Sprint(key), v})
	}
	slices.SortFunc(o, func(a, b member) int { return strings.Compare(a.key, b.key) })
	return o, nil
}

package strategies

import (
	"reflect"
	"time"
)

// A Duration is a time.Duration that is written and read as text such as "1.5s" by encoding/json, the YAML libraries and whatever else knows
// encoding.TextMarshaler: as a number of nanoseconds, nobody can read it in a configuration file, and encoding/json takes no other.
type Duration time.Duration

func (d Duration) String() string { return time.Duration(d).String() }

// MarshalText returns the text as time.Duration's String has it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what time.ParseDuration does; on an error the Duration stays as it was.
func (d *Duration) UnmarshalText(text []byte) error { return prefixed(d.read(string(text))) }

func (d *Duration) read(text string) error {
	read, err := time.ParseDuration(text)
	if err != nil {
		return mustBe(duration, text, reflect.TypeFor[Duration](), err)
	}
	*d = Duration(read)
	return nil
}

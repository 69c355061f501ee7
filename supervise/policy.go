package supervise

import (
	"fmt"
	"strings"
)

// Restart says which ends lead to a restart. The zero value leaves it to others: a child's to its strategy, and the strategy's is Transient.
//
// Transient it is, and not Permanent as in OTP, because a Go function that returns nil says that it is done: to run it again does its
// work twice, and a group of such children would never end.
type Restart uint8

const (
	Default   Restart = iota
	Transient         // after a failure: an error, a panic, runtime.Goexit
	Permanent         // after every end
	Temporary         // never, also not together with others: one that was stopped with them stays so
)

// Radius says who is restarted together with a task that is restarted. Those others are stopped first, the newest first, each with its
// Grace. The zero value is Itself.
type Radius uint8

const (
	Itself Radius = iota // nobody else; one_for_one in OTP
	Later                // the children spawned after it; rest_for_one
	All                  // all children; one_for_all
)

var (
	restarts = []string{"default", "transient", "permanent", "temporary"}
	radii    = []string{"itself", "later", "all"}
)

func (r Restart) String() string { return word(restarts, uint8(r), "restart") }
func (r Radius) String() string  { return word(radii, uint8(r), "radius") }

// MarshalText returns the name; a value that is none of the above is an error.
func (r Restart) MarshalText() ([]byte, error) { return marshal(restarts, "Restart", uint8(r)) }

// MarshalText returns the name; a value that is none of the above is an error.
func (r Radius) MarshalText() ([]byte, error) { return marshal(radii, "Radius", uint8(r)) }

// UnmarshalText reads a name: default, transient, permanent or temporary. The empty one is Default.
func (r *Restart) UnmarshalText(text []byte) error {
	return unmarshal((*uint8)(r), restarts, "Restart", string(text))
}

// UnmarshalText reads a name: itself, later or all. The empty one is Itself.
func (r *Radius) UnmarshalText(text []byte) error {
	return unmarshal((*uint8)(r), radii, "Radius", string(text))
}

func word(words []string, i uint8, of string) string {
	if int(i) < len(words) {
		return words[i]
	}
	return "unknown " + of
}

func marshal(words []string, field string, i uint8) ([]byte, error) {
	if int(i) >= len(words) {
		return nil, fmt.Errorf("supervise: %s is %d: must be one of %s", field, i, strings.Join(words, ", "))
	}
	return []byte(words[i]), nil
}

func unmarshal(to *uint8, words []string, field, text string) error {
	if text == "" {
		text = words[0]
	}
	for i, w := range words {
		if w == text {
			*to = uint8(i)
			return nil
		}
	}
	return fmt.Errorf("supervise: %s is %q: must be one of %s", field, text, strings.Join(words, ", "))
}

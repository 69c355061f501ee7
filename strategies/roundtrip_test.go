package strategies_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sharedfate/fate/strategies"
)

// Whatever a Config says, its text and its objects say the same, and so does the text of the strategy it makes.
func TestConfigRoundTrip(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 0))
		c := randomConfig(r, 3)
		made, err := c.Strategy()
		if err != nil {
			t.Fatalf("seed %d: the test made %+v, which is wrong: %v", seed, c, err)
		}
		object := randomObject(r, c)
		text, err := c.MarshalText()
		if err != nil {
			t.Fatalf("seed %d: MarshalText of %+v: %v", seed, c, err)
		}
		quoted, err := json.Marshal(c)
		if err != nil {
			t.Fatalf("seed %d: json.Marshal of %+v: %v", seed, c, err)
		}

		if parsed, err := strategies.Parse(string(text)); err != nil || !reflect.DeepEqual(parsed, made) {
			t.Fatalf("seed %d: Parse(%s) = %+v, %v; want %+v", seed, text, parsed, err, made)
		}
		var fromText, fromJSON, fromObject strategies.Config
		if err := fromText.UnmarshalText(text); err != nil || !reflect.DeepEqual(fromText, c) {
			t.Fatalf("seed %d: UnmarshalText(%s) = %+v, %v; want %+v", seed, text, fromText, err, c)
		}
		if err := json.Unmarshal(quoted, &fromJSON); err != nil || !reflect.DeepEqual(fromJSON, c) {
			t.Fatalf("seed %d: json.Unmarshal(%s) = %+v, %v; want %+v", seed, quoted, fromJSON, err, c)
		}
		if err := json.Unmarshal(object, &fromObject); err != nil || !reflect.DeepEqual(fromObject, c) {
			t.Fatalf("seed %d: json.Unmarshal(%s) = %+v, %v; want %+v", seed, object, fromObject, err, c)
		}
		if c.Name != "sampler" { // which has no text of its own
			if parsed, err := strategies.Parse(fmt.Sprint(made)); err != nil || !reflect.DeepEqual(parsed, made) {
				t.Fatalf("seed %d: Parse(%q), the text of the strategy, = %+v, %v; want %+v", seed, made, parsed, err, made)
			}
		}
	}
}

// randomConfig makes one that Strategy takes, with at most so many strategies inside each other.
func randomConfig(r *rand.Rand, depth int) strategies.Config {
	zeroOr := func(n int) int { return r.IntN(2) * n }
	count := func() int { return zeroOr(1 + r.IntN(math.MaxInt32)) }
	c := strategies.Config{Limit: count()}
	switch kind := r.IntN(7); kind {
	case 0:
		c.Name = "failfast"
	case 1:
		c.Name, c.Keep, c.StopAfter = "collectall", count(), count()
	case 2:
		c.Name, c.Limit = "shed", 1+r.IntN(math.MaxInt32)
		if then := randomConfig(r, depth-1); depth > 1 && then.Name != "sampler" {
			c.Then = &then
		}
	case 3:
		c.Name = "selective"
		c.Scope = []string{"", "nobody", "later", "dependents", "group"}[r.IntN(5)]
	case 4:
		c.Name, c.Limit = "sampler", zeroOr(1+r.IntN(math.MaxUint8))
		extra := map[string]string{
			"offset": strconv.Itoa(r.IntN(200) - 100),
			"share":  strconv.FormatFloat(float64(r.Float32()), 'g', -1, 32),
			"strict": strconv.FormatBool(r.IntN(2) == 0),
			"label":  randomText(r),
			"every":  time.Duration(r.Int64()).String(),
		}
		for _, key := range slices.Sorted(maps.Keys(extra)) {
			if r.IntN(2) == 0 {
				delete(extra, key)
			}
		}
		if depth > 1 && r.IntN(2) == 0 {
			extra["inner"] = randomConfig(r, depth-1).String()
		}
		if len(extra) > 0 {
			c.Extra = extra
		}
	case 5:
		c.Name, c.Need = "quorum", 1+r.IntN(math.MaxInt32)
	case 6:
		c.Name, c.Intensity, c.Period = "supervise", count(), strategies.Duration(count())
		c.Restart = []string{"", "transient", "permanent", "temporary"}[r.IntN(4)]
		c.Radius = []string{"", "itself", "later", "all"}[r.IntN(4)]
	}
	return c
}

// randomText is any text at all, rich in what a parser may stumble over.
func randomText(r *rand.Rand) string {
	alphabet := []string{"a", "Z", "7", " ", "\t", "\n", "=", `"`, "'", "`", `\`, "ß", "\u00a0", "\u2028", "\x00", "😀", "limit=8"}
	text := ""
	for range r.IntN(6) {
		text += alphabet[r.IntN(len(alphabet))]
	}
	return text
}

// randomObject writes the object form, with strategies inside it as objects or as texts.
func randomObject(r *rand.Rand, c strategies.Config) []byte {
	type plain strategies.Config // without the methods, so that encoding/json looks at the tags
	data, err := json.Marshal(plain(c))
	if err != nil {
		panic(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(data, &members); err != nil {
		panic(err)
	}
	for key, value := range c.Extra {
		members[key] = value
	}
	if c.Then != nil && r.IntN(2) == 0 {
		members["then"] = json.RawMessage(randomObject(r, *c.Then))
	}
	if data, err = json.Marshal(members); err != nil {
		panic(err)
	}
	return data
}

// Parse never panics, and what it takes is written as a text that says the same.
func FuzzParse(f *testing.F) {
	for _, c := range forms {
		f.Add(c.text)
	}
	for _, c := range wrong {
		f.Add(c.text)
	}
	f.Add("sampler label=\xff every=1h")
	f.Add("sampler label=a\x00b strict=true")
	f.Fuzz(func(t *testing.T, text string) {
		made, err := strategies.Parse(text)
		var c strategies.Config
		if failed := c.Set(text); (failed == nil) != (err == nil) {
			t.Fatalf("Parse(%q): %v, but Set: %v", text, err, failed)
		}
		if err != nil {
			return
		}
		sameAgain(t, c)
		written, err := c.MarshalText()
		if err != nil {
			t.Fatalf("MarshalText of %+v, read from %q: %v", c, text, err)
		}
		again, err := strategies.Parse(string(written))
		if err != nil || !reflect.DeepEqual(again, made) {
			t.Fatalf("Parse(%q), written for %q, = %#v, %v; want %#v", written, text, again, err, made)
		}
	})
}

// UnmarshalJSON never panics, and what it takes is written as JSON that says the same.
func FuzzConfigJSON(f *testing.F) {
	for _, c := range forms {
		f.Add([]byte(c.object))
		quoted, _ := json.Marshal(c.text)
		f.Add(quoted)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c strategies.Config
		if err := c.UnmarshalJSON(data); err == nil {
			sameAgain(t, c)
		}
	})
}

// sameAgain writes and reads a Config that was read.
func sameAgain(t *testing.T, c strategies.Config) {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatalf("%+v was read and can't be written: %v", c, err)
	}
	var again strategies.Config
	if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(again, c) {
		t.Fatalf("%+v was written as %s and read as %+v, %v", c, data, again, err)
	}
	if text := c.String(); !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) }) {
		t.Fatalf("%q, the text of %+v, can't be printed", text, c)
	}
}

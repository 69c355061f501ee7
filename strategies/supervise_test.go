package strategies_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/shed"
	"github.com/sharedfate/fate/strategies"
	"github.com/sharedfate/fate/supervise"
)

func TestParseSupervise(t *testing.T) {
	for text, want := range map[string]fate.Strategy{
		"supervise": &supervise.Strategy{},
		"supervise restart=transient radius=all intensity=3 period=5s limit=8": &supervise.Strategy{
			Limit: 8, Restart: supervise.Transient, Radius: supervise.All, Intensity: 3, Period: 5 * time.Second},
		"supervise restart=permanent radius=later intensity=-1 period=1500ms": &supervise.Strategy{
			Restart: supervise.Permanent, Radius: supervise.Later, Intensity: supervise.Unbounded, Period: 1500 * time.Millisecond},
		"supervise restart=default radius=itself intensity=0 period=0s": &supervise.Strategy{},
		`shed limit=4 then="supervise restart=temporary"`:               shed.Strategy{Limit: 4, Then: &supervise.Strategy{Restart: supervise.Temporary}},
	} {
		got, err := strategies.Parse(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %#v, %v; want %#v", text, got, err, want)
			continue
		}
		if again, err := strategies.Parse(fmt.Sprint(got)); err != nil || !reflect.DeepEqual(again, want) {
			t.Errorf("Parse(%q), the text of Parse(%q), = %#v, %v; want the same strategy", got, text, again, err)
		}
	}
}

// It remembers its restarts, so each group gets one of its own.
func TestSuperviseIsMadeAnewEachTime(t *testing.T) {
	c := strategies.Config{Name: "supervise", Intensity: 3}
	a, errA := c.Strategy()
	b, errB := c.Strategy()
	if err := errors.Join(errA, errB); err != nil || a == b || !reflect.DeepEqual(a, b) {
		t.Errorf("%p and %p, %v; want two equal strategies", a, b, err)
	}
}

func TestDurationIsText(t *testing.T) {
	d := strategies.Duration(1500 * time.Millisecond)
	data, err := json.Marshal(d)
	if string(data) != `"1.5s"` || err != nil {
		t.Errorf("written as %s, %v", data, err)
	}
	if err := json.Unmarshal([]byte(`"2m"`), &d); err != nil || d != strategies.Duration(2*time.Minute) {
		t.Errorf("read as %v, %v", d, err)
	}
	for _, wrong := range []string{"5", "", "soon", "99999999h"} {
		err := d.UnmarshalText([]byte(wrong))
		if err == nil || d != strategies.Duration(2*time.Minute) {
			t.Errorf("%q is taken, and makes it %v", wrong, d)
			continue
		}
		if text := err.Error(); !strings.HasPrefix(text, "strategies: ") || !strings.Contains(text, fmt.Sprintf("%q", wrong)) || !strings.Contains(text, "1.5s") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// A time stands in a settings struct as text.
func ExampleDuration() {
	var settings struct {
		Period strategies.Duration `json:"period"`
	}
	err := json.Unmarshal([]byte(`{"period": "1m30s"}`), &settings)
	fmt.Println(time.Duration(settings.Period), err)
	// Output: 1m30s <nil>
}

package supervise_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/supervise"
)

// Each kind of restart, each way to end: how often a child runs that ends so twice and then waits to be stopped, or is not there any more.
func TestWhatIsRestarted(t *testing.T) {
	for restart, again := range map[supervise.Restart]map[string]bool{
		supervise.Default:   {"error": true, "panic": true, "Goexit": true},
		supervise.Transient: {"error": true, "panic": true, "Goexit": true},
		supervise.Permanent: {"error": true, "panic": true, "Goexit": true, "nil": true},
		supervise.Temporary: {},
	} {
		for end, f := range ends {
			for _, own := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					s := &supervise.Strategy{Restart: restart, Backoff: at(time.Second)}
					var runs atomic.Int32
					task := func(ctx context.Context) error {
						if runs.Add(1) <= 2 {
							return f()
						}
						return untilDone(ctx)
					}
					if own { // the child's policy, and not the strategy's
						s = &supervise.Strategy{Restart: supervise.Permanent, Children: []supervise.Child{
							{Name: "child", Run: task, Restart: restart, Backoff: at(time.Second)}}}
						if restart == supervise.Default {
							s.Restart = supervise.Transient
						}
					}
					g := fate.New(t.Context(), s, fate.Panics(fate.Return))
					c := g.Spawn("child", task)
					time.Sleep(time.Second)
					synctest.Wait()
					want := int32(1)
					if again[end] {
						want = 2
					}
					if runs.Load() != want || hasEnded(c) == again[end] {
						t.Errorf("%v, %s: %d runs after a second, ended %v; want %d", restart, end, runs.Load(), hasEnded(c), want)
					}
					time.Sleep(time.Second)
					synctest.Wait()
					if again[end] && runs.Load() != 3 {
						t.Errorf("%v, %s: %d runs after two seconds; want 3", restart, end, runs.Load())
					}
					g.Stop(nil)
					err := g.Wait()
					switch end {
					case "nil", "done", "wrapped":
						if err != nil && !again[end] {
							t.Errorf("%v, %s: Wait is %v; want nil", restart, end, err)
						}
					case "stop all":
						wantIs(t, err, supervise.ErrStopAll)
					default:
						if !again[end] && err == nil {
							t.Errorf("%v, %s: Wait is nil; want the failure", restart, end)
						}
					}
				})
			}
		}
	}
}

// A failure that is joined to ErrDone is not lost with it, nor is a panic whose value wraps it.
func TestDoneHidesNoFailure(t *testing.T) {
	for _, c := range []struct {
		err error
		nil bool
	}{
		{supervise.ErrDone, true},
		{fmt.Errorf("a: %w", fmt.Errorf("b: %w", supervise.ErrDone)), true},
		{errors.Join(supervise.ErrDone, fmt.Errorf("too: %w", supervise.ErrDone)), true},
		{errors.Join(supervise.ErrDone, errTask), false},
		{fmt.Errorf("%w, but %w", supervise.ErrDone, errTask), false},
		{errors.Join(supervise.ErrDone, supervise.ErrStopAll), false},
	} {
		runs := 0
		err := supervise.Run(t.Context(), &supervise.Strategy{Restart: supervise.Permanent, Children: []supervise.Child{
			{Name: "child", Run: func(context.Context) error { runs++; return c.err }}}})
		if runs != 1 || (err == nil) != c.nil || err != nil && !errors.Is(err, c.err) {
			t.Errorf("%v: %d runs, and Run returned %v", c.err, runs, err)
		}
	}
	err := supervise.Run(t.Context(), &supervise.Strategy{Restart: supervise.Temporary, Children: []supervise.Child{
		{Name: "child", Run: func(context.Context) error { panic(supervise.ErrDone) }}}})
	if _, ok := errors.AsType[*fate.PanicError](err); !ok {
		t.Errorf("Run returned %v; want the panic", err)
	}
}

func TestTextOfPolicies(t *testing.T) {
	for want, r := range map[string]supervise.Restart{
		"default": supervise.Default, "transient": supervise.Transient, "permanent": supervise.Permanent, "temporary": supervise.Temporary,
	} {
		var read supervise.Restart = 99
		text, err := r.MarshalText()
		if err2 := read.UnmarshalText([]byte(want)); err != nil || err2 != nil || string(text) != want || r.String() != want || read != r {
			t.Errorf("%v: %q, %v; read %v, %v", r, text, err, read, err2)
		}
	}
	for want, r := range map[string]supervise.Radius{"itself": supervise.Itself, "later": supervise.Later, "all": supervise.All} {
		var read supervise.Radius = 99
		text, err := r.MarshalText()
		if err2 := read.UnmarshalText([]byte(want)); err != nil || err2 != nil || string(text) != want || r.String() != want || read != r {
			t.Errorf("%v: %q, %v; read %v, %v", r, text, err, read, err2)
		}
	}
	restart, radius := supervise.Permanent, supervise.All
	if err := errors.Join(restart.UnmarshalText(nil), radius.UnmarshalText(nil)); err != nil || restart != supervise.Default || radius != supervise.Itself {
		t.Errorf("the empty text is %v and %v, %v", restart, radius, err)
	}
	if supervise.Restart(9).String() != "unknown restart" || supervise.Radius(9).String() != "unknown radius" {
		t.Error("an unknown policy has a name")
	}
	_, err := json.Marshal(supervise.Restart(9))
	_, err2 := json.Marshal(supervise.Radius(9))
	for err, says := range map[error][]string{
		restart.UnmarshalText([]byte("always")): {"supervise", "Restart", `"always"`, "transient"},
		radius.UnmarshalText([]byte("group")):   {"supervise", "Radius", `"group"`, "later"},
		err:                                     {"supervise", "Restart", "9", "transient"},
		err2:                                    {"supervise", "Radius", "9", "later"},
	} {
		for _, say := range says {
			if err == nil || !strings.Contains(err.Error(), say) {
				t.Errorf("%v does not say %q", err, say)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	task := untilDone
	children := func(c ...supervise.Child) *supervise.Strategy { return &supervise.Strategy{Children: c} }
	for _, s := range []*supervise.Strategy{
		{},
		{Limit: 1, Restart: supervise.Temporary, Radius: supervise.All, Intensity: supervise.Unbounded, Period: time.Hour, Backoff: at(0)},
		children(supervise.Child{Name: "a", Run: task}, supervise.Child{Name: "b", Run: task, Grace: 1, Timeout: 1, Restart: supervise.Permanent}),
	} {
		if err := fate.Validate(s); err != nil {
			t.Errorf("%v: %v", s, err)
		}
	}
	for _, c := range []struct {
		s    *supervise.Strategy
		says []string
	}{
		{nil, []string{"Strategy", "nil"}},
		{&supervise.Strategy{Limit: -1}, []string{"Limit", "-1", "0 (no limit) or more"}},
		{&supervise.Strategy{Intensity: -2}, []string{"Intensity", "-2", "-1 (unbounded)"}},
		{&supervise.Strategy{Period: -1}, []string{"Period", "-1ns", "0 (30s) or more"}},
		{&supervise.Strategy{Restart: 9}, []string{"Restart", "9", "permanent"}},
		{&supervise.Strategy{Radius: 9}, []string{"Radius", "9", "later"}},
		{children(supervise.Child{Run: task}), []string{"Children[0]", "Name", "must be given"}},
		{children(supervise.Child{Name: "a"}), []string{"Children[0]", `"a"`, "Run", "must be given"}},
		{children(supervise.Child{Name: "a", Run: task}, supervise.Child{Name: "a", Run: task}), []string{"Children[1]", `"a"`, "no other's"}},
		{children(supervise.Child{Name: "a", Run: task, Grace: -1}), []string{"Grace", "-1ns", "0 (the default) or more"}},
		{children(supervise.Child{Name: "a", Run: task, Timeout: -1}), []string{"Timeout", "-1ns", "0 (none) or more"}},
		{children(supervise.Child{Name: "a", Run: task, Restart: 9}), []string{"Restart", "9", "permanent"}},
	} {
		err := fate.Validate(c.s)
		for _, say := range append(c.says, "supervise") {
			if err == nil || !strings.Contains(err.Error(), say) {
				t.Errorf("%v does not say %q", err, say)
			}
		}
		mustPanic(t, "Run", []string{"supervise: Run"}, func() { _ = supervise.Run(t.Context(), c.s) })
		mustPanic(t, "Task", []string{"supervise: Task"}, func() { c.s.Task() })
	}
	mustPanic(t, "Run", []string{"supervise: Run", "context"}, func() {
		var none context.Context
		_ = supervise.Run(none, &supervise.Strategy{})
	})
}

func TestString(t *testing.T) {
	for want, s := range map[string]*supervise.Strategy{
		"supervise": {Backoff: at(0)},
		"supervise limit=8 restart=permanent radius=later intensity=-1 period=5s": {
			Limit: 8, Restart: supervise.Permanent, Radius: supervise.Later, Intensity: supervise.Unbounded, Period: 5 * time.Second},
	} {
		if got := s.String(); got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

func TestErrorText(t *testing.T) {
	for want, err := range map[string]error{
		`supervise: gave up when "db" ended after 5 restarts within 30s: a`: &supervise.GaveUpError{Name: "db", Restarts: 5, Period: 30 * time.Second, Err: errors.New("a")},
		`supervise: gave up when task 7 ended after 1 restarts within 1s`:   &supervise.GaveUpError{ID: 7, Restarts: 1, Period: time.Second},
		`supervise: stopped because "db" is restarted: a`:                   &supervise.SiblingError{Name: "db", Err: errors.New("a")},
		`supervise: stopped because task 7 is restarted`:                    &supervise.SiblingError{ID: 7},
	} {
		if err.Error() != want {
			t.Errorf("%q; want %q", err, want)
		}
	}
}

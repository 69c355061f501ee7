package engine_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate/internal/engine"
)

// endings are the ways an item can end, and what Settle is to be told of each.
var endings = []struct {
	name string
	run  func() error
	how  engine.How
	err  error
}{
	{"return", func() error { return nil }, engine.Returned, nil},
	{"panic", func() error { panic("boom") }, engine.Panicked, errPanic{"boom"}},
	{"Goexit", func() error { runtime.Goexit(); return nil }, engine.Exited, errExit},
	{"Goexit from a deferred function of a panic", func() error { defer runtime.Goexit(); panic("lost") }, engine.Exited, errExit},
	{"panic in a deferred function of Goexit", func() error { defer panicDeferred(); runtime.Goexit(); return nil }, engine.Panicked, errPanic{"late"}},
	{"recovered panic", func() error { defer func() { _ = recover() }(); panic("caught") }, engine.Returned, nil},
}

func panicDeferred() { panic("late") }

func TestAnItemThatUnwindsIsSettledAndItsRunnerReplaced(t *testing.T) {
	for _, limit := range []int{0, 1, 2} {
		h := newHost(limit)
		var items []item
		for range 20 {
			for _, e := range endings {
				items = append(items, item{len(items), e.run})
			}
		}
		h.offer(items...)
		h.join()
		if len(h.ends) != len(items) {
			t.Fatalf("limit %d: %d items ended, want %d", limit, len(h.ends), len(items))
		}
		for _, got := range h.ends {
			want := endings[got.id%len(endings)]
			if got.How != want.how || got.Err != want.err {
				t.Errorf("limit %d: %s: Settle was told %v, %v, want %v, %v", limit, want.name, got.How, got.Err, want.how, want.err)
			}
		}
	}
}

func TestPanicNilIsAPanic(t *testing.T) {
	h := newHost(0)
	h.offer(item{0, func() error { panic(nil) }})
	h.join()
	if o := h.ends[0]; o.How != engine.Panicked {
		t.Errorf("Settle was told %v, want Panicked", o.How)
	}
}

func TestCaughtSeesTheFramesOfTheItem(t *testing.T) {
	h := newHost(1)
	var stacks [][]byte
	h.caught = func(any) { stacks = append(stacks, debug.Stack()) }
	h.offer(item{0, itemThatPanics}, item{1, itemThatExits})
	h.join()
	for i, name := range []string{"itemThatPanics", "itemThatExits"} {
		if !bytes.Contains(stacks[i], []byte(name)) {
			t.Errorf("the stack in Caught does not show %s:\n%s", name, stacks[i])
		}
	}
}

func itemThatPanics() error { panic("boom") }
func itemThatExits() error  { runtime.Goexit(); return nil }

func TestAfterIsCalledForAnItemThatUnwinds(t *testing.T) {
	h := newHost(1)
	var after []int
	h.settle = func(it item, _ engine.Outcome) func() {
		return func() {
			h.Lock()
			after = append(after, it.id)
			h.Unlock()
		}
	}
	h.offer(item{0, itemThatPanics}, item{1, itemThatExits}, item{2, nil})
	h.join()
	slices.Sort(after)
	if !slices.Equal(after, []int{0, 1, 2}) {
		t.Errorf("after was called for %v, want each item once", after)
	}
}

// Settle asks the user's code, which may panic or call testing.T.FailNow: that must not take the slot or the lock with it.
func TestSettleMayFail(t *testing.T) {
	const n = 30
	for _, c := range []struct {
		name string
		fail func()
		want any
	}{
		{"panic", func() { panic("boom") }, "boom"},
		{"Goexit", runtime.Goexit, nil},
	} {
		for _, run := range []func(int) error{
			func(int) error { return nil },
			func(int) error { return itemThatPanics() },
			func(int) error { return itemThatExits() },
		} {
			for _, limit := range []int{0, 1, 2} {
				h := newHost(limit)
				h.settle = func(it item, _ engine.Outcome) func() {
					if it.id%3 == 0 {
						c.fail()
					}
					return nil
				}
				faults, after := 0, 0
				h.fault = func(v any) func() {
					faults++
					if v != c.want {
						t.Errorf("%s in Settle: Fault was told %v, want %v", c.name, v, c.want)
					}
					return func() {
						h.Lock()
						after++
						h.Unlock()
					}
				}
				h.offer(numbered(n, run)...)
				h.join()
				if !slices.Equal(h.sorted(), upTo(n)) {
					t.Errorf("%s in Settle, limit %d: %v ended, want all of %d", c.name, limit, h.sorted(), n)
				}
				if faults != n/3 || after != n/3 {
					t.Errorf("%s in Settle, limit %d: Fault was called %d times and what it returned %d times, want %d", c.name, limit, faults, after, n/3)
				}
			}
		}
	}
}

func TestAfterMayExitTheGoroutine(t *testing.T) {
	const n = 30
	for _, limit := range []int{0, 1, 2} {
		h := newHost(limit)
		h.settle = func(it item, _ engine.Outcome) func() {
			if it.id%3 == 0 {
				return runtime.Goexit
			}
			return nil
		}
		h.offer(numbered(n, func(int) error { return nil })...)
		h.join()
		if !slices.Equal(h.sorted(), upTo(n)) {
			t.Errorf("limit %d: %v ended, want all of %d", limit, h.sorted(), n)
		}
	}
}

// These end the process, so they run in a child of this one.
func TestCrash(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func() // in the child
		want []string
	}{
		{"Caught panics again", func() {
			h := newHost(0)
			h.caught = func(v any) { panic(v) }
			h.offer(item{0, itemThatPanics})
			h.join()
		}, []string{"panic: boom", "itemThatPanics"}},
		{"Fault panics", func() {
			h := newHost(0)
			h.settle = func(item, engine.Outcome) func() { panic("boom") }
			h.fault = func(any) func() { panic("a fault of the host") }
			h.offer(item{0, nil})
			h.join()
		}, []string{"a fault of the host"}},
		{"after panics", func() {
			h := newHost(0)
			h.settle = func(item, engine.Outcome) func() { return func() { panic("a fault of the host") } }
			h.offer(item{0, nil})
			h.join()
		}, []string{"a fault of the host"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			const env = "FATE_ENGINE_CRASH"
			if os.Getenv(env) == "1" {
				c.run()
				os.Exit(0) // Join returned: the crash was too late
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a hang is a failure, not a wait
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+regexp.QuoteMeta(t.Name())+"$")
			cmd.Env = append(os.Environ(), env+"=1")
			var stderr strings.Builder
			cmd.Stderr = &stderr
			err := cmd.Run()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 2 {
				t.Fatalf("the process ended with %v, want exit status 2 of a panic; it printed\n%s", err, stderr.String())
			}
			for _, want := range c.want {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("the crash does not show %q:\n%s", want, stderr.String())
				}
			}
		})
	}
}

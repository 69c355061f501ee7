package engine_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/sharedfate/fate/internal/engine"
)

// item is what the engines under test run.
type item struct {
	id  int
	run func() error
}

// host is the smallest Host that can be believed: it admits up to a limit, oldest first, and writes down what it is told.
type host struct {
	engine.Engine[item]
	limit  int                                       // how many are admitted at once; 0 is no limit
	caught func(v any)                               // called by Caught
	settle func(item, engine.Outcome) (after func()) // called by Settle, after its own work
	fault  func(v any) (after func())                // called by Fault

	// Guarded by the engine's lock.
	unfinished int             // admitted and not ended
	held       int             // not admitted
	runners    map[string]bool // the goroutines that have run an item
	ends       []end           // in the order of their ends
}

// end is what Settle was told.
type end struct {
	id int
	engine.Outcome
}

var errExit = errors.New("the item called Goexit")

type errPanic struct{ value any }

func (e errPanic) Error() string { return fmt.Sprint("the item panicked: ", e.value) }

func newHost(limit int) *host {
	h := &host{limit: limit, runners: make(map[string]bool)}
	h.Init(h, false)
	return h
}

func (h *host) Run(it item) error {
	if it.run == nil {
		return nil
	}
	return it.run()
}

func (h *host) Caught(_ item, v any) error {
	if h.caught != nil {
		h.caught(v)
	}
	if v == nil {
		return errExit
	}
	return errPanic{v}
}

func (h *host) Settle(it item, o engine.Outcome) (after func()) {
	h.runners[goroutine()] = true
	h.ends = append(h.ends, end{it.id, o})
	h.unfinished--
	h.admit()
	if h.settle != nil {
		after = h.settle(it, o)
	}
	return after
}

func (h *host) Pools() *engine.Pools { return &pools }

var pools engine.Pools

func (h *host) Fault(v any) (after func()) {
	if h.fault == nil {
		panic(fmt.Sprint("Settle did not return: ", v))
	}
	return h.fault(v)
}

// admit, under the lock, admits held items as far as the limit lets them.
func (h *host) admit() {
	for h.held > 0 && (h.limit == 0 || h.unfinished < h.limit) {
		h.Admit()
		h.held--
		h.unfinished++
	}
}

// put, under the lock, pushes an item.
func (h *host) put(it item) {
	admitted := h.held == 0 && (h.limit == 0 || h.unfinished < h.limit)
	if admitted {
		h.unfinished++
	} else {
		h.held++
	}
	h.Push(it, admitted)
}

// offer pushes items in one critical section, in order.
func (h *host) offer(items ...item) {
	h.Lock()
	for _, it := range items {
		h.put(it)
	}
	h.Release()
}

// join waits for the end of all items.
func (h *host) join() {
	h.Lock()
	h.Join()
	h.Unlock()
}

// ids lists which items have ended, in the order of their ends. Call it after join.
func (h *host) ids() (ids []int) {
	for _, e := range h.ends {
		ids = append(ids, e.id)
	}
	return ids
}

// sorted is ids in the order of the ids.
func (h *host) sorted() []int {
	ids := h.ids()
	slices.Sort(ids)
	return ids
}

// numbered makes n items of one function, numbered from 0.
func numbered(n int, run func(id int) error) []item {
	items := make([]item, n)
	for id := range items {
		items[id] = item{id, func() error { return run(id) }}
	}
	return items
}

// upTo lists the numbers below n.
func upTo(n int) (ids []int) {
	for id := range n {
		ids = append(ids, id)
	}
	return ids
}

// goroutine names the goroutine that calls it. No two ever have the same name.
func goroutine() string {
	var buf [64]byte
	name, _, _ := bytes.Cut(buf[:runtime.Stack(buf[:], false)], []byte(" ["))
	return string(name)
}

// mustPanic fails the test unless f panics.
func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	f()
}

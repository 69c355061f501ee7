package fatetest

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/sharedfate/fate"
)

// Test checks that the strategies new makes keep what a group and its users rely on, and fails t for each law that they
// break. new must give a fresh strategy at each call, or the same value; it is called thousands of times, never twice at once.
//
// Test runs synctest bubbles, so it can't be called from inside one. Several may run in parallel. If a strategy blocks for
// ever, Test says so and returns, and leaves the blocked goroutine behind.
func Test(t *testing.T, new func() fate.Strategy) {
	t.Helper()
	for _, v := range check(t, new) {
		t.Errorf("fatetest: %v", v)
	}
}

// check returns the laws that the strategies break.
func check(t *testing.T, new func() fate.Strategy) []violation {
	found, _ := examine(t, new)
	return found
}

// examine returns the laws that the strategies break. It works in a goroutine of its own, because a call may never return,
// or end its goroutine. over is closed when that has ended.
func examine(t *testing.T, new func() fate.Strategy) (found []violation, over <-chan struct{}) {
	ended := make(chan struct{})
	if v := construct(new); v != nil {
		close(ended)
		return v, ended
	}
	j := newJudge(new)
	go func() {
		defer close(ended)
		j.all(t)
	}()
	j.await(ended)
	return j.violations(), ended
}

// all is the whole examination. What would make a later part hang, or last very long, is looked for first.
func (j *judge) all(t *testing.T) {
	defer j.shrink()
	if j.still(t); j.has(noWaiting, noGoroutine) {
		return
	}
	if j.goroutines(); j.has(noGoroutine) {
		return
	}
	j.enumerate()
	limit := j.limit()
	for _, h := range long(limit) {
		j.play(h)
	}
	if j.value {
		j.sample(4, j.pure)
		j.scan()
	}
	if j.hints.FailuresOnly {
		j.sample(5, j.ask)
	}
	j.bulk()
	if len(j.violations()) == 0 {
		j.groups(t, limit)
	}
}

// construct checks what the constructor gives, as far as it can without asking it anything else.
func construct(new func() fate.Strategy) []violation {
	s := new()
	v := reflect.ValueOf(s)
	if s == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		return []violation{{law: constructs, saw: fmt.Sprintf("%T(nil)", s)}}
	}
	if err := fate.Validate(s); err != nil {
		return []violation{{law: valid, saw: fmt.Sprintf("Validate() = %v", err)}}
	}
	if inside := hidden(s); inside != nil {
		return []violation{{law: passedOn, saw: fmt.Sprintf("%T has no Expect, and %v inside it has", s, inside)}}
	}
	// Two pointers to something without a size may be equal, and remember nothing.
	if v.Kind() == reflect.Pointer && v.Type().Elem().Size() > 0 && v.Pointer() == reflect.ValueOf(new()).Pointer() {
		return []violation{{law: ownEach, saw: fmt.Sprintf("the same %T twice", s)}}
	}
	if h, ok := s.(fate.Hinter); ok {
		if a, b := h.Hints(), h.Hints(); a != b || a.Keep < 0 || a.Limit < 0 || a.AtLimit > fate.Shed {
			return []violation{{law: hintsHold, saw: fmt.Sprintf("Hints() = %+v, then %+v", a, b)}}
		}
	}
	return nil
}

package fatetest

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/sharedfate/fate"
)

// toldDepth is how many steps the longest history has in which the group learns how many tasks there will be.
const toldDepth = 4

// eachTold visits the variants of a history in which an Expecter is told so: from the start, or at any later moment.
func (j *judge) eachTold(h history, visit func(history)) {
	if _, ok := j.one.(fate.Expecter); !ok || len(h.steps) > toldDepth {
		return
	}
	h.loose = true // the Expecter may stop the group
	short := h.steps
	for at := range len(short) + 1 {
		h.steps = slices.Insert(slices.Clone(short), at, total)
		visit(h)
	}
	for _, n := range []step{1, 2, 3, toldDepth + 1} {
		h.steps = slices.Insert(slices.Clone(short), 0, total+n)
		visit(h)
	}
}

// tell lets the group learn how many tasks there will be.
func (m *model) tell(s step) (happened bool) {
	if m.stopped || m.tally.Expected > 0 {
		return false
	}
	m.tally.Expected = m.tally.Offered
	if s > total {
		m.tally.Expected = uint64(s - total)
	}
	if e, ok := m.strategy.(fate.Expecter); ok {
		v := m.expect(e, m.tally)
		if cause, stops := v.Stops(); stops {
			m.stop(orCanceled(cause))
		}
	}
	m.promote()
	return true
}

func (c *calls) expect(e fate.Expecter, t fate.Tally) (v fate.Verdict) {
	began, done := c.judge.begin(&c.place), false
	defer c.guard("Expect", began, &done)
	v = e.Expect(t)
	done = true

	if c.answers != nil {
		c.note("Expect(%v) = %v", t, v)
	}
	if _, restarts := v.Restarts(); restarts {
		c.report(noRestart, "Expect(%v) = %v", t, v)
	}
	c.sound(v, "Expect("+t.String()+")")
	return v
}

// Expect is the strategy's, if it has one. That a group asks all the same changes nothing.
func (r *recorder) Expect(t fate.Tally) fate.Verdict {
	defer r.enter("Expect")()
	r.checkTally("Expect", t)
	if e, ok := r.strategy.(fate.Expecter); ok {
		return r.given(e.Expect(t), false)
	}
	return fate.Continue
}

// openDo begins a scene whose group is made by Do. Its body returns when leave is called.
func (j *judge) openDo(title string, mode fate.PanicMode) (s *scene, leave func()) {
	s, ctx := j.prepare(title, mode)
	made, over := make(chan struct{}), make(chan struct{})
	go s.note(func() error {
		return fate.Do(ctx, s.rec, func(g *fate.Group) error {
			s.group = g
			close(made)
			<-over
			return nil
		}, fate.Panics(mode))
	})
	<-made
	return s, func() { close(over) }
}

// expected are groups made by Do, in which tasks end, and offer others, before and after it is known how many there will be.
func (j *judge) expected(t *testing.T) {
	for _, p := range endings() {
		for _, mode := range []fate.PanicMode{fate.Return, fate.Rethrow} {
			if j.givenUp.Load() || j.has(waitReturns, noWaiting, noGoroutine) {
				return
			}
			j.inBubble(t, func() {
				s, leave := j.openDo(fmt.Sprintf("Do's body returns between tasks that end %v (%v)", p.end, mode), mode)
				s.offer(byGo, p)
				time.Sleep(time.Second)
				s.offer(byGo, plan{sleep: time.Second, end: p.end, nested: []plan{p, {until: heeding, end: fate.Cancelled}}})
				s.offer(bySpawn, plan{until: heeding, end: fate.Cancelled})
				s.offer(byTryGo, plan{sleep: 2 * time.Second, end: p.end})
				leave()
				s.close()
			})
		}
	}
}

var expecterType = reflect.TypeFor[fate.Expecter]()

// hidden returns the type of an Expecter in a field of a strategy that is none, nil if there is no such.
func hidden(s fate.Strategy) reflect.Type {
	if _, ok := s.(fate.Expecter); ok {
		return nil
	}
	v := reflect.ValueOf(s)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() == reflect.Interface && !f.IsNil() {
			f = f.Elem()
		}
		if f.Type().Implements(strategyType) && f.Type().Implements(expecterType) {
			return f.Type()
		}
	}
	return nil
}

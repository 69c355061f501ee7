package fatetest

import (
	"fmt"
	"reflect"
	"time"

	"github.com/sharedfate/fate"
)

// listen plays a history and returns every answer in words. change, if not nil, changes the model first; meanwhile, if not
// nil, is called between the steps.
func (j *judge) listen(h history, change func(*model), meanwhile func()) (answers []string) {
	m := j.newModel(h)
	m.answers = &answers
	if change != nil {
		change(m)
	}
	for _, s := range h.steps {
		if m.do(s); m.broken {
			return answers
		}
		if meanwhile != nil {
			meanwhile()
		}
	}
	m.finish()
	m.conclude()
	return answers
}

// pure compares what a value answers to a history alone with what it answers between the calls of another group, and, if
// it says that it does not look at times, with what it answers to slower tasks.
func (j *judge) pure(h history) {
	alone := j.listen(h, nil, nil)
	other := j.newModel(join(seq(9, offer), seq(1, endFailed, endOK)))
	other.run(other.history.steps...)
	beside := j.listen(h, nil, func() { other.run(offer, offer, endPanicked, endExited) })
	j.compare(pureValue, h, alone, beside, "between another group's calls")

	if j.hints.Untimed {
		slow := func(m *model) { m.took = func(id uint64) time.Duration { return 1e6 * someTime(id) } }
		j.compare(untimed, h, alone, j.listen(h, slow, nil), "when tasks took long")
	}
}

// ask shows successes too, to a strategy that says it need not see them.
func (j *judge) ask(h history) {
	m := j.newModel(h)
	m.quiet = false
	m.play()
}

// compare reports the first answer that differs.
func (j *judge) compare(l law, h history, alone, other []string, when string) {
	for i, a := range alone {
		b := "no such call"
		if i < len(other) {
			b = other[i]
		}
		if a != b {
			j.report(violation{l, h.String(), a + ", and " + b + " " + when, nil})
			return
		}
	}
}

// scan asks a value about tallies that lie beyond what its own answers lead to: the same past with more tasks running.
func (j *judge) scan() {
	j.scanRunning(fate.Tally{}, 5000)
	scanned := map[fate.Tally]bool{}
	for _, t := range j.asked {
		t.Offered -= t.Running
		t.Running = 0
		if !scanned[t] {
			scanned[t] = true
			j.scanRunning(t, 24)
		}
	}
}

func (j *judge) scanRunning(t fate.Tally, most int) {
	m := j.newModel(history{})
	refused := -1
	for r := range most {
		a := m.admit(t)
		if m.broken {
			return
		}
		if a != fate.Run && refused < 0 {
			refused = r
		}
		if a == fate.Run && refused >= 0 {
			saw := fmt.Sprintf("Admit(%v) = %v, and not with %d running and all else equal", t, a, refused)
			j.report(violation{law: monotone, saw: saw})
			return
		}
		t.Offered++
		t.Running++
	}
}

var strategyType = reflect.TypeFor[fate.Strategy]()

// isValue reports whether a strategy claims to be a value: neither it nor a strategy inside it is something that can
// remember.
func isValue(s fate.Strategy) bool { return !remembers(reflect.ValueOf(s)) }

func remembers(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan, reflect.Slice, reflect.UnsafePointer:
		return true
	case reflect.Struct:
		for i := range v.NumField() {
			if holds(v.Field(i)) {
				return true
			}
		}
	}
	return false
}

// holds reports whether a field is, or has inside, a strategy that can remember. A pointer to anything else may be there for
// another purpose.
func holds(f reflect.Value) bool {
	switch f.Kind() {
	case reflect.Struct:
		return remembers(f)
	case reflect.Interface:
		return !f.IsNil() && holds(f.Elem())
	case reflect.Slice, reflect.Array:
		for i := range f.Len() {
			if holds(f.Index(i)) {
				return true
			}
		}
	}
	return f.Type().Implements(strategyType) && remembers(f)
}

package fatetest

import (
	"reflect"
	"slices"

	"github.com/sharedfate/fate"
)

// conclude asks for the group's error, once all tasks have ended, and judges it.
func (m *model) conclude() {
	if m.broken {
		return
	}
	sum, untouched := m.summary(), m.summary()
	text, err := m.calls.conclude(sum)
	if m.broken {
		return
	}
	if !slices.EqualFunc(sum.Errors, untouched.Errors, func(a, b *fate.TaskError) bool { return reflect.DeepEqual(a, b) }) {
		m.report(summaryKept, "Errors were %v, and after Conclude %v", texts(untouched.Errors), texts(sum.Errors))
	}
	if err != nil && dressed(err) {
		m.report(noTypedNil, "Conclude(%v) = %T(nil)", m.tally, err)
		return
	}
	if m.judge.value {
		if text2, err2 := m.calls.conclude(untouched); (err == nil) != (err2 == nil) || text != text2 {
			m.report(pureValue, "Conclude(%v) = %q, and %q when asked again", m.tally, text, text2)
		}
	}
	m.compare(err)
	m.judge.keep(answer{m.calls, err, text})
}

// compare judges the answer by what happened.
func (m *model) compare(err error) {
	done := false
	defer func() {
		if !done {
			m.broken = true
			m.report(noPanic, "errors.Is on Conclude's error panicked: %v", recover())
		}
	}()
	o := outcome{tally: m.tally, failures: m.failures, retried: m.retried, stop: m.cause}
	if m.cut {
		o.cause, o.outside, o.atFail = m.cause, m.cause == errOutside, m.atFail
	}
	o.judge(err, m.report)
	done = true
}

// An answer is an error that Conclude returned to some model, with its text at that time.
type answer struct {
	calls
	err  error
	text string
}

// keep looks whether the answer before this one is still what it was.
func (j *judge) keep(a answer) {
	if k := j.kept; k.err != nil {
		if now := k.err.Error(); now != k.text {
			k.report(errorStays, "the error was %q, and is %q after the strategy was used for another group", k.text, now)
		}
	}
	j.kept = a
}

func texts(errs []*fate.TaskError) []string {
	all := make([]string, len(errs))
	for i, e := range errs {
		all[i] = "nil"
		if e != nil && e.Err != nil {
			all[i] = e.Error()
		}
	}
	return all
}

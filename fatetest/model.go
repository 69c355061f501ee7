package fatetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/sharedfate/fate"
)

// Causes in a history: of every stop from outside, and of every task that is cancelled on purpose.
var (
	errOutside   = errors.New("fatetest: stopped from outside")
	errOnPurpose = errors.New("fatetest: cancelled on purpose")
)

// failure is what a failing task of a history returns. Each task has its own.
type failure struct{ id uint64 }

func (f *failure) Error() string { return "fatetest: failure of task " + strconv.FormatUint(f.id, 10) }

// A model is a group without goroutines: it keeps the Tally, the held tasks and the failures as fate.Group does, asks the strategy
// when a group would, and obeys it. A task ends when the history says so.
type model struct {
	calls
	took  func(id uint64) time.Duration
	keep  int  // how many failures are held; 0 is all
	quiet bool // successes are not settled

	tally    fate.Tally
	held     []uint64          // tasks by ID, oldest first
	running  []running         // a task that was restarted is behind those that were there
	failures []*fate.TaskError // by time
	dropped  uint64
	retried  []error // what runs ended with that were answered by a Restart, and so count no more

	stopped bool
	cause   error // of the stop
	atFail  bool  // the strategy stopped it, at a failure
	cut     bool  // the stop kept a task from running, or cut one short
}

// running is a task that runs.
type running struct {
	id      uint64
	attempt int
	err     error // what the run before ended with
}

func (j *judge) newModel(h history) *model {
	m := &model{
		calls: calls{judge: j, strategy: j.subject(), history: h},
		keep:  j.hints.Keep,
		quiet: j.hints.FailuresOnly,
		took:  noTime,
	}
	m.place.calls = &m.calls
	if !j.hints.Untimed {
		m.took = someTime
	}
	return m
}

func noTime(uint64) time.Duration      { return 0 }
func someTime(id uint64) time.Duration { return time.Duration(1+id%7) * time.Millisecond }

// do lets the next step happen and reports whether it could. A step beyond the history makes that longer.
func (m *model) do(s step) bool {
	if m.at++; m.at > len(m.history.steps) {
		m.history.steps = append(slices.Clip(m.history.steps), s)
	}
	if s >= total {
		return m.tell(s)
	}
	switch s {
	case offer:
		m.offer(true)
		return true
	case try:
		return m.offer(false) == fate.Hold
	case outside:
		if m.stopped {
			return false
		}
		m.stop(errOutside)
		return true
	case withdraw:
		n := len(m.held)
		if n == 0 {
			return false
		}
		id := m.held[n-1]
		m.held = m.held[:n-1]
		m.tally.Held--
		m.end(running{id: id}, fate.Cancelled, false)
		return true
	}
	if len(m.running) == 0 {
		return false
	}
	m.endRunning(fate.Kind(s))
	return true
}

// offer is Go, or TryGo if there is no room to hold a task.
func (m *model) offer(room bool) (a fate.Admission) {
	if m.stopped {
		m.tally.Offered++
		m.tally.Skipped++
		m.cut = true
		return fate.Shed
	}
	a = fate.Hold
	if len(m.held) == 0 { // none overtakes a held task
		a = m.admit(m.tally)
	}
	id := m.tally.Offered
	m.tally.Offered++
	switch {
	case a == fate.Run:
		m.tally.Running++
		m.running = append(m.running, running{id: id})
	case a == fate.Shed, !room:
		m.tally.Shed++
	default:
		m.tally.Held++
		m.held = append(m.held, id)
	}
	m.unstall()
	return a
}

func (m *model) endRunning(k fate.Kind) {
	r, last := m.running[0], len(m.running)-1
	if m.history.newest {
		r, m.running = m.running[last], m.running[:last]
	} else {
		m.running = m.running[1:]
	}
	m.tally.Running--
	m.end(r, k, true)
}

// end counts and settles a run that has ended, begun or not, and admits others.
func (m *model) end(r running, k fate.Kind, begun bool) {
	e := fate.Event{ID: r.id, Name: name(r.id), Kind: k, Attempt: r.attempt}
	if begun {
		e.Took = m.took(r.id)
	}
	switch {
	case m.stopped:
		e.Cause = m.cause
	case k == fate.Cancelled:
		e.Cause = errOnPurpose
	}
	switch k {
	case fate.Failed:
		e.Err = &failure{r.id}
	case fate.Panicked:
		e.Err = &fate.PanicError{Value: &failure{r.id}, Stack: []byte("no stack\n")}
	case fate.Exited:
		e.Err = fate.ErrGoexit
	case fate.Cancelled:
		e.Err = context.Canceled
		if !begun && r.err != nil {
			e.Err = r.err
		}
		m.cut = m.cut || m.stopped
	}
	n := m.count(k)
	*n++
	var v fate.Verdict
	if k != fate.OK || !m.quiet {
		v = m.settle(m.tally, e)
	}
	if _, again := v.Restarts(); again && !m.stopped && k != fate.Cancelled {
		*n--
		m.restart(r, e.Err)
	} else if k.Failure() {
		m.lose(e)
	}
	if cause, stops := v.Stops(); stops && !m.stopped {
		m.atFail = k.Failure()
		m.stop(orCanceled(cause))
	}
	m.promote()
}

func (m *model) count(k fate.Kind) *uint64 {
	switch k {
	case fate.OK:
		return &m.tally.OK
	case fate.Failed:
		return &m.tally.Failed
	case fate.Panicked:
		return &m.tally.Panicked
	case fate.Exited:
		return &m.tally.Exited
	}
	return &m.tally.Cancelled
}

// restart runs a task again. No time passes in a model, so it starts at once, and the others that a With would restart too stay as
// they are: whom it picks only a real group can ask.
func (m *model) restart(r running, err error) {
	m.tally.Running++
	m.tally.Restarted++
	m.running = append(m.running, running{r.id, r.attempt + 1, err})
	if err != nil {
		m.retried = append(m.retried, err)
	}
}

func (m *model) lose(e fate.Event) {
	if m.keep == 0 || len(m.failures) < m.keep {
		m.failures = append(m.failures, &fate.TaskError{ID: e.ID, Name: e.Name, Err: e.Err})
	} else {
		m.dropped++
	}
}

// promote admits held tasks, oldest first.
func (m *model) promote() {
	for len(m.held) > 0 && !m.broken {
		a := m.admit(m.tally)
		if a == fate.Hold {
			break
		}
		id := m.held[0]
		m.held = m.held[1:]
		m.tally.Held--
		if a == fate.Shed {
			m.tally.Shed++
			continue
		}
		m.tally.Running++
		m.running = append(m.running, running{id: id})
	}
	m.unstall()
}

// unstall stops a group whose strategy holds tasks while none is running.
func (m *model) unstall() {
	if len(m.held) > 0 && len(m.running) == 0 {
		m.stop(fate.ErrStalled)
	}
}

func (m *model) stop(cause error) {
	m.stopped, m.cause = true, cause
	m.cut = m.cut || len(m.held) > 0
	m.tally.Skipped += m.tally.Held
	m.tally.Held, m.held = 0, nil
}

// finish ends what is running, as the rest says. A strategy may restart what succeeds, for ever: then the group is stopped from
// outside.
func (m *model) finish() {
	m.resting = len(m.running) > 0
	if !m.stopped {
		for n := 2*len(m.running) + 6; n > 0 && len(m.running) > 0 && !m.broken; n-- {
			m.endRunning(fate.OK)
		}
		if len(m.running) == 0 || m.broken {
			return
		}
		if !m.stopped {
			m.forced = true
			m.stop(errOutside)
		}
	}
	k := fate.OK
	switch m.history.rest {
	case restCancelled:
		k = fate.Cancelled
	case restSkipped:
		m.skip()
	}
	for len(m.running) > 0 && !m.broken {
		m.endRunning(k)
	}
}

// skip ends what was admitted, and no goroutine has picked up. What has run before is not skipped: it ends as it did then, cancelled.
func (m *model) skip() {
	rest := m.running
	m.cut = m.cut || len(rest) > 0
	for _, r := range rest {
		if m.broken {
			return
		}
		m.running = m.running[1:]
		m.tally.Running--
		if r.attempt == 0 {
			m.tally.Skipped++
			continue
		}
		m.tally.Restarted--
		m.end(r, fate.Cancelled, false)
	}
}

// summary is what Conclude is shown, made anew at each call.
func (m *model) summary() fate.Summary {
	s := fate.Summary{Tally: m.tally, Dropped: m.dropped}
	if m.cut {
		s.Cause = m.cause
	}
	for _, f := range m.failures {
		s.Errors = append(s.Errors, &fate.TaskError{ID: f.ID, Name: f.Name, Err: f.Err})
	}
	if len(s.Errors) > 0 {
		s.First = s.Errors[0]
	}
	slices.SortFunc(s.Errors, func(a, b *fate.TaskError) int { return cmp.Compare(a.ID, b.ID) })
	s.Errors = slices.Clip(s.Errors)
	return s
}

// name makes every other task a child.
func name(id uint64) string {
	if id%2 == 0 {
		return ""
	}
	return "child-" + strconv.FormatUint(id, 10)
}

package fatetest

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/sharedfate/fate"
)

// calls asks a strategy on behalf of one model, and judges each answer by itself.
type calls struct {
	judge    *judge
	strategy fate.Strategy
	history  history
	at       int  // how many steps of the history have begun
	resting  bool // the steps are over, and the rest is ending
	forced   bool // and had to be stopped from outside
	broken   bool // a call panicked: this strategy is not asked again
	place    place

	answers *[]string // if not nil, every answer is noted here
}

// violation is one after what has happened so far.
func (c *calls) violation(l law, saw string) violation {
	h := c.history
	h.steps = h.steps[:c.at]
	h.resting, h.forced = c.resting, c.forced
	return violation{l, h.String(), saw, &h}
}

func (c *calls) report(l law, format string, args ...any) {
	if !c.judge.has(l) {
		c.judge.report(c.violation(l, fmt.Sprintf(format, args...)))
	}
}

func (c *calls) note(format string, args ...any) {
	if c.answers != nil {
		*c.answers = append(*c.answers, fmt.Sprintf(format, args...))
	}
}

// guard is deferred around each call: it turns a panic into a finding, and notices time that passed.
func (c *calls) guard(call string, began time.Time, done *bool) {
	if took := c.judge.end(began); took != 0 {
		c.report(noWaiting, "%s took %v of a synctest bubble's time", call, took)
	}
	if *done {
		return
	}
	c.broken = true
	if v := recover(); v != nil {
		c.report(noPanic, "%s panicked: %v\n%s", call, v, frames(debug.Stack()))
	} else {
		c.report(noPanic, "%s called runtime.Goexit", call) // and this goroutine ends
	}
}

func (c *calls) admit(t fate.Tally) (a fate.Admission) {
	began, done := c.judge.begin(&c.place), false
	defer c.guard("Admit", began, &done)
	a = c.strategy.Admit(t)
	done = true

	c.note("Admit(%v) = %v", t, a)
	switch {
	case a > fate.Shed:
		c.report(knownAnswer, "Admit(%v) = Admission(%d)", t, a)
	case a == fate.Hold && t.Running == 0:
		c.report(idleHolds, "Admit(%v) = %v", t, a)
	case a == fate.Shed && t.Running == 0 && t.Failures()+t.Cancelled+t.Restarted == 0:
		c.report(idleSheds, "Admit(%v) = %v", t, a)
	}
	if want, ok := hinted(c.judge.hints, t); ok && a != want {
		c.report(asHinted, "Admit(%v) = %v, and by the hints it is %v", t, a, want)
	}
	if before, same := c.judge.recall(t, a); !same {
		c.report(pureValue, "Admit(%v) = %v, and %v at another time", t, a, before)
	}
	return a
}

// hinted is what Admit answers by what the hints say, if they say it.
func hinted(h fate.Hints, t fate.Tally) (a fate.Admission, ok bool) {
	if h.Limit == 0 || t.Running < uint64(h.Limit) {
		return fate.Run, h.AtLimit != fate.Run
	}
	return h.AtLimit, h.AtLimit != fate.Run
}

func (c *calls) settle(t fate.Tally, e fate.Event) (v fate.Verdict) {
	began, done := c.judge.begin(&c.place), false
	defer c.guard("Settle", began, &done)
	v = c.strategy.Settle(t, e)
	done = true

	if c.answers != nil {
		c.note("Settle(%v, %v) = %v", t, e.Kind, v)
	}
	asked := "Settle of a task that ended " + e.Kind.String()
	changes := c.sound(v, asked)
	if changes && e.Kind == fate.OK && c.judge.hints.FailuresOnly {
		c.report(unasked, "%s = %v", asked, v)
	}
	if _, restarts := v.Restarts(); restarts {
		c.judge.restarts.Store(true)
		if h := c.judge.hints; h.AtLimit == fate.Hold && h.Untimed && h.FailuresOnly {
			c.report(restartable, "%s = %v, and Hints() = %+v", asked, v, h)
		}
	}
	return v
}

// sound judges a verdict by itself, and says whether it changes anything.
func (c *calls) sound(v fate.Verdict, asked string) (changes bool) {
	cause, stops := v.Stops()
	which, why, cancels := v.Cancels()
	_, restarts := v.Restarts()
	call, noWhom, noWhy := "Cancel", cancelWhom, cancelCause
	if restarts {
		call, noWhom, noWhy = "Restart.With", withWhom, withCause
	}
	if stops && empty(cause) {
		c.report(stopCause, "%s = Stop(%v)", asked, cause)
	}
	if cancels && which == nil {
		c.report(noWhom, "%s = %s(nil, %v)", asked, call, why)
	}
	if cancels && empty(why) {
		c.report(noWhy, "%s = %s(..., %v)", asked, call, why)
	}
	return stops || cancels || restarts
}

// conclude also returns the error's text.
func (c *calls) conclude(s fate.Summary) (text string, err error) {
	began, done := c.judge.begin(&c.place), false
	defer c.guard("Conclude", began, &done)
	err = c.strategy.Conclude(s)
	if !empty(err) {
		text = err.Error() // the strategy's code too, perhaps
	}
	done = true

	c.note("Conclude(%v) = %s", s.Tally, text)
	return text, err
}

// frames keeps of a stack what lies between the panic and whoever called the strategy.
func frames(stack []byte) string {
	_, text, ok := strings.Cut(string(stack), "panic(")
	if !ok {
		return ""
	}
	lines := strings.Split(text, "\n")
	var kept []string
	for i := 2; i+1 < len(lines) && len(kept) < 12; i += 2 {
		if strings.HasPrefix(lines[i], "github.com/sharedfate/fate/fatetest.(") || strings.HasPrefix(lines[i], "github.com/sharedfate/fate.(") {
			break
		}
		kept = append(kept, lines[i], lines[i+1])
	}
	return strings.Join(kept, "\n")
}

package daemon

import (
	"context"

	"github.com/sharedfate/fate"
)

// judge is the strategy that a service's group is given: the user's, but that a stop is left to the generation's goroutine, which carries it
// out in order and learns who is late. Verdict.InOrder alone would tell nobody.
type judge struct {
	gen *generation
	of  fate.Strategy
}

// Admit asks the strategy.
func (j *judge) Admit(t fate.Tally) fate.Admission { return j.of.Admit(t) }

// Settle asks the strategy and keeps the failure, unless it is restarted.
func (j *judge) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	v := j.of.Settle(t, e)
	if cause, stops := v.Stops(); stops {
		if cause == nil {
			cause = context.Canceled
		}
		j.gen.ask(reason{cause: cause, strategys: true})
		v = fate.Continue
	}
	if _, restarts := v.Restarts(); restarts {
		if !j.gen.isAsked() {
			return v
		}
		v = fate.Continue // the group would not obey it once it is being stopped, which is about to begin
	}
	if e.Kind.Failure() {
		j.gen.failed(&fate.TaskError{ID: e.ID, Name: e.Name, Err: e.Err})
	}
	return v
}

// Conclude hides a stop from outside from the strategy: it is how a service ends, and cut nothing short. A stop of the strategy's own
// always did, even if all parts then returned nil: they would have gone on.
func (j *judge) Conclude(s fate.Summary) error {
	j.gen.takeOver(s.Errors)
	s.Cause = nil
	if why := j.gen.why; why.strategys {
		s.Cause = why.cause
	}
	return j.of.Conclude(s)
}

// Hints passes the strategy's on.
func (j *judge) Hints() fate.Hints {
	if h, ok := j.of.(fate.Hinter); ok {
		return h.Hints()
	}
	return fate.Hints{}
}

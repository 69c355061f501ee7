package fatetest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/sharedfate/fate"
)

// A step is one thing that happens to a group. The kinds of fate are steps too: a running task ends that way.
type step uint8

const (
	endOK        = step(fate.OK)
	endFailed    = step(fate.Failed)
	endPanicked  = step(fate.Panicked)
	endExited    = step(fate.Exited)
	endCancelled = step(fate.Cancelled)

	offer    = endCancelled + 1 // Go, with room for any number of held tasks
	try      = endCancelled + 2 // TryGo with no such room: refused where Go would hold
	withdraw = endCancelled + 3 // a held child is cancelled
	outside  = endCancelled + 4 // Stop, or the parent's cancellation

	steps = int(outside) + 1

	total = outside + 1 // no more will be offered from outside; total+n instead: n tasks will be, from the start
)

// ends are the steps that end a task.
var ends = []step{endOK, endFailed, endPanicked, endExited, endCancelled}

func (s step) String() string {
	switch s {
	case offer:
		return "offer"
	case try:
		return "try"
	case withdraw:
		return "cancel a held one"
	case outside:
		return "stop from outside"
	case total:
		return "no more will come"
	}
	if s > total {
		return fmt.Sprintf("%d will come", s-total)
	}
	return fate.Kind(s).String()
}

// A history is what happens to one group, from its first task to its Wait.
type history struct {
	steps  []step
	newest bool // each step that ends a task ends the newest that runs, not the oldest
	loose  bool // a step that cannot happen is passed over
	rest   rest

	resting bool // for reports: the steps are over, and the rest is ending
	forced  bool // for reports: it was restarted when it had ended ok, until a stop from outside
}

// rest says what becomes of the tasks that are running after the last step.
type rest uint8

const (
	restOK        rest = iota // they succeed
	restCancelled             // the group has stopped: they heed their context
	restSkipped               // the group has stopped: they were admitted, and no goroutine had picked them up
)

func (r rest) String() string {
	switch r {
	case restCancelled:
		return "the rest ends cancelled"
	case restSkipped:
		return "the rest is skipped"
	}
	return "the rest ends ok"
}

// String joins the steps, with equal ones in a row counted: "offer ×3, failed".
func (h history) String() string {
	if len(h.steps) == 0 {
		return "nothing was offered"
	}
	var parts []string
	for rest := h.steps; len(rest) > 0; {
		width, times := period(rest)
		text := rest[0].String()
		if width == 2 {
			text += ", " + rest[1].String()
		}
		switch {
		case times > 1 && width == 2:
			text = fmt.Sprintf("(%s) ×%d", text, times)
		case times > 1:
			text = fmt.Sprintf("%s ×%d", text, times)
		}
		parts = append(parts, text)
		rest = rest[width*times:]
		if len(parts) == 40 && len(rest) > 0 {
			parts = append(parts, fmt.Sprintf("and %d steps more", len(rest)))
			break
		}
	}
	if h.forced {
		parts = append(parts, "the rest ends ok again and again", outside.String())
	}
	if h.resting {
		parts = append(parts, h.rest.String())
	}
	if h.newest {
		parts = append(parts, "the newest ends first")
	}
	return strings.Join(parts, ", ")
}

// period finds what the steps begin with, one step or a pair, and how often it is there in a row.
func period(s []step) (width, times int) {
	one, two := 1, 1
	for one < len(s) && s[one] == s[0] {
		one++
	}
	for 2*two+1 < len(s) && s[2*two] == s[0] && s[2*two+1] == s[1] {
		two++
	}
	if one == 1 && two > 1 {
		return 2, two
	}
	return 1, one
}

// seq makes the steps times over.
func seq(times int, s ...step) []step {
	all := make([]step, 0, times*len(s))
	for range times {
		all = append(all, s...)
	}
	return all
}

// join makes one history of several parts.
func join(parts ...[]step) history {
	h := history{loose: true}
	for _, p := range parts {
		h.steps = append(h.steps, p...)
	}
	return h
}

// long are histories that end far more tasks than a limit has slots: what leaks one slot in a thousand tasks shows here.
func long(limit int) []history {
	var all []history
	n := 2*limit + 20
	all = append(all, join(seq(many, offer, endOK)))
	for _, end := range ends {
		all = append(all,
			join(seq(n, offer, end)),
			join(seq(n, offer), seq(n, end)),
			join(seq(n, offer), seq(n/2, end), seq(n, try), seq(n, end), seq(1, offer)))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 20 {
		h := history{newest: i%2 == 1, loose: true}
		for range n + 200 {
			h.steps = append(h.steps, step(rng.IntN(steps-1))) // all but outside
		}
		if i%4 > 1 {
			h.steps = append(h.steps, outside, offer, endFailed, endOK, endCancelled)
			h.rest = restCancelled
		}
		all = append(all, h)
	}
	return all
}

// Package shed is the strategy that drops work rather than make the producer wait, as errgroup's TryGo with SetLimit.
//
// Pick it where late work is worth less than none: metrics, cache refreshes, speculative reads. To make the producer wait
// instead, take any other strategy with a limit.
package shed

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
)

// Strategy refuses every task that is offered while Limit tasks are running: Go returns false at once and never
// blocks, and the Tally counts it as Shed. What a failure does and what Wait returns is up to Then; shedding is not an
// error.
//
// It is as much of a value as Then is.
type Strategy struct {
	Limit int           // how many tasks run at once; must be 1 or more
	Then  fate.Strategy // decides about the tasks let in; nil is collectall
}

func (s Strategy) then() fate.Strategy {
	if s.Then == nil {
		return collectall.Strategy{}
	}
	return s.Then
}

// Admit sheds at the limit, and also whatever Then would hold: nothing waits here.
func (s Strategy) Admit(t fate.Tally) fate.Admission {
	if t.Running >= uint64(s.Limit) {
		return fate.Shed
	}
	if s.Then != nil && s.Then.Admit(t) != fate.Run {
		return fate.Shed
	}
	return fate.Run
}

// Settle is Then's.
func (s Strategy) Settle(t fate.Tally, e fate.Event) fate.Verdict { return s.then().Settle(t, e) }

// Expect is Then's.
func (s Strategy) Expect(t fate.Tally) fate.Verdict {
	if e, ok := s.then().(fate.Expecter); ok {
		return e.Expect(t)
	}
	return fate.Continue
}

// Conclude is Then's: shedding is not an error.
func (s Strategy) Conclude(sum fate.Summary) error { return s.then().Conclude(sum) }

// Hints are those of Then, with the lower limit of the two.
func (s Strategy) Hints() fate.Hints {
	h, ok := s.then().(fate.Hinter)
	if !ok {
		return fate.Hints{}
	}
	hints := h.Hints()
	if hints.AtLimit != fate.Run { // else only Then knows what it admits
		hints.AtLimit = fate.Shed
		if hints.Limit == 0 || s.Limit < hints.Limit {
			hints.Limit = s.Limit
		}
	}
	return hints
}

// Validate refuses a limit below 1, and whatever Then refuses.
func (s Strategy) Validate() error {
	if s.Limit < 1 {
		return fmt.Errorf("shed: Limit is %d: must be given, and 1 or more", s.Limit)
	}
	if s.Then != nil {
		if err := fate.Validate(s.Then); err != nil {
			return fmt.Errorf("shed: Then: %w", err)
		}
	}
	return nil
}

// String gives the text that configures the same strategy, with Then's own text in quotes if it is more than a word.
func (s Strategy) String() string {
	text := fmt.Sprintf("shed limit=%d", s.Limit)
	if s.Then == nil {
		return text
	}
	special := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' }
	then := fmt.Sprint(s.Then)
	if strings.ContainsFunc(then, special) {
		then = strconv.Quote(then)
	}
	return text + " then=" + then
}

package compare

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Behaviours returns the questions, in the order of the table: what Wait returns, who is stopped by a failure, what happens at
// the limit, when Go and Wait may be called, and what accidents in a task do.
//
// Names are at most 24 characters wide and cells at most 9.
func Behaviours() []Behaviour {
	return slices.Concat(errorBehaviours(), stopBehaviours(), limitBehaviours(), callBehaviours(), accidentBehaviours())
}

// A task is what Group.Go takes.
type task = func(context.Context) error

func answer(cell, detail string, args ...any) Answer {
	return Answer{cell, fmt.Sprintf(detail, args...)}
}

// noQuestion is the answer of a contender for which the question makes no sense.
func noQuestion(why string) Answer { return Answer{"n/a", why} }

// plenty is a limit that no behaviour reaches.
const plenty = 1 << 16

// openFree opens a group whose limit, if it has one, is not reached.
func openFree(ctx context.Context, c Contender) Group {
	if c.NeedsLimit {
		return c.Open(ctx, Options{Limit: plenty})
	}
	return c.Open(ctx, Options{})
}

// attempt calls f and returns what it panicked with, nil if it returned.
func attempt(f func()) (panicked any) {
	defer func() { panicked = recover() }()
	f()
	return nil
}

// returns makes a task that does nothing but return.
func returns(err error) task { return func(context.Context) error { return err } }

// blocks makes a task that ignores its context until the channel is closed, then returns.
func blocks(until <-chan struct{}, err error) task {
	return func(context.Context) error {
		<-until
		return err
	}
}

// numbered makes n errors with different texts of the same length.
func numbered(n int) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = fmt.Errorf("failure %05d", i)
	}
	return errs
}

// reach counts the errors that errors.Is finds in err.
func reach(err error, errs []error) int {
	n := 0
	for _, e := range errs {
		if errors.Is(err, e) {
			n++
		}
	}
	return n
}

// text is an error's text in a detail.
func text(err error) string {
	if err == nil {
		return "nil"
	}
	return fmt.Sprintf("%.60q", err.Error())
}

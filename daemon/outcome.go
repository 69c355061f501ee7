package daemon

import (
	"errors"
	"slices"

	"github.com/sharedfate/fate"
)

// failed keeps a member's failure.
func (n *generation) failed(e *fate.TaskError) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failures = append(n.failures, e)
}

func (n *generation) hasFailed(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.ContainsFunc(n.failures, func(e *fate.TaskError) bool { return e.Name == name })
}

// takeOver is shown the failures as the group has them. Those that the strategy concludes from are these, so that they can be told
// apart from others that are equal.
func (n *generation) takeOver(all []*fate.TaskError) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, e := range all {
		if i := slices.IndexFunc(n.failures, func(f *fate.TaskError) bool { return f.ID == e.ID }); i >= 0 {
			n.failures[i] = e
		} else {
			n.failures = append(n.failures, e)
		}
	}
}

// soFar is the error while late members are running, and the strategy has not concluded.
func (n *generation) soFar(late *LateError) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.join(nil, late)
}

// outcome is the error once all have ended, and the strategy has concluded with result.
func (n *generation) outcome(result error, late *LateError) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if result == nil && !n.why.failed {
		n.failures = nil // they are none, says the strategy
	}
	return n.join(result, late)
}

// join, under mu, puts together what Err says. A failure that the strategy returns bare, as failfast does, is told with its part's name.
func (n *generation) join(result error, late *LateError) error {
	var all []error
	if n.why.err != nil {
		all = append(all, n.why.err)
	}
	failures := n.failures
	if result != nil && (len(failures) == 0 || !same(result, failures[0].Err)) {
		all = append(all, result)
		failures = slices.DeleteFunc(slices.Clone(failures), func(e *fate.TaskError) bool { return holds(result, e) })
	}
	for _, e := range failures {
		all = append(all, e)
	}
	if late != nil {
		all = append(all, late)
	}
	if len(all) == 1 {
		return all[0]
	}
	return errors.Join(all...)
}

// holds is errors.Is, but false where that panics: an error may have an Is method with a fault.
func holds(err, target error) (yes bool) {
	defer func() { _ = recover() }()
	return errors.Is(err, target)
}

// same reports whether two errors are one, and false if they can't be compared.
func same(a, b error) (yes bool) {
	defer func() { _ = recover() }()
	return a == b
}

func (n *generation) error() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.err
}

func (n *generation) setError(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.err = err
}

// notStarted is what Start returns of a generation that stopped before it was ready.
func (n *generation) notStarted() error {
	err := n.error()
	switch {
	case err == nil:
		return notStarted(n.why.cause)
	case n.why.failed || n.why.strategys:
		return err
	}
	return errors.Join(notStarted(n.why.cause), err)
}

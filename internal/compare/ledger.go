package compare

import (
	"context"
	"fmt"
)

// A ledger is where tasks write down what they did, each in an entry of its own: without a lock and without an atomic counter,
// which would be the dearest thing in an empty task. Reading it after Wait has returned is a race, which the race
// detector finds, unless the end of each task happens before that.
type ledger []entry

type entry struct {
	ended  uint32 // how often the task ended: more than once is as wrong as never
	failed uint32 // how often it returned an error
	sum    uint64
}

// balance adds the entries up and clears them.
func (l ledger) balance() Done {
	var d Done
	for i := range l {
		d.Tasks += int(l[i].ended)
		d.Failures += int(l[i].failed)
		d.Sum += l[i].sum
	}
	clear(l)
	return d
}

// done balances the ledger of a run whose Wait returned waited, and checks that Wait's error is one where it must be.
func (l ledger) done(ctx context.Context, c Contender, waited error) (Done, error) {
	d := l.balance()
	if ctx.Err() != nil {
		return d, context.Cause(ctx)
	}
	switch {
	case d.Failures == 0 && waited != nil:
		return d, fmt.Errorf("compare: %s: no task failed, but Wait returned: %w", c.Name, waited)
	case d.Failures > 0 && waited == nil && c.Keeps != None:
		return d, fmt.Errorf("compare: %s: %d tasks failed, but Wait returned nil", c.Name, d.Failures)
	}
	return d, nil
}

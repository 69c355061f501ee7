package fate_test

import (
	"context"
	"fmt"

	"github.com/sharedfate/fate"
)

// canary is a strategy of one's own: the first task goes alone. If it fails the others are not tried; if it succeeds they run, at
// most Limit at once, and every failure is reported.
type canary struct{ Limit uint64 }

func (c canary) Admit(t fate.Tally) fate.Admission {
	if t.Running > 0 && (t.OK == 0 || t.Running >= c.Limit) {
		return fate.Hold
	}
	return fate.Run
}

func (c canary) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() && t.OK == 0 {
		return fate.Stop(e.Err)
	}
	return fate.Continue
}

func (c canary) Conclude(s fate.Summary) error {
	if s.Cause != nil {
		return s.Cause
	}
	return s.Join()
}

// A strategy is three methods on plain values, with no goroutine, channel or lock. Package fatetest checks that it keeps what a
// group needs of it.
func ExampleStrategy() {
	for _, hosts := range [][]string{{"a", "no-b", "c"}, {"no-a", "b", "c"}} {
		g := fate.New(context.Background(), canary{Limit: 2})
		for _, host := range hosts {
			g.Go(func(ctx context.Context) error { return fetch(ctx, host) })
		}
		err := g.Wait()
		fmt.Printf("%v: %d ran: %v\n", hosts, g.Tally().OK+g.Tally().Failed, err)
	}
	// Output:
	// [a no-b c]: 3 ran: no-b: no such page
	// [no-a b c]: 1 ran: no-a: no such page
}

package strategies_test

import (
	"context"
	"fmt"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/strategies"
)

// Quota is a strategy of your own: it stops the group when more than a share of the tasks has failed.
type Quota struct {
	Limit int     `help:"how many tasks run at once; 0 is no limit"`
	Share float64 `help:"how much of all that has ended may have failed, from 0 to 1"`
	First int     `help:"how many must have ended before the share counts"`
}

func (q Quota) Admit(t fate.Tally) fate.Admission {
	if q.Limit > 0 && t.Running >= uint64(q.Limit) {
		return fate.Hold
	}
	return fate.Run
}

// exceeded is an error once too many have failed.
func (q Quota) exceeded(t fate.Tally) error {
	ran := t.OK + t.Failures()
	if ran >= uint64(q.First) && float64(t.Failures()) > q.Share*float64(ran) {
		return fmt.Errorf("quota: %d of %d failed", t.Failures(), ran)
	}
	return nil
}

func (q Quota) Settle(t fate.Tally, _ fate.Event) fate.Verdict {
	if err := q.exceeded(t); err != nil {
		return fate.Stop(err)
	}
	return fate.Continue
}

func (q Quota) Conclude(sum fate.Summary) error {
	if sum.Cause != nil {
		return sum.Cause
	}
	return q.exceeded(sum.Tally) // also when it was the last task that used the quota up
}

func (q Quota) Validate() error {
	if q.Limit < 0 || !(q.Share >= 0 && q.Share <= 1) {
		return fmt.Errorf("quota: Limit is %d and Share is %v: must be 0 or more, and from 0 to 1", q.Limit, q.Share)
	}
	return nil
}

// Its fields are what can be configured, so that nothing is left for the function to do.
func init() {
	strategies.Register("quota", "too large a share of failures stops the group",
		func(q Quota) (fate.Strategy, error) { return q, nil })
}

func ExampleRegister() {
	s, err := strategies.Parse("quota limit=1 share=0.1 first=10")
	if err != nil {
		fmt.Println(err)
		return
	}
	g := fate.New(context.Background(), s)
	for n := range 1000 {
		g.Go(func(context.Context) error {
			if n%5 == 0 {
				return fmt.Errorf("row %d: no date", n)
			}
			return nil
		})
	}
	fmt.Println(g.Wait())

	_, err = strategies.Parse("quota share=10%")
	fmt.Println(err)
	_, err = strategies.Parse("quota part=0.1")
	fmt.Println(err)
	// Output:
	// quota: 2 of 10 failed
	// strategies: quota: share is "10%": must be a number
	// strategies: quota: unknown field "part": must be one of limit, share, first
}

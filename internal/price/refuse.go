package price

import (
	"context"
	"errors"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
	"golang.org/x/sync/errgroup"
)

// refuseRows are what it costs to be told no.
func refuseRows() []Row {
	row := func(name, work string, by int, ours Side) Row {
		return Row{
			Name: name, Work: work, Tasks: 80_000, Beside: "errgroup TryGo", AtMost: 1, NoAllocs: true,
			Ours: ours, Theirs: refusingErrgroup(by),
		}
	}
	return []Row{
		row("refuse-trygo-1", "%s refusals by TryGo at the limit, 1 goroutine", 1, refusing(1, failfast.Strategy{Limit: 1}, byTryGo)),
		row("refuse-trygo-8", "%s refusals by TryGo at the limit, 8 goroutines", 8, refusing(8, failfast.Strategy{Limit: 1}, byTryGo)),
		row("refuse-shed-1", "%s refusals by shed at the limit, 1 goroutine", 1, refusing(1, shed.Strategy{Limit: 1}, byGo)),
		row("refuse-shed-8", "%s refusals by shed at the limit, 8 goroutines", 8, refusing(8, shed.Strategy{Limit: 1}, byGo)),
	}
}

var errTaken = errors.New("price: a task was taken that should have been refused")

// byTryGo and byGo offer so many tasks and return how many were taken.

func byTryGo(g *fate.Group, n int) (taken int) {
	for range n {
		if g.TryGo(nothing.task) {
			taken++
		}
	}
	return taken
}

func byGo(g *fate.Group, n int) (taken int) {
	for range n {
		if g.Go(nothing.task) {
			taken++
		}
	}
	return taken
}

// refusing offers tasks from so many goroutines to a group whose one place is taken.
func refusing(by int, s fate.Strategy, offer func(*fate.Group, int) int) Side {
	return func(m *Meter) error {
		g := fate.New(m.Context, s, fate.Backlog(0))
		held := make(chan struct{})
		g.Go(func(context.Context) error { <-held; return nil })
		refuse := func() error {
			return together(by, m.Tasks, func(n int) int { return offer(g, n) })
		}
		err := m.Loop(refuse, refuse)
		close(held)
		return errors.Join(err, g.Wait())
	}
}

func refusingErrgroup(by int) Side {
	return func(m *Meter) error {
		g, _ := errgroup.WithContext(m.Context)
		g.SetLimit(1)
		held := make(chan struct{})
		g.Go(func() error { <-held; return nil })
		refuse := func() error {
			return together(by, m.Tasks, func(n int) (taken int) {
				for range n {
					if g.TryGo(nothing.erred) {
						taken++
					}
				}
				return taken
			})
		}
		err := m.Loop(refuse, refuse)
		close(held)
		return errors.Join(err, g.Wait())
	}
}

// together has offer called by so many goroutines at once, each for its share of the tasks. With one, it is the caller that offers.
func together(by, tasks int, offer func(n int) (taken int)) error {
	taken := make([]int, by)
	if by == 1 {
		taken[0] = offer(tasks)
	} else {
		var wg sync.WaitGroup
		for i := range by {
			wg.Go(func() { taken[i] = offer(tasks / by) })
		}
		wg.Wait()
	}
	for _, n := range taken {
		if n > 0 {
			return errTaken
		}
	}
	return nil
}

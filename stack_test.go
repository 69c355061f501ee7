package fate_test

import (
	"context"
	"fmt"
	"testing"
	"unsafe"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/quorum"
)

// A goroutine begins with a stack of 2 kB, and to move it to a larger place costs more than all else that a group does for a task. A task that needs
// little of it leaves it where it is, also one that fails: settling that takes no more than there is, and if the strategy's Settle is small, as quorum's
// and failfast's are, neither does asking it. With collectall's and selective's it is moved.
func TestAFailureFitsTheFirstStack(t *testing.T) {
	if raced || testing.CoverMode() != "" {
		t.Skip("what the race detector and coverage add to each function needs more stack")
	}
	for _, s := range []fate.Strategy{
		quorum.Strategy{Limit: 1, Need: 1},
		seesAll{},
	} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			// The runtime's own work may need more once in a while, as when the allocator runs out of what it has at hand.
			for try := 1; ; try++ {
				where := whereTasksRun(t, s)
				if where[0] == where[1] && where[1] == where[2] {
					return
				}
				if try == 20 {
					t.Fatalf("the tasks ran at %#x: the stack is moved to a larger place each time", where)
				}
			}
		})
	}
}

// whereTasksRun has one runner run three tasks, of which the first two fail, and returns where its stack was, at the same depth.
func whereTasksRun(t *testing.T, s fate.Strategy) (where [3]uintptr) {
	g := fate.New(t.Context(), s)
	begin := make(chan struct{})
	for i := range where {
		g.Go(func(context.Context) error {
			if i == 0 {
				<-begin // so that the others are there, and the runner needs no other
			}
			where[i] = stackAddress()
			if i < len(where)-1 {
				return errTask
			}
			return nil
		})
	}
	close(begin)
	_ = g.Wait()
	if want := (fate.Tally{Offered: 3, Failed: 2, OK: 1}); g.Tally() != want {
		t.Fatalf("the tally is %v; want %v", g.Tally(), want)
	}
	return where
}

//go:noinline
func stackAddress() uintptr {
	var here byte
	return uintptr(unsafe.Pointer(&here))
}

// seesAll has no hints, so that each end is shown to it.
type seesAll struct{}

func (seesAll) Admit(t fate.Tally) fate.Admission {
	if t.Running > 0 {
		return fate.Hold
	}
	return fate.Run
}

func (seesAll) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind == fate.Panicked {
		return fate.Stop(e.Err)
	}
	return fate.Continue
}

func (seesAll) Conclude(sum fate.Summary) error { return sum.Join() }

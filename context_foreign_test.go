package fate_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

// foreign is a context that is none of package context's, and ends as if its deadline had passed.
type foreign struct {
	context.Context
	done chan struct{}
	over atomic.Bool
}

func (c *foreign) Done() <-chan struct{} { return c.done }
func (c *foreign) Value(any) any         { return nil }

func (c *foreign) Err() error {
	if c.over.Load() {
		return context.DeadlineExceeded
	}
	return nil
}

func (c *foreign) end() {
	c.over.Store(true)
	close(c.done)
}

// Whoever notices the parent's end first, the group or package context's goroutine, the group's context says what the parent says.
func TestAForeignParentsErrorIsTheGroups(t *testing.T) {
	for range 200 {
		p := &foreign{Context: context.Background(), done: make(chan struct{})}
		g := fate.New(p, failfast.Strategy{})
		done := g.Context().Done()
		p.end()
		g.Go(succeeds) // the group looks
		<-done
		if err := g.Context().Err(); err != context.DeadlineExceeded {
			t.Fatalf("Err is %v, and the parent's is %v", err, p.Err())
		}
		wantIs(t, g.Wait(), context.DeadlineExceeded)
	}
}

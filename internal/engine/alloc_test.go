package engine_test

import (
	"testing"

	"github.com/sharedfate/fate/internal/engine"
)

// counter is a host that allocates nothing, so that only what the engine allocates is seen.
type counter struct {
	engine.Engine[int]
	limit, unfinished, held, ended int
}

func (c *counter) Run(int) error         { return nil }
func (c *counter) Caught(int, any) error { return nil }
func (c *counter) Fault(any) func()      { return nil }

func (c *counter) Settle(int, engine.Outcome) func() {
	c.ended++
	c.unfinished--
	if c.held > 0 {
		c.Admit()
		c.held--
		c.unfinished++
	}
	return nil
}

func (c *counter) push(i int) {
	c.Lock()
	if admitted := c.unfinished < c.limit; admitted {
		c.unfinished++
		c.Push(i, true)
	} else {
		c.held++
		c.Push(i, false)
	}
	c.Release()
}

// Once its queue has grown, an engine allocates nothing, however many items run. The bound leaves room for the few
// goroutines that the runtime can't take from its free list.
func TestItemsCostNoAllocation(t *testing.T) {
	const items, bound = 10_000, 20
	for _, limit := range []int{1, 4, items} {
		c := &counter{limit: limit}
		c.Init(c, false)
		rounds := 0
		allocs := testing.AllocsPerRun(3, func() {
			rounds++
			for i := range items {
				c.push(i)
			}
			c.Lock()
			c.Join()
			c.Unlock()
		})
		if c.ended != rounds*items {
			t.Fatalf("limit %d: %d items ended, want %d", limit, c.ended, rounds*items)
		}
		if allocs > bound {
			t.Errorf("limit %d: %d items cost %v allocations, want at most %d", limit, items, allocs, bound)
		}
	}
}

func (c *counter) Pools() *engine.Pools { return &pools }

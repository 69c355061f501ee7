package fatetest_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/fatetest"
)

// These are wrong only where a real group calls them: in a Cancel's selector, which needs real children.

var errSibling = errors.New("a sibling failed")

func selects(which func(*fate.Child) bool) func() fate.Strategy {
	return settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind.Failure() {
			return fate.Cancel(which, errSibling)
		}
		return fate.Continue
	})
}

func TestCatchesPanicInASelector(t *testing.T) {
	catch(t, selects(func(c *fate.Child) bool { return c.Needs()[7] != "" }), fatetest.NoPanic, "")
}

func TestCatchesSelectorThatSleeps(t *testing.T) {
	catch(t, selects(func(*fate.Child) bool {
		time.Sleep(time.Second)
		return true
	}), fatetest.NoWaiting, "")
}

func TestCatchesSelectorThatWaitsForAChild(t *testing.T) {
	catch(t, selects(func(c *fate.Child) bool {
		<-c.Done()
		return false
	}), fatetest.NoWaiting, "")
}

func TestCatchesSelectorThatNeverReturns(t *testing.T) {
	defer fatetest.SetPatience(2_000)()
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock() // lets the call return that the kit gave up
	catch(t, selects(func(*fate.Child) bool {
		mu.Lock()
		defer mu.Unlock()
		return false
	}), fatetest.NoWaiting, "")
}

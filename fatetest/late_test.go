package fatetest_test

import (
	"sync"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/fatetest"
)

// A call that the kit gave up on may return after all, when the test is just ending or has ended. The examination then goes on in its
// goroutine, and must not touch the test: a bubble that is entered during a test's Cleanup panics, and so does a late failure.
func TestAnExaminationThatWasGivenUpLeavesTheTestAlone(t *testing.T) {
	defer fatetest.SetPatience(2_000)()
	for name, blocking := range map[string]func(*sync.Mutex) func() fate.Strategy{
		"in the middle of a bubble": func(mu *sync.Mutex) func() fate.Strategy {
			return selects(func(*fate.Child) bool {
				mu.Lock()
				defer mu.Unlock()
				return false
			})
		},
		"before a bubble": func(mu *sync.Mutex) func() fate.Strategy {
			n := 0
			return settles(func(fate.Tally, fate.Event) fate.Verdict {
				if n++; n == 20_000 { // past the bubble that comes first, and before the scenes
					mu.Lock()
					defer mu.Unlock()
				}
				return fate.Continue
			})
		},
	} {
		for _, when := range []string{"during Cleanup", "later"} {
			var mu sync.Mutex
			var over <-chan struct{}
			mu.Lock()
			t.Run(name+", "+when, func(t *testing.T) {
				var found []fatetest.Violation
				if found, over = fatetest.Examine(t, blocking(&mu)); len(found) != 1 || found[0].Law() != fatetest.NoWaiting {
					t.Errorf("found %v", found)
				}
				if when == "during Cleanup" {
					t.Cleanup(func() {
						mu.Unlock()
						<-over
					})
				}
			})
			if when == "later" {
				mu.Unlock()
				<-over
			}
		}
	}
}

package fatetest_test

import (
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/fatetest"
)

// In a test file this is TestStrategy.
func ExampleTest() {
	_ = func(t *testing.T) {
		for _, limit := range []int{0, 1, 4} {
			fatetest.Test(t, func() fate.Strategy { return failfast.Strategy{Limit: limit} })
		}
	}
}

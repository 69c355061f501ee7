package fatetest_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// A strategy that blocks for ever does so, and its bubble with it.
		goleak.IgnoreAnyFunction("github.com/sharedfate/fate/fatetest_test.(*blocker).Settle"),
		goleak.IgnoreAnyFunction("github.com/sharedfate/fate/fatetest.(*judge).inBubble.func2"),
		goleak.IgnoreAnyFunction("testing/synctest.testingSynctestTest"))
}

package failfast_test

import (
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/fatetest"
)

func TestConformance(t *testing.T) {
	for _, s := range []failfast.Strategy{
		{},
		{Limit: 1},
		{Limit: 3},
		{Limit: 1000},
	} {
		t.Run(s.String(), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return s })
		})
	}
}

package selective_test

import (
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/fatetest"
	"github.com/sharedfate/fate/selective"
)

func TestConformance(t *testing.T) {
	odd := selective.Func(func(_ fate.Event, c *fate.Child) bool { return c.ID()%2 == 1 })
	for _, scope := range append(selective.Scopes(), odd) {
		for _, limit := range []int{0, 2} {
			s := selective.Strategy{Limit: limit, Scope: scope}
			t.Run(s.String(), func(t *testing.T) {
				fatetest.Test(t, func() fate.Strategy { return s })
			})
		}
	}
}

package collectall_test

import (
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/fatetest"
)

func TestConformance(t *testing.T) {
	for _, s := range []collectall.Strategy{
		{},
		{Limit: 2},
		{Keep: 1},
		{StopAfter: 1},
		{Limit: 4, Keep: 2, StopAfter: 3},
	} {
		t.Run(s.String(), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return s })
		})
	}
}

package quorum_test

import (
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/fatetest"
	"github.com/sharedfate/fate/quorum"
	"github.com/sharedfate/fate/shed"
)

func TestConformance(t *testing.T) {
	for _, s := range []quorum.Strategy{
		{Need: 1},
		{Need: 1, Limit: 1},
		{Need: 2},
		{Need: 2, Limit: 3},
		{Need: 5, Limit: 4},
		{Need: 1000},
	} {
		t.Run(s.String(), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return s })
		})
	}
	t.Run("inside shed", func(t *testing.T) {
		fatetest.Test(t, func() fate.Strategy { return shed.Strategy{Limit: 3, Then: quorum.Strategy{Need: 2}} })
	})
}

package supervise_test

import (
	"fmt"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/fatetest"
	"github.com/sharedfate/fate/supervise"
)

func TestConformance(t *testing.T) {
	for _, s := range []supervise.Strategy{
		{Restart: supervise.Temporary},
		{Restart: supervise.Temporary, Limit: 3, Radius: supervise.All},
		{},
		{Limit: 1},
		{Limit: 3, Restart: supervise.Permanent, Radius: supervise.Later, Intensity: 2},
		{Radius: supervise.All, Intensity: 1, Backoff: at(0)},
		{Limit: 5, Intensity: supervise.Unbounded},
	} {
		t.Run(fmt.Sprint(&s), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy {
				own := s
				return &own
			})
		})
	}
}

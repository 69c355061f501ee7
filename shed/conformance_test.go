package shed_test

import (
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/fatetest"
	"github.com/sharedfate/fate/shed"
)

func TestConformance(t *testing.T) {
	for _, s := range []shed.Strategy{
		{Limit: 1},
		{Limit: 5},
		{Limit: 3, Then: failfast.Strategy{}},
		{Limit: 4, Then: collectall.Strategy{Limit: 2, Keep: 1}}, // the lower limit sheds too
		{Limit: 2, Then: shed.Strategy{Limit: 3}},
	} {
		t.Run(s.String(), func(t *testing.T) {
			fatetest.Test(t, func() fate.Strategy { return s })
		})
	}
}

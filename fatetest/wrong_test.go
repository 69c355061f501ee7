package fatetest_test

import (
	"strings"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/fatetest"
)

// Every test here is about one deliberately wrong strategy. wrong is a right one to start from: one of its three
// methods is replaced.
type wrong struct {
	admit    func(fate.Tally) fate.Admission
	settle   func(fate.Tally, fate.Event) fate.Verdict
	conclude func(fate.Summary) error
}

func (w *wrong) Admit(t fate.Tally) fate.Admission {
	if w.admit != nil {
		return w.admit(t)
	}
	return fate.Run
}

func (w *wrong) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if w.settle != nil {
		return w.settle(t, e)
	}
	return fate.Continue
}

func (w *wrong) Conclude(s fate.Summary) error {
	if w.conclude != nil {
		return w.conclude(s)
	}
	return collectall.Strategy{}.Conclude(s)
}

func admits(f func(fate.Tally) fate.Admission) func() fate.Strategy {
	return func() fate.Strategy { return &wrong{admit: f} }
}

func settles(f func(fate.Tally, fate.Event) fate.Verdict) func() fate.Strategy {
	return func() fate.Strategy { return &wrong{settle: f} }
}

func concludes(f func(fate.Summary) error) func() fate.Strategy {
	return func() fate.Strategy { return &wrong{conclude: f} }
}

// catch checks that the kit finds the law broken, and after which history; an empty one is not compared.
func catch(t *testing.T, new func() fate.Strategy, law, after string) {
	t.Helper()
	found := fatetest.Check(t, new)
	for _, v := range found {
		if v.Law() != law {
			continue
		}
		if after != "" && v.After() != after {
			t.Errorf("found after %q, want after %q", v.After(), after)
		}
		if text := v.String(); !strings.HasPrefix(text, law) || !strings.Contains(text, v.After()) {
			t.Errorf("the text names neither law nor history: %s", text)
		}
		return
	}
	t.Errorf("not caught; found: %v", found)
}

func TestRightStrategyPassesUntouched(t *testing.T) {
	if found := fatetest.Check(t, func() fate.Strategy { return new(wrong) }); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

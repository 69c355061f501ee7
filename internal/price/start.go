package price

import (
	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

// Names of those beside us, as they stand in tables.
const (
	errgroupName = "errgroup"
	concName     = "conc"
	bareName     = "go + WaitGroup"
	failfastName = "failfast"
)

// startRows are what starting, ending and joining costs.
func startRows() []Row {
	ours := empty(under(failfast.Strategy{}))
	theirs := empty(byErrgroup(0))
	return []Row{
		{Name: "start-1", Work: "1 task", Tasks: 1, Beside: errgroupName, AtMost: 0.9, Ours: ours, Theirs: theirs},
		{Name: "start-2", Work: "2 tasks", Tasks: 2, Beside: errgroupName, AtMost: 0.8, Ours: ours, Theirs: theirs},
		{Name: "start-4", Work: "4 tasks", Tasks: 4, Beside: errgroupName, AtMost: 0.6, Ours: ours, Theirs: theirs},
		{Name: "start-4", Work: "4 tasks", Tasks: 4, Beside: bareName, AtMost: 1, Ours: ours, Theirs: empty(bare)},
		{Name: "start-1000", Work: "%s tasks, no limit", Tasks: 1000, Beside: bareName, AtMost: 0.2, Ours: ours, Theirs: empty(bare)},
		{Name: "start-1000", Work: "%s tasks, no limit", Tasks: 1000, Beside: errgroupName, AtMost: 0.2, Ours: ours, Theirs: theirs},
		{Name: "start-1000", Work: "%s tasks, no limit", Tasks: 1000, Beside: concName, AtMost: 0.12, Ours: ours, Theirs: empty(byConc(0))},
		{Name: "third-party", Work: "%s tasks under a third party's strategy", Tasks: 1000, Beside: failfastName, AtMost: 1.3,
			Ours: empty(under(firstWins{})), Theirs: ours},
	}
}

// firstWins is failfast as somebody else would write it first: three methods and nothing more, so that the group reads the clock around
// each task and shows it every success.
type firstWins struct{}

func (firstWins) Admit(fate.Tally) fate.Admission { return fate.Run }

func (firstWins) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Err != nil {
		return fate.Stop(e.Err)
	}
	return fate.Continue
}

func (firstWins) Conclude(s fate.Summary) error {
	if s.First != nil {
		return s.First.Err
	}
	return s.Cause
}

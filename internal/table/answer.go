package table

// answerRows are those in which little is asked of a group, or one answer is all that is wanted.
func answerRows() []Row {
	return []Row{
		{
			Number: 13,
			Face:   "only wait, or not even that",
			Story:  "Nothing can fail and nothing is to be cancelled; or tasks are quick; or each needs the one before.",
			Take:   "`sync.WaitGroup`, a loop",
			Notes:  "The measured rows have a group beside them, so that ours below is what is not to be taken here.",
			Import: "sync",
			Code: []string{
				"var wg sync.WaitGroup",
				Gap,
				`for i, word := range []string{"only", "to", "wait"} {`,
				"	wg.Go(func() { lengths[i] = len(word) })",
				"}",
				"wg.Wait()",
			},
			Example: ". Example_waitGroup",
			Beside:  "a group",
			Usual:   "WaitGroup",
			Peers:   "a group, of ours or errgroup's.",
			Enough: "**sync.WaitGroup is enough** for the first, and **a loop** for the other two: a group promises what nobody asked for there, and a fan-out of quick tasks, " +
				"or of a chain, has nothing to run at the same time that would pay for it. The benchmark has all of them.",
			Decides: observed([]string{"failfast", "go", "errgroup"}, "Wait returns", "failure stops others", "panic in a task", "Goexit in a task"),
			Commands: []string{
				"go test -run 'TestAllSidesDoTheSameWork' ./internal/situations",
				"go test -run 'Example_waitGroup|Example_loop' .",
				"go test -run '^$' -bench 'Situations/row=13' ./internal/situations",
			},
		},
		{
			Number: 16,
			Face:   "the first that succeeds, or k of n",
			Story:  "Several mirrors have the same page; a write counts once two replicas have it. The rest is cancelled.",
			Take:   "`quorum`",
			Notes:  "`quorum.Of` returns k results, and `quorum.Strategy{Need: k}` serves any group; it gives up as soon as too few are left. No loser runs any more when the answer is there.",
			Import: "github.com/sharedfate/fate/quorum",
			Code: []string{
				`page, err := quorum.First(context.Background(), mirror("hanging"), mirror("broken"), mirror("a"))`,
			},
			Example: "./quorum ExampleFirst",
			Beside:  "a channel and a cancel, errgroup",
			Usual:   "errgroup",
			Peers:   "a channel and a cancel by hand; errgroup, with an error that means success.",
			Enough:  "**A channel with room for all, and a cancel, are enough** if losers may still run when the answer is there.",
			Shown: []Shown{
				{"First returns the first success, and the losers have ended.", "./quorum", "TestFirstReturnsTheFirstSuccess"},
				{"It gives up as soon as too few are left.", "./quorum", "TestOfGivesUpAtTheEarliestMoment"},
				{"Enough successes stop the others.", "./quorum", "TestReachedStopsTheOthers"},
			},
			Commands: []string{
				"go test -run 'TestFirstReturnsTheFirstSuccess|TestOfGivesUpAtTheEarliestMoment|TestReachedStopsTheOthers|TestContendersDoTheSame' ./quorum",
				"go test -run 'ExampleFirst' ./quorum",
				"go test -run '^$' -bench 'Race' ./quorum",
			},
		},
	}
}

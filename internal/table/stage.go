package table

// stageRows are those in which tasks hand results on.
func stageRows() []Row {
	return []Row{
		{
			Number: 11,
			Face:   "stages, each with errors of its own",
			Story:  "One stage reads, one parses, one writes, each at its own width, and what a failure means differs from stage to stage.",
			Take:   "`fate.Stage`",
			Notes:  "Leaving the loop cancels all stages and joins them. A consumer that takes batches of what many produce is [row 6](#6-write-a-metric-and-forget-it).",
			Import: "github.com/sharedfate/fate",
			Code: []string{
				"parsed := fate.Stage(trimmed, collectall.Strategy{Limit: 2},",
				`	func(_ context.Context, s string) (int, error) { return strconv.Atoi(s) }, fate.Name("parse"))`,
				Gap,
				"for s, err := range drawn(context.Background()) {",
				"	" + Gap,
				"}",
			},
			Example: ". ExampleStage",
			Beside:  "channels by hand, conc",
			Usual:   "channels by hand",
			Peers:   "channels and a WaitGroup by hand, conc's stream.",
			Enough: "**Channels by hand are enough** for two stages whose errors are values like others, if somebody drains every channel on every way out. **One " +
				"`Stream` is enough** where the stages need not differ in width: call one function from the other.",
			Decides: observed([]string{"failfast", "collectall", "selective", "errgroup"}, "Wait returns", "failure stops others", "Goexit in a task"),
			Shown: []Shown{
				{"An error of any stage comes to whoever reads the last.", ".", "TestAnErrorOfAnyStageComesToTheLastReader"},
				{"Leaving the last loop joins all stages.", ".", "TestBreakingTheLastStageJoinsAll"},
			},
			Commands: []string{
				"go test -run 'TestAnErrorOfAnyStageComesToTheLastReader|TestBreakingTheLastStageJoinsAll|TestAStopReachesAllStagesBeforeIt|TestGoexitInAnyStage' .",
				"go test -run 'TestEverySideOfTheItemBenchmarksDoesItsWork' .",
				"go test -run 'ExampleStage' .",
				"go test -run '^$' -bench 'Stages' .",
			},
		},
		{
			Number: 12,
			Face:   "a handler that gathers typed answers",
			Story:  "One request asks several back ends, each answers with a type of its own, and when the client leaves all of them end.",
			Take:   "`fate.Go` under failfast",
			Notes:  "`account.Value()` is an `account`, and so on.",
			Import: "github.com/sharedfate/fate",
			Code: []string{
				"g := fate.New(r.Context(), failfast.Strategy{})",
				"account := fate.Go(g, loadAccount)",
				"orders := fate.Go(g, loadOrders)",
				Gap,
				"if err := g.Wait(); err != nil {",
				"	" + Gap,
				"}",
			},
			Example: ". ExampleGo_handler",
			Beside:  "errgroup and captured variables",
			Usual:   "errgroup",
			Peers:   "errgroup and a captured variable for each answer; the same by hand.",
			Enough: "**errgroup and captured variables are enough** if nobody reads one before Wait and no back end calls runtime.Goexit: the variable is then empty, and " +
				"Wait's error nil.",
			Decides: observed([]string{"failfast", "errgroup", "hand-once"}, "Wait returns", "failure stops others", "parent cancelled before", "Goexit in a task"),
			Commands: []string{
				"go test -run 'TestFutureOfATaskThatReturns|TestFutureFailureStopsAFailfastGroup|TestFutureOfATaskThatDoesNotReturn|TestAStopReachesGroupsWithinGroups' .",
				"go test -run 'TestAllSidesDoTheSameWork' ./internal/situations",
				"go test -run 'ExampleGo_handler' .",
				"go test -run '^$' -bench 'Situations/row=12' ./internal/situations",
			},
		},
	}
}

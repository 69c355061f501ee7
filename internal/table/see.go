package table

// seeRows are those of whoever looks at what a group did.
func seeRows() []Row {
	return []Row{
		{
			Number: 17,
			Face:   "log the cause once, not per task",
			Story:  "A hundred tasks end because of one, or because of a signal, and the log should say so in one line.",
			Take:   "`context.Cause(g.Context())`",
			Notes: "What the others return because they were cancelled is an echo, and counted as Cancelled. [`observe.Slog`](../observe) does the logging for a " +
				"whole group.",
			Import: "github.com/sharedfate/fate",
			Code: []string{
				"g := fate.New(ctx, failfast.Strategy{})",
				Gap,
				"if g.Wait() != nil {",
				`	fmt.Println("stopped:", context.Cause(g.Context()))`,
				"}",
			},
			Example: ". ExampleGroup_Context_log",
			Beside:  "errgroup.WithContext",
			Usual:   "errgroup",
			Peers:   "context.Cause of errgroup.WithContext's context; context.WithCancelCause by hand.",
			Enough: "**errgroup.WithContext is enough**: its context has the cause too. Ask it, and not Wait: when the parent ends, Wait has the first of the " +
				"tasks' own errors, and nil if they return none.",
			Decides: observed(firstError, "context.Cause", "echoes of a stop", "parent cancelled before"),
			Shown:   []Shown{{"`observe.Slog` logs a cause once, and not for each task.", "./observe", "TestSlogLogsACauseOnceAndNotPerTask"}},
			Commands: []string{
				"go test -run 'TestCauseIsTheFirstError|TestSiblingsEchoNeverWins|TestEchoesOfTheGroupsOwnStopAreNoFailures|TestCauseReachesDerivedContexts' .",
				"go test -run 'TestSlogLogsACauseOnceAndNotPerTask' ./observe",
				"go test -run 'TestAllSidesDoTheSameWork' ./internal/situations",
				"go test -run 'ExampleGroup_Context_log' .",
				"go test -run '^$' -bench 'Situations/row=17' ./internal/situations",
			},
		},
		{
			Number: 18,
			Face:   "find where a fan-out spends its time",
			Story:  "A profile of a concurrent program has the stacks of everything that ran, mixed together.",
			Take:   "`fate.Name`",
			Notes:  "A named group labels its tasks in profiles, and is a task of the execution trace. [Profiling](profiling.md) takes a real run apart with them.",
			Import: "github.com/sharedfate/fate",
			Code: []string{
				`g := fate.New(ctx, failfast.Strategy{Limit: 1}, fate.Name("thumbnails"))`,
				Gap,
				`g.Spawn("cleaner", show)`,
			},
			Example: ". ExampleName_labels",
			Beside:  "the same without names",
			Usual:   "unnamed",
			Peers:   "the same without a name, to see what it costs.",
			Enough:  "**pprof.Do in the task is enough** to label a few tasks by what they work on, and adds to the group's labels.",
			Shown: []Shown{
				{"What a named group runs has its labels.", ".", "TestANamedGroupLabelsWhatItRuns"},
				{"Labels do not leak from one task to the next.", ".", "TestLabelsDoNotLeakFromOneTaskToTheNext"},
				{"A named group is a task of the execution trace.", ".", "TestANamedGroupIsATaskOfTheTraceAndWhatItRunsARegion"},
			},
			Commands: []string{
				"go test -run 'TestANamedGroupLabelsWhatItRuns|TestLabelsDoNotLeakFromOneTaskToTheNext|TestGoroutineProfilesShowNames|TestANamedGroupIsATaskOfTheTraceAndWhatItRunsARegion' .",
				"go test -run 'ExampleName_labels' .",
				"go test -run '^$' -bench 'Name' .",
			},
		},
	}
}

package table

// shareRows are those in which groups share something, or tasks can't be trusted.
func shareRows() []Row {
	return []Row{
		{
			Number: 14,
			Face:   "tasks of different weight, or a limit that groups share",
			Story:  "A query takes one connection and a report takes five; or the page and the report are two groups, and the service behind them is one.",
			Take:   "`limiter`",
			Import: "github.com/sharedfate/fate/limiter",
			Code: []string{
				"l := limiter.New(3)",
				Gap,
				"	err := l.Go(page, 1, func(context.Context) error {",
				"		" + Gap,
				"	})",
				Gap,
				"	_ = l.Go(report, 2, func(context.Context) error { return nil }) // a heavier request",
			},
			Example: "./limiter Example",
			Beside:  "errgroup and semaphore.Weighted",
			Usual:   "errgroup + semaphore",
			Peers:   "errgroup with a semaphore.Weighted that its tasks share.",
			Enough: "**The strategy's own `Limit` is enough** for one group of tasks that weigh the same. **semaphore.Weighted is enough** where its size never " +
				"changes, and Acquire is called before Go with a context that ends with the group.",
			Shown: []Shown{
				{"Producers of all groups stand in one line.", "./limiter", "TestProducersOfAllGroupsStandInOneLine"},
				{"The weight comes back however the task ends.", "./limiter", "TestTheWeightComesBackHoweverTheTaskEnds"},
				{"A weight above the limit fails at once, where semaphore.Weighted waits for ever.", "./limiter", "TestATooLargeWeightFailsAtOnce"},
			},
			Commands: []string{
				"go test -run 'TestProducersOfAllGroupsStandInOneLine|TestTheWeightComesBackHoweverTheTaskEnds|TestATooLargeWeightFailsAtOnce|TestTheModelIsThatOfASemaphore|TestContendersDoTheSameWork' ./limiter",
				"go test -run 'Example' ./limiter",
				"go test -run '^$' -bench 'Groups|Acquire' ./limiter",
			},
		},
		{
			Number: 15,
			Face:   "code that may panic, or call runtime.Goexit",
			Story:  "Plug-ins, parsers of foreign data, tests that call t.FailNow in a helper.",
			Take:   "`fate.Panics`",
			Notes: "`Crash`, the default, ends the process at once with the task's own stack. `Return` makes a panic an error, `Rethrow` has Wait panic once all have " +
				"ended. runtime.Goexit is an error under each.",
			Import: "github.com/sharedfate/fate",
			Code: []string{
				"g := fate.New(context.Background(), collectall.Strategy{}, fate.Panics(fate.Return))",
				Gap,
				"err := g.Wait()",
				Gap,
				"if p, ok := errors.AsType[*fate.PanicError](err); ok {",
				"	" + Gap,
				"}",
			},
			Example: ". ExamplePanics",
			Beside:  "conc, recover by hand",
			Usual:   "by hand",
			Peers:   "conc's panics package and pool; recover by hand, with a flag that tells Goexit from a return.",
			Enough: "**Nothing at all is the answer** where a panic is a bug: let it crash. **conc's WaitGroup** is enough to have a panic come to the caller, without errors " +
				"and contexts. **A recover in the task** is enough for one call that is known to panic.",
			Decides: observed([]string{"failfast", "errgroup", "conc", "hand-once"}, "panic in a task", "Goexit in a task", "slot after Goexit", "nil task"),
			Shown: []Shown{
				{"With `fate.Panics(fate.Return)` a panic is a failure.", ".", "TestReturnMakesAPanicAFailure"},
				{"With `fate.Panics(fate.Rethrow)` Wait panics with every panic, and every error.", ".", "TestRethrowHoldsEveryPanicAndEveryError"},
			},
			Commands: []string{
				"go test -run 'TestPanicCrashesAtOnceWithTheTasksStack|TestReturnMakesAPanicAFailure|TestRethrowHoldsEveryPanicAndEveryError|TestGoexitIsAFailure|TestNoSlotIsLost' .",
				"go test -run 'TestAllSidesDoTheSameWork' ./internal/situations",
				"go test -run 'ExamplePanics' .",
				"go test -run '^$' -bench 'Situations/row=15' ./internal/situations",
			},
		},
	}
}

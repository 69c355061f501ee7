package table

// manyRows are those about many tasks, each worth doing without the others, and about more than can be done.
func manyRows() []Row {
	return []Row{
		{
			Number: 3,
			Face:   "millions of small items",
			Story:  "Fan-out is the hot path: one function, many items, each of a microsecond or so.",
			Take:   "`fate.ForEach`, `Map`, `Stream`",
			Notes:  "`Map` keeps results by index, also beside failures; `Stream` yields them in order as they come.",
			Import: "github.com/sharedfate/fate",
			Code: []string{
				`names := strings.SplitSeq("a no-b c no-d", " ")`,
				"err := fate.ForEach(context.Background(), collectall.Strategy{Limit: 4}, names, fetch)",
			},
			Example: ". ExampleForEach",
			Beside:  "workers over a channel, errgroup, conc, a loop",
			Usual:   "errgroup",
			Peers:   "N workers over a channel joined by errgroup; errgroup's SetLimit; conc's iter and stream; a plain loop.",
			Enough: "**A plain loop is the answer** for items so quick that a hand-over costs more, and on one processor: [performance](performance.md) says " +
				"from where on a fan-out pays. Chunks of the input, a task each, are the answer where items are tiny and so many that it matters.",
			Decides: observed(everyError, "text of 10000 errors", "errors.Is, miss: allocs"),
			Shown: []Shown{
				{"An item costs no allocation.", ".", "TestItemsCostNoAllocation"},
				{"Results stay beside failures.", ".", "TestMapKeepsResultsBesideFailures"},
			},
			Commands: []string{
				"go test -run 'TestEverySideOfTheItemBenchmarksDoesItsWork|TestItemsInEveryStory|TestItemsCostNoAllocation|TestMapKeepsResultsBesideFailures' .",
				"go test -run 'ExampleForEach' .",
				"go test -run '^$' -bench 'Items' .",
			},
		},
		{
			Number: 5,
			Face:   "every error, not the first",
			Story:  "Each task is worth doing without the others, and all that went wrong is to be told, in the order of the tasks.",
			Take:   "`collectall.Strategy{}`",
			Notes:  "`Keep` bounds how many are held, `StopAfter` makes a budget of it.",
			Import: "github.com/sharedfate/fate/collectall",
			Code: []string{
				"err := fate.ForEach(context.Background(), collectall.Strategy{Limit: 2}, slices.Values(days), book)",
				"",
				"fmt.Println(err)",
				"fmt.Println(errors.Is(err, errPast))",
			},
			Example: "./collectall ExampleStrategy",
			Beside:  "errors.Join by hand, conc, go-multierror, multierr",
			Usual:   "by hand",
			Peers:   "WaitGroup, a buffered channel and errors.Join; a mutex and a slice; conc's ErrorPool; multierror.Group; multierr.",
			Enough:  "**errors.Join after a WaitGroup is enough** where nobody asks which task an error came from, and there are few.",
			Decides: observed(everyError, "Wait returns", "order of errors", "no error", "errors.Is reaches", "error once returned", "failure stops others", "Goexit in a task"),
			Shown: []Shown{
				{"multierr keeps one error bare.", "./internal/peers", "TestMultierrKeepsOneErrorBare"},
				{"multierr writes all errors in one line.", "./internal/peers", "TestMultierrWritesOneLine"},
			},
			Commands: []string{
				"go test -run 'TestCollectallJoinsInSubmissionOrder|TestCollectallLeavesSiblingsAlone|TestIsAndAsReachEveryFailureAndAllocateNothing|TestReturnedErrorsAreNilOrFinal' .",
				"go test -run 'TestAllSidesDoTheSameWork|TestMultierrKeepsOneErrorBare|TestMultierrWritesOneLine|TestMultierrTakesItsOwnListsApart' ./internal/peers",
				"go test -run 'ExampleStrategy' ./collectall",
				"go test -run '^$' -bench 'FailingAll|Failing1pct' .",
				"go test -run '^$' -bench 'Peers/row=5' ./internal/peers",
			},
		},
		{
			Number: 7,
			Face:   "too much work must be dropped; nobody may wait",
			Story:  "What comes while all are busy is not worth waiting for, and whoever brings it must not be held up.",
			Take:   "`shed.Strategy{Limit: n}`",
			Notes:  "Here it is the strategy that drops, so that every Go of the group does, and the Tally counts. To decide at one call alone, `Group.TryGo` never waits under any strategy.",
			Import: "github.com/sharedfate/fate/shed",
			Code: []string{
				"g := fate.New(context.Background(), shed.Strategy{Limit: 2})",
				Gap,
				"	if !g.Go(func(context.Context) error { <-release; return nil }) {",
				`		fmt.Println("refresh", n, "dropped")`,
				"	}",
			},
			Example: "./shed ExampleStrategy",
			Beside:  "errgroup's TryGo, a channel",
			Usual:   "errgroup TryGo",
			Peers:   "errgroup's TryGo with SetLimit; a channel used as a semaphore by hand.",
			Enough:  "**errgroup's TryGo is enough** in one place of the code.",
			Decides: observed(dropping, "Go at the limit", "TryGo at the limit", "slot after Goexit", "limit of 0"),
			Commands: []string{
				"go test -run 'TestTryGoIsFalseExactlyWhenFull|TestTryGoNeverWaits|TestEveryStrategyDoesTheWorkOfItsEquivalents' .",
				"go test -run 'TestAdmitShedsAtTheLimit|TestSheddingIsNoError' ./shed",
				"go test -run 'ExampleStrategy' ./shed",
				"go test -run '^$' -bench 'Overflow' .",
				"go test -run '^$' -bench 'Price/row=refuse-shed-8' ./internal/price",
			},
		},
	}
}

package table

// groupRows are those whose answer is a strategy for a group, and a failure stops it.
func groupRows() []Row {
	return []Row{
		{
			Number: 1,
			Face:   "a handful of tasks; the first error stops the rest",
			Story:  "They are worth something only together: the first failure cancels the others, and is what you want to be told.",
			Take:   "`failfast.Strategy{}`",
			Import: "github.com/sharedfate/fate/failfast",
			Code: []string{
				"g := fate.New(context.Background(), failfast.Strategy{})",
				Gap,
				"g.Go(func(context.Context) error { return errNoStock })",
				"",
				"err := g.Wait()",
			},
			Example: "./failfast ExampleStrategy",
			Beside:  "errgroup, conc, by hand",
			Usual:   "errgroup",
			Peers:   "`errgroup.WithContext`; conc's pool with cancel-on-error and first-error; WaitGroup, Once and a cancel by hand.",
			Enough: "**errgroup is enough** where golang.org/x/sync is a dependency already and a handful of tasks do I/O: what a group costs does not show " +
				"there. What it does not do: a task that calls runtime.Goexit is a success to it, tasks not yet started when one fails still run, and " +
				"when the parent ends Wait may say nothing of it. To keep errgroup's code on our engine, change the import: package [errgroup](../errgroup) has its names.",
			Decides: observed(firstError,
				"Wait returns", "failure stops others", "echoes of a stop", "context.Cause", "task after a failure", "parent cancelled before", "Goexit in a task"),
			Commands: []string{
				"go test -run 'TestFailfastReturnsTheFirstErrorByTimeBare|TestCauseIsTheFirstError|TestSiblingsEchoNeverWins|TestEveryStrategyDoesTheWorkOfItsEquivalents' .",
				"go test -run 'TestEveryContenderDoesWhatWasFound|TestAllContendersDoTheSameWork' ./internal/compare",
				"go test -run 'ExampleStrategy' ./failfast",
				"go test -run '^$' -bench 'FirstFailure|Blocked|Empty' .",
			},
		},
		{
			Number: 2,
			Face:   "a handful of tasks, at most N at once",
			Story:  "As in [row 1](#1-a-handful-of-tasks-the-first-error-stops-the-rest), but something downstream bears only so many.",
			Take:   "`failfast.Strategy{Limit: n}`",
			Import: "github.com/sharedfate/fate/failfast",
			Code: []string{
				"g := fate.New(ctx, failfast.Strategy{Limit: 8}) // at most 8 at once; the first failure stops the rest",
				"",
				`for _, name := range []string{"a", "b", "c"} {`,
				"	if !g.Go(func(ctx context.Context) error { return fetch(ctx, name) }) {",
				"		break // not accepted: the group has stopped",
				"	}",
				"}",
				"err := g.Wait() // no task is running any more",
			},
			Example: ". Example",
			Beside:  "errgroup, conc, pond, ants",
			Usual:   "errgroup SetLimit",
			Peers: "errgroup's SetLimit; errgroup with semaphore.Weighted; conc's WithMaxGoroutines; a pond and an ants pool. A Go that waits at the limit " +
				"comes back when the group stops; those of errgroup and ants wait on, and pond's pool does not wait but queues without a bound.",
			Enough: "**errgroup's SetLimit is enough** where what a task does takes far longer than to start it, as I/O does, and the producer may wait. " +
				"**A pool that outlives the work** (pond, ants) is another thing: take it where many short requests share the same workers for hours, or take " +
				"one limit for several groups ([row 14](#14-tasks-of-different-weight-or-a-limit-that-groups-share)).",
			Decides: observed(limited,
				"Go at the limit", "TryGo at the limit", "Go waits, group stops", "Go in a task at limit 1", "slot after Goexit", "limit of 0"),
			Shown: []Shown{
				{"pond's pool queues what it is given without a bound.", "./internal/peers", "TestPondQueuesWithoutABound"},
				{"runtime.Goexit in a task hangs pond's group.", "./internal/peers", "TestGoexitHangsPondsGroup"},
				{"A nil task ends a worker of ants.", "./internal/peers", "TestANilTaskEndsAWorkerOfAnts"},
				{"Whoever waits for a worker of ants waits on after a cancel.", "./internal/peers", "TestWaitingForAntsIsNotCancelled"},
			},
			Commands: []string{
				"go test -run 'TestAnyMixKeepsTheLimitAndTheTally|TestGoWaitsOnceTheBacklogIsFull|TestBlockedGoWakesWhenTheGroupStops|TestNegativeLimitsAreRefused' .",
				"go test -run 'TestAllSidesDoTheSameWork|TestPondQueuesWithoutABound|TestGoexitHangsPondsGroup|TestANilTaskEndsAWorkerOfAnts|TestWaitingForAntsIsNotCancelled' ./internal/peers",
				"go test -run 'Example' .",
				"go test -run '^$' -bench 'Price/row=limit-8' ./internal/price",
				"go test -run '^$' -bench 'Peers/row=2' ./internal/peers",
			},
		},
	}
}

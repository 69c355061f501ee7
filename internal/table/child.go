package table

// childRows are those in which children of one group have different fates.
func childRows() []Row {
	return []Row{
		{
			Number: 8,
			Face:   "stop some children, not all",
			Story:  "One search is out of date, one upload was called off, one of the parts has failed and takes those with it that need it.",
			Take:   "`Child.Cancel`, `selective`",
			Notes: "What a child returns after it was cancelled is no failure. Under [`selective`](../selective) a failure cancels others by itself: those spawned later, " +
				"those that depend on it, or whom your function picks.",
			Import: "github.com/sharedfate/fate",
			Code: []string{
				`search := g.Spawn("search", untilStopped)`,
				Gap,
				`search.Cancel(errors.New("another key was pressed"))`,
				Gap,
				`fmt.Println("search:", search.Err())`,
			},
			Example: ". ExampleChild_Cancel",
			Beside:  "a context for each, by hand",
			Usual:   "errgroup",
			Peers:   "a context.WithCancel for each child by hand, joined by a WaitGroup or an errgroup.",
			Enough: "**A context of its own is enough** for one task among many that can be called off. By hand it gets long where others depend on it, where its end is " +
				"waited for alone, and where an errgroup must not take its error for a failure.",
			Decides: observed([]string{"selective", "errgroup", "hand-mutex"}, "failure stops others", "Wait returns", "context after Wait"),
			Shown: []Shown{
				{"A cancel reaches one child only.", ".", "TestCancelReachesOneChildOnly"},
				{"What a cancelled child returns is no failure, in whatever way it ends.", ".", "TestACancelledChildMayEndInAnyWay"},
			},
			Commands: []string{
				"go test -run 'TestCancelReachesOneChildOnly|TestACancelledChildMayEndInAnyWay|TestCancelEndsAHeldChildAtOnce|TestGroupCancelAsksInSpawnOrderAndCounts' .",
				"go test -run 'TestSettleAnswersToFailuresAlone|TestConformance' ./selective",
				"go test -run 'TestAllSidesDoTheSameWork' ./internal/situations",
				"go test -run 'ExampleChild_Cancel' .",
				"go test -run '^$' -bench 'Situations/row=8' ./internal/situations",
			},
		},
		{
			Number: 9,
			Face:   "wait for some children, not for others",
			Story:  "The requests have an end of their own. What refreshes their tokens meanwhile has none, and must be gone afterwards.",
			Take:   "`fate.Daemon()`",
			Notes:  "Wait cancels the daemons once all others have ended, and joins them. A daemon that fails before is a failure like another.",
			Import: "github.com/sharedfate/fate",
			Code: []string{
				`g.Spawn("refresher", func(ctx context.Context) error {`,
				"	" + Gap,
				"}, fate.Daemon())",
				Gap,
				"fmt.Println(g.Wait())",
			},
			Example: ". ExampleDaemon",
			Beside:  "two WaitGroups, two errgroups",
			Usual:   "errgroup",
			Peers:   "two WaitGroups and a cancel by hand; an errgroup for each.",
			Enough: "**Two WaitGroups are enough** if the helper can't fail. If it lives as long as the process, it is no helper of a group: " +
				"[row 4](#4-a-service-that-lives-as-long-as-the-process).",
			Shown: []Shown{
				{"Daemons are cancelled and joined once the others have ended.", ".", "TestDaemonsEndWithTheOthers"},
				{"A daemon that ends with an error before that is a failure.", ".", "TestADaemonsEarlyErrorIsAFailure"},
				{"So is one that panics or calls runtime.Goexit.", ".", "TestADaemonsAccidentsAreFailures"},
			},
			Commands: []string{
				"go test -run 'TestDaemonsEndWithTheOthers|TestADaemonsEarlyErrorIsAFailure|TestADaemonsAccidentsAreFailures|TestAStopCutsDaemonsShort' .",
				"go test -run 'TestAllSidesDoTheSameWork' ./internal/situations",
				"go test -run 'ExampleDaemon' .",
				"go test -run '^$' -bench 'Situations/row=9' ./internal/situations",
			},
		},
		{
			Number: 10,
			Face:   "children that must be started again",
			Story:  "A consumer loses its connection, a poller panics: it is better started anew than mended, but not for ever.",
			Take:   "`supervise`",
			Notes:  "Each child has a backoff of its own, and more restarts than `Intensity` within `Period` stop the group.",
			Import: "github.com/sharedfate/fate/supervise",
			Code: []string{
				"err := supervise.Run(context.Background(), &supervise.Strategy{",
				"	Backoff: supervise.Exponential(time.Millisecond, time.Second),",
				"	Children: []supervise.Child{",
				`		{Name: "worker", Run: func(context.Context) error {`,
				"			" + Gap,
				"		}},",
				"	},",
				"})",
			},
			Example: "./supervise ExampleRun",
			Beside:  "suture, a loop",
			Usual:   "suture",
			Peers: "suture, which starts a service again that has returned nil, shares one backoff among all of them and cancels all at once; a loop with a " +
				"pause by hand.",
			Enough: "**A loop in the task is enough** for one call that is tried again a few times. **suture** fits trees of services that add and remove themselves while they " +
				"run, and should live for ever.",
			Shown: []Shown{
				{"Backoff is each child's own, and starts anew after a healthy run.", "./supervise", "TestBackoffIsEachChildsOwnAndStartsAnewAfterAHealthyRun"},
				{"Too many restarts in a period stop the group.", "./supervise", "TestIntensityAndPeriod"},
				{"suture starts a service again that has returned nil.", "./internal/peers", "TestSutureRestartsWhatReturnsNil"},
				{"suture's backoff is shared by all services.", "./internal/peers", "TestSuturesBackoffIsSharedByAll"},
				{"suture stops all services at once.", "./internal/peers", "TestSutureStopsAllAtOnce"},
				{"A second Serve of suture panics.", "./internal/peers", "TestASecondServeOfSuturePanics"},
			},
			Commands: []string{
				"go test -run 'TestWhatIsRestarted|TestIntensityAndPeriod|TestBackoffIsEachChildsOwnAndStartsAnewAfterAHealthyRun|TestNeverTwoRunsOfAChildAtOnce' ./supervise",
				"go test -run 'TestSutureRestartsWhatReturnsNil|TestSuturesBackoffIsSharedByAll|TestSutureStopsAllAtOnce|TestASecondServeOfSuturePanics' ./internal/peers",
				"go test -run 'ExampleRun' ./supervise",
				"go test -run '^$' -bench 'Restart' ./supervise",
				"go test -run '^$' -bench 'Peers/row=10' ./internal/peers",
			},
		},
	}
}

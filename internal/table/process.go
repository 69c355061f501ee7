package table

// processRows are those of what outlives a request.
func processRows() []Row {
	return []Row{
		{
			Number: 4,
			Face:   "a service that lives as long as the process",
			Story:  "Several parts are started in order, and Wait would never return. They are to be stopped in reverse, each within its time.",
			Take:   "`daemon`",
			Import: "github.com/sharedfate/fate/daemon",
			Code: []string{
				`s := daemon.New(connection("db"))`,
				"if err := s.Start(context.Background()); err == nil {",
				"	fmt.Println(s.Close())",
				"}",
			},
			Example: "./daemon ExampleService_Close",
			Beside:  "by hand, oklog/run",
			Usual:   "by hand",
			Peers: "a WaitGroup and a CancelFunc by hand; oklog/run, which interrupts its actors all at once, has no deadline and returns no error of the " +
				"stop.",
			Enough: "**A WaitGroup and a CancelFunc are enough** for one background loop without an order, whose end may take as long as it likes. **oklog/run** fits " +
				"actors that know no context.",
			Shown: []Shown{
				{"Parts are started in order and stopped in reverse.", "./daemon", "TestPartsStartInOrderAndStopInReverse"},
				{"Each part has its own time to stop.", "./daemon", "TestEachPartHasItsOwnDeadline"},
				{"oklog/run interrupts in the order of Add, all at once.", "./internal/peers", "TestOklogRunInterruptsInTheOrderOfAdd"},
				{"oklog/run waits for ever for an actor that does not end.", "./internal/peers", "TestOklogRunWaitsForEver"},
				{"oklog/run loses the errors of the stop.", "./internal/peers", "TestOklogRunLosesTheErrorsOfTheStop"},
				{"runtime.Goexit in an actor hangs oklog/run.", "./internal/peers", "TestGoexitHangsOklogRun"},
			},
			Commands: []string{
				"go test -run 'TestPartsStartInOrderAndStopInReverse|TestStartStopStart|TestEachPartHasItsOwnDeadline|TestEveryErrorOfAStopIsKept|TestContendersDoTheSame' ./daemon",
				"go test -run 'TestOklogRunInterruptsInTheOrderOfAdd|TestOklogRunWaitsForEver|TestOklogRunLosesTheErrorsOfTheStop|TestGoexitHangsOklogRun' ./internal/peers",
				"go test -run 'Example|ExampleService_Close' ./daemon",
				"go test -run '^$' -bench 'StartStop' ./daemon",
				"go test -run '^$' -bench 'Peers/row=4' ./internal/peers",
			},
		},
		{
			Number: 6,
			Face:   "write a metric and forget it",
			Story:  "The request must not wait for the metrics database; the shutdown may, for a while.",
			Take:   "`emit`",
			Import: "github.com/sharedfate/fate/emit",
			Code: []string{
				"e := emit.New(printed, emit.Options{Batch: 2, Age: time.Minute})",
				`for _, word := range []string{"a", "b", "c"} {`,
				"	e.Emit(word)",
				"}",
				"fmt.Println(e.Close(context.Background()))",
			},
			Example: "./emit ExampleNew",
			Beside:  "a channel, errgroup's TryGo, a bare `go`",
			Usual:   "by hand",
			Peers:   "a buffered channel and one goroutine by hand; errgroup's TryGo and a counter; a bare `go`.",
			Enough: "**A bare `go` is enough** for something rare that may be lost when the process ends. A bounded channel by hand is enough without batches, without a " +
				"drop counter and without a deadline for the shutdown.",
			Shown: []Shown{
				{"Emit drops, and counts, when the buffer is full.", "./emit", "TestEmitDropsWhenTheBufferIsFull"},
				{"Emit does not wait for a sink that blocks.", "./emit", "TestEmitDoesNotWaitForABlockedSink"},
				{"Close delivers what was accepted.", "./emit", "TestCloseDeliversWhatWasAccepted"},
			},
			Commands: []string{
				"go test -run 'TestEmitDropsWhenTheBufferIsFull|TestEmitDoesNotWaitForABlockedSink|TestCloseDeliversWhatWasAccepted|TestContendersDoTheSameWork' ./emit",
				"go test -run 'Example|ExampleNew' ./emit",
				"go test -run '^$' -bench 'Emit|Drop' ./emit",
			},
		},
	}
}

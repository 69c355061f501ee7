package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/supervise"
)

// A worker that crashes twice, once by a panic, and then comes to its end.
func ExampleRun() {
	attempt := 0
	err := supervise.Run(context.Background(), &supervise.Strategy{
		Backoff: supervise.Exponential(time.Millisecond, time.Second),
		Children: []supervise.Child{
			{Name: "worker", Run: func(context.Context) error {
				switch attempt++; attempt {
				case 1:
					return errors.New("connection lost")
				case 2:
					panic("index out of range")
				}
				fmt.Println("done at attempt", attempt)
				return nil
			}},
		},
	})
	fmt.Println(err)
	// Output:
	// done at attempt 3
	// <nil>
}

// When it has been too often, the error says who and why.
func ExampleGaveUpError() {
	err := supervise.Run(context.Background(), &supervise.Strategy{
		Intensity: 2,
		Period:    time.Minute,
		Backoff:   supervise.Exponential(time.Millisecond, time.Second),
		Children: []supervise.Child{
			{Name: "db", Run: func(context.Context) error { return errors.New("connection refused") }},
		},
	})
	fmt.Println(err)
	gave, ok := errors.AsType[*supervise.GaveUpError](err)
	fmt.Println(ok, gave.Name, gave.Restarts)
	// Output:
	// supervise: gave up when "db" ended after 2 restarts within 1m0s: connection refused
	// true db 2
}

// Children as data, each needing those before it: when one fails, those after it are stopped, the last first, and all of them are
// started again. A child that notices its stop finds the reason in its context.
func ExampleStrategy() {
	begins := make(chan string)
	dbFails := make(chan error)
	child := func(name string, fails <-chan error) fate.Task {
		return func(ctx context.Context) error {
			begins <- name
			select {
			case err := <-fails:
				return err
			case <-ctx.Done():
				fmt.Println(name, "ends:", context.Cause(ctx))
				return ctx.Err()
			}
		}
	}
	s := &supervise.Strategy{
		Radius:  supervise.Later,
		Backoff: supervise.Exponential(time.Millisecond, time.Second),
		Children: []supervise.Child{
			{Name: "log", Run: child("log", nil)},
			{Name: "db", Run: child("db", dbFails)},
			{Name: "http", Run: child("http", nil), Grace: 30 * time.Second},
		},
	}
	ctx, stop := context.WithCancelCause(context.Background())
	result := make(chan error)
	go func() { result <- supervise.Run(ctx, s) }()

	for range s.Children {
		<-begins
	}
	dbFails <- errors.New("connection lost")
	<-begins
	<-begins
	fmt.Println("db and http are back")
	stop(errors.New("SIGTERM"))
	fmt.Println(<-result)
	// Output:
	// http ends: supervise: stopped because "db" is restarted: connection lost
	// db and http are back
	// http ends: SIGTERM
	// db ends: SIGTERM
	// log ends: SIGTERM
	// stopped: SIGTERM
}

// A supervisor inside another: when the inner one gives up, the outer one starts it anew.
func ExampleStrategy_Task() {
	runs := 0
	inner := &supervise.Strategy{
		Intensity: 1,
		Backoff:   supervise.Exponential(0, 0),
		Children: []supervise.Child{
			{Name: "poller", Run: func(context.Context) error {
				if runs++; runs <= 3 {
					return errors.New("bad cursor")
				}
				return nil
			}},
		},
	}
	err := supervise.Run(context.Background(), &supervise.Strategy{
		Backoff:  supervise.Exponential(time.Millisecond, time.Second),
		Children: []supervise.Child{{Name: "pollers", Run: inner.Task(), Grace: time.Minute}},
	})
	fmt.Println(runs, err) // two runs each in the first two lives of the inner one
	// Output: 4 <nil>
}

// In a group of one's own, beside children that are spawned as they come.
func ExampleStrategy_Start() {
	s := &supervise.Strategy{
		Backoff:  supervise.Exponential(0, 0),
		Children: []supervise.Child{{Name: "feed", Run: func(context.Context) error { return nil }, Restart: supervise.Temporary}},
	}
	g := fate.New(context.Background(), s)
	s.Start(g)
	failed := false
	g.Spawn("session 7", func(context.Context) error {
		if !failed {
			failed = true
			return errors.New("broken pipe")
		}
		return nil
	})
	fmt.Println(g.Wait())
	fmt.Println(g.Tally())
	// Output:
	// <nil>
	// offered 2, ok 2, restarted 1
}

// ErrStopAll ends everybody, through all levels. The caller tells it from a failure.
func Example_stopAll() {
	inner := &supervise.Strategy{Children: []supervise.Child{
		{Name: "config", Run: func(context.Context) error { return fmt.Errorf("new version installed: %w", supervise.ErrStopAll) }},
	}}
	err := supervise.Run(context.Background(), &supervise.Strategy{Children: []supervise.Child{
		{Name: "server", Run: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
		{Name: "watchers", Run: inner.Task()},
	}})
	fmt.Println(errors.Is(err, supervise.ErrStopAll))
	// Output: true
}

// A consumer that is restarted whatever it ends with, until its queue is closed.
func Example_done() {
	queue := make(chan int, 3)
	for i := range cap(queue) {
		queue <- i
	}
	close(queue)
	err := supervise.Run(context.Background(), &supervise.Strategy{
		Restart: supervise.Permanent,
		Backoff: supervise.Exponential(0, 0),
		Children: []supervise.Child{
			{Name: "consumer", Run: func(context.Context) error {
				i, ok := <-queue
				if !ok {
					return fmt.Errorf("the queue is closed: %w", supervise.ErrDone)
				}
				fmt.Println(i)
				return nil
			}},
		},
	})
	fmt.Println(err)
	// Output:
	// 0
	// 1
	// 2
	// <nil>
}

func ExampleExponential() {
	backoff := supervise.Exponential(100*time.Millisecond, time.Second)
	for attempt := range 5 {
		fmt.Print(backoff(attempt), " ")
	}
	// Output: 100ms 200ms 400ms 800ms 1s
}

// With a random number of one's own, a test can tell what comes.
func ExampleJitter() {
	backoff := supervise.Jitter(supervise.Exponential(time.Second, time.Minute), func() float64 { return 0.5 })
	fmt.Println(backoff(0), backoff(1))
	// Output: 750ms 1.5s
}

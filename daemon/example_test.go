package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/daemon"
)

// connection is a part that has to be opened and closed.
func connection(name string) daemon.Part {
	return daemon.Part{
		Name:  name,
		Grace: time.Second,
		Serve: func(ctx context.Context, ready func()) error {
			fmt.Println("open", name)
			ready()
			<-ctx.Done()
			fmt.Println("close", name)
			return nil
		},
	}
}

// Parts are started in order, each when the one before is ready, and stopped in reverse. Then the service can be started again.
func Example() {
	s := daemon.New(connection("db"), connection("queue"), connection("http"))
	for range 2 {
		if err := s.Start(context.Background()); err != nil {
			fmt.Println(err)
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		fmt.Println("stopped:", s.Stop(ctx))
		cancel()
	}
	// Output:
	// open db
	// open queue
	// open http
	// close http
	// close queue
	// close db
	// stopped: <nil>
	// open db
	// open queue
	// open http
	// close http
	// close queue
	// close db
	// stopped: <nil>
}

func ExampleNew() {
	s := daemon.New(
		daemon.Part{Name: "refresh", Run: func(ctx context.Context) error { // ready as soon as it runs
			for {
				select {
				case <-time.After(time.Minute):
				case <-ctx.Done():
					return nil
				}
			}
		}},
		daemon.Part{Name: "web", Grace: 20 * time.Second, Serve: func(ctx context.Context, ready func()) error {
			ready() // it listens; what comes after it in the order may start
			<-ctx.Done()
			return nil
		}},
	)
	defer s.Close()
	fmt.Println(s.Start(context.Background()))
	// Output: <nil>
}

// What could not be started is told with the part's name, after what had been started was stopped.
func ExampleService_Start() {
	s := daemon.New(
		connection("db"),
		daemon.Part{Name: "http", Serve: func(context.Context, func()) error { return errors.New("port 80 is taken") }},
		connection("never"),
	)
	fmt.Println(s.Start(context.Background()))
	// Output:
	// open db
	// close db
	// http: port 80 is taken
}

// A part that does not stop is named. While it runs, the service is not started again.
func ExampleService_Stop() {
	stuck := make(chan bool)
	s := daemon.New(
		connection("db"),
		daemon.Part{Name: "http", Grace: time.Millisecond, Run: func(context.Context) error { <-stuck; return nil }},
	)
	ctx := context.Background()
	fmt.Println(s.Start(ctx))
	fmt.Println(s.Stop(ctx))
	fmt.Println(s.Start(ctx))
	close(stuck)
	// Output:
	// open db
	// <nil>
	// close db
	// daemon: did not stop in time: "http" (has 1ms)
	// daemon: not started: still running: "http"
}

// Close is for what takes an io.Closer.
func ExampleService_Close() {
	s := daemon.New(connection("db"))
	if err := s.Start(context.Background()); err == nil {
		fmt.Println(s.Close())
	}
	// Output:
	// open db
	// close db
	// <nil>
}

// One who only watches waits for Done, and asks why.
func ExampleService_Done() {
	s := daemon.New(connection("db"), daemon.Part{Name: "worker", Run: func(context.Context) error { return errors.New("disk full") }})
	if err := s.Start(context.Background()); err != nil {
		fmt.Println(err) // if the worker is that quick
		return
	}
	<-s.Done()
	fmt.Println(s.Err())
	// Output:
	// open db
	// close db
	// worker: disk full
}

// A health check tells a service that starts from one that is ready, and from one that has stopped.
func ExampleService_Ready() {
	s := daemon.New(connection("db"))
	state := func() string {
		select {
		case <-s.Done():
			return "stopped"
		default:
		}
		select {
		case <-s.Ready():
			return "ready"
		default:
			return "not ready"
		}
	}
	fmt.Println(state())
	_ = s.Start(context.Background())
	fmt.Println(state())
	_ = s.Close()
	fmt.Println(state())
	// Output:
	// not ready
	// open db
	// ready
	// close db
	// stopped
}

// Under another strategy a failure means something else for the others. Here they go on, and Stop tells what has failed.
func ExampleConfig() {
	failed := make(chan bool)
	config := daemon.Config{Strategy: collectall.Strategy{}, Options: []fate.Option{fate.Panics(fate.Return)}}
	s := config.New(connection("db"), daemon.Part{Name: "metrics", Run: func(context.Context) error {
		defer close(failed)
		panic("no such gauge")
	}})
	_ = s.Start(context.Background())
	<-failed
	fmt.Println(s.Stop(context.Background()))
	// Output:
	// open db
	// close db
	// metrics: fate: a task panicked: no such gauge
}

// Run is Main without the end of the process, for a main that has something to do afterwards, and for tests.
func ExampleProgram_Run() {
	signals := make(chan os.Signal, 2) // of a test; without it, those of the process
	s := daemon.New(connection("db"), daemon.Part{Name: "http", Run: func(ctx context.Context) error {
		signals <- os.Interrupt
		<-ctx.Done()
		return errors.New("a client was cut off")
	}})
	code := daemon.Program{Signals: signals, Deadline: 30 * time.Second, Stderr: os.Stdout}.Run(context.Background(), s)
	fmt.Println("exit code", code)
	// Output:
	// open db
	// close db
	// http: a client was cut off
	// exit code 1
}

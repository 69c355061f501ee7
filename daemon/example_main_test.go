package daemon_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/sharedfate/fate/daemon"
)

// serve is what would be the program's func main.
func serve() {
	daemon.Main(daemon.New(
		daemon.Part{Name: "db", Run: func(ctx context.Context) error {
			<-ctx.Done()
			fmt.Println("db is closed")
			return nil
		}},
		daemon.Part{Name: "mirror", Grace: time.Millisecond, Run: func(context.Context) error {
			select {} // does not look at its context
		}},
		daemon.Part{Name: "import", Ends: daemon.StopsAll, Run: func(context.Context) error {
			fmt.Println("1000 lines imported")
			return nil // and the program has done what it was started for
		}},
	))
}

// Main ends the process, so here it is another one.
func ExampleMain() {
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), "FATE_DAEMON_TEST_PROGRAM=example") // TestMain calls serve
	output, err := program.CombinedOutput()
	fmt.Print(string(output))
	fmt.Println(err)
	// Output:
	// 1000 lines imported
	// db is closed
	// daemon: did not stop in time: "mirror" (has 1ms)
	// exit status 3
}

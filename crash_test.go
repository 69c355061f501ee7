package fate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// crashVariable names the crash that this test binary is to perform instead of running tests.
const crashVariable = "FATE_TEST_CRASH"

const afterWait = "Wait has returned"

// crashes are programs that must die.
var crashes = map[string]func(){
	"Go": func() {
		g := fate.New(context.Background(), failfast.Strategy{})
		g.Go(crashingTask)
		fmt.Println(g.Wait(), afterWait)
	},
	"Spawn": func() {
		g := fate.New(context.Background(), collectall.Strategy{Limit: 1})
		g.Go(succeeds)
		g.Spawn("child", crashingTask)
		g.Go(succeeds)
		fmt.Println(g.Wait(), afterWait)
	},
	"Do": func() {
		defer func() { fmt.Println(recover(), afterWait) }()
		err := fate.Do(context.Background(), failfast.Strategy{}, func(g *fate.Group) error {
			g.Go(crashingTask)
			return nil
		})
		fmt.Println(err, afterWait)
	},
	"recover around Wait": func() {
		defer func() { fmt.Println(recover(), afterWait) }()
		g := fate.New(context.Background(), failfast.Strategy{})
		for range 8 {
			g.Go(succeeds)
		}
		g.Go(crashingTask)
		fmt.Println(g.Wait(), afterWait)
	},
	"no Wait": func() {
		g := fate.New(context.Background(), failfast.Strategy{})
		g.Go(crashingTask)
		select {} // nobody ever waits for the group
	},
	"others still running": func() {
		g := fate.New(context.Background(), failfast.Strategy{})
		g.Go(func(context.Context) error { select {} })
		g.Go(crashingTask)
		fmt.Println(g.Wait(), afterWait)
	},
	"after a failure": func() {
		g := fate.New(context.Background(), failfast.Strategy{})
		started := make(chan struct{})
		g.Go(func(ctx context.Context) error {
			close(started)
			<-ctx.Done()
			return crashingTask(ctx)
		})
		g.Go(func(ctx context.Context) error {
			<-started
			return fails(ctx)
		})
		fmt.Println(g.Wait(), afterWait)
	},
	"ForEach": func() {
		defer func() { fmt.Println(recover(), afterWait) }()
		fmt.Println(fate.ForEach(context.Background(), failfast.Strategy{Limit: 2}, numbers(100), crashingItem), afterWait)
	},
	"ForEach without hints": func() {
		fmt.Println(fate.ForEach(context.Background(), unhinted{failfast.Strategy{Limit: 2}}, numbers(100), crashingItem), afterWait)
	},
	"Map": func() {
		_, err := fate.Map(context.Background(), collectall.Strategy{}, make([]int, 1), withResult(crashingItem))
		fmt.Println(err, afterWait)
	},
	"Stream": func() {
		for _, err := range fate.Stream(context.Background(), failfast.Strategy{}, numbers(1), withResult(crashingItem)) {
			fmt.Println(err, afterWait)
		}
	},
	"Stage": func() {
		first := fate.Stage(fate.From(numbers(1)), failfast.Strategy{}, withResult(crashingItem))
		for _, err := range fate.Stage(first, failfast.Strategy{}, double)(context.Background()) {
			fmt.Println(err, afterWait)
		}
	},
	"task's own defer": func() {
		g := fate.New(context.Background(), failfast.Strategy{})
		g.Go(func(ctx context.Context) error {
			defer fmt.Fprintln(os.Stderr, "the task's own deferred call")
			return crashingTask(ctx)
		})
		fmt.Println(g.Wait(), afterWait)
	},
	"observer panics":       func() { observedCrash(func() { panic("which must not hide the task's") }) },
	"observer calls Goexit": func() { observedCrash(runtime.Goexit) },
}

var errCrash = errors.New("the value it crashed with")

func crashingItem(ctx context.Context, i int) error {
	if i > 0 {
		return nil
	}
	return crashingTask(ctx)
}

//go:noinline
func crashingTask(context.Context) error { panic(errCrash) }

// Promise 5, Crash: The process dies at once with the task's own stack, never later at Wait, and Wait can't return first.
// Edge 16: a panic crashes the process at once with the task's stack, before Wait can return.
func TestPanicCrashesAtOnceWithTheTasksStack(t *testing.T) {
	for name := range crashes {
		t.Run(name, func(t *testing.T) {
			out, trace, code := crash(t, name)
			if code != 2 {
				t.Errorf("exit code is %d, want 2", code)
			}
			if out != "" {
				t.Errorf("printed after the crash: %s", out)
			}
			for _, want := range []string{"panic: ", errCrash.Error(), "fate_test.crashingTask("} {
				if !strings.Contains(trace, want) {
					t.Errorf("the trace lacks %q:\n%s", want, trace)
				}
			}
		})
	}
}

// crash performs a crash in a process of its own, which is this test binary with the arguments.
func crash(t *testing.T, name string, args ...string) (out, trace string, code int) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), crashVariable+"="+name)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var died *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &died) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatal("the process did not die")
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

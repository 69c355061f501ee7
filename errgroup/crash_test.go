package errgroup_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// crashVariable names the crash that this test binary is to perform instead of running tests, implVariable the package.
const (
	crashVariable = "FATE_ERRGROUP_TEST_CRASH"
	implVariable  = "FATE_ERRGROUP_TEST_IMPL"
)

const afterWait = "Wait has returned"

// crashes are programs that must die.
var crashes = map[string]func(implementation){
	"Go": func(impl implementation) {
		g := impl.zero()
		g.Go(crashingTask)
		fmt.Println(g.Wait(), afterWait)
	},
	"TryGo": func(impl implementation) {
		g := impl.zero()
		g.TryGo(crashingTask)
		fmt.Println(g.Wait(), afterWait)
	},
	"recover around Wait": func(impl implementation) {
		defer func() { fmt.Println(recover(), afterWait) }()
		g, _ := impl.withContext(context.Background())
		g.SetLimit(2)
		for range 8 {
			g.Go(succeeds)
		}
		g.Go(crashingTask)
		fmt.Println(g.Wait(), afterWait)
	},
	"no Wait": func(impl implementation) {
		impl.zero().Go(crashingTask)
		select {} // nobody ever waits for the group
	},
	"others still running": func(impl implementation) {
		g := impl.zero()
		g.Go(func() error { select {} })
		g.Go(crashingTask)
		fmt.Println(g.Wait(), afterWait)
	},
	"after a failure": func(impl implementation) {
		g, ctx := impl.withContext(context.Background())
		g.Go(func() error { <-ctx.Done(); return crashingTask() })
		g.Go(fails)
		fmt.Println(g.Wait(), afterWait)
	},
	"function's own defer": func(impl implementation) {
		g := impl.zero()
		g.Go(func() error {
			defer fmt.Fprintln(os.Stderr, "the function's own deferred call")
			return crashingTask()
		})
		fmt.Println(g.Wait(), afterWait)
	},
}

var errCrash = errors.New("the value it crashed with")

//go:noinline
func crashingTask() error { panic(errCrash) }

// Edge 16: a panic ends the process at once with the function's own stack; here before Wait can return.
func TestPanicCrashesAtOnceWithTheFunctionsStack(t *testing.T) {
	for name := range crashes {
		for _, impl := range names {
			t.Run(name+"/"+impl, func(t *testing.T) {
				out, trace, code := crash(t, name, impl)
				if out != "" && impl != "errgroup" {
					return // there, Wait may return before the process has died, and the process then end by itself
				}
				if code != 2 {
					t.Errorf("exit code is %d, want 2", code)
				}
				if out != "" {
					t.Errorf("printed after the crash: %s", out)
				}
				for _, want := range []string{"panic: ", errCrash.Error(), "errgroup_test.crashingTask("} {
					if !strings.Contains(trace, want) {
						t.Errorf("the trace lacks %q:\n%s", want, trace)
					}
				}
			})
		}
	}
}

// crash performs a crash in a process of its own.
func crash(t *testing.T, name, impl string) (out, trace string, code int) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), crashVariable+"="+name, implVariable+"="+impl)
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
